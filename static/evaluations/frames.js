/* The last resort of a ballot that cannot be sent: its sealed parcel as a sequence of QR codes for a steward's tablet.
 * A frame is "SPKQ1|<index from 1>|<total>|<CRC-32 of the whole, hex>|<piece of the base64url of the JSON>".
 * window.SPKFrames: texts(parcel) -> [text]; draw(box, text). Needs window.SPKQrcode. */
(function () {
  "use strict";
  const VERSION = 14, LEVEL = "L", PIECE = 420; // 14-L holds 458 bytes: old cameras still read it

  function crc32(bytes) {
    let crc = -1;
    for (let i = 0; i < bytes.length; i += 1) {
      crc ^= bytes[i];
      for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
    }
    return ("0000000" + ((crc ^ -1) >>> 0).toString(16)).slice(-8);
  }
  function texts(parcel) {
    const { session, selector, secret, ciphertext, key } = parcel;
    const bytes = new TextEncoder().encode(JSON.stringify({ session, selector, secret, ciphertext, key }));
    const whole = window.SPKBallot.toBase64(bytes).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
    const total = Math.ceil(whole.length / PIECE), frames = [];
    for (let n = 0; n < total; n += 1) {
      frames.push(["SPKQ1", n + 1, total, crc32(bytes), whole.slice(n * PIECE, (n + 1) * PIECE)].join("|"));
    }
    return frames;
  }
  function draw(box, text) {
    const code = window.SPKQrcode(text, { ecc: LEVEL, minVersion: VERSION, maxVersion: VERSION, border: 4 });
    const n = code.size, scale = Math.max(4, Math.floor(720 / n));
    const canvas = document.createElement("canvas"), pen = canvas.getContext("2d");
    canvas.width = canvas.height = n * scale;
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.fillStyle = "#000";
    code.data.forEach((row, y) => row.forEach((isDark, x) => { if (isDark) pen.fillRect(x * scale, y * scale, scale, scale); }));
    box.innerHTML = "";
    box.appendChild(canvas);
  }
  window.SPKFrames = { texts, draw, crc32 };
})();
