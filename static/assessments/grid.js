/* Grids of figures and findings: a column pasted from a spreadsheet fills downwards, Enter and arrows move between rows.
 * Rows carry data-grid-row, boxes data-grid="name". Written for Chromium 78 / Safari 13. */
(function () {
  "use strict";
  var form = document.querySelector("[data-grid-form]");
  if (!form) return;
  var state = form.querySelector(".grid-state");

  function all(root, selector) { return Array.prototype.slice.call(root.querySelectorAll(selector)); }
  function rows() { return all(form, "[data-grid-row]"); }
  function boxesOf(row) { return all(row, "[data-grid]"); }
  function rowOf(box) { return box.closest("[data-grid-row]"); }
  function boxIn(row, name) {
    return boxesOf(row).filter(function (box) { return box.getAttribute("data-grid") === name; })[0];
  }
  function tell(text) { if (state) state.textContent = text; }

  function changed() {
    return rows().filter(function (row) {
      return boxesOf(row).some(function (box) {
        return box.tagName === "SELECT"
          ? !all(box, "option").every(function (one) { return one.selected === one.defaultSelected || (!one.value && !box.value); })
          : box.value !== box.defaultValue;
      });
    });
  }
  function mark() {
    var touched = changed();
    rows().forEach(function (row) { row.classList.toggle("grid-changed", touched.indexOf(row) >= 0); });
    tell(touched.length ? "改了 " + touched.length + " 行，还没有保存" : "");
    return touched.length;
  }
  function put(box, text) {
    if (box.tagName === "SELECT") {
      all(box, "option").forEach(function (one) { if (one.textContent.trim() === text) box.value = one.value; });
    } else {
      box.value = box.maxLength > 0 ? text.slice(0, box.maxLength) : text;
    }
    box.dispatchEvent(new Event("input", { bubbles: true }));
  }

  /* A spreadsheet copies cells with tabs and line ends; cells with line ends inside are quoted. */
  function cellsOf(text) {
    var lines = [], line = [], cell = "", quoted = false, i;
    for (i = 0; i < text.length; i += 1) {
      var c = text[i];
      if (quoted) {
        if (c === '"' && text[i + 1] === '"') { cell += c; i += 1; }
        else if (c === '"') quoted = false;
        else cell += c === "\n" || c === "\r" ? " " : c;
      } else if (c === '"' && cell === "") { quoted = true; }
      else if (c === "\t") { line.push(cell.trim()); cell = ""; }
      else if (c === "\n") { line.push(cell.trim()); lines.push(line); line = []; cell = ""; }
      else if (c !== "\r") { cell += c; }
    }
    if (cell !== "" || line.length) { line.push(cell.trim()); lines.push(line); }
    return lines;
  }
  function paste(box, lines) {
    var list = rows(), first = list.indexOf(rowOf(box)), names = boxesOf(rowOf(box)).map(function (one) { return one.getAttribute("data-grid"); });
    var column = names.indexOf(box.getAttribute("data-grid")), filled = 0, last = box;
    lines.forEach(function (line, down) {
      var row = list[first + down];
      if (!row) return;
      line.forEach(function (text, right) {
        var name = names[column + right], target = name && boxIn(row, name);
        if (target && text !== "") { put(target, text); last = target; }
      });
      filled += 1;
    });
    var n = mark();
    var rest = lines.length - filled;
    tell("粘贴了 " + filled + " 行" + (rest > 0 ? "，下面没有行了，多出的 " + rest + " 行没有粘贴" : "") + "；改了 " + n + " 行，还没有保存");
    last.focus();
  }
  form.addEventListener("paste", function (event) {
    var box = event.target;
    if (!box.hasAttribute || !box.hasAttribute("data-grid") || !event.clipboardData) return;
    var text = event.clipboardData.getData("text/plain");
    if (!/[\t\n]/.test(text)) return;
    event.preventDefault();
    paste(box, cellsOf(text));
  });

  function move(box, by) {
    var list = rows(), at = list.indexOf(rowOf(box)) + by;
    var target = list[at] && boxIn(list[at], box.getAttribute("data-grid"));
    if (target) { target.focus(); if (target.select) target.select(); }
  }
  form.addEventListener("keydown", function (event) {
    var box = event.target;
    if (!box.hasAttribute || !box.hasAttribute("data-grid") || event.isComposing || event.keyCode === 229) return;
    if (event.key === "Enter") { event.preventDefault(); move(box, event.shiftKey ? -1 : 1); }
    if (box.tagName === "SELECT") return;
    if (event.key === "ArrowDown") { event.preventDefault(); move(box, 1); }
    if (event.key === "ArrowUp") { event.preventDefault(); move(box, -1); }
  });
  form.addEventListener("input", function (event) {
    if (event.target.hasAttribute("data-grid")) mark();
  });
  form.addEventListener("change", function (event) {
    if (event.target.hasAttribute("data-grid")) mark();
  });

  form.addEventListener("click", function (event) {
    var button = event.target.closest ? event.target.closest("[data-grid-fill]") : null;
    if (!button) return;
    var text = button.parentNode.querySelector("input").value.trim();
    if (!text) return;
    rows().forEach(function (row) {
      var box = boxIn(row, button.getAttribute("data-grid-fill")), beside = boxIn(row, button.getAttribute("data-grid-beside"));
      if (box && beside && !box.value.trim() && beside.value.trim()) put(box, text);
    });
    mark();
  });
  form.addEventListener("keydown", function (event) {
    if (event.key !== "Enter" || event.target.id !== "fill-source") return;
    event.preventDefault();
    form.querySelector("[data-grid-fill]").click();
  });
})();
