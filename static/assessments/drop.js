/* A file dropped anywhere on a form[data-drop] becomes the chosen file of its first file box. */
(function () {
  "use strict";
  var form = document.querySelector("form[data-drop]");
  if (!form) return;
  var box = form.querySelector("input[type=file]"), told = form.querySelector(".drop-name");

  function show() {
    if (told) told.textContent = box.files.length ? "已选择：" + box.files[0].name : "";
  }
  function stop(event) { event.preventDefault(); }
  document.addEventListener("dragover", stop);
  document.addEventListener("drop", stop);
  form.addEventListener("dragenter", function () { form.classList.add("drop-over"); });
  form.addEventListener("dragleave", function (event) {
    if (!form.contains(event.relatedTarget)) form.classList.remove("drop-over");
  });
  form.addEventListener("drop", function (event) {
    form.classList.remove("drop-over");
    if (!event.dataTransfer || !event.dataTransfer.files.length) return;
    if (event.dataTransfer.files.length > 1) {
      if (told) told.textContent = "一次只能传一个文件，请重新拖一个。";
      return;
    }
    box.files = event.dataTransfer.files;
    show();
  });
  box.addEventListener("change", show);
})();
