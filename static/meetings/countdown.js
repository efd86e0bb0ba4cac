/* Countdown of one speaker. The clock is the server's: all screens of the meeting show the same, a reload loses nothing.
 * Staff browsers: Chromium 86. */
(() => {
  "use strict";
  const EVERY = 5000;
  const hall = document.querySelector("[data-countdown]");
  const clock = hall && hall.querySelector("[data-clock]");
  if (!clock) return;
  const word = hall.querySelector("[data-word]");
  const toggle = hall.querySelector("[data-toggle]");
  const reset = hall.querySelector("[data-reset]");
  const total = Number(hall.dataset.seconds) * 1000;
  const warn = Number(hall.dataset.warn) * 1000;
  const reviewee = Number(hall.dataset.reviewee);
  let hasFloor = "floor" in hall.dataset;
  let left = Number(hall.dataset.left);
  let endsAt = "running" in hall.dataset ? Date.now() + left : null;
  let fault = "";

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
    if (toggle) toggle.textContent = endsAt !== null ? "暂停" : left === total ? "开始" : "继续";
    if (fault) say(fault);
    else if (isOver) say("时间到");
    else if (endsAt === null) say(left === total ? "准备" : "已暂停");
    else if (isWarning) say(`最后 ${warn / 1000} 秒`);
    else say("述职中");
  }

  function take(state) {
    if (state.reviewee !== reviewee) {
      // Somebody else was given the floor from another page; a page that only looks ahead stays.
      if (hasFloor) location.replace(location.pathname);
      return;
    }
    hasFloor = true;
    left = state.left;
    endsAt = state.running ? Date.now() + state.left : null;
    show();
  }

  async function ask(options) {
    try {
      const answer = await fetch(hall.dataset.countdown, { headers: { Accept: "application/json", "X-CSRFToken": hall.dataset.token }, ...options });
      const state = await answer.json();
      if (state.token) hall.dataset.token = state.token; // a new one after signing in again in another window
      fault = state.refusal || "";
      take(state);
    } catch (error) {
      fault = "连不上服务器，本页照常走时，大屏可能没有跟上";
    }
    show();
  }

  function turn(act) {
    const body = new URLSearchParams({ act, reviewee });
    return ask({ method: "POST", body });
  }

  if (toggle) {
    toggle.addEventListener("click", () => turn(endsAt === null ? "start" : "pause"));
    reset.addEventListener("click", () => turn("reset"));
  }
  hall.querySelector("[data-full]").addEventListener("click", () => {
    if (document.fullscreenElement) document.exitFullscreen();
    else document.documentElement.requestFullscreen();
  });
  document.addEventListener("keydown", (event) => {
    if (!toggle || event.key !== " " || event.target.closest("button, a")) return;
    event.preventDefault();
    toggle.click();
  });
  setInterval(show, 200);
  setInterval(() => ask({}), EVERY);
  show();
})();
