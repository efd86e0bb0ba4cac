/* Countdown of one speaker. The end time is kept in the tab, so a reload does not lose the clock.
 * Staff browsers: Chromium 86. */
(() => {
  "use strict";
  const hall = document.querySelector("[data-countdown]");
  const clock = hall && hall.querySelector("[data-clock]");
  if (!clock) return;
  const word = hall.querySelector("[data-word]");
  const toggle = hall.querySelector("[data-toggle]");
  const total = Number(hall.dataset.seconds) * 1000;
  const warn = Number(hall.dataset.warn) * 1000;
  const key = hall.dataset.key;
  let left = total;
  let endsAt = null;

  const kept = JSON.parse(sessionStorage.getItem(key) || "null");
  if (kept) { left = kept.left; endsAt = kept.endsAt; }

  const keep = () => sessionStorage.setItem(key, JSON.stringify({ left, endsAt }));
  const remaining = () => (endsAt === null ? left : endsAt - Date.now());

  function inWords(ms) {
    const seconds = Math.abs(ms >= 0 ? Math.ceil(ms / 1000) : Math.floor(ms / 1000));
    return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  }

  function say(text) {
    if (word.textContent !== text) word.textContent = text;
  }

  function show() {
    const ms = remaining();
    const isOver = ms <= 0;
    const isWarning = !isOver && ms <= warn;
    clock.textContent = isOver && inWords(ms) !== "0:00" ? `+${inWords(ms)}` : inWords(ms);
    hall.classList.toggle("is-over", isOver);
    hall.classList.toggle("is-warning", isWarning);
    toggle.textContent = endsAt !== null ? "暂停" : left === total ? "开始" : "继续";
    if (isOver) say("时间到");
    else if (endsAt === null) say(left === total ? "准备" : "已暂停");
    else if (isWarning) say(`最后 ${warn / 1000} 秒`);
    else say("述职中");
  }

  toggle.addEventListener("click", () => {
    if (endsAt === null) endsAt = Date.now() + left;
    else { left = remaining(); endsAt = null; }
    keep();
    show();
  });
  hall.querySelector("[data-reset]").addEventListener("click", () => {
    left = total;
    endsAt = null;
    keep();
    show();
  });
  hall.querySelector("[data-full]").addEventListener("click", () => {
    if (document.fullscreenElement) document.exitFullscreen();
    else document.documentElement.requestFullscreen();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== " " || event.target.closest("button, a")) return;
    event.preventDefault();
    toggle.click();
  });
  setInterval(show, 200);
  show();
})();
