/* The session's end, told two minutes before, and nothing lost after it.
 *
 * Typing and clicking tell the server at most once a minute that somebody is there. Two minutes before the end a dialog offers 继续.
 * After the end the page stays as it is: the person signs in again in another window, and this one takes over the new token.
 * It puts the token into every field csrfmiddlewaretoken; scripts of pages read it there when they send, and keep no copy of it.
 * Written for Chromium 78 / Safari 13. */
(function () {
  "use strict";
  var body = document.body;
  // A form that was carried on after confirming: from here on the page is at the form's own address.
  if (body.hasAttribute("data-address")) window.history.replaceState(null, "", body.getAttribute("data-address"));
  var left = Number(body.getAttribute("data-session-left"));
  if (!left || !window.fetch) return;
  var WARN = 120, PING_MS = 60000;
  var url = body.getAttribute("data-session-url");
  var login = body.getAttribute("data-login-url");
  var user = body.getAttribute("data-user");
  var endsAt, timer, clock, box, isActive = false, hasEnded = false;

  function token() {
    var found = /"X-CSRFToken": "([^"]+)"/.exec(body.getAttribute("hx-headers") || "");
    return found ? found[1] : "";
  }
  function ask(method) {
    return window.fetch(url, {
      method: method, credentials: "same-origin", headers: { "X-CSRFToken": token(), "Accept": "application/json" }
    }).then(function (answer) { return answer.ok ? answer.json() : { signed_in: false }; });
  }
  function seconds() { return Math.round((endsAt - Date.now()) / 1000); }

  function take(state) {
    if (!state.signed_in) { showEnded("登录已结束"); return; }
    if (state.user !== user) { showEnded("这个浏览器里现在登录的是另一个账号"); return; }
    renew(state.token);
    endsAt = Date.now() + state.seconds_left * 1000;
    if (seconds() > WARN) close();
    plan();
  }
  function plan() {
    window.clearTimeout(timer);
    timer = window.setTimeout(function () { ask("GET").then(look, later); }, Math.max(seconds() - WARN, 1) * 1000);
  }
  function later() { timer = window.setTimeout(function () { ask("GET").then(look, later); }, 15000); }
  function look(state) {
    if (!state.signed_in || state.user !== user || state.seconds_left > WARN) { take(state); return; }
    endsAt = Date.now() + state.seconds_left * 1000;
    showWarning();
    window.clearTimeout(timer);
    timer = window.setTimeout(function () { ask("GET").then(take, later); }, Math.max(seconds() + 1, 1) * 1000);
  }
  function renew(fresh) {
    hasEnded = false;
    body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": fresh }).replace(":", ": "));
    document.querySelectorAll("input[name=csrfmiddlewaretoken]").forEach(function (field) { field.value = fresh; });
  }

  function element(name, className, text) {
    var made = document.createElement(name);
    if (className) made.className = className;
    if (text) made.textContent = text;
    return made;
  }
  function show(title, text, buttons) {
    close();
    var back = element("div", "dialog-back"), frame = element("div", "dialog"), row = element("div", "dialog-buttons");
    var head = element("h2", "", title), words = element("p", "", text);
    head.id = "session-title";
    words.id = "session-text";
    frame.setAttribute("role", "alertdialog");
    frame.setAttribute("aria-modal", "true");
    frame.setAttribute("aria-labelledby", head.id);
    frame.setAttribute("aria-describedby", words.id);
    buttons.forEach(function (button) { row.appendChild(button); });
    [head, words, row].forEach(function (part) { frame.appendChild(part); });
    back.appendChild(frame);
    body.appendChild(back);
    box = { back: back, words: words, before: document.activeElement, buttons: buttons };
    document.addEventListener("keydown", stay, true);
    buttons[buttons.length - 1].focus();
  }
  function stay(event) {
    if (event.key !== "Tab" || !box) return;
    event.preventDefault();
    var place = box.buttons.indexOf(document.activeElement);
    box.buttons[(place + 1) % box.buttons.length].focus();
  }
  function close() {
    if (!box) return;
    window.clearInterval(clock);
    document.removeEventListener("keydown", stay, true);
    box.back.remove();
    if (box.before && box.before.focus) box.before.focus();
    box = null;
  }
  function button(text, isPrimary, act) {
    var made = element("button", isPrimary ? "btn btn-primary" : "btn btn-outline-secondary", text);
    made.type = "button";
    made.addEventListener("click", act);
    return made;
  }

  function showWarning() {
    if (box) return;
    function words() {
      var n = Math.max(seconds(), 0);
      return "您有一段时间没有操作，" + Math.floor(n / 60) + " 分 " + (n % 60) + " 秒后将自动退出。本页已填写的内容不受影响。";
    }
    show("即将自动退出", words(), [button("继续使用", true, function () { close(); ask("POST").then(take, later); })]);
    clock = window.setInterval(function () { if (box) box.words.textContent = words(); }, 1000);
  }
  function showEnded(why) {
    hasEnded = true;
    window.clearTimeout(timer);
    show(why, "本页填写的内容都还在，请不要关闭。点“重新登录”在新窗口用原来的账号登录，再回到本页继续。", [
      button("我已重新登录", false, function () { ask("GET").then(take, later); }),
      button("重新登录", true, function () { window.open(login, "_blank"); })
    ]);
  }

  ["keydown", "pointerdown", "touchstart"].forEach(function (name) {
    document.addEventListener(name, function () { if (!box) isActive = true; }, { passive: true });
  });
  window.setInterval(function () {
    if (!isActive || hasEnded) return;
    isActive = false;
    ask("POST").then(take, function () { isActive = true; });
  }, PING_MS);
  window.addEventListener("focus", function () { // back from another window, where somebody may have signed in again
    if (box && !hasEnded) return;
    ask("GET").then(function (state) { if (state.signed_in || !hasEnded) take(state); }, later);
  });

  endsAt = Date.now() + left * 1000;
  plan();
})();
