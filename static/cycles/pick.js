/* Ticking people in a list: tick the whole page, say how many are ticked. */
(function () {
  "use strict";
  var all = document.querySelector("[data-pick-all]");
  var told = document.querySelector("[data-pick-count]");
  if (!all || !told) return;

  function boxes() {
    return Array.prototype.slice.call(document.querySelectorAll("input[name=pick]"));
  }
  function tell() {
    var n = boxes().filter(function (box) { return box.checked; }).length;
    told.textContent = n ? "已勾选 " + n + " 人" : "勾选姓名前的方框";
    all.checked = n > 0 && n === boxes().length;
    all.indeterminate = n > 0 && n < boxes().length;
  }
  all.addEventListener("change", function () {
    boxes().forEach(function (box) { box.checked = all.checked; });
    tell();
  });
  document.addEventListener("change", function (event) {
    if (event.target.name === "pick") tell();
  });
  window.addEventListener("pageshow", tell);
})();
