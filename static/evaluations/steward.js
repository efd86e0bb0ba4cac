/* Taking over a sealed ballot from a phone that cannot send. The phone shows its parcel as a sequence of QR codes:
 *   SPKQ1|<index from 1>|<total>|<CRC-32 of the whole, hex>|<piece of the base64url of the JSON>
 * They come from a hand scanner (typed into the field), from photos, or from the live camera where the browser allows one.
 * The parcel lives in this page's memory until it has been sent; nothing is stored. Staff browsers: Chromium 86. */
(() => {
  "use strict";
  const FRAME = /^SPKQ1\|(\d{1,4})\|(\d{1,4})\|([0-9a-fA-F]{8})\|([A-Za-z0-9_-]+)$/;
  const MAX_SIDE = 1600;
  const box = document.querySelector("[data-takeover]");
  const find = (name) => box.querySelector(`[data-${name}]`);
  const [tools, field, photo, camera, restart, video, count, bar, said, done, tracker] =
    ["takeover-tools", "frame", "photo", "camera", "restart", "video", "count", "bar", "said", "done", "tracker"].map(find);
  const readQr = window.jsQR && (window.jsQR.default || window.jsQR);
  let pieces = new Map();
  let total = 0;
  let sum = "";
  let isSending = false;

  function crc32(bytes) {
    let crc = -1;
    for (const byte of bytes) {
      crc ^= byte;
      for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
    }
    return ((crc ^ -1) >>> 0).toString(16).padStart(8, "0");
  }
  function bytesOf(text) {
    const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, (character) => character.charCodeAt(0));
  }
  function say(text, isBad = false) {
    said.hidden = !text;
    said.textContent = text;
    said.className = `notice ${isBad ? "notice-bad" : "notice-info"}`;
  }
  function forget() {
    pieces = new Map();
    total = 0;
    sum = "";
    restart.hidden = true;
    show();
  }
  function show() {
    const missing = [];
    for (let n = 1; n <= total; n += 1) if (!pieces.has(n)) missing.push(n);
    count.hidden = bar.hidden = !total;
    bar.max = total || 1;
    bar.value = pieces.size;
    count.textContent = `已扫到 ${pieces.size} / ${total} 个` + (missing.length && missing.length < total ? `，还差第 ${missing.slice(0, 12).join("、")} 个` : "");
  }

  function take(text) {
    const match = FRAME.exec(text.trim());
    if (!match) return false;
    const [index, all, crc, piece] = [Number(match[1]), Number(match[2]), match[3].toLowerCase(), match[4]];
    if (!all || !index || index > all) return false;
    if (isSending) return true;
    if (total && (all !== total || crc !== sum)) {
      forget();
      say("换了一部手机，先前没扫完的已经清掉，从头扫这一部。");
    } else if (total === 0) say("");
    done.hidden = true;
    total = all;
    sum = crc;
    pieces.set(index, piece);
    restart.hidden = false;
    show();
    if (pieces.size === total) finish();
    return true;
  }
  function finish() {
    let parcel;
    try {
      const whole = Array.from({ length: total }, (_, n) => pieces.get(n + 1)).join("");
      const bytes = bytesOf(whole);
      if (crc32(bytes) !== sum) throw new Error("checksum");
      parcel = JSON.parse(new TextDecoder().decode(bytes));
    } catch (error) {
      forget();
      say("扫到的内容拼不起来，没有提交。请本人重新显示密文二维码，从头再扫一遍。", true);
      return;
    }
    if (String(parcel.session) !== box.dataset.session) {
      forget();
      say("这张票不属于本场次，没有提交。请到这张票所属场次的帮办台办理。", true);
      return;
    }
    send(parcel);
  }
  async function send({ selector, secret, ciphertext, key }) {
    isSending = true;
    say("正在代交……");
    try {
      const answer = await fetch(box.dataset.submit, {
        method: "POST", credentials: "omit", cache: "no-store", headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ selector, secret, ciphertext, key }),
      });
      const told = await answer.json();
      if (!told.tracker) throw Object.assign(new Error("refused"), { words: told.detail, isFinal: answer.status < 500 });
      tracker.textContent = told.tracker.match(/.{1,4}/g).join("-");
      done.hidden = false;
      say("");
      forget();
      stopCamera();
    } catch (error) {
      if (error.isFinal) {
        forget();
        say(error.words || "没有收下这张选票。", true);
      } else {
        say(`${error.words || "本机连不上服务器，选票还没有交。"}扫到的内容还在本页，正在自动再试。`, true);
        window.setTimeout(() => { if (pieces.size && pieces.size === total) finish(); }, 3000);
      }
    } finally {
      isSending = false;
    }
  }

  /* pictures */
  function decode(source, width, height) {
    const scale = Math.min(1, MAX_SIDE / Math.max(width, height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    const pen = canvas.getContext("2d");
    pen.drawImage(source, 0, 0, canvas.width, canvas.height);
    const picture = pen.getImageData(0, 0, canvas.width, canvas.height);
    const found = readQr(picture.data, canvas.width, canvas.height);
    return found ? found.data : "";
  }
  async function readPhotos(files, use) {
    for (const file of files) {
      try {
        const picture = await createImageBitmap(file);
        if (!use(decode(picture, picture.width, picture.height))) say(`“${file.name}”里没有认出二维码。请对准、拍清楚一些，再拍一张。`, true);
      } catch (error) {
        say(`“${file.name}”打不开。请再拍一张。`, true);
      }
    }
  }

  /* live camera: browsers give it to secure pages only, so the button appears only there */
  let stream = null;
  async function startCamera() {
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1280 } }, audio: false });
    } catch (error) {
      say("摄像头打不开。请允许使用摄像头，或改用“拍照识别”。", true);
      return;
    }
    video.srcObject = stream;
    video.hidden = false;
    camera.textContent = "关闭摄像头";
    await video.play();
    watch();
  }
  function stopCamera() {
    if (!stream) return;
    for (const track of stream.getTracks()) track.stop();
    stream = null;
    video.hidden = true;
    video.srcObject = null;
    camera.textContent = "打开摄像头";
  }
  function watch() {
    if (!stream) return;
    if (video.videoWidth) take(decode(video, video.videoWidth, video.videoHeight));
    window.setTimeout(watch, 120);
  }

  /* the slip in hand, photographed */
  const slipForm = document.querySelector("[data-slip-box]");
  const slipPhoto = slipForm.querySelector("[data-slip-photo]");
  function takeSlip(text) {
    const fragment = text.split("#")[1] || "";
    if (fragment.length !== 26) return false;
    slipForm.querySelector("[name=selector]").value = fragment.slice(0, 4);
    slipForm.requestSubmit();
    return true;
  }

  tools.hidden = false;
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    const text = field.value;
    field.value = "";
    if (text.trim() && !take(text)) say("这不是密封选票的二维码。请扫手机上显示的密文二维码。", true);
  });
  restart.addEventListener("click", () => { forget(); say(""); field.focus(); });
  if (readQr) {
    photo.addEventListener("change", async () => { await readPhotos(photo.files, take); photo.value = ""; });
    slipPhoto.hidden = false;
    const input = slipPhoto.querySelector("input");
    input.addEventListener("change", async () => { await readPhotos(input.files, takeSlip); input.value = ""; });
    if (window.isSecureContext && navigator.mediaDevices) {
      camera.hidden = false;
      camera.addEventListener("click", () => (stream ? stopCamera() : startCamera()));
    }
  }
  window.addEventListener("pagehide", () => { stopCamera(); forget(); });
})();
