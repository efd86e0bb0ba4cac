/* The casting page. Without this script the same page is one plain form that the server seals.
 * Answers live in the form only. What is stored while sending is the sealed ballot, and it is wiped when it has arrived. */
(function () {
  "use strict";
  var form = document.getElementById("ballot");
  var rules = window.SPKBallot;
  if (!form || !rules || !window.SPKSeal || !window.fetch || !(window.crypto && window.crypto.getRandomValues)) return;

  var STORE = "spk-ballot-" + form.dataset.session;
  var WAITS = [1, 2, 4, 8, 15, 30]; // seconds between tries, the last one repeated
  var PATIENCE = 20000; // ms for one try
  var people = [].slice.call(form.querySelectorAll(".person"));
  var now = 0, mode = "single", slip = null, step = "fill", sending = false;
  function $(id) { return document.getElementById(id); }

  /* the slip: from the QR code's fragment, which leaves the address bar at once, or typed */
  function takeFragment() {
    if (!window.location.hash) return;
    slip = rules.readFragment(window.location.hash);
    window.history.replaceState(null, "", window.location.pathname);
    if (slip) { $("entry").hidden = true; say(""); } else askForCode("扫到的二维码不完整，请重新扫码，或在下面输入票上的 16 位票码。");
  }
  function askForCode(words) {
    slip = null;
    $("entry").hidden = false;
    if (words) say(words, "bad");
  }
  function typedSlip() {
    var read = rules.readTypedCode($("code").value);
    $("code-error").hidden = Boolean(read) || !$("code").value;
    $("code").setAttribute("aria-invalid", String(!$("code-error").hidden));
    return read;
  }
  function say(words, kind) {
    var note = $("status");
    note.textContent = words;
    note.className = "note" + (kind ? " " + kind : "");
    note.hidden = !words;
    if (words && $("state-note")) $("state-note").hidden = true;
    if (words && note.scrollIntoView) note.scrollIntoView({ block: "nearest" });
  }

  /* marks */
  function checkedIn(person) { return person.querySelectorAll("input:checked").length; }
  function itemsOf(person) { return person.querySelectorAll(".item").length; }
  function isFull(person) { return checkedIn(person) === itemsOf(person); }
  function nFull() { return people.filter(isFull).length; }
  function readMarks() {
    var marks = {};
    people.forEach(function (person) {
      [].forEach.call(person.querySelectorAll(".item"), function (item) {
        var chosen = item.querySelector("input:checked");
        if (!chosen) return;
        var row = marks[person.dataset.id] || (marks[person.dataset.id] = {});
        row[item.dataset.id] = chosen.value;
      });
    });
    return marks;
  }

  /* walking through the people */
  function show(index, focus) {
    step = "fill";
    now = Math.max(0, Math.min(index, people.length - 1));
    people.forEach(function (person, n) { person.classList.toggle("now", n === now); });
    $("people").hidden = $("switch").hidden = false;
    $("how").hidden = false;
    if ($("notes")) $("notes").hidden = false;
    $("review").hidden = true;
    refresh();
    if (focus) { people[now].focus(); people[now].scrollIntoView({ block: "start" }); }
  }
  function refresh() {
    var full = nFull(), review = step === "review";
    $("jump").innerHTML = "";
    $("jump").appendChild(document.createTextNode(full + "/" + people.length));
    var small = document.createElement("small");
    small.textContent = full === people.length ? "已填全" : "跳到未填";
    $("jump").appendChild(small);
    $("jump").disabled = full === people.length;
    $("jump").hidden = review;
    $("back").textContent = review ? "返回修改" : "上一位";
    $("back").hidden = !review && mode === "matrix";
    $("back").disabled = sending || (!review && now === 0);
    $("next").textContent = mode === "matrix" || now === people.length - 1 ? "去核对" : "下一位";
    $("next").hidden = review;
    $("send").hidden = !review;
    $("send").disabled = sending;
  }
  function jumpToOpen() {
    for (var n = 1; n <= people.length; n += 1) {
      var place = (now + n) % people.length;
      if (!isFull(people[place])) { show(place, true); return; }
    }
  }
  function toReview() {
    step = "review";
    $("people").hidden = $("switch").hidden = $("how").hidden = true;
    if ($("notes")) $("notes").hidden = true;
    $("review").hidden = false;
    var full = nFull(), open = people.length - full;
    $("review-words").textContent = open ? "已填全 " + full + " 人，还有 " + open + " 人没有填全。没填的按弃权计，也可以直接提交。" : people.length + " 人全部填完。点“提交选票”就完成了。";
    var list = $("review-list");
    list.innerHTML = "";
    people.forEach(function (person, n) {
      var line = document.createElement("li"), button = document.createElement("button"), mark = document.createElement("b");
      button.type = "button";
      button.textContent = (n + 1) + " " + person.querySelector(".name").textContent;
      var missing = itemsOf(person) - checkedIn(person);
      mark.textContent = missing ? "○ 未填 " + missing + " 项" : "✓ 已填全";
      if (missing) button.className = "open";
      button.appendChild(mark);
      button.addEventListener("click", function () { show(n, true); });
      line.appendChild(button);
      list.appendChild(line);
    });
    refresh();
    $("review").focus();
    window.scrollTo(0, 0);
  }
  function setMode(wanted) {
    mode = wanted;
    document.body.classList.toggle("single", mode === "single");
    document.body.classList.toggle("matrix", mode === "matrix");
    $("mode").textContent = mode === "single" ? "改为整表填写" : "改为逐人填写";
    show(now, false);
  }

  /* sealing and sending */
  function sealed(which) {
    var data = form.dataset;
    var text = rules.ballotText(Number(data.session), data.form, which.selector, readMarks());
    return rules.envelope(window.SPKSeal.seal, rules.fromBase64(data.key), rules.pad(text, Number(data.pad)));
  }
  function submit() {
    if (sending) return;
    var which = slip || typedSlip();
    if (!which) {
      askForCode("还差一步：请输入票上的 16 位票码，再点“提交选票”。");
      $("code").focus();
      return;
    }
    var bytes = sealed(which);
    var parcel = { selector: which.selector, secret: which.secret, ciphertext: rules.toBase64(bytes) };
    keep(parcel);
    deliver(parcel, rules.trackerOf(bytes));
  }
  function keep(parcel) { try { window.localStorage.setItem(STORE, JSON.stringify(parcel)); } catch (full) { /* memory is enough while the page is open */ } }
  function kept() { try { return JSON.parse(window.localStorage.getItem(STORE)); } catch (none) { return null; } }
  function wipe() { try { window.localStorage.removeItem(STORE); } catch (none) { /* nothing was stored */ } }

  function post(parcel) {
    var stop = window.AbortController ? new AbortController() : null;
    var timer = stop && window.setTimeout(function () { stop.abort(); }, PATIENCE);
    return window.fetch(form.action, {
      method: "POST", credentials: "omit", cache: "no-store", headers: { "Content-Type": "application/json" },
      body: JSON.stringify(parcel), signal: stop ? stop.signal : undefined
    }).then(function (answer) {
      return answer.json().then(function (content) { return { status: answer.status, content: content }; });
    }).then(function (answer) { window.clearTimeout(timer); return answer; },
      function (fault) { window.clearTimeout(timer); throw fault; });
  }
  /* Only the right tracker is a success and only a worded refusal is final; all else is tried again. */
  function deliver(parcel, tracker) {
    var tries = 0;
    sending = true;
    refresh();
    say("正在送出……");
    function attempt() {
      post(parcel).then(function (answer) {
        if (answer.status === 200 && answer.content.tracker === tracker) return arrived(tracker);
        if (answer.status === 409 && answer.content.code && answer.content.detail) return refused(answer.content);
        return again();
      }, again);
    }
    function again() {
      var wait = WAITS[Math.min(tries, WAITS.length - 1)] * (0.7 + 0.6 * Math.random());
      tries += 1;
      say("网络不通，选票已加密保存在本机，正在自动重发（第 " + tries + " 次）。请不要关闭本页。");
      window.setTimeout(attempt, wait * 1000);
    }
    attempt();
  }
  function refused(answer) {
    wipe();
    sending = false;
    if (!form.parentNode) { say(answer.detail, "bad"); return; }
    if (step === "fill") toReview();
    if (answer.code === "unknown_slip" || answer.code.indexOf("slip_") === 0 || answer.code === "too_many_wrong") askForCode("");
    refresh();
    say(answer.detail, "bad");
  }
  function arrived(tracker) {
    wipe();
    form.reset();
    form.remove();
    slip = null;
    sending = false;
    ["state-note", "how"].forEach(function (id) { if ($(id)) $(id).hidden = true; });
    say("");
    $("tracker").textContent = rules.inFours(tracker);
    $("done").hidden = false;
    $("done").focus();
    window.scrollTo(0, 0);
  }

  /* start */
  document.body.classList.add("js");
  var bar = document.getElementById("bar-parts").content;
  $("bar").insertBefore(bar.cloneNode(true), $("send"));
  form.reset();
  setMode("single");
  takeFragment();
  window.addEventListener("hashchange", takeFragment);
  window.addEventListener("pageshow", function (event) { if (event.persisted) window.location.reload(); });
  window.addEventListener("beforeunload", function (event) {
    if (form.parentNode && (sending || form.querySelector("input[type=radio]:checked"))) { event.preventDefault(); event.returnValue = ""; }
  });
  $("mode").addEventListener("click", function () { setMode(mode === "single" ? "matrix" : "single"); });
  $("back").addEventListener("click", function () { show(step === "review" ? now : now - 1, true); });
  $("next").addEventListener("click", function () {
    if (mode === "matrix" || now === people.length - 1) toReview(); else show(now + 1, true);
  });
  $("jump").addEventListener("click", jumpToOpen);
  $("code").addEventListener("change", typedSlip);
  $("code").addEventListener("input", function () { $("code-error").hidden = true; });
  form.addEventListener("change", function (event) { if (event.target.type === "radio") refresh(); });
  form.addEventListener("submit", function (event) {
    event.preventDefault();
    if (step === "review") submit(); else toReview();
  });
  var waiting = kept();
  if (waiting && waiting.ciphertext) deliver(waiting, rules.trackerOf(rules.fromBase64(waiting.ciphertext)));
})();
