/* Big controls over the plain fields: numbers by band, button or keyboard; ranks with those already given; words with a count.
 * The plain field stays the truth; every control writes to it and lets it "change".
 * window.SPKControls(sheet, maxAllTexts) -> { prepare(screen), refresh(), words() }; words() after a letter, refresh() after a mark. */
(function () {
  "use strict";
  const FEW = 12; // values that may stand as buttons
  const rules = window.SPKBallot;

  function make(tag, className, text) {
    const el = document.createElement(tag);
    if (className) el.className = className;
    if (text !== undefined) el.textContent = text;
    if (tag === "button") el.type = "button";
    return el;
  }
  function write(field, value) {
    field.value = value;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }
  const pressed = (button, is) => button.setAttribute("aria-pressed", String(is));

  window.SPKControls = function (sheet, maxAllTexts) {
    const after = [], afterWords = []; // what to renew when a mark or a word has changed
    let givenRanks = {}; // part and item -> rank -> people

    /* numbers */
    function number(item) {
      const box = item.el.querySelector(".number"), input = item.input, bands = [].slice.call(box.querySelectorAll(".band"));
      input.type = "text";
      const less = make("button", "step", "−"), more = make("button", "step", "＋");
      const chips = make("div", "chips"), wrong = make("p", "wrong");
      less.setAttribute("aria-label", item.name + " 减");
      more.setAttribute("aria-label", item.name + " 加");
      wrong.hidden = true;
      wrong.id = input.name + "-wrong";
      input.setAttribute("aria-describedby", wrong.id);
      let low = item.min, high = item.max;

      function step(way) {
        const now = sheet.hundredths(sheet.tidyNumber(input.value));
        const half = low + Math.round((high - low) / item.step / 2) * item.step;
        const next = now === null ? half : now + way * item.step;
        write(input, sheet.plainNumber(Math.max(item.min, Math.min(item.max, next))));
      }
      function showChips() {
        chips.innerHTML = "";
        const from = item.min + Math.ceil((low - item.min) / item.step) * item.step;
        if ((high - from) / item.step >= FEW + 4) { input.focus(); return; }
        for (let n = high - ((high - item.min) % item.step); n >= from; n -= item.step) {
          const chip = make("button", "chip", sheet.plainNumber(n));
          chip.addEventListener("click", () => write(input, chip.textContent));
          chips.appendChild(chip);
        }
        renew();
      }
      const buttons = bands.map((band) => {
        const button = make("button", "band-button");
        const edges = [sheet.hundredths(band.dataset.low), sheet.hundredths(band.dataset.high)];
        button.appendChild(make("b", "", band.dataset.label));
        button.appendChild(document.createTextNode(" "));
        button.appendChild(make("span", "", band.dataset.low + "–" + band.dataset.high));
        button.addEventListener("click", () => {
          low = Math.max(item.min, edges[0]);
          high = Math.min(item.max, edges[1]);
          if (!isInside(edges)) input.value = "";
          showChips();
          if (!input.value) write(input, "");
        });
        button.edges = edges;
        return button;
      });
      function isInside(edges) {
        const now = sheet.hundredths(sheet.tidyNumber(input.value));
        return now !== null && now >= edges[0] && now <= edges[1];
      }
      function renew() {
        const answer = sheet.answerOf(item), isOff = sheet.isFaulty(item);
        buttons.forEach((button) => {
          const isOpen = !input.value && chips.firstChild && button.edges[0] <= low && button.edges[1] >= high;
          pressed(button, Boolean(isOpen) || isInside(button.edges));
        });
        [].forEach.call(chips.children, (chip) => pressed(chip, chip.textContent === answer));
        wrong.hidden = !isOff;
        wrong.textContent = isOff ? "应填 " + sheet.plainNumber(item.min) + "–" + sheet.plainNumber(item.max) + (item.step === 100 ? " 的整数" : "，每档 " + sheet.plainNumber(item.step)) : "";
        input.setAttribute("aria-invalid", String(isOff));
      }
      less.addEventListener("click", () => step(-1));
      more.addEventListener("click", () => step(1));
      input.addEventListener("change", () => { if (input.value !== sheet.tidyNumber(input.value)) input.value = sheet.tidyNumber(input.value); });
      box.insertBefore(less, input);
      box.insertBefore(more, input.nextSibling);
      if (buttons.length) {
        const row = make("div", bands.some((band) => band.dataset.label.length > 2) ? "bands pairs" : "bands");
        row.setAttribute("role", "group");
        row.setAttribute("aria-label", item.name + " 分数段");
        buttons.forEach((button) => row.appendChild(button));
        box.parentNode.insertBefore(row, box);
        bands.forEach((band) => band.parentNode.removeChild(band));
      }
      chips.setAttribute("role", "group");
      chips.setAttribute("aria-label", item.name + " 分数");
      box.parentNode.insertBefore(chips, box);
      box.parentNode.appendChild(wrong);
      if (!buttons.length && (item.max - item.min) / item.step < FEW) showChips();
      after.push(renew);
    }

    /* ranks */
    function gatherRanks() {
      givenRanks = {};
      sheet.people.forEach((person) => person.marks.forEach((item) => {
        if (item.kind !== "rank" || sheet.isSelf(person) || !sheet.answerOf(item)) return;
        const given = givenRanks[person.part + item.key] || (givenRanks[person.part + item.key] = {});
        (given[sheet.answerOf(item)] = given[sheet.answerOf(item)] || []).push(person);
      }));
    }
    function holders(person, item, rank) {
      const given = (givenRanks[person.part + item.key] || {})[rank] || [];
      return given.filter((other) => other !== person).map((other) => other.name).join("、");
    }
    function rank(person, item) {
      const box = item.el.querySelector(".rank"), select = item.input, wrong = make("p", "wrong");
      wrong.hidden = true;
      box.parentNode.appendChild(wrong);
      const buttons = [];
      if ("buttons" in box.dataset) {
        const row = make("div", "ranks");
        [].slice.call(select.options).forEach((option) => {
          const button = make("button", "chip");
          button.appendChild(make("b", "", option.value || "不排"));
          button.appendChild(make("small"));
          button.addEventListener("click", () => write(select, option.value));
          button.value = option.value;
          buttons.push(button);
          row.appendChild(button);
        });
        row.setAttribute("role", "group");
        row.setAttribute("aria-label", item.name + " 名次");
        box.appendChild(row);
        box.classList.add("has-buttons");
      }
      function nameOptions() {
        [].forEach.call(select.options, (option) => {
          const name = option.value && holders(person, item, option.value);
          if (option.value) option.textContent = "第 " + option.value + " 名" + (name ? "（已给" + name + "）" : "");
        });
      }
      ["focus", "pointerdown", "mousedown"].forEach((name) => select.addEventListener(name, nameOptions));
      after.push(() => {
        const own = sheet.answerOf(item), twice = own && holders(person, item, own);
        buttons.forEach((button) => {
          const name = button.value && holders(person, item, button.value);
          button.lastChild.textContent = name ? "已给" + name : "";
          if (button.value) button.setAttribute("aria-label", "第 " + button.value + " 名" + (name ? "，已给" + name : ""));
          button.classList.toggle("taken", Boolean(name));
          pressed(button, button.value === own);
        });
        wrong.hidden = !twice;
        wrong.textContent = twice ? "第 " + own + " 名已给了" + twice + "，请改一个。" : "";
      });
    }

    /* words */
    function text(item) {
      const left = make("p", "small left"), field = item.input, max = Number(field.dataset.max);
      left.id = field.name + "-left";
      field.setAttribute("aria-describedby", left.id);
      field.parentNode.appendChild(left);
      function renew(nAll) {
        const own = max - rules.countChars(rules.tidyText(field.value, max)), all = maxAllTexts - nAll;
        left.textContent = all < 0 ? "全票文字已超出 " + -all + " 字，请删减" : all < own ? "全票还可写 " + all + " 字" : "还可写 " + own + " 字";
        left.classList.toggle("wrong", all < 0);
      }
      afterWords.push(renew);
    }

    /* "this is me": one person only, the same in all parts */
    function self(person) {
      person.selfBox.addEventListener("change", () => {
        sheet.people.forEach((other) => {
          if (other.selfBox && other !== person) other.selfBox.checked = other.subject === person.subject && person.selfBox.checked;
        });
      });
      after.push(() => {
        const is = sheet.isSelf(person);
        person.el.classList.toggle("is-me", is);
        person.items.forEach((item) => item.el.classList.toggle("is-me", is));
      });
    }

    /* "clear this person": nothing is marked any more, the page stays */
    function clearing(screen) {
      const line = make("p", "clear-line"), button = make("button", "plain", "清空这一位");
      button.addEventListener("click", () => {
        sheet.clear(screen.items);
        screen.items[0].input.dispatchEvent(new Event("change", { bubbles: true }));
        screen.el.focus({ preventScroll: true });
      });
      line.appendChild(button);
      screen.el.appendChild(line);
      after.push(() => { line.hidden = !sheet.isTouched(screen) || sheet.isSelf(screen); });
    }

    /* built when a person is first shown: forty people at once would keep an old phone busy for seconds */
    function prepare(screen) {
      if (screen.isPrepared) return false;
      screen.isPrepared = true;
      clearing(screen);
      screen.items.forEach((item) => {
        if (item.kind === "number") number(item);
        if (item.kind === "rank") rank(screen, item);
        if (item.kind === "text") text(item);
        /* Delete takes a mark back: radio buttons cannot be unchosen otherwise */
        item.el.addEventListener("keydown", (event) => {
          if ((event.key !== "Delete" && event.key !== "Backspace") || event.target.type !== "radio") return;
          event.preventDefault();
          sheet.clear([item]);
          event.target.dispatchEvent(new Event("change", { bubbles: true }));
        });
      });
      if (screen.selfBox) self(screen);
      return true;
    }
    function words() {
      const n = sheet.nChars();
      afterWords.forEach((renew) => renew(n));
    }
    return {
      prepare, words,
      refresh() {
        gatherRanks();
        after.forEach((renew) => renew());
        words();
      }
    };
  };
  window.SPKMake = make;
})();
