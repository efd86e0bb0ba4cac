/* The casting page. Without scripts the same page is one plain form that the server seals.
 * Answers live in the form, and as a locked draft on this device until they are submitted; then only the sealed ballot is kept
 * until it has arrived. */
(function () {
  "use strict";
  const main = document.getElementById("main"), form = document.getElementById("ballot"), rules = window.SPKBallot;
  if (!main.dataset.session || !rules || !window.SPKSeal || !window.fetch || !(window.crypto && window.crypto.getRandomValues)) return;

  const $ = (id) => document.getElementById(id);
  const facts = main.dataset, session = Number(facts.session);
  const ADVANCE = 550, DEAF = 450, TOUCH = 1200, SAVE = 400, READ = 300; // ms
  const SLIP = "spk-slip-" + session;
  const drafts = window.SPKDrafts(facts.session, facts.form);
  const queue = window.SPKQueue({ session: facts.session, submit: facts.submit, status: facts.status, changed: onParcel });
  const sending = window.SPKSending(queue, facts.qr);
  let slip = null;

  function say(words, kind) {
    $("status").textContent = words;
    $("status").className = "note" + (kind ? " " + kind : "");
    $("status").hidden = !words;
    if (words && $("state-note")) $("state-note").hidden = true;
    if (words) $("status").scrollIntoView({ block: "nearest" });
  }

  /* ---- the slip: from the QR code's fragment, which leaves the address bar at once, kept over a reload, or typed ---- */
  const remembered = {
    get() { try { return window.sessionStorage.getItem(SLIP); } catch (none) { return null; } },
    set(text) { try { window.sessionStorage.setItem(SLIP, text); } catch (none) { /* a reload will ask for the slip again */ } },
    drop() { try { window.sessionStorage.removeItem(SLIP); } catch (none) { /* nothing was stored */ } }
  };
  function takeFragment() {
    const text = window.location.hash;
    if (!text) return null;
    window.history.replaceState(null, "", window.location.pathname);
    return { slip: rules.readFragment(text) };
  }
  function asTyped(text) {
    const cut = text && text.indexOf(":") === 4 ? { selector: text.slice(0, 4), secret: text.slice(5) } : null;
    return cut && cut.secret ? cut : null;
  }

  /* ---- sealed ballots, also those an earlier visit could not send ---- */
  let shown = null; // the parcel this page is about
  function onParcel(entry) {
    if (entry.state === "counted" || entry.state === "refused") return settled(entry);
    if (entry === shown) sending.update(entry);
  }
  function settled(entry) {
    if (entry !== shown) {
      say(entry.state === "counted" ? "这台设备上一张没送出的选票已计入箱，回执 " + rules.inFours(entry.tracker) + "。" : "这台设备上一张没送出的选票没有计入：" + entry.detail, entry.state === "counted" ? "good" : "bad");
      return;
    }
    shown = null;
    if (entry.state === "counted") arrived(entry.tracker);
    else if (filling) filling.refused(entry);
    else {
      sending.close();
      say(entry.detail, "bad");
    }
  }
  function arrived(tracker) {
    if (filling) filling.wipe();
    filling = slip = null;
    remembered.drop();
    ["state-note"].forEach((id) => { if ($(id)) $(id).hidden = true; });
    say("");
    sending.done(tracker);
  }
  ["online", "pageshow"].forEach((name) => window.addEventListener(name, () => queue.wake(false)));
  document.addEventListener("visibilitychange", () => { if (!document.hidden) queue.wake(false); });
  window.addEventListener("pageshow", (event) => { if (event.persisted) window.location.reload(); });

  let filling = form ? makeFilling() : null;
  queue.load().then((entries) => {
    const own = entries.filter((entry) => !slip || entry.parcel.selector === slip.selector)[0];
    if (own) {
      shown = own;
      if (filling) filling.hide();
      $("other").hidden = !filling;
      sending.show(own);
    }
    entries.slice().forEach(queue.start);
    if (filling) filling.start(Boolean(own)); else drafts.wipeAll();
  });

  $("other").addEventListener("click", () => {
    shown = null; // it goes on being sent
    sending.close();
    filling.show();
  });

  /* ---- filling in ---- */
  function makeFilling() {
    const data = JSON.parse($("form-data").textContent), sheet = window.SPKSheet(form, data);
    form.reset();
    form.noValidate = true;
    const controls = window.SPKControls(sheet, data.max_all_texts), layout = window.SPKLayout(sheet, $("people"));
    const lists = window.SPKLists(sheet, goTo), last = sheet.screens.length - 1;
    let now = 0, step = "start", view = "single", cameFrom = "fill", isBusy = false, verdict = null;
    let touched = 0, deafUntil = 0, advance = 0, save = 0, reading = 0, before = {};

    const isWide = () => Boolean(form.querySelector("[data-wide]")) && window.innerWidth >= 760;

    /* the slip on this page */
    function useSlip(found) {
      slip = found;
      remembered.set(found.selector + ":" + found.secret);
      $("how-draft").hidden = false;
      return drafts.load(found).then((draft) => {
        if (!draft || slip !== found || !sheet.isEmpty()) return;
        sheet.restore(draft.values);
        now = Math.min(draft.now || 0, last);
        remember();
        renew();
        $("draft-words").textContent = "已恢复上次填写（" + sheet.nFull() + "/" + sheet.people.length + "）。内容只存在这台设备上。";
        $("draft-note").hidden = false;
        ready(0);
      });
    }
    function scanned(found) {
      $("entry").hidden = true;
      $("slip-read").hidden = false;
      return useSlip(found);
    }
    function askForCode(words) {
      slip = null;
      remembered.drop();
      $("entry").hidden = false;
      $("slip-read").hidden = true;
      if (words) say(words, "bad");
    }
    function typedSoon() {
      window.clearTimeout(reading);
      reading = window.setTimeout(typed, READ);
    }
    function typed() {
      const found = rules.readTypedCode($("code").value);
      $("code-error").hidden = Boolean(found) || !$("code").value;
      $("code").setAttribute("aria-invalid", String(!$("code-error").hidden));
      if (found && !(slip && slip.secret === found.secret)) useSlip(found);
      if (!found) slip = null;
      return found;
    }

    /* drafts */
    function saveSoon() {
      window.clearTimeout(save);
      save = window.setTimeout(saveNow, SAVE);
    }
    function saveNow() {
      window.clearTimeout(save);
      save = 0;
      if (!slip || isBusy) return;
      if (sheet.isEmpty()) drafts.wipe(slip); else drafts.save(slip, { values: sheet.values(), now });
    }
    function clearAll() {
      window.clearTimeout(save);
      form.reset();
      if (slip && !$("entry").hidden) $("code").value = slip.selector + slip.secret;
      remember();
      renew();
      if (slip) drafts.wipe(slip);
      $("draft-note").hidden = true;
      now = 0;
      say("已清空，可以重新填写。");
    }

    /* walking */
    function turnTo(next, focus) {
      step = next;
      window.clearTimeout(advance);
      $("start").hidden = next !== "start";
      $("tools").hidden = $("people").hidden = next !== "fill";
      $("overview").hidden = next !== "overview";
      $("review").hidden = next !== "review";
      refreshBar();
      if (focus) { focus.focus({ preventScroll: true }); window.scrollTo(0, 0); }
    }
    function show(place, item) {
      now = Math.max(0, Math.min(place, last));
      if (controls.prepare(sheet.screens[now])) renew();
      if (step !== "fill") turnTo("fill");
      sheet.screens.forEach((screen) => screen.el.classList.toggle("now", screen.place === now));
      refreshBar();
      const screen = sheet.screens[now], el = item ? item.el : layout.place(screen);
      (item ? item.el.querySelector("input, select, textarea, button") || el : el).focus({ preventScroll: true });
      const head = document.querySelector(".grid-table thead"), top = now === 0 && !item ? $("tools") : el;
      const covered = (head && layout.kind() === "table" ? head.offsetHeight : 0) + (item ? window.innerHeight / 3 : 8);
      window.scrollTo(0, top.getBoundingClientRect().top + window.pageYOffset - covered);
    }
    function goTo(screen, item) { show(screen.place, item || (layout.kind() === "single" ? null : sheet.firstOpen(screen))); }
    function openAfter(place) {
      for (let n = 1; n <= sheet.screens.length; n += 1) {
        const screen = sheet.screens[(place + n) % sheet.screens.length];
        if (!screen.isWhole && !sheet.isFull(screen)) return screen;
      }
      return null;
    }
    function toReview() {
      if (step === "fill" || step === "start") cameFrom = step;
      lists.people($("review-list"));
      verdict = lists.faults($("review-faults"), data.max_all_texts);
      const full = sheet.nFull(), open = sheet.people.length - full, all = sheet.people.length;
      $("review-words").textContent = open ? "已填全 " + full + " 人，还有 " + open + " 人没有填全。" : all + " 人全部填完。";
      const leave = verdict.isVoid ? "可以去修改，也可以不改。" : open && !verdict.n ? "没填的按弃权计，也可以直接提交。" : "";
      $("review-last").textContent = leave + (verdict.isBlocked ? "" : "点下面的“" + sendWords() + "”就完成了，这是最后一步。");
      $("review-code").appendChild($("entry"));
      turnTo("review", $("review"));
    }
    function toOverview() {
      lists.people($("overview-list"));
      turnTo("overview", $("overview"));
    }
    const sendWords = () => (verdict && verdict.isVoid ? "仍然提交" : "提交选票");
    function refreshBar() {
      const full = sheet.nFull(), isFill = step === "fill", isSingle = layout.kind() === "single";
      $("bar").hidden = step === "start";
      $("jump").hidden = !isFill;
      $("jump").innerHTML = "";
      $("jump").appendChild(document.createTextNode(full + "/" + sheet.people.length));
      $("jump").appendChild(window.SPKMake("small", "", full === sheet.people.length ? "已填全" : "跳到未填"));
      $("jump").disabled = full === sheet.people.length;
      $("back").hidden = isFill && !isSingle;
      $("back").textContent = isFill ? (now === 0 ? "填写说明" : "上一位") : step === "review" ? "返回修改" : "返回";
      $("next").hidden = !isFill;
      $("next").textContent = !isSingle || now === last ? "去核对" : sheet.screens[now + 1].isWhole ? "下一页" : "下一位";
      $("send").hidden = step !== "review" || Boolean(verdict && verdict.isBlocked);
      $("send").textContent = sendWords();
      const isDoubtful = step === "review" && Boolean(verdict && (verdict.isVoid || verdict.isBlocked));
      $("send").classList.toggle("main", !isDoubtful);
      $("back").classList.toggle("main", isDoubtful);
    }
    function renew() {
      controls.refresh();
      sheet.people.forEach((person) => layout.place(person).classList.toggle("full", sheet.isFull(person)));
      refreshBar();
    }
    function setView(wanted) {
      view = wanted;
      if (view === "all") sheet.screens.forEach(controls.prepare);
      layout.set(view);
      $("mode").textContent = view === "single" ? "整表填写" : "逐人填写";
      renew();
    }

    /* marks: one tap is enough; the page goes on by itself, but never after a changed mark and never from the keyboard */
    function remember() {
      before = {};
      sheet.screens.forEach((screen) => screen.marks.forEach((item) => { before[screen.place + item.key] = sheet.answerOf(item); }));
    }
    function changed(event) {
      const screen = sheet.screenOf(event.target), item = screen && sheet.itemOf(screen, event.target);
      if (!screen) return;
      window.clearTimeout(advance);
      renew();
      saveSoon();
      if (!item || item.kind === "text") return;
      const key = screen.place + item.key, isNew = !before[key] && Boolean(sheet.answerOf(item));
      before[key] = sheet.answerOf(item);
      if (!isNew || Date.now() - touched > TOUCH || event.target.type === "text") return;
      if (layout.kind() === "single" && sheet.isFull(screen)) {
        if ($("auto").checked && !sheet.hasTexts(screen)) advance = window.setTimeout(() => goOn(screen), ADVANCE);
      } else reveal(screen);
    }
    function goOn(screen) {
      if (step !== "fill" || now !== screen.place) return;
      deafUntil = Date.now() + DEAF; // the second tap of a double tap must not mark the next person
      const next = openAfter(now);
      if (next && next.place > now) show(next.place);
      else if (now < last && sheet.screens[now + 1].isWhole) show(now + 1);
      else toReview();
    }
    function reveal(screen) {
      const open = sheet.firstOpen(screen) || (sheet.screens[screen.place + 1] && sheet.firstOpen(sheet.screens[screen.place + 1]));
      if (!open) return;
      const place = open.el.getBoundingClientRect(), floor = window.innerHeight - $("bar").offsetHeight - 8;
      if (place.bottom > floor) window.scrollBy({ top: Math.min(place.bottom - floor, place.top), behavior: "smooth" });
    }

    /* the last tap */
    function submit() {
      if (isBusy) return;
      verdict = lists.faults($("review-faults"), data.max_all_texts);
      if (verdict.isBlocked) return refreshBar();
      const which = slip || typed();
      if (!which) {
        askForCode("还差一步：请输入票上的 16 位票码，再点“" + sendWords() + "”。");
        $("code").focus();
        return;
      }
      isBusy = true;
      const text = rules.ballotText(session, facts.form, which.selector, sheet.marks(), sheet.texts());
      const bytes = rules.envelope(window.SPKSeal.seal, rules.fromBase64(facts.key), rules.pad(text, Number(facts.pad)));
      const parcel = { session, selector: which.selector, secret: which.secret, ciphertext: rules.toBase64(bytes), key: facts.key };
      slip = which;
      hide();
      say("");
      window.clearTimeout(reading);
      queue.put(parcel, (entry) => {
        shown = entry;
        sending.show(entry);
      });
      window.clearTimeout(save);
      drafts.wipe(which);
    }
    function hide() { form.hidden = true; }
    function refused(entry) {
      sending.close();
      isBusy = false;
      form.hidden = false;
      if (sheet.isEmpty() && step === "start") { say(entry.detail, "bad"); return; }
      if (/^(unknown_slip|too_many_wrong|slip_)/.test(entry.code)) askForCode("");
      toReview();
      saveNow();
      say(entry.detail, "bad");
    }
    function wipe() {
      if (slip) drafts.wipe(slip);
      form.reset();
      form.parentNode.removeChild(form); // leaving, the code field may still tell of a change
      wait = 0;
      [save, advance, reading].forEach((timer) => window.clearTimeout(timer));
    }

    /* the notes are to be read for some seconds; nothing is locked meanwhile but the button, and it says so */
    const seconds = [].reduce.call(form.querySelectorAll(".must-read"), (most, el) => Math.max(most, Number(el.dataset.seconds)), 0);
    let wait = seconds;
    function ready(left) {
      wait = left;
      $("begin").textContent = wait > 0 ? "开始填写（还有 " + wait + " 秒）" : sheet.isEmpty() ? "开始填写" : "接着填写";
      $("begin").setAttribute("aria-disabled", String(wait > 0));
    }
    function countDown() {
      if (wait <= 0) return;
      ready(wait - 1);
      if (wait === 0) $("begin-live").textContent = "可以开始填写了。";
      window.setTimeout(countDown, 1000);
    }
    function begin() {
      if (wait > 0) { $("begin-live").textContent = "请先看完填写说明，还有 " + wait + " 秒。"; return; }
      if (!slip && $("code").value && !typed()) { $("code").focus(); return; }
      say("");
      if ($("state-note")) $("state-note").hidden = true;
      show(now);
    }

    form.addEventListener("change", (event) => { if (event.target.id !== "auto" && event.target.id !== "code") changed(event); });
    form.addEventListener("input", (event) => {
      if (event.target.id === "code") { $("code-error").hidden = true; if (rules.readTypedCode($("code").value)) typed(); }
      else if (event.target.tagName === "TEXTAREA" || event.target.type === "text") { controls.words(); saveSoon(); }
    });
    ["pointerdown", "touchstart", "mousedown"].forEach((name) => $("people").addEventListener(name, () => { touched = Date.now(); }, { passive: true }));
    $("people").addEventListener("click", (event) => {
      if (Date.now() < deafUntil) { event.preventDefault(); event.stopPropagation(); }
    }, true);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (step === "review") submit(); else if (step === "start") begin(); else toReview();
    });
    form.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && event.target.type === "text" && event.target.id !== "code") event.preventDefault();
    });
    $("code").addEventListener("change", typedSoon); // at once, the page would move away under the tap that left the field
    $("mode").addEventListener("click", () => { setView(view === "single" ? "all" : "single"); show(now); });
    $("overview-open").addEventListener("click", toOverview);
    $("back").addEventListener("click", () => {
      if (step === "fill" && now === 0) { $("start").insertBefore($("entry"), $("start").firstChild); turnTo("start", $("start")); ready(0); return; }
      show(step === "fill" ? now - 1 : now);
    });
    $("next").addEventListener("click", () => { if (layout.kind() !== "single" || now === last) toReview(); else show(now + 1); });
    $("jump").addEventListener("click", () => { const open = openAfter(now); if (open) goTo(open, layout.kind() === "single" ? null : sheet.firstOpen(open)); });
    $("begin").addEventListener("click", begin);
    $("draft-wipe").addEventListener("click", () => { if (window.confirm("清空这台设备上已填写的内容，重新开始？")) clearAll(); });
    window.addEventListener("resize", () => { if (form.parentNode) { layout.set(view); refreshBar(); } });
    window.addEventListener("pagehide", () => { if (save) saveNow(); });
    document.addEventListener("visibilitychange", () => { if (document.hidden && save) saveNow(); });
    window.addEventListener("beforeunload", (event) => {
      if (form.parentNode && !slip && !sheet.isEmpty()) { event.preventDefault(); event.returnValue = ""; }
    });
    window.addEventListener("hashchange", () => {
      const found = takeFragment();
      if (!found || (found.slip && slip && found.slip.secret === slip.secret)) return;
      saveNow();
      if (found.slip) remembered.set(found.slip.selector + ":" + found.slip.secret);
      window.location.reload(); // another slip: nothing of the former one may stay in view
    });

    document.body.classList.add("js");
    $("auto-line").hidden = $("begin-line").hidden = false;
    $("send").hidden = true;
    const found = takeFragment();
    const kept = found ? found.slip : asTyped(remembered.get());
    setView(isWide() ? "all" : "single");
    remember();
    ready(seconds);
    turnTo("start");
    if (kept) scanned(kept);
    else if (found) askForCode("扫到的二维码不完整，请重新扫码，或在下面输入票上的 16 位票码。");

    return {
      hide, refused, wipe,
      show() {
        form.hidden = false;
        turnTo("start", $("start"));
        countDown();
      },
      start(isSending) {
        drafts.wipeOthers();
        if (!isSending) countDown();
      }
    };
  }
})();
