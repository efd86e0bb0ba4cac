/* The scheme editor: add a row, and show the sum of the weights while typing. */
(function () {
  "use strict";
  var form = document.querySelector("form[data-rows]");
  if (!form) return;
  var body = form.querySelector("[data-row-body]");
  var told = form.querySelector("[data-weight-sum]");
  var add = form.querySelector("[data-add-row]");
  var template = form.querySelector("[data-row-template]");
  var total = form.querySelector("input[name=row-TOTAL_FORMS]");

  function isDropped(row) {
    var box = row.querySelector("input[name$=-DELETE]");
    return Boolean(box && box.checked);
  }
  function hundredths(typed) {
    var plain = typed.replace(/[０-９．]/g, function (c) { return String.fromCharCode(c.charCodeAt(0) - 0xFEE0); }).trim();
    return /^\d+(\.\d{1,2})?$/.test(plain) ? Math.round(parseFloat(plain) * 100) : 0;
  }
  function written(value) {
    return String(value / 100);
  }
  function refresh() {
    var sum = 0;
    Array.prototype.forEach.call(body.rows, function (row) {
      row.classList.toggle("is-dropped", isDropped(row));
      var weight = row.querySelector("input[name$=-weight]");
      if (weight && !isDropped(row)) sum += hundredths(weight.value);
    });
    if (!told) return;
    var goal = Number(told.getAttribute("data-goal")) * 100;
    var rest = goal - sum;
    told.classList.toggle("is-right", rest === 0);
    told.classList.toggle("is-off", rest !== 0);
    told.textContent = "权重合计 " + written(sum) + "%" + (rest > 0 ? "，还差 " + written(rest) + "%" : rest < 0 ? "，多出 " + written(-rest) + "%" : "");
  }
  function addRow() {
    var holder = document.createElement("tbody");
    holder.innerHTML = template.innerHTML.replace(/__prefix__/g, total.value);
    var row = holder.rows[0];
    body.appendChild(row);
    total.value = String(Number(total.value) + 1);
    var first = row.querySelector("input:not([name$=-ORDER]), select");
    if (first) first.focus();
    refresh();
  }
  form.addEventListener("input", refresh);
  form.addEventListener("change", refresh);
  if (add && template) {
    add.hidden = false;
    add.addEventListener("click", addRow);
  }
  refresh();
})();
