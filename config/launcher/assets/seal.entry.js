/* Sealing of ballots: libsodium's crypto_box_seal, i.e. X25519 + BLAKE2b nonce + XSalsa20-Poly1305.
 *
 *   window.SPKSeal.seal(publicKey: Uint8Array(32), message: Uint8Array) -> Uint8Array(message.length + 48)
 *   window.SPKSeal.lock(key: Uint8Array(32), message) -> Uint8Array(message.length + 40); unlock(key, locked) -> message or null
 *
 * Works on plain HTTP: it needs crypto.getRandomValues only, never crypto.subtle. Without a real random source it
 * refuses to work; Math.random is no substitute. Checked against PyNaCl in tests/launcher/test_assets.py.
 */
import nacl from "tweetnacl/nacl.js"; // the short build: 4 KB less to load, a few milliseconds more per ballot
import { blake2b } from "blakejs/blake2b.js";

const KEY_BYTES = 32;
const NONCE_BYTES = 24;

function fillRandom(bytes) {
  const source = self.crypto || self.msCrypto;
  if (!source || typeof source.getRandomValues !== "function") {
    throw new Error("no secure random source");
  }
  const before = bytes.length;
  source.getRandomValues(bytes);
  let any = 0;
  for (let i = 0; i < before; i += 1) any |= bytes[i];
  if (any === 0) throw new Error("random source returned nothing");
}

nacl.setPRNG((target, length) => {
  const bytes = new Uint8Array(length);
  fillRandom(bytes);
  target.set(bytes);
  bytes.fill(0);
});

function joined(first, second) {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}

export function seal(publicKey, message) {
  if (!(publicKey instanceof Uint8Array) || publicKey.length !== KEY_BYTES) {
    throw new TypeError("public key must be 32 bytes");
  }
  if (!(message instanceof Uint8Array)) throw new TypeError("message must be bytes");
  const own = nacl.box.keyPair();
  const nonce = blake2b(joined(own.publicKey, publicKey), undefined, NONCE_BYTES);
  const box = nacl.box(message, nonce, publicKey, own.secretKey);
  own.secretKey.fill(0);
  return joined(own.publicKey, box);
}

/* A draft on the device can be read only with the slip in hand: XSalsa20-Poly1305 under a key made from the slip's secret. */
export function lock(key, message) {
  const nonce = new Uint8Array(nacl.secretbox.nonceLength);
  fillRandom(nonce);
  return joined(nonce, nacl.secretbox(message, nonce, key));
}

export function unlock(key, locked) {
  const cut = nacl.secretbox.nonceLength;
  if (!(locked instanceof Uint8Array) || locked.length < cut + nacl.secretbox.overheadLength) return null;
  return nacl.secretbox.open(locked.subarray(cut), locked.subarray(0, cut), key);
}
