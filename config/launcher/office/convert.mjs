// Open files in LibreOffice (WebAssembly) and save them as another kind.
// node convert.mjs PACKAGE ENDING FOLDER FILE...
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";

const [packageFolder, ending, folder, ...files] = process.argv.slice(2);
const { createSubprocessConverter } = await import(pathToFileURL(path.join(packageFolder, "dist", "server.js")).href);
const converter = await createSubprocessConverter({ wasmPath: path.join(packageFolder, "wasm") });
for (const file of files) {
  const { data } = await converter.convert(await readFile(file), { outputFormat: ending }, path.basename(file));
  await writeFile(path.join(folder, `${path.basename(file, path.extname(file))}.${ending}`), data);
}
process.exit(0); // its own farewell may wait for ever
