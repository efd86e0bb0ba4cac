/* The explanation: all folds open or close with one button, and all are open on paper. Staff and secretaries: Chromium 78. */
(function () {
  "use strict";
  var folds = Array.prototype.slice.call(document.querySelectorAll(".score-fold, .score-group"));
  var button = document.querySelector("[data-fold-all]");
  var before = [];

  function areAllOpen() {
    return folds.every(function (fold) { return fold.open; });
  }
  function tell() {
    var open = areAllOpen();
    button.textContent = open ? "全部收起" : "全部展开";
    button.setAttribute("aria-pressed", open ? "true" : "false");
  }
  button.addEventListener("click", function () {
    var open = !areAllOpen();
    folds.forEach(function (fold) { fold.open = open; });
    tell();
  });
  folds.forEach(function (fold) { fold.addEventListener("toggle", tell); });

  function openTarget() {
    var found = location.hash && document.getElementById(location.hash.slice(1));
    if (found && found.tagName === "DETAILS") { found.open = true; found.scrollIntoView(); }
  }
  window.addEventListener("hashchange", openTarget);
  window.addEventListener("beforeprint", function () {
    before = folds.map(function (fold) { return fold.open; });
    folds.forEach(function (fold) { fold.open = true; });
  });
  window.addEventListener("afterprint", function () {
    folds.forEach(function (fold, index) { fold.open = before[index]; });
  });
  tell();
  openTarget();
})();
