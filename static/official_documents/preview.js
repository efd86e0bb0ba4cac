/* The preview follows what is typed: a moment after the last change the form goes to the preview address, and pictures come back. */
(function () {
  "use strict";
  var WAIT_MS = 700;
  var form = document.querySelector("form[data-preview]");
  if (!form) return;
  var pages = form.querySelector("[data-preview-pages]");
  var busy = form.querySelector("[data-busy]");
  var timer = null, asked = 0;

  function show() {
    var mine = ++asked;
    var request = new XMLHttpRequest();
    busy.style.visibility = "visible";
    request.open("POST", form.getAttribute("data-preview"));
    request.onloadend = function () {
      if (mine !== asked) return;
      busy.style.visibility = "";
      if (request.status === 200) pages.innerHTML = request.responseText;
      else pages.textContent = "预览没有更新，已填写的内容不受影响。稍后再改动一次试试。";
    };
    request.send(new FormData(form));
  }
  function later() {
    window.clearTimeout(timer);
    timer = window.setTimeout(show, WAIT_MS);
  }
  form.addEventListener("input", later);
  form.addEventListener("change", later);
  show();
})();
