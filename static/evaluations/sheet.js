/* The form on the screen, read and written: people, marks, words, what is missing. No walking, no network.
 * window.SPKSheet(form, data) -> see the bottom. A "person" is one reviewee in one part; "whole" is a comment on everybody. */
(function () {
  "use strict";
  const rules = window.SPKBallot;
  const list = (nodes) => [].slice.call(nodes);

  /* A number as people type it: full-width digits, leading zeros, a Chinese full stop. */
  function tidyNumber(text) {
    const plain = text.trim().replace(/[０-９]/g, (one) => String.fromCharCode(one.charCodeAt(0) - 65248)).replace(/[。．，,]/g, ".");
    return plain.replace(/^0+(?=\d)/, "");
  }
  const hundredths = (text) => {
    if (!/^\d{1,5}(\.\d{1,2})?$/.test(text)) return null;
    return Math.round(Number(text) * 100);
  };
  const plainNumber = (n) => String(n / 100);

  function itemOf(el) {
    const input = el.querySelector("input, select, textarea");
    const item = { el, key: el.dataset.item, kind: el.dataset.kind, input, name: el.querySelector(".q").textContent };
    if (item.kind === "number") {
      ["min", "max", "step"].forEach((edge) => { item[edge] = hundredths(input.getAttribute(edge)); });
    }
    return item;
  }
  function isNumberFine(item, text) {
    const n = hundredths(text);
    return n !== null && n >= item.min && n <= item.max && (n - item.min) % item.step === 0;
  }
  const raw = (item) => (item.kind === "grade" || item.kind === "yes_no" ? chosen(item) : item.input.value.trim());
  function chosen(item) {
    const radio = item.el.querySelector("input:checked");
    return radio ? radio.value : "";
  }
  /* The answer as it goes into the ballot; empty if there is none that the form takes. */
  function answerOf(item) {
    const text = raw(item);
    if (item.kind !== "number") return text;
    return isNumberFine(item, tidyNumber(text)) ? tidyNumber(text) : "";
  }
  const isFaulty = (item) => item.kind === "number" && Boolean(raw(item)) && !answerOf(item);

  window.SPKSheet = function (form, data) {
    const screens = list(form.querySelectorAll(".person")).map((el, place) => {
      const items = list(el.querySelectorAll(".item")).map(itemOf);
      return {
        el, place, part: el.closest(".part").dataset.part, subject: el.dataset.subject, name: el.querySelector(".name").textContent,
        isWhole: el.dataset.subject === "0", items, selfBox: el.querySelector(".is-self"),
        marks: items.filter((item) => item.kind !== "text"), texts: items.filter((item) => item.kind === "text")
      };
    });
    const people = screens.filter((screen) => !screen.isWhole), names = {};
    people.forEach((person) => { names[person.subject] = person.name; });
    const isSelf = (person) => Boolean(person.selfBox && person.selfBox.checked);
    const nMissing = (person) => (isSelf(person) ? 0 : person.marks.filter((item) => !answerOf(item)).length);
    const isFull = (person) => nMissing(person) === 0;

    function gather(wanted, read) {
      const parts = {};
      screens.filter((screen) => !isSelf(screen)).forEach((screen) => screen[wanted].forEach((item) => {
        const said = read(item);
        if (!said) return;
        const rows = parts[screen.part] || (parts[screen.part] = {});
        (rows[screen.subject] || (rows[screen.subject] = {}))[item.key] = said;
      }));
      return parts;
    }
    const words = (item) => rules.tidyText(item.input.value, Number(item.input.dataset.max));
    const marks = () => gather("marks", answerOf);
    const texts = () => gather("texts", words);
    const subjects = people.map((one) => one.subject).filter((one, place, all) => all.indexOf(one) === place);

    return {
      screens, people, subjects, parts: data.parts, names,
      isFull, isSelf, nMissing, answerOf, isFaulty, marks, texts, tidyNumber, plainNumber, hundredths,
      nFull: () => people.filter(isFull).length,
      hasTexts: (screen) => screen.texts.length > 0,
      firstOpen: (person) => (isSelf(person) ? null : person.marks.filter((item) => !answerOf(item))[0] || null),
      screenOf: (el) => screens.filter((screen) => screen.items.some((item) => item.el.contains(el)) || screen.el.contains(el))[0],
      itemOf: (screen, el) => screen.items.filter((item) => item.el.contains(el))[0],
      faulty: () => [].concat.apply([], people.map((person) => (isSelf(person) ? [] : person.marks.filter(isFaulty).map((item) => ({ person, item }))))),
      nChars: () => screens.reduce((n, screen) => n + (isSelf(screen) ? 0 : screen.texts.reduce((m, item) => m + rules.countChars(words(item)), 0)), 0),
      isTouched: (screen) => screen.items.some(raw),
      isEmpty: () => !screens.some((screen) => isSelf(screen) || screen.items.some(raw)),
      /* What is kept as a draft: field name -> value. */
      values() {
        const values = {};
        list(form.elements).forEach((field) => {
          if (!field.name || field.id === "code") return;
          if (field.type === "radio" || field.type === "checkbox" ? field.checked : field.value) values[field.name] = field.value;
        });
        return values;
      },
      restore(values) {
        list(form.elements).forEach((field) => {
          if (!field.name || field.id === "code" || !(field.name in values)) return;
          if (field.type === "radio" || field.type === "checkbox") field.checked = field.value === values[field.name];
          else field.value = values[field.name];
        });
      },
      clear(items) {
        items.forEach((item) => {
          list(item.el.querySelectorAll("input:checked")).forEach((radio) => { radio.checked = false; });
          if (item.kind !== "grade" && item.kind !== "yes_no") item.input.value = "";
        });
      },
      judge() {
        if (!window.SPKValidity) return [];
        const all = marks();
        return [].concat.apply([], data.parts.map((part) => {
          const judged = window.SPKValidity.judge(part.template, all[part.key] || {}, subjects);
          return judged.violations.map((one) => ({
            part: part.key, kind: one.kind, subject: one.subject, item: one.item, consequence: one.consequence, 
            words: window.SPKValidity.words(part.template, one, names)
          }));
        }));
      }
    };
  };
})();
