/* The author's page: live counts, and autosave that never loses a word.
 *
 * What is typed stays in this browser (localStorage) until the server has acknowledged it. A save carries the revision the page
 * last read; 409 means the text was saved elsewhere, and the author chooses between the two. Written for Chromium 78 / Safari 13. */
(function () {
  "use strict";
  var form = document.getElementById("report-form");
  if (!form || !window.fetch || !window.spkCounting) return;
  var counting = window.spkCounting;
  var DELAY = 3000;
  var RETRY = [5000, 15000, 30000, 60000];
  var prefix = "spk-report:" + form.getAttribute("data-owner") + ":";
  var pressed = null;

  /* the shelf: unacknowledged text in this browser */
  function shelfKey(box) { return prefix + form.getAttribute("data-report") + ":" + box.name; }
  function shelve(box) {
    try {
      window.localStorage.setItem(shelfKey(box), JSON.stringify({ text: box.value, revision: revisionOf(box), at: new Date().toISOString() }));
    } catch (error) { return; } /* a full or forbidden store: the server remains */
  }
  function unshelve(box) {
    try { window.localStorage.removeItem(shelfKey(box)); } catch (error) { return; }
  }
  function shelved(box) {
    try { return JSON.parse(window.localStorage.getItem(shelfKey(box)) || "null"); } catch (error) { return null; }
  }

  function revisionField(box) { return form.querySelector("input[name='revision-" + box.name + "']"); }
  function revisionOf(box) { return Number(revisionField(box).value); }
  function part(box, name) { return document.getElementById(box.id + "-" + name); }

  function tell(box, kind, text) {
    var place = part(box, "status");
    place.className = "save-state save-" + kind;
    place.textContent = text;
    box.setAttribute("data-state", kind);
  }

  /* counts */
  function refreshBox(box) {
    var n = counting.count(box.value);
    part(box, "count").textContent = n.n_chars + " 字（不计标点 " + n.n_without_punctuation + "）";
    var least = Number(box.getAttribute("data-min") || 0);
    var most = Number(box.getAttribute("data-max") || 0);
    var limit = part(box, "limit");
    if (!limit) return n;
    var gap = n.n_chars < least ? "还差 " + (least - n.n_chars) + " 字" : most && n.n_chars > most ? "超出 " + (n.n_chars - most) + " 字" : "";
    limit.textContent = gap;
    limit.hidden = !gap;
    return n;
  }
  function refreshWhole() {
    var all = { n_chars: 0, n_without_punctuation: 0, n_i: 0, n_we: 0 };
    var problems = 0;
    boxes.forEach(function (box) {
      var n = refreshBox(box);
      if (!box.hasAttribute("data-section")) return;
      Object.keys(all).forEach(function (key) { all[key] += n[key]; });
      if (box.getAttribute("data-kind") === "problems") problems += n.n_chars;
    });
    show("total", all.n_chars);
    show("plain", all.n_without_punctuation);
    show("i", all.n_i);
    show("we", all.n_we);
    show("share", counting.share(problems, all.n_chars) || "—");
  }
  function show(name, value) {
    document.getElementById("figure-" + name).textContent = String(value);
  }

  /* saving */
  function save(box) {
    window.clearTimeout(box.timer);
    if (box.saving) { box.again = true; return box.saving; }
    if (!box.dirty || box.conflict) return Promise.resolve(!box.dirty);
    var sent = box.value;
    tell(box, "busy", "正在保存…");
    var body = new URLSearchParams();
    body.set("text", sent);
    body.set("revision", String(revisionOf(box)));
    box.saving = window.fetch(box.getAttribute("data-save-url"), {
      method: "POST", body: body, credentials: "same-origin", redirect: "manual", headers: { "X-CSRFToken": form.querySelector("input[name=csrfmiddlewaretoken]").value }
    }).then(function (answer) { return settle(box, sent, answer); }, function () { return offline(box); }).then(function (isSaved) {
      box.saving = null;
      if (box.again) { box.again = false; return save(box); }
      return isSaved;
    });
    return box.saving;
  }
  function settle(box, sent, answer) {
    if (answer.status === 200) return answer.json().then(function (news) { return acknowledged(box, sent, news); });
    if (answer.status === 409) return answer.json().then(function (news) { return refused(box, news); });
    if (answer.type === "opaqueredirect" || answer.status === 403) {
      tell(box, "bad", "未保存：登录已过期。内容已存在本机，请在新窗口重新登录后再点“保存”。");
      return false;
    }
    return offline(box);
  }
  function acknowledged(box, sent, news) {
    revisionField(box).value = String(news.revision);
    box.tries = 0;
    if (box.value === sent) {
      box.dirty = false;
      unshelve(box);
      tell(box, "good", "已保存 " + news.saved_at);
    } else {
      shelve(box);
      later(box);
    }
    return !box.dirty;
  }
  function refused(box, news) {
    if (news.code === "revision_conflict") {
      chooseBetween(box, box.value, news.stored_text, news.stored_revision, news.detail);
    } else {
      tell(box, "bad", "未保存：" + news.detail);
    }
    return false;
  }
  function offline(box) {
    var wait = RETRY[Math.min(box.tries || 0, RETRY.length - 1)];
    box.tries = (box.tries || 0) + 1;
    tell(box, "bad", "未保存：连不上服务器。内容已存在本机，恢复后自动再存，请不要清除浏览器数据。");
    box.timer = window.setTimeout(function () { save(box); }, wait);
    return false;
  }
  function later(box) {
    window.clearTimeout(box.timer);
    box.timer = window.setTimeout(function () { save(box); }, DELAY);
  }
  function touched(box) {
    box.dirty = true;
    shelve(box);
    if (!box.conflict) {
      tell(box, "wait", "有改动，稍后自动保存");
      later(box);
    }
    refreshWhole();
  }

  /* two texts, one choice */
  function chooseBetween(box, mine, stored, storedRevision, why) {
    box.conflict = true;
    var place = part(box, "conflict");
    place.hidden = false;
    place.querySelector("[data-why]").textContent = why;
    place.querySelector("[data-mine]").textContent = mine || "（空）";
    place.querySelector("[data-stored]").textContent = stored || "（空）";
    tell(box, "bad", "未保存：请先选择保留哪一份");
    place.querySelector("[data-keep-mine]").onclick = function () { decide(box, mine, storedRevision, true); };
    place.querySelector("[data-keep-stored]").onclick = function () { decide(box, stored, storedRevision, false); };
  }
  function decide(box, text, revision, isMine) {
    part(box, "conflict").hidden = true;
    box.conflict = false;
    if (!isMine || box.value.trim() === "") box.value = text;
    revisionField(box).value = String(revision);
    box.dirty = isMine;
    if (isMine) { save(box); } else { unshelve(box); tell(box, "good", "已采用服务器上的那份"); }
    refreshWhole();
    box.focus();
  }

  /* what an earlier visit could not hand over */
  function restore(box) {
    var kept = shelved(box);
    if (!kept) return;
    if (kept.text === box.value) { unshelve(box); return; }
    if (kept.revision === revisionOf(box)) {
      box.value = kept.text;
      box.dirty = true;
      tell(box, "wait", "已恢复本机上次没有存上的内容，正在保存");
      later(box);
    } else {
      chooseBetween(box, kept.text, box.value, revisionOf(box), "本机有一份上次没有存上的内容，而这一栏后来又保存过。请选择保留哪一份。");
    }
  }

  /* handing in: first everything typed must be acknowledged */
  function isSettled(box) { return !box.dirty && !box.saving && !box.conflict; }
  form.addEventListener("click", function (event) {
    var button = event.target.closest("button");
    if (button && button.type === "submit") pressed = button;
  });
  form.addEventListener("submit", function (event) {
    if (boxes.every(isSettled)) return;
    event.preventDefault();
    Promise.all(boxes.map(save)).then(function () {
      if (!boxes.every(isSettled)) {
        var stuck = boxes.filter(function (box) { return !isSettled(box); })[0];
        stuck.focus();
        return;
      }
      if (pressed && pressed.getAttribute("formaction")) form.action = pressed.getAttribute("formaction");
      form.submit();
    });
  });

  var boxes = Array.prototype.slice.call(form.querySelectorAll("textarea[data-save-url]"));
  boxes.forEach(function (box) {
    box.addEventListener("input", function () { touched(box); });
    box.addEventListener("blur", function () { if (box.dirty) save(box); });
    restore(box);
  });
  window.addEventListener("online", function () { boxes.forEach(function (box) { if (box.dirty) save(box); }); });
  window.addEventListener("beforeunload", function (event) {
    if (boxes.some(function (box) { return box.dirty; })) { event.preventDefault(); event.returnValue = ""; }
  });
  refreshWhole();
  form.setAttribute("data-ready", "1");
})();
