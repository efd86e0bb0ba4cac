/* Opening the accounts of all secretaries of a unit, batch after batch, their slips one after the other on this page. What was made
 * stays on the page if the line breaks; going on makes only those who have none yet. */
(function () {
  "use strict";
  var form = document.getElementById("slip-form"), all = document.getElementById("slip-all");
  if (!form || !all || !window.fetch) return;
  var slips = document.getElementById("slips"), bar = document.getElementById("slip-progress");
  var count = document.getElementById("slip-count"), left = document.getElementById("slip-left");
  var isAtIt = false;
  all.hidden = false;

  function refresh(nLeft) {
    var n = slips.querySelectorAll(".slip").length;
    count.textContent = String(n);
    left.textContent = String(nLeft);
    bar.max = n + nLeft;
    bar.value = n;
  }
  function next() {
    var body = new URLSearchParams(new FormData(form));
    body.set("as", "part");
    return window.fetch(form.action, { method: "POST", body: body, credentials: "same-origin", redirect: "manual" }).then(function (answer) {
      if (answer.status !== 200) throw new Error(String(answer.status));
      var nLeft = Number(answer.headers.get("X-Left"));
      form.elements.after.value = answer.headers.get("X-After");
      return answer.text().then(function (html) {
        slips.insertAdjacentHTML("beforeend", html);
        refresh(nLeft);
        if (nLeft > 0) return next();
        form.remove();
        return null;
      });
    });
  }
  all.addEventListener("click", function () {
    if (isAtIt) return;
    isAtIt = true;
    all.disabled = true;
    bar.hidden = false;
    document.getElementById("slip-next").hidden = true;
    next().then(function () { isAtIt = false; }, function () {
      isAtIt = false;
      all.disabled = false;
      all.textContent = "中断了，已做好的都在本页。点此继续";
    });
  });
  window.addEventListener("beforeunload", function (event) {
    if (isAtIt) { event.preventDefault(); event.returnValue = ""; }
  });
})();
