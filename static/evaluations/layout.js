/* Two ways to see the form: one person per screen, or all of them; the latter as a real table where the screen is wide enough.
 * The same fields move between both, so that nothing is filled in twice.
 * window.SPKLayout(sheet, box) -> { set("single" | "all"), kind() -> "single" | "list" | "table" } */
(function () {
  "use strict";
  const WIDE = 760, NAME_COLUMN = 190, BUTTON = 61.5;
  const COLUMN = { number: 98, rank: 130 }; // px; the other kinds hold two buttons side by side
  const make = window.SPKMake;

  window.SPKLayout = function (sheet, box) {
    let kind = "single", width = 0;

    function bringHome() {
      sheet.people.forEach((person) => {
        person.home.forEach((el) => person.el.appendChild(el));
        person.items.forEach((item) => item.el.removeAttribute("aria-labelledby"));
        person.el.classList.remove("in-table");
        person.row = null;
      });
      [].slice.call(box.querySelectorAll(".scroller")).forEach((el) => el.parentNode.removeChild(el));
    }
    function columns(person) {
      return person.marks.map((item) => {
        const hint = item.el.querySelector("legend .hint"), range = item.el.querySelector("legend .range");
        return { width: COLUMN[item.kind] || 2 * BUTTON, name: item.name, range: range ? range.textContent : "", hint: hint ? hint.textContent : "", section: item.el.dataset.section };
      });
    }
    function head(cells, withNames) {
      const thead = make("thead"), row = make("tr");
      if (cells.some((cell) => cell.section)) {
        const groups = make("tr");
        if (withNames) groups.appendChild(make("td"));
        let last = null;
        cells.forEach((cell) => {
          if (last && last.textContent === cell.section) { last.colSpan += 1; return; }
          last = make(cell.section ? "th" : "td", "", cell.section);
          if (cell.section) last.scope = "colgroup";
          groups.appendChild(last);
        });
        thead.appendChild(groups);
      }
      if (withNames) {
        const corner = make("th", "who", "姓名");
        corner.scope = "col";
        row.appendChild(corner);
      }
      cells.forEach((cell) => {
        const th = make("th", "", cell.name);
        th.scope = "col";
        if (cell.range) th.appendChild(make("span", "range", cell.range));
        if (cell.hint) th.title = cell.hint;
        th.style.width = cell.width + "px";
        row.appendChild(th);
      });
      thead.appendChild(row);
      return thead;
    }
    function who(person, scope, span) {
      const th = make("th", "who"), inner = make("div", "who-inner");
      th.scope = scope;
      th.colSpan = span;
      [".name", ".post"].forEach((part) => inner.appendChild(person.el.querySelector("legend " + part).cloneNode(true)));
      inner.firstChild.removeAttribute("id");
      const self = person.el.querySelector(".self");
      if (self) inner.appendChild(self);
      th.appendChild(inner);
      return th;
    }
    function body(person, place, withNames, n) {
      const group = make("tbody", place % 2 ? "odd" : ""), row = make("tr");
      person.home = [].slice.call(person.el.children);
      if (withNames) row.appendChild(who(person, "row", 1));
      else {
        const line = make("tr");
        line.appendChild(who(person, "rowgroup", n));
        group.appendChild(line);
      }
      const nameId = "name-" + person.part + "-" + person.subject;
      person.el.querySelector("legend .name").id = nameId;
      person.marks.forEach((item) => {
        const cell = make("td"), legend = item.el.querySelector("legend");
        legend.id = nameId + "-" + item.key;
        item.el.setAttribute("aria-labelledby", nameId + " " + legend.id);
        cell.appendChild(item.el);
        row.appendChild(cell);
      });
      group.appendChild(row);
      if (person.texts.length) {
        const line = make("tr"), cell = make("td", "words");
        cell.colSpan = n + (withNames ? 1 : 0);
        person.texts.forEach((item) => cell.appendChild(item.el));
        line.appendChild(cell);
        group.appendChild(line);
      }
      group.tabIndex = -1;
      person.row = group;
      person.el.classList.add("in-table");
      return group;
    }
    function buildTables() {
      [].slice.call(box.querySelectorAll(".part")).forEach((part) => {
        const people = sheet.people.filter((person) => person.part === part.dataset.part);
        const cells = columns(people[0]), n = cells.length;
        const need = cells.reduce((sum, cell) => sum + cell.width + 2, 0);
        const withNames = width >= need + NAME_COLUMN, room = width - (withNames ? NAME_COLUMN : 0);
        const scroller = make("div", "scroller"), table = make("table", "grid-table");
        const isRoomy = room >= n * (4 * BUTTON + 12), fits = room >= need;
        table.classList.add(isRoomy ? "roomy" : "tight");
        table.classList.toggle("scrolls", !fits);
        if (!fits) table.style.width = need + 8 * n + "px";
        table.appendChild(make("caption", "sr", part.querySelector(".part-head h2").textContent));
        table.appendChild(head(cells, withNames));
        people.forEach((person, place) => table.appendChild(body(person, place, withNames, n)));
        scroller.appendChild(table);
        scroller.classList.toggle("scrolls", !fits);
        part.insertBefore(scroller, part.querySelector(".person"));
        const rows = table.tHead.rows;
        if (rows[1]) [].forEach.call(rows[1].cells, (cell) => { cell.style.top = rows[0].offsetHeight + "px"; });
      });
    }
    function set(wanted) {
      const next = wanted === "single" ? "single" : window.innerWidth >= WIDE ? "table" : "list";
      const room = Math.min(window.innerWidth, 1300) - 16;
      if (next === kind && (next !== "table" || room === width)) return;
      const held = document.activeElement;
      if (kind === "table") bringHome();
      kind = next;
      width = room;
      ["single", "list", "table"].forEach((name) => document.body.classList.toggle("as-" + name, name === kind));
      if (kind === "table") buildTables();
      if (held && held !== document.body && box.contains(held)) held.focus({ preventScroll: true });
    }
    document.body.classList.add("as-single");
    return { set, kind: () => kind, place: (person) => person.row || person.el };
  };
})();
