/* Renew a part of the page every 15 seconds. The server answers 304 while nothing has changed. */
(function () {
  "use strict";
  var EVERY = 15000;
  [].forEach.call(document.querySelectorAll("[data-poll]"), function (part) {
    var etag = "";
    var fault = document.querySelector("[data-poll-fault]");
    function show(isFault) { if (fault) fault.hidden = !isFault; }
    function renew() {
      window.fetch(part.dataset.poll, { credentials: "same-origin", cache: "no-store", headers: etag ? { "If-None-Match": etag } : {} })
        .then(function (answer) {
          if (answer.status !== 304 && !answer.ok) throw new Error("no answer");
          show(false);
          if (answer.status === 304) return null;
          etag = answer.headers.get("ETag") || "";
          return answer.text();
        })
        .then(function (text) { if (text !== null && text !== part.innerHTML) part.innerHTML = text; })
        .catch(function () { show(true); })
        .then(function () { window.setTimeout(renew, EVERY); });
    }
    window.setTimeout(renew, EVERY);
  });
})();
