/* List pages: a changed filter is applied at once; "/" jumps to the search box; htmx errors are told in words. */
(function () {
  "use strict";

  function submit(form) {
    if (form.requestSubmit) form.requestSubmit(); else form.submit();
  }
  document.addEventListener("change", function (event) {
    if (event.target.hasAttribute("data-autosubmit")) submit(event.target.form);
  });
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (!form.hasAttribute("data-list-form")) return;
    form.querySelectorAll("input[name], select[name]").forEach(function (field) {
      if (!field.value && field.name !== "col") field.disabled = true;
    });
    var boxes = form.querySelectorAll("input[name=col]");
    var isDefault = Array.prototype.every.call(boxes, function (box) { return box.checked === box.defaultChecked; });
    if (isDefault && !form.hasAttribute("data-columns")) boxes.forEach(function (box) { box.disabled = true; });
  });
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-list-form] :disabled").forEach(function (field) { field.disabled = false; });
  });
  document.addEventListener("keydown", function (event) {
    var search = document.getElementById("list-q");
    var inField = /^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement.tagName);
    if (event.key === "/" && search && !inField) { event.preventDefault(); search.focus(); }
  });

  function tell(text) {
    var place = document.getElementById("messages");
    var notice = document.createElement("div");
    notice.className = "notice notice-bad";
    notice.setAttribute("role", "alert");
    notice.textContent = text;
    place.innerHTML = "";
    place.appendChild(notice);
    notice.scrollIntoView({ block: "nearest" });
  }
  document.addEventListener("htmx:responseError", function (event) {
    var answer = event.detail.xhr;
    if (answer.status === 409 && answer.getResponseHeader("X-Refusal")) {
      tell(decodeURIComponent(answer.getResponseHeader("X-Refusal")));
    } else if (answer.status === 403) {
      tell("登录已过期，或您没有这项权限。请刷新页面后再试，未提交的内容请先复制保存。");
    } else {
      tell("服务器没有办成这件事（" + answer.status + "）。页面上的内容仍在，请稍后再试。");
    }
  });
  document.addEventListener("htmx:sendError", function () {
    tell("连不上服务器，请检查网络。页面上的内容仍在，恢复后再试即可。");
  });
})();
