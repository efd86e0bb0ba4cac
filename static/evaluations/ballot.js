/* The rules of a ballot that run in the browser: codes, canonical text, padding, tracker. Pure, no page, no network.
 * The same rules in Python: apps/evaluations/domain. Both are held to the same known answers.
 * ES2017, no crypto.subtle: it must work on plain HTTP in Chromium 78 and Safari 13. */
(function () {
  "use strict";
  var ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

  function tidy(text) {
    return text.toUpperCase().replace(/[\s\-‐–—_－]/g, "").replace(/O/g, "0").replace(/[IL]/g, "1");
  }
  function isChecked(code) {
    var total = 0;
    for (var i = 0; i < code.length; i += 1) {
      var value = ALPHABET.indexOf(code[i]);
      if (value < 0) return false;
      total <<= 1;
      if (total & 32) total ^= 37;
      total ^= value;
    }
    return total === 0;
  }
  /* What a person typed: {selector, secret}, or null if a character must be wrong. */
  function readTypedCode(text) {
    var code = tidy(text);
    if (code.length !== 16 || !isChecked(code)) return null;
    return { selector: code.slice(0, 4), secret: code.slice(4) };
  }
  /* What the QR code carries behind "#": {selector, secret}, or null. */
  function readFragment(fragment) {
    var text = fragment.replace(/^#/, "");
    if (!/^[0-9A-HJKMNP-TV-Z]{4}[A-Za-z0-9_-]{22}$/.test(text)) return null;
    return { selector: text.slice(0, 4), secret: text.slice(4) };
  }
  function canonical(value) {
    if (value === null || typeof value !== "object") return JSON.stringify(value);
    return "{" + Object.keys(value).sort().map(function (key) {
      return JSON.stringify(key) + ":" + canonical(value[key]);
    }).join(",") + "}";
  }
  /* marks: part -> subject -> item -> answer; texts: part -> subject or "0" -> item or "c" -> words. */
  function ballotText(sessionId, formHash, selector, marks, texts) {
    var content = { c: selector, f: formHash, m: marks, s: sessionId, v: 2 };
    if (texts && Object.keys(texts).length) content.t = texts;
    return canonical(content);
  }
  /* Words as they go into a ballot: no control characters, no half characters, at most max characters (not UTF-16 units). */
  function tidyText(text, max) {
    var whole = Array.from(text.replace(/[\x00-\x1f\x7f]+/g, " ")).map(function (one) {
      return one.length === 1 && one >= "\ud800" && one <= "\udfff" ? " " : one;
    }).join("").trim();
    return Array.from(whole).slice(0, max).join("").trim();
  }
  function countChars(text) { return Array.from(text).length; }
  function pad(text, length) {
    var bytes = new TextEncoder().encode(text);
    if (bytes.length >= length) throw new RangeError("longer than any ballot of this form");
    var padded = new Uint8Array(length);
    padded.set(bytes);
    padded[bytes.length] = 0x80;
    return padded;
  }
  /* seal: window.SPKSeal.seal. One byte in front names the suite. */
  function envelope(seal, publicKey, padded) {
    var box = seal(publicKey, padded);
    var whole = new Uint8Array(box.length + 1);
    whole[0] = 1;
    whole.set(box, 1);
    return whole;
  }

  var K = [];
  (function () {
    for (var n = 2; K.length < 64; n += 1) {
      var isPrime = true;
      for (var d = 2; d * d <= n; d += 1) if (n % d === 0) { isPrime = false; break; }
      if (isPrime) K.push(Math.floor((Math.cbrt(n) % 1) * 4294967296));
    }
  })();
  function sha256(bytes) {
    var h = [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19];
    var length = Math.ceil((bytes.length + 9) / 64) * 64;
    var data = new Uint8Array(length);
    data.set(bytes);
    data[bytes.length] = 0x80;
    var view = new DataView(data.buffer);
    view.setUint32(length - 8, Math.floor(bytes.length / 536870912));
    view.setUint32(length - 4, bytes.length * 8);
    var w = new Uint32Array(64);
    function turn(x, n) { return (x >>> n) | (x << (32 - n)); }
    for (var start = 0; start < length; start += 64) {
      var i;
      for (i = 0; i < 16; i += 1) w[i] = view.getUint32(start + 4 * i);
      for (i = 16; i < 64; i += 1) {
        var s0 = turn(w[i - 15], 7) ^ turn(w[i - 15], 18) ^ (w[i - 15] >>> 3);
        var s1 = turn(w[i - 2], 17) ^ turn(w[i - 2], 19) ^ (w[i - 2] >>> 10);
        w[i] = w[i - 16] + s0 + w[i - 7] + s1;
      }
      var s = h.slice();
      for (i = 0; i < 64; i += 1) {
        var t1 = (s[7] + (turn(s[4], 6) ^ turn(s[4], 11) ^ turn(s[4], 25)) + ((s[4] & s[5]) ^ (~s[4] & s[6])) + K[i] + w[i]) | 0;
        var t2 = ((turn(s[0], 2) ^ turn(s[0], 13) ^ turn(s[0], 22)) + ((s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]))) | 0;
        s = [(t1 + t2) | 0, s[0], s[1], s[2], (s[3] + t1) | 0, s[4], s[5], s[6]];
      }
      for (i = 0; i < 8; i += 1) h[i] = (h[i] + s[i]) | 0;
    }
    var out = new Uint8Array(32);
    var outView = new DataView(out.buffer);
    h.forEach(function (word, index) { outView.setInt32(4 * index, word); });
    return out;
  }
  /* The receipt: first 80 bits of the hash of the sealed ballot, 16 characters. */
  function trackerOf(ciphertext) {
    var digest = sha256(ciphertext), text = "", bits = 0, held = 0;
    for (var i = 0; i < 10; i += 1) {
      held = (held << 8) | digest[i];
      bits += 8;
      while (bits >= 5) { bits -= 5; text += ALPHABET[(held >> bits) & 31]; }
      held &= (1 << bits) - 1;
    }
    return text;
  }
  function inFours(text) { return text.match(/.{1,4}/g).join("-"); }
  function toBase64(bytes) {
    var text = "";
    for (var i = 0; i < bytes.length; i += 1) text += String.fromCharCode(bytes[i]);
    return btoa(text);
  }
  function fromBase64(text) {
    var raw = atob(text), bytes = new Uint8Array(raw.length);
    for (var i = 0; i < raw.length; i += 1) bytes[i] = raw.charCodeAt(i);
    return bytes;
  }

  window.SPKBallot = {
    readTypedCode: readTypedCode, readFragment: readFragment, isChecked: isChecked, ballotText: ballotText, pad: pad,
    tidyText: tidyText, countChars: countChars, envelope: envelope, sha256: sha256, trackerOf: trackerOf, inFours: inFours,
    toBase64: toBase64, fromBase64: fromBase64
  };
})();
