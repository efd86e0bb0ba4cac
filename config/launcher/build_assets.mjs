/* Bundle the npm packages into ASSETS_DIR and copy the fonts. Usage: node build_assets.mjs ASSETS_DIR FONTS_DIR
 *
 * Evaluators and secretaries may come with Chromium 78 or Safari 13, staff with Chromium 86.
 */
import { copyFile, mkdir, rename, rm } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(here, "..", "..");
const out = resolve(process.argv[2]);
const EVERYBODY = ["chrome78", "safari13"];
const STAFF = ["chrome86"];

const entry = (name) => join(here, "assets", `${name}.entry.js`);
const shipped = (path) => join(root, "node_modules", path);

const bundles = [
  { in: entry("seal"), out: "evaluations/seal.js", target: EVERYBODY, globalName: "SPKSeal" },
  { in: entry("evaluator"), out: "evaluations/evaluator.js", target: EVERYBODY },
  { in: join(root, "static", "evaluations", "evaluator.css"), out: "evaluations/evaluator.min.css", target: EVERYBODY },
  { in: entry("evaluator_qr"), out: "evaluations/evaluator_qr.js", target: EVERYBODY },
  { in: shipped("jsqr/dist/jsQR.js"), out: "evaluations/jsqr.js", target: STAFF, globalName: "jsQR" },
  { in: shipped("idb-keyval/dist/index.js"), out: "vendor/idb-keyval.js", target: EVERYBODY, globalName: "idbKeyval" },
  { in: entry("bootstrap"), out: "vendor/bootstrap.js", target: EVERYBODY, globalName: "bootstrap" },
  { in: entry("tom-select"), out: "vendor/tom-select.js", target: EVERYBODY },
  { in: entry("echarts"), out: "vendor/echarts.js", target: STAFF, globalName: "echarts" },
  { in: shipped("htmx.org/dist/htmx.js"), out: "vendor/htmx.js", target: EVERYBODY, plain: true },
  { in: shipped("bootstrap/dist/css/bootstrap.css"), out: "vendor/bootstrap.css", target: EVERYBODY },
  { in: shipped("tom-select/dist/css/tom-select.bootstrap5.css"), out: "vendor/tom-select.css", target: EVERYBODY },
];

async function build({ in: source, out: name, target, globalName, plain = false }) {
  await esbuild.build({
    entryPoints: [source],
    outfile: join(out, name),
    target,
    globalName,
    bundle: !plain,
    format: plain || name.endsWith(".css") ? undefined : "iife",
    minify: true,
    charset: "utf8",
    legalComments: "inline",
    platform: "browser",
    // Safari 13 knows destructuring; esbuild shuns it there for one rare bug and cannot rewrite it.
    supported: { destructuring: true },
    ...(plain ? {} : { external: ["crypto"] }),
    define: { "process.env.NODE_ENV": '"production"' },
    logLevel: "error",
  });
}

async function copyFonts(folder) {
  await mkdir(folder, { recursive: true });
  for (const family of ["Serif", "Sans"]) {
    for (const [weight, name] of [["400", "Regular"], ["700", "Bold"]]) {
      const source = `noto-${family.toLowerCase()}-sc/${weight}${name}/Noto${family}SC_${weight}${name}.ttf`;
      const target = join(folder, `Noto${family}SC-${name}.ttf`);
      await copyFile(shipped(`@expo-google-fonts/${source}`), `${target}.new`);
      await rename(`${target}.new`, target);
    }
  }
}

for (const folder of ["vendor", "evaluations"]) {
  await rm(join(out, folder), { recursive: true, force: true });
  await mkdir(join(out, folder), { recursive: true });
}
await Promise.all(bundles.map(build));
await copyFonts(resolve(process.argv[3]));
await esbuild.stop?.();
