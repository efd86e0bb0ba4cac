/* The deliberation sheet by keyboard: j/k walk, 1-4 choose, Enter decides, n finds the next open one, Esc leaves the reason.
 * Everything works without this file too. */
(function () {
  "use strict";
  var current = null;

  function rows() { return Array.prototype.slice.call(document.querySelectorAll("tr[data-row]")); }
  function part(row, name) { return row.querySelector("[name=" + name + "]"); }
  function rowOf(node) { return node && node.closest ? node.closest("tr[data-row]") : null; }

  function go(row) {
    if (!row) return;
    if (current && document.contains(current)) current.tabIndex = -1;
    current = row;
    row.tabIndex = 0;
    row.focus({ preventScroll: true });
    row.scrollIntoView({ block: "center" });
  }

  function step(by) {
    var all = rows();
    var here = current && document.contains(current) ? all.indexOf(current) : -1;
    if (here < 0) return go(by > 0 ? all[0] : all[all.length - 1]);
    go(all[here + by]);
  }

  function nextOpen(after) {
    var all = rows();
    var start = after ? all.indexOf(after) + 1 : 0;
    return all.slice(start).concat(all.slice(0, start)).filter(function (row) { return row.hasAttribute("data-open"); })[0];
  }

  function choose(row, number) {
    var select = part(row, "grade");
    if (!select) return;
    var options = Array.prototype.filter.call(select.options, function (one) { return one.value; });
    if (!options[number - 1]) return;
    select.value = options[number - 1].value;
    if (select.value !== row.getAttribute("data-proposed") && !part(row, "reason").value.trim()) part(row, "reason").focus();
  }

  function decide(row) {
    var button = row.querySelector("form button[type=submit]");
    if (button) button.click();
  }

  function isTyping(node) { return /^(INPUT|TEXTAREA|SELECT|BUTTON|A|SUMMARY)$/.test(node.tagName); }

  function inReason(event, row) {
    if (event.key === "Escape") { event.preventDefault(); go(row); }
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); decide(row); }
  }

  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.altKey || event.metaKey || document.querySelector(".dialog-back")) return;
    var row = rowOf(event.target);
    if (row && event.target.name === "reason") return inReason(event, row);
    if (isTyping(event.target) && !(row && event.target === row)) return;
    if (event.key === "j" || event.key === "ArrowDown" && row) { event.preventDefault(); return step(1); }
    if (event.key === "k" || event.key === "ArrowUp" && row) { event.preventDefault(); return step(-1); }
    if (event.key === "n") { event.preventDefault(); return go(nextOpen(row)); }
    if (!row) return;
    if (/^[1-4]$/.test(event.key)) { event.preventDefault(); choose(row, Number(event.key)); }
    if (event.key === "Enter") { event.preventDefault(); decide(row); }
  });

  document.addEventListener("focusin", function (event) {
    var row = rowOf(event.target);
    if (row) current = row;
  });

  document.addEventListener("htmx:afterSettle", function (event) {
    var row = rowOf(event.target) || document.getElementById(event.target.id);
    if (!row || !row.hasAttribute("data-row")) return;
    if (row.classList.contains("row-wrong")) { current = row; return part(row, "reason").focus(); }
    go(nextOpen(row) || row);
  });

  /* One more row for a member of the meeting. */
  var add = document.querySelector("[data-add-member]");
  if (add) {
    add.hidden = false;
    add.addEventListener("click", function () {
      var body = document.querySelector("[data-members]");
      var total = document.querySelector("[name=members-TOTAL_FORMS]");
      var number = Number(total.value);
      var row = body.lastElementChild.cloneNode(true);
      row.querySelectorAll("[name]").forEach(function (field) {
        field.name = field.name.replace(/^members-\d+-/, "members-" + number + "-");
        field.setAttribute("aria-label", field.getAttribute("aria-label").replace(/\d+/, number + 1));
        if (field.type === "checkbox") field.checked = false; else if (field.tagName === "INPUT") field.value = "";
      });
      row.querySelectorAll(".field-error").forEach(function (one) { one.remove(); });
      body.appendChild(row);
      total.value = number + 1;
      row.querySelector("input").focus();
    });
  }
})();
