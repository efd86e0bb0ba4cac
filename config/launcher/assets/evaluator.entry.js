/* The evaluator page in one file: hundreds of phones load it in the same minute over one weak network.
 * Its parts are plain scripts in static/evaluations, in the order in which they need each other. */
import "./evaluator.libs.js";
import "../../../static/evaluations/ballot.js";
import "../../../static/evaluations/validity.js";
import "../../../static/evaluations/store.js";
import "../../../static/evaluations/drafts.js";
import "../../../static/evaluations/queue.js";
import "../../../static/evaluations/sheet.js";
import "../../../static/evaluations/controls.js";
import "../../../static/evaluations/layout.js";
import "../../../static/evaluations/lists.js";
import "../../../static/evaluations/sending.js";
import "../../../static/evaluations/cast.js";
