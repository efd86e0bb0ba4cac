/* Upload of a workbook: drop it anywhere on the marked area, see how far it is, read a refusal without losing the page.
   Without this script the plain form does the same. Chromium 78: no optional chaining, no replaceChildren. */
(function () {
  "use strict";
  var form = document.querySelector("[data-upload-form]");
  if (!form || !window.FormData || !window.XMLHttpRequest) return;
  var area = form.querySelector("[data-drop]");
  var input = form.querySelector("[data-upload]");
  var hint = form.querySelector("[data-drop-hint]");
  var progress = form.querySelector("[data-upload-progress]");
  var bar = progress.querySelector("progress");
  var words = form.querySelector("[data-upload-words]");
  var fault = form.querySelector("[data-upload-error]");
  var button = form.querySelector("button[type=submit]");
  var depth = 0;
  hint.hidden = false;

  function over(isOver) { area.classList.toggle("drop-over", isOver); }
  function carriesFiles(event) {
    return event.dataTransfer && Array.prototype.indexOf.call(event.dataTransfer.types, "Files") >= 0;
  }
  area.addEventListener("dragenter", function (event) {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    depth += 1;
    over(true);
  });
  area.addEventListener("dragover", function (event) { if (carriesFiles(event)) event.preventDefault(); });
  area.addEventListener("dragleave", function () { depth = Math.max(0, depth - 1); over(depth > 0); });
  area.addEventListener("drop", function (event) {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    depth = 0;
    over(false);
    if (event.dataTransfer.files.length !== 1) { fail("一次只能上传一个工作簿，请只拖一个文件。"); return; }
    input.files = event.dataTransfer.files;
    chosen();
  });
  input.addEventListener("change", chosen);

  function chosen() {
    fault.hidden = true;
    var file = input.files[0];
    hint.textContent = file ? "已选择：" + file.name + "（" + Math.max(1, Math.round(file.size / 1024)) + " KB）" : "把工作簿拖到这里，或点“选择文件”。";
  }

  function fail(text) {
    progress.hidden = true;
    button.disabled = false;
    form.removeAttribute("data-sent");
    fault.textContent = text;
    fault.hidden = false;
    fault.focus();
  }

  function tell(percent) {
    bar.value = percent;
    words.textContent = percent < 100 ? "正在上传 " + percent + "%" : "已上传，正在预检……";
  }

  form.addEventListener("submit", function (event) {
    event.preventDefault();
    if (!input.files.length) { fail("还没有选择文件。请选择填好的花名册工作簿。"); return; }
    var request = new XMLHttpRequest();
    request.open("POST", form.action || window.location.href);
    request.setRequestHeader("X-Requested-With", "XMLHttpRequest");
    request.upload.addEventListener("progress", function (step) {
      if (step.lengthComputable) tell(Math.floor(step.loaded * 100 / step.total));
    });
    request.addEventListener("load", function () { answered(request); });
    request.addEventListener("error", function () { fail("没有上传成功：网络中断。文件还在，请检查网络后再点“上传并预检”。"); });
    fault.hidden = true;
    progress.hidden = false;
    button.disabled = true;
    tell(0);
    request.send(new FormData(form));
  });

  function answered(request) {
    var answer = {};
    try { answer = JSON.parse(request.responseText); } catch (error) { answer = {}; }
    if (request.status === 200 && answer.url) { window.location.assign(answer.url); return; }
    if (answer.error) { fail(answer.error); return; }
    if (request.status === 200 || request.status === 403) { fail("登录已过期或无权上传，没有收下文件。请刷新页面后再试。"); return; }
    fail("没有上传成功（" + request.status + "）。请稍后再试；仍不行请联系系统管理员。");
  }
})();
