/* Forms: no double submission, leave-warning for data-guard forms, menus close on Escape or a click elsewhere, the first fault has the focus. */
(function () {
  "use strict";
  var RELEASE_MS = 5000;

  document.addEventListener("submit", function (event) {
    var form = event.target;
    if ((form.method || "").toLowerCase() !== "post" || event.defaultPrevented) return;
    if (form.getAttribute("data-sent")) { event.preventDefault(); return; }
    form.setAttribute("data-sent", "1");
    form.removeAttribute("data-changed");
    window.setTimeout(function () { form.removeAttribute("data-sent"); }, RELEASE_MS);
  });
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent]").forEach(function (form) { form.removeAttribute("data-sent"); });
  });

  document.addEventListener("input", function (event) {
    var form = event.target.form;
    if (form && form.hasAttribute("data-guard")) form.setAttribute("data-changed", "1");
  });
  window.addEventListener("beforeunload", function (event) {
    if (document.querySelector("form[data-changed]")) { event.preventDefault(); event.returnValue = ""; }
  });

  function closeMenus(except) {
    document.querySelectorAll("details.menu[open]").forEach(function (menu) {
      if (menu !== except) menu.open = false;
    });
  }
  document.addEventListener("click", function (event) {
    closeMenus(event.target.closest ? event.target.closest("details.menu") : null);
  });
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") return;
    var open = document.querySelector("details.menu[open]");
    if (open) { open.open = false; open.querySelector("summary").focus(); }
  });

  /* a form that came back with faults: the first of them has the focus */
  function toFirstFault() {
    var fault = document.querySelector("main form [aria-invalid=true]") || document.querySelector("main form .notice-bad[role=alert]");
    if (!fault) return;
    if (fault.classList.contains("notice")) fault.tabIndex = -1;
    var picker = fault.tomselect;
    if (picker) picker.focus(); else fault.focus();
  }
  if (document.readyState === "complete") toFirstFault(); else window.addEventListener("load", toFirstFault);

  document.addEventListener("click", function (event) {
    var button = event.target.closest ? event.target.closest("[data-print]") : null;
    if (button) window.print();
  });
})();
