/* Returning a report: take the selected words of a section into its quotation box. */
(function () {
  "use strict";
  document.addEventListener("click", function (event) {
    var button = event.target.closest ? event.target.closest("[data-quote-into]") : null;
    if (!button) return;
    var words = String(window.getSelection()).trim().slice(0, 500);
    var source = document.getElementById(button.getAttribute("data-quote-from"));
    var box = document.getElementById(button.getAttribute("data-quote-into"));
    if (words && source.textContent.indexOf(words) >= 0) box.value = words;
    box.focus();
  });
  document.querySelectorAll("[data-quote-into]").forEach(function (button) { button.hidden = false; });
})();
