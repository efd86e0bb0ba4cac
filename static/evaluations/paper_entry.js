/* The grid of paper totals. Figures stay in this tab (sessionStorage) until both entries agree; they leave it sealed by the server. */
(function () {
  "use strict";
  var form = document.getElementById("totals");
  if (!form) return;
  var all = function (query, within) { return [].slice.call((within || form).querySelectorAll(query)); };
  var cells = all(".cell");
  var rows = all("[data-row]");
  var code = document.getElementById("code");
  var balance = document.getElementById("balance");
  var nextFault = document.getElementById("next-fault");
  var answer = document.getElementById("answer");
  var DRAFT = "spk-paper-" + form.dataset.batch;
  var WHOLE = /^[0-9]{0,5}$/;
  var PAIR = /^([0-9]+(?:\.[0-9]+)?)(?:[×x*:：xX]([0-9]{1,5}))?$/;

  function count(input) {
    var text = input.value.trim();
    input.classList.toggle("wrong", !WHOLE.test(text));
    return WHOLE.test(text) ? Number(text || 0) : NaN;
  }
  function listed(input) {
    var found = {};
    var isRight = true;
    input.value.trim().replace(/\s*([×x*:：X])\s*/g, "$1").split(/[\s,，;；、]+/).forEach(function (word) {
      if (!word) return;
      var pair = PAIR.exec(word);
      if (!pair) { isRight = false; return; }
      found[pair[1]] = (found[pair[1]] || 0) + Number(pair[2] === undefined ? 1 : pair[2]);
    });
    input.classList.toggle("wrong", !isRight);
    return isRight ? found : null;
  }
  function total(name) { return count(form.querySelector('[data-total="' + name + '"]')); }
  function sumOf(row) {
    var sum = all("[data-cell]", row).reduce(function (n, input) { return n + count(input); }, 0);
    var listing = row.querySelector("[data-listing]");
    if (!listing) return sum;
    var found = listed(listing);
    if (!found) return NaN;
    return Object.keys(found).reduce(function (n, key) { return n + found[key]; }, sum);
  }
  function renewRow(row, nValid) {
    var sum = sumOf(row);
    row.querySelector("output").textContent = isNaN(sum) ? "？" : String(sum);
    row.classList.toggle("off", sum !== nValid);
  }
  function say() {
    var n = rows.filter(function (row) { return row.classList.contains("off"); }).length;
    var heads = total("n_valid") + total("n_invalid");
    var words = heads === Number(form.dataset.returned) ? "" : "有效与无效相加应等于收回 " + form.dataset.returned + " 张。";
    balance.textContent = words + (n ? "还有 " + n + " 行相加不等于有效票数。" : "各行相加都等于有效票数。");
    nextFault.hidden = !n;
  }
  function renewAll() {
    var nValid = total("n_valid");
    rows.forEach(function (row) { renewRow(row, nValid); });
    say();
  }
  function keep() {
    var kept = {};
    cells.forEach(function (input, place) { if (input.value) kept[place] = input.value; });
    try { window.sessionStorage.setItem(DRAFT, JSON.stringify(kept)); } catch (full) { /* the page itself still has them */ }
  }
  function restore() {
    var kept = {};
    try { kept = JSON.parse(window.sessionStorage.getItem(DRAFT) || "{}"); } catch (none) { kept = {}; }
    cells.forEach(function (input, place) { if (kept[place]) input.value = kept[place]; });
  }
  function forget() { try { window.sessionStorage.removeItem(DRAFT); } catch (none) { /* nothing was kept */ } }

  function figures() {
    var marks = {};
    function place(name) {
      var parts = name.split("|");
      var part = marks[parts[0]] = marks[parts[0]] || {};
      var subject = part[parts[1]] = part[parts[1]] || {};
      return (subject[parts[2]] = subject[parts[2]] || {});
    }
    all("[data-cell]").forEach(function (input) {
      var n = count(input);
      if (n) place(input.dataset.cell)[input.dataset.cell.split("|")[3]] = n;
      else place(input.dataset.cell);
    });
    all("[data-listing]").forEach(function (input) {
      var found = listed(input);
      var row = place(input.dataset.listing);
      Object.keys(found).forEach(function (key) { row[key] = found[key]; });
    });
    return { n_valid: total("n_valid"), n_invalid: total("n_invalid"), m: marks };
  }
  function mark(names) {
    cells.forEach(function (input) {
      var name = input.dataset.cell || input.dataset.listing || input.dataset.total;
      input.classList.toggle("differs", names.indexOf(name) >= 0);
    });
    var first = form.querySelector(".differs");
    if (first) first.focus();
  }
  function tell(kind, text, link) {
    answer.textContent = "";
    var box = document.createElement("div");
    box.className = "notice notice-" + kind;
    var words = document.createElement("p");
    words.textContent = text;
    box.appendChild(words);
    if (link) {
      var back = document.createElement("a");
      back.href = link;
      back.textContent = "回到纸质统计";
      box.appendChild(back);
    }
    answer.appendChild(box);
    box.scrollIntoView({ block: "nearest" });
  }
  function taken(outcome) {
    if (outcome.differing === null) {
      mark([]);
      tell("good", "已密封保存，等另一个人录入后比较。关闭本标签前，您的数字还在本页，需要时可以改正后再保存。", outcome.next);
    } else if (outcome.differing.length) {
      mark(outcome.differing);
      tell("warn", "已密封保存。与另一个人的录入有 " + outcome.differing.length + " 处不同，已经标出，请对照原表核对；您录错的，改正后再保存。", outcome.next);
    } else {
      forget();
      window.location.assign(outcome.next);
    }
  }
  function send() {
    var button = form.querySelector("[type=submit]");
    button.disabled = true;
    window.fetch(window.location.pathname, {
      method: "POST", credentials: "same-origin",
      headers: { "Content-Type": "application/json", "X-CSRFToken": form.querySelector("[name=csrfmiddlewaretoken]").value },
      body: JSON.stringify({ code: code.value, totals: figures() }),
    }).then(function (response) {
      return response.json().then(function (content) {
        if (response.ok) taken(content);
        else tell("bad", content.detail);
      });
    }).catch(function () {
      tell("bad", "没有保存：连不上服务器，或登录已过期。您填写的数字还在本页，请稍后再点一次“密封保存”。");
    }).then(function () { button.disabled = false; });
  }

  form.addEventListener("submit", function (event) {
    event.preventDefault();
    renewAll();
    var wrong = form.querySelector(".wrong");
    if (wrong) { wrong.focus(); tell("bad", "有格子填的不是票数，已经标红。请改正后再保存。"); return; }
    if (form.querySelector(".off")) { step(); tell("bad", "还有行相加不等于有效票数，没有保存。请对照原表改正。"); return; }
    send();
  });
  form.addEventListener("input", function (event) {
    if (!event.target.classList.contains("cell")) return;
    event.target.classList.remove("differs");
    var row = event.target.closest("[data-row]");
    if (row) { renewRow(row, total("n_valid")); say(); } else renewAll();
    keep();
  });
  form.addEventListener("keydown", function (event) {
    var place = cells.indexOf(event.target);
    if (event.key === "Enter" && event.target === code) { event.preventDefault(); cells[0].focus(); return; }
    if (place < 0) return;
    if (event.key === "Enter") { event.preventDefault(); go(place + (event.shiftKey ? -1 : 1)); }
    if (event.key === "ArrowDown" || event.key === "ArrowUp") { event.preventDefault(); leap(event.target, event.key === "ArrowDown"); }
  });
  function go(place) { if (cells[place]) { cells[place].focus(); cells[place].select(); } }
  function leap(input, isDown) {
    var row = input.closest("[data-row]");
    var other = row && (isDown ? row.nextElementSibling : row.previousElementSibling);
    if (other) go(cells.indexOf(all(".cell", other)[all(".cell", row).indexOf(input)]));
  }
  function step() {
    var off = form.querySelector(".off .cell");
    if (off) go(cells.indexOf(off));
  }
  nextFault.addEventListener("click", step);

  restore();
  renewAll();
  mark(JSON.parse(form.dataset.differing || "[]"));
})();
