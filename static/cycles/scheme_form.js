/* The scheme editor: rows are added, moved, crossed out and taken back; boxes show only where they are of use; sums and the
 * worked example follow the typing. Everything also works without this file. Staff baseline: Chromium 86. */
const PAUSE_MS = 400;
const form = document.getElementById("scheme-form");
const body = form.querySelector("[data-row-body]");
const template = form.querySelector("[data-row-template]");
const total = form.querySelector("input[name=row-TOTAL_FORMS]");
const sum = form.querySelector("[data-weight-sum]");
const add = form.querySelector("[data-add-row]");
const beside = document.getElementById("beside");
const told = form.querySelector("[data-told]");
let waiting = 0;
let running = null;

function rows() {
  return body ? Array.from(body.querySelectorAll("[data-row]")) : [];
}

function ends(row, name) {
  return row.querySelector(`[name$="-${name}"]`);
}

function isDropped(row) {
  const box = ends(row, "DELETE");
  return Boolean(box && box.checked);
}

/* sums */
function hundredths(typed) {
  const plain = typed.replace(/[０-９．]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xFEE0)).trim();
  return /^\d+(\.\d{1,2})?$/.test(plain) ? Math.round(parseFloat(plain) * 100) : 0;
}

function showSum() {
  if (!sum) return;
  const found = rows().filter((row) => !isDropped(row)).reduce((all, row) => all + hundredths(ends(row, "weight").value), 0);
  const rest = Number(sum.dataset.goal) * 100 - found;
  sum.classList.toggle("is-right", rest === 0);
  sum.classList.toggle("is-off", rest !== 0);
  const turn = rest > 0 ? `，还差 ${rest / 100}%` : rest < 0 ? `，多出 ${-rest / 100}%` : "";
  sum.textContent = `权重合计 ${found / 100}%${turn}`;
}

/* boxes that are of use only with certain choices */
function holds(box, scope) {
  return box.dataset.when.split(" ").every((rule) => {
    const [name, values] = rule.split(":");
    const choice = (scope && ends(scope, name)) || form.querySelector(`[name="head-${name}"]`);
    return !choice || values.split(",").includes(choice.value);
  });
}

function fitOptions(row) {
  const item = ends(row, "item");
  if (!item) return;
  const chosen = item.selectedOptions[0];
  const scale = (chosen && chosen.dataset.scale) || "";
  row.querySelectorAll("input[data-scale]").forEach((box) => {
    const holder = box.closest(".option-box") || box.closest("label").parentElement;
    holder.hidden = box.dataset.scale !== scale;
  });
}

function fit() {
  form.querySelectorAll("[data-when]").forEach((box) => { box.hidden = !holds(box, box.closest("[data-row]")); });
  rows().forEach((row) => {
    row.classList.toggle("is-dropped", isDropped(row));
    fitOptions(row);
    const button = row.querySelector("[data-drop]");
    if (button) button.textContent = isDropped(row) ? "恢复" : "删去";
  });
  showSum();
}

/* rows */
function renumber() {
  rows().forEach((row, place) => {
    const order = ends(row, "ORDER");
    if (order) order.value = String(place + 1);
  });
}

function prepare(row) {
  const plain = row.querySelector("[data-plain]");
  const tools = row.querySelector("[data-tools]");
  if (plain && tools) {
    plain.hidden = true;
    tools.hidden = false;
  }
  row.querySelectorAll("[data-add-band]").forEach((button) => { button.hidden = false; });
}

function addRow() {
  const holder = document.createElement(body.tagName === "TBODY" ? "tbody" : "div");
  holder.innerHTML = template.innerHTML.replace(/__prefix__/g, total.value);
  const row = holder.querySelector("[data-row]");
  body.append(row);
  total.value = String(Number(total.value) + 1);
  prepare(row);
  renumber();
  changed();
  const first = row.querySelector("select, input:not([type=hidden]):not([name$=-ORDER]):not([name$=-DELETE])");
  if (first) first.focus();
}

function addBand(button) {
  const last = button.closest("[data-bands]").querySelector("tbody tr:last-child");
  const row = last.cloneNode(true);
  row.querySelectorAll("input").forEach((input) => {
    input.name = input.name.replace(/-(\d+)-options$/, (_, n) => `-${Number(n) + 1}-options`);
    if (input.type === "checkbox") input.checked = false;
    else input.value = "";
  });
  last.after(row);
  row.querySelector("input").focus();
}

function move(row, step, focus) {
  const all = rows();
  const other = all[all.indexOf(row) + step];
  if (!other) return;
  if (step < 0) other.before(row);
  else other.after(row);
  renumber();
  changed();
  focus.focus();
}

function drop(row) {
  const box = ends(row, "DELETE");
  box.checked = !box.checked;
  changed();
}

/* what it leads to */
async function tryOut() {
  if (running) running.abort();
  running = new AbortController();
  try {
    const answer = await fetch(form.dataset.tryUrl, {
      method: "POST", body: new FormData(form), headers: { "HX-Request": "true" }, signal: running.signal,
    });
    if (answer.redirected) throw new Error("登录已过期，请在另一个窗口重新登录，再接着改。");
    if (!answer.ok) throw new Error("服务器没有答复。");
    show(await answer.text());
  } catch (error) {
    if (error.name === "AbortError") return;
    const reason = error instanceof TypeError ? "现在连不上服务器。" : error.message;
    told.textContent = `右边没有更新：${reason}填写的内容都还在这一页上。`;
  }
}

/* Figures worked out before stay, pale, while something typed cannot be read. */
function show(html) {
  const fresh = document.createElement("div");
  fresh.innerHTML = html;
  const open = Array.from(beside.querySelectorAll("details[open][id]")).map((one) => one.id);
  const known = beside.querySelector("[data-example]");
  if (fresh.querySelector("[data-has-problems]") && known) {
    known.setAttribute("data-stale", "");
    fresh.append(known);
  }
  beside.replaceChildren(...fresh.childNodes);
  open.forEach((id) => {
    const one = document.getElementById(id);
    if (one) one.open = true;
  });
}

function changed() {
  fit();
  form.setAttribute("data-changed", "1");
  told.textContent = "改动还没有保存";
  window.clearTimeout(waiting);
  waiting = window.setTimeout(tryOut, PAUSE_MS);
}

form.addEventListener("input", changed);
form.addEventListener("click", (event) => {
  const button = event.target.closest("button[type=button]");
  if (!button) return;
  const row = button.closest("[data-row]");
  if (button.hasAttribute("data-add-row")) addRow();
  else if (button.hasAttribute("data-add-band")) addBand(button);
  else if (button.hasAttribute("data-drop")) drop(row);
  else if (button.hasAttribute("data-move")) move(row, Number(button.dataset.move), button);
});
form.addEventListener("keydown", (event) => {
  const row = event.target.closest("[data-row]");
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (!row || !step || !event.altKey || !ends(row, "ORDER")) return;
  event.preventDefault();
  move(row, step, event.target);
});

/* The spare row at the end is for pages without this file; here a button adds one. */
function dropSpareRow() {
  const last = rows().pop();
  const texts = last && add ? Array.from(last.querySelectorAll("input[type=text]:not([name$=-ORDER])")) : [];
  if (rows().length < 2 || !texts.length || texts.some((input) => input.value.trim())) return;
  last.remove();
  total.value = String(Number(total.value) - 1);
}

const here = document.querySelector(".part-tabs [aria-current]");
if (here) here.parentElement.parentElement.scrollLeft = Math.max(0, here.offsetLeft - 60);
dropSpareRow();
rows().forEach(prepare);
if (add && template) add.hidden = false;
fit();
