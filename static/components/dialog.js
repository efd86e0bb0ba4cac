/* data-confirm="question" on a button or link asks before it acts. Optional: data-confirm-title, data-confirm-ok.
 * Written for Chromium 78 / Safari 13: no <dialog>, no optional chaining. */
(function () {
  "use strict";
  var allowed = null;

  function element(name, className, text) {
    var made = document.createElement(name);
    if (className) made.className = className;
    if (text) made.textContent = text;
    return made;
  }

  function ask(trigger) {
    var back = element("div", "dialog-back");
    var box = element("div", "dialog");
    var title = element("h2", "", trigger.getAttribute("data-confirm-title") || "请确认");
    var text = element("p", "", trigger.getAttribute("data-confirm"));
    var buttons = element("div", "dialog-buttons");
    var cancel = element("button", "btn btn-outline-secondary", "取消");
    var label = trigger.getAttribute("data-confirm-ok") || trigger.textContent.trim() || "确定";
    var ok = element("button", "btn btn-primary", label);
    box.setAttribute("role", "alertdialog");
    box.setAttribute("aria-modal", "true");
    title.id = "dialog-title";
    text.id = "dialog-text";
    box.setAttribute("aria-labelledby", title.id);
    box.setAttribute("aria-describedby", text.id);
    cancel.type = ok.type = "button";
    buttons.appendChild(cancel);
    buttons.appendChild(ok);
    [title, text, buttons].forEach(function (part) { box.appendChild(part); });
    back.appendChild(box);

    function close() {
      back.remove();
      document.removeEventListener("keydown", onKey, true);
      trigger.focus();
    }
    function onKey(event) {
      if (event.key === "Escape") { event.preventDefault(); close(); }
      if (event.key === "Tab") {
        event.preventDefault();
        (document.activeElement === cancel ? ok : cancel).focus();
      }
    }
    cancel.addEventListener("click", close);
    back.addEventListener("mousedown", function (event) { if (event.target === back) close(); });
    ok.addEventListener("click", function () {
      close();
      allowed = trigger;
      trigger.click();
      allowed = null;
    });
    document.addEventListener("keydown", onKey, true);
    document.body.appendChild(back);
    cancel.focus();
  }

  document.addEventListener("click", function (event) {
    var trigger = event.target.closest ? event.target.closest("[data-confirm]") : null;
    if (!trigger || trigger === allowed) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    ask(trigger);
  }, true);
})();
