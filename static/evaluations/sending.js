/* The page after the last tap: how far the sealed ballot has come, what to do when it cannot be sent, the receipt.
 * window.SPKSending(queue, address of the QR script) -> { show(entry), update(entry), done(tracker), isOpen() } */
(function () {
  "use strict";
  const FRAME = 700; // ms one QR code stays
  const PATIENT_TRIES = 2; // before other ways are offered
  const $ = (id) => document.getElementById(id);
  const rules = window.SPKBallot;

  window.SPKSending = function (queue, qrScript) {
    let entry = null, frames = [], at = 0, timer = 0;

    function step(id, is, words) {
      $(id).className = is ? "yes" : "";
      $(id).textContent = (is ? "✓ " : "○ ") + words;
    }
    function show(wanted) {
      entry = wanted;
      $("sending").hidden = false;
      $("done").hidden = true;
      update(entry);
      $("sending").focus();
      window.scrollTo(0, 0);
    }
    function words() {
      if (entry.state === "choice") return "这张票已在别的设备上交过一份。本机这份没有送出，要用哪一份？";
      if (entry.state === "posting" && entry.tries < 1) return "正在送出……";
      const stay = entry.kept === "memory" ? "这台设备不让保存，请不要关闭本页。" : "关掉本页也不会丢，截止前再打开本页会接着送。";
      return "网络不通，正在自动重发（第 " + entry.tries + " 次）。" + stay;
    }
    function update(changed) {
      if (!entry || changed !== entry) return;
      const isStuck = entry.tries >= PATIENT_TRIES && entry.state !== "choice";
      step("step-kept", entry.kept !== "memory", entry.kept === "memory" ? "已加密，在本页里" : "已保存在本机");
      step("step-sent", false, "已送达");
      step("step-counted", false, "已计入箱");
      if ($("sending-words").textContent !== words()) $("sending-words").textContent = words();
      $("sending-title").textContent = entry.state === "choice" ? "请选一份" : entry.tries ? "选票还没有送到" : "正在送出选票";
      $("sending-choice").hidden = entry.state !== "choice";
      $("retry").hidden = !isStuck;
      $("qr-open").hidden = !isStuck || !window.SPKFrames || !$("qr").hidden;
    }
    function stopQr() {
      window.clearInterval(timer);
      timer = 0;
      $("qr-pause").textContent = "接着放";
    }
    function playQr() {
      stopQr();
      $("qr-pause").textContent = "暂停";
      timer = window.setInterval(() => turn(1), FRAME);
    }
    function turn(by) {
      at = (at + by + frames.length) % frames.length;
      window.SPKFrames.draw($("qr-picture"), frames[at]);
      $("qr-count").textContent = "第 " + (at + 1) + " 张，共 " + frames.length + " 张";
    }
    function openQr() {
      frames = window.SPKFrames.texts(entry.parcel);
      at = 0;
      $("qr").hidden = false;
      $("qr-open").hidden = true;
      $("qr-tracker").textContent = rules.inFours(entry.tracker);
      turn(0);
      playQr();
    }
    function close() {
      stopQr();
      entry = null;
      frames = [];
      $("qr").hidden = true;
      $("qr-picture").innerHTML = "";
      $("sending").hidden = true;
    }
    function done(tracker) {
      close();
      $("tracker").textContent = rules.inFours(tracker);
      $("done").hidden = false;
      $("done").focus();
      window.scrollTo(0, 0);
    }

    $("retry").addEventListener("click", () => queue.wake(true));
    $("replace").addEventListener("click", () => queue.replace(entry));
    $("discard").addEventListener("click", () => queue.discard(entry).then(() => window.location.reload()));
    $("qr-open").addEventListener("click", openQr);
    $("qr-back").addEventListener("click", () => { stopQr(); turn(-1); });
    $("qr-next").addEventListener("click", () => { stopQr(); turn(1); });
    $("qr-pause").addEventListener("click", () => { if (timer) stopQr(); else playQr(); });
    /* fetched while the network is still there */
    window.addEventListener("load", () => window.setTimeout(() => {
      const script = document.createElement("script");
      script.src = qrScript;
      document.body.appendChild(script);
    }, 300));
    return { show, update, done, close, isOpen: () => entry !== null };
  };
})();
