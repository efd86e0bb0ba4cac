/* select[data-picker] becomes a picker with search; without script it stays a plain select.
 * The page loads vendor/tom-select.css (block styles), vendor/tom-select.js and this file (block scripts). */
(function () {
  "use strict";
  function enhance(root) {
    root.querySelectorAll("select[data-picker]:not(.tomselected)").forEach(function (select) {
      new window.TomSelect(select, {
        maxOptions: 200,
        refreshThrottle: 0, // a late refresh would open the list again after a quick choice
        allowEmptyOption: true,
        plugins: select.multiple ? ["remove_button"] : [],
        render: {
          no_results: function () {
            var none = document.createElement("div");
            none.className = "no-results";
            none.textContent = "没有符合的选项";
            return none;
          },
        },
      });
      select.setAttribute("aria-hidden", "true"); // the picker has its label now; the bare select is out of reach
    });
  }
  enhance(document);
  document.addEventListener("htmx:load", function (event) { enhance(event.target); });
})();
