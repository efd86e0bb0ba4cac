/* The hall screen asks for its part again and again and runs the meeting's clock by the server's time.
 * Televisions and old boxes show it: ES5 only. The server answers 304 while nothing has changed. */
(function () {
  "use strict";
  var box = document.querySelector("[data-screen]");
  var fault = document.querySelector("[data-fault]");
  var etag = "";
  var ahead = 0; // server's time minus ours

  function every() {
    var part = box.querySelector("[data-every]");
    return (part ? Number(part.getAttribute("data-every")) : 10) * 1000;
  }
  function setTime(answer) {
    var told = Number(answer.headers.get("X-Server-Time"));
    if (told) ahead = told - Date.now();
  }
  function renew() {
    window.fetch(box.getAttribute("data-screen"), { credentials: "omit", cache: "no-store", headers: etag ? { "If-None-Match": etag } : {} })
      .then(function (answer) {
        if (answer.status !== 304 && !answer.ok) throw new Error("no answer");
        setTime(answer);
        fault.hidden = true;
        if (answer.status === 304) return null;
        etag = answer.headers.get("ETag") || "";
        return answer.text();
      })
      .then(function (text) {
        // A captive portal answers with a page of its own; ours begins with the screen.
        if (text !== null && text.indexOf('<div class="screen ') === 0) { box.innerHTML = text; draw(); }
      })
      .catch(function () { fault.hidden = false; })
      .then(function () { window.setTimeout(renew, every() * (.9 + Math.random() * .2)); });
  }

  function inWords(seconds) {
    var rest = Math.abs(seconds);
    return (seconds < 0 ? "+" : "") + Math.floor(rest / 60) + ":" + ("0" + rest % 60).slice(-2);
  }
  function draw() {
    var clock = box.querySelector("[data-clock]");
    if (!clock) return;
    var ends = Number(clock.getAttribute("data-ends"));
    var left = ends ? Math.ceil((ends - Date.now() - ahead) / 1000) : Number(clock.getAttribute("data-left"));
    var warn = Number(clock.getAttribute("data-warn"));
    var floor = clock.parentNode;
    var word = floor.querySelector("[data-word]");
    var isFull = !ends && left === Number(clock.getAttribute("data-full")) * 60;
    clock.textContent = inWords(left);
    floor.classList.toggle("is-over", left <= 0);
    floor.classList.toggle("is-warning", left > 0 && left <= warn);
    word.textContent = left <= 0 ? "时间到" : isFull ? "准备" : !ends ? "已暂停" : left <= warn ? "最后 " + warn + " 秒" : "述职中";
  }

  window.setInterval(draw, 250);
  draw();
  renew();
})();
