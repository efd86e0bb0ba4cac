/* Autosave of commentary: saves when typing pauses, keeps a copy in this browser until the server has it, and shows both texts
 * when somebody else saved meanwhile. Staff browsers: Chromium 86. */
(() => {
  "use strict";
  const PAUSE_MS = 1200;
  const RETRY_MS = 5000;

  const hour = () => new Date().toLocaleTimeString("zh-CN", { hour12: false });

  function start(form) {
    const box = form.elements.text;
    const version = form.elements.version;
    const state = form.querySelector("[data-save-state]");
    const conflict = form.querySelector(".commentary-conflict");
    const key = `spk-${form.dataset.autosave}`;
    const panel = document.getElementById(form.dataset.autosave.replace("commentary-", "panel-"));
    let saved = box.value;
    let timer = null;
    let isSending = false;
    let isBlocked = false;

    const isDirty = () => box.value !== saved;
    const keep = () => localStorage.setItem(key, JSON.stringify({ text: box.value, version: version.value }));

    function later(ms) {
      clearTimeout(timer);
      timer = setTimeout(save, ms);
    }

    async function save() {
      if (isSending || isBlocked || !isDirty()) return;
      isSending = true;
      const sent = box.value;
      state.textContent = "正在保存…";
      try {
        const answer = await fetch(form.action, {
          method: "POST", body: new FormData(form), headers: { Accept: "application/json" }, credentials: "same-origin",
        });
        if (answer.status === 409) refused(await answer.json());
        else if (answer.ok && !answer.redirected) accepted(sent, await answer.json());
        else failed(answer.redirected || answer.status === 403 ? "登录已失效，请在另一窗口重新登录；" : "服务器没有保存；");
      } catch (error) {
        failed("网络不通；");
      }
      isSending = false;
      if (isDirty() && !isBlocked) later(state.dataset.failed ? RETRY_MS : PAUSE_MS);
    }

    function accepted(sent, answer) {
      saved = sent;
      version.value = answer.version;
      delete state.dataset.failed;
      state.textContent = `已保存 ${hour()}`;
      if (isDirty()) keep(); else localStorage.removeItem(key);
      if (panel && !panel.contains(document.activeElement)) {
        panel.innerHTML = answer.panel;
        if (window.htmx) window.htmx.process(panel);
      }
    }

    function failed(why) {
      state.dataset.failed = "1";
      state.textContent = `${why}内容暂存在本机，稍后自动重试。`;
    }

    function refused(answer) {
      isBlocked = true;
      state.textContent = "没有保存";
      conflict.replaceChildren();
      const add = (name, text, className) => {
        const made = document.createElement(name);
        made.textContent = text;
        if (className) made.className = className;
        return conflict.appendChild(made);
      };
      add("p", answer.detail);
      if (answer.code === "stale_version") {
        add("p", `${answer.by}保存的内容：`);
        add("p", answer.text || "（空）", "prewrap");
        const mine = add("button", "以我填写的为准", "btn btn-sm btn-outline-secondary");
        const theirs = add("button", "采用已保存的内容", "btn btn-sm btn-outline-secondary");
        const both = add("button", "两份都保留", "btn btn-sm btn-outline-secondary");
        mine.type = theirs.type = both.type = "button";
        mine.addEventListener("click", () => settle(answer.version, answer.text, box.value));
        both.addEventListener("click", () => settle(answer.version, answer.text, `${answer.text}\n${box.value}`));
        theirs.addEventListener("click", () => settle(answer.version, answer.text, answer.text));
      }
      conflict.hidden = false;
    }

    function settle(newVersion, stored, text) {
      isBlocked = false;
      conflict.hidden = true;
      version.value = newVersion;
      saved = stored;
      box.value = text;
      if (isDirty()) save();
      else { localStorage.removeItem(key); state.textContent = "已采用保存的内容"; }
    }

    const kept = JSON.parse(localStorage.getItem(key) || "null");
    if (kept && kept.text !== box.value) {
      box.value = kept.text;
      version.value = kept.version;
      state.textContent = "已恢复上次没有保存的内容";
      later(PAUSE_MS);
    } else {
      localStorage.removeItem(key);
    }
    box.addEventListener("input", () => {
      keep();
      if (isBlocked) return;
      state.textContent = "正在输入…";
      later(PAUSE_MS);
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      clearTimeout(timer);
      if (isDirty()) save(); else state.textContent = "没有改动";
    });
    window.addEventListener("beforeunload", (event) => {
      if (isDirty()) { event.preventDefault(); event.returnValue = ""; }
    });
  }

  document.querySelectorAll("form[data-autosave]").forEach(start);
})();
