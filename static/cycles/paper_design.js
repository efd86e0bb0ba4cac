/* The designer of evaluation forms: live preview, row buttons without leaving the page, rows stay open where they were.
 * Everything also works without this file: the buttons submit the page. Staff baseline: Chromium 86. */
const PAUSE_MS = 450;
const OPEN_KEY = "spk-design-open";
const form = document.getElementById("paper-form");
const body = document.getElementById("design-body");
const preview = document.getElementById("preview-body");
const told = form.querySelector("[data-told]");
let waiting = 0;
let running = null;

function rows() {
  return Array.from(body.querySelectorAll("details[data-row]"));
}

function noteOpenRows() {
  const holder = document.getElementById("open-rows");
  holder.textContent = "";
  rows().filter((row) => row.open).forEach((row) => {
    const input = document.createElement("input");
    input.type = "hidden";
    input.name = "open";
    input.value = row.dataset.row;
    holder.append(input);
  });
}

function fit(row) {
  const kind = row.querySelector("select[name$=-kind]");
  if (!kind) return;
  row.querySelectorAll("[data-kinds]").forEach((box) => {
    box.hidden = !box.dataset.kinds.split(" ").includes(kind.value);
  });
}

function markChanged() {
  form.setAttribute("data-changed", "1");
  told.textContent = "改动还没有保存";
}

async function send(url, data, signal) {
  const answer = await fetch(url, { method: "POST", body: data, headers: { "HX-Request": "true" }, signal });
  if (answer.redirected || !answer.ok) {
    throw new Error(answer.redirected ? "登录已过期，请在另一个窗口重新登录，再接着改。" : "服务器没有答复。");
  }
  return answer.text();
}

function sayFailure(error, what) {
  const reason = error instanceof TypeError ? "现在连不上服务器。" : error.message;
  told.textContent = what + reason + "填写的内容都还在这一页上。";
}

async function refreshPreview() {
  if (running) running.abort();
  running = new AbortController();
  try {
    const html = await send(preview.dataset.previewUrl, new FormData(form), running.signal);
    preview.innerHTML = html;
    preview.removeAttribute("data-stale");
  } catch (error) {
    if (error.name !== "AbortError") sayFailure(error, "预览没有更新：");
  }
}

function refreshSoon() {
  preview.setAttribute("data-stale", "");
  window.clearTimeout(waiting);
  waiting = window.setTimeout(refreshPreview, PAUSE_MS);
}

function show(touched, act) {
  const row = touched && document.getElementById("row-" + touched.replace(/[:.]/g, "-"));
  if (!row) return;
  const holder = row.closest("details");
  if (holder) holder.open = true;
  const isMove = act.includes("-up:") || act.includes("-down:");
  const moved = isMove && document.getElementById(act.replace(/^(\w+)-(\w+):/, "$2-$1-"));
  const first = row.querySelector("input:not([type=hidden]), select, textarea");
  row.scrollIntoView({ block: "nearest" });
  const wanted = moved || first;
  if (wanted) wanted.focus({ preventScroll: true });
}

async function press(button) {
  noteOpenRows();
  const data = new FormData(form);
  data.set("act", button.value);
  button.disabled = true;
  try {
    body.innerHTML = await send(form.getAttribute("action") || window.location.href, data);
    rows().forEach(fit);
    markChanged();
    show(body.querySelector("[data-touched]").dataset.touched, button.value);
    refreshSoon();
  } catch (error) {
    button.disabled = false;
    sayFailure(error, "没有改成：");
  }
}

form.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (button && button.hasAttribute("data-preview-button")) {
    event.preventDefault();
    refreshPreview();
    preview.closest(".preview").scrollIntoView({ block: "start", behavior: "smooth" });
  } else if (button && button.name === "act" && button.value !== "save") {
    event.preventDefault();
    press(button);
  } else {
    noteOpenRows();
    const place = { at: window.scrollY, rows: rows().filter((row) => row.open).map((row) => row.dataset.row), url: window.location.pathname };
    window.sessionStorage.setItem(OPEN_KEY, JSON.stringify(place));
  }
});

form.addEventListener("input", (event) => {
  const row = event.target.closest("details[data-row]");
  if (row) {
    fit(row);
    if (/^(item-\w+-text|scale-\w+-label)$/.test(event.target.name)) {
      row.querySelector(".row-name").textContent = event.target.value || "（未命名）";
    }
  }
  markChanged();
  refreshSoon();
});

function comeBack() {
  const stored = window.sessionStorage.getItem(OPEN_KEY);
  window.sessionStorage.removeItem(OPEN_KEY);
  const place = stored ? JSON.parse(stored) : null;
  if (!place || place.url !== window.location.pathname) return;
  rows().filter((row) => place.rows.includes(row.dataset.row)).forEach((row) => { row.open = true; });
  window.scrollTo(0, place.at);
}

document.documentElement.classList.add("has-design");
rows().forEach(fit);
comeBack();
