/* What the evaluator page takes from npm, under the names its own scripts know. */
import * as idbKeyval from "idb-keyval";
import * as seal from "./seal.entry.js";

window.idbKeyval = idbKeyval;
window.SPKSeal = seal;
