/* Lists of people with their state, and what would make marks void, in words.
 * window.SPKLists(sheet, go) -> { people(box), faults(box) -> { isBlocked, isVoid, n } }; go(screen, item) leaves for a place in the form. */
(function () {
  "use strict";
  const MOST = 10; // sentences shown at once
  const make = window.SPKMake;

  window.SPKLists = function (sheet, go) {
    function people(box) {
      box.innerHTML = "";
      sheet.parts.forEach((part) => {
        const own = sheet.people.filter((person) => person.part === part.key);
        if (sheet.parts.length > 1) box.appendChild(make("h4", "", part.template.title));
        const list = make("ol", "names");
        own.forEach((person, n) => list.appendChild(line(person, n + 1)));
        box.appendChild(list);
      });
    }
    function line(person, n) {
      const row = make("li"), button = make("button"), missing = sheet.nMissing(person);
      const words = sheet.isSelf(person) ? "– 本人不评" : missing ? "○ 未填 " + missing + " 项" : "✓ 已填全";
      button.appendChild(make("span", "who-name", n + " " + person.name));
      button.appendChild(make("b", "", words));
      if (missing) button.className = "open";
      button.addEventListener("click", () => go(person));
      row.appendChild(button);
      return row;
    }
    function sentence(words, screen, item) {
      const row = make("li", "", words);
      if (screen) {
        const button = make("button", "plain", "去修改");
        button.setAttribute("aria-label", "去修改：" + words);
        button.addEventListener("click", () => go(screen, item));
        row.appendChild(button);
      }
      return row;
    }
    function note(box, title, rows, kind) {
      if (!rows.length) return;
      const part = make("div", "note " + kind), list = make("ul");
      part.appendChild(make("p", "big", title));
      rows.slice(0, MOST).forEach((row) => list.appendChild(row));
      part.appendChild(list);
      if (rows.length > MOST) part.appendChild(make("p", "", "还有 " + (rows.length - MOST) + " 处，改好上面的再看。"));
      box.appendChild(part);
    }
    const isBallotVoid = (one) => (one.consequence === "item" ? !one.item : one.consequence === "ballot" || !one.subject);
    const isPlainBlank = (one) => one.kind === "blank" && one.consequence === "item";
    /* several blanks of one person are one thing to mend */
    function merged(found) {
      const nOf = {};
      const key = (one) => (one.kind === "blank" && one.subject ? one.part + " " + one.subject : "");
      found.forEach((one) => { nOf[key(one)] = (nOf[key(one)] || 0) + 1; });
      const seen = {};
      return found.filter((one) => !key(one) || !seen[key(one)] && (seen[key(one)] = true)).map((one) => {
        if (!key(one) || nOf[key(one)] === 1) return one;
        const words = sheet.names[one.subject] + "还有 " + nOf[key(one)] + " 项必填的没有填，请补填，" + one.words.slice(one.words.lastIndexOf("否则"));
        return Object.assign({}, one, { words });
      });
    }
    function place(one) {
      const person = sheet.people.filter((other) => other.part === one.part && (!one.subject || other.subject === one.subject))[0];
      return [person, one.subject && person ? person.marks.filter((item) => item.key === one.item)[0] : null];
    }
    function faults(box, maxAllTexts) {
      box.innerHTML = "";
      const off = sheet.faulty().map((one) => sentence(one.person.name + "的“" + one.item.name + "”填的分数不在范围内。", one.person, one.item));
      if (sheet.nChars() > maxAllTexts) off.push(sentence("全票写的文字合计超过 " + maxAllTexts + " 字，请删减。"));
      note(box, "还不能提交，请先改好：", off, "bad");
      const found = sheet.judge().filter((one) => !isPlainBlank(one)), said = (one) => sentence(one.words, ...place(one));
      const voids = merged(found.filter(isBallotVoid)), others = merged(found.filter((one) => !isBallotVoid(one)));
      note(box, "这样提交，整张票会无效，因为：", voids.map(said), "bad");
      note(box, "这样提交，下面的评价会无效：", others.map(said), "warn");
      return { isBlocked: off.length > 0, isVoid: voids.length > 0, n: found.length };
    }
    return { people, faults };
  };
})();
