/* Decompress the Chromium that npm ships. Usage: node unpack_chromium.mjs TARGET
 * Leaves TARGET/chromium (a program) and TARGET/*.tar (libraries that a bare machine may lack).
 */
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createBrotliDecompress } from "node:zlib";

const root = new URL("../../node_modules/@sparticuz/chromium/bin/", import.meta.url);
const target = process.argv[2];

async function decompress(name, mode = 0o644) {
  const path = join(target, name);
  const source = createReadStream(new URL(`${name}.br`, root));
  await pipeline(source, createBrotliDecompress(), createWriteStream(`${path}.new`, { mode }));
  await rename(`${path}.new`, path);
}

await mkdir(target, { recursive: true });
await Promise.all([decompress("al2023.tar"), decompress("swiftshader.tar"), decompress("chromium", 0o755)]);
