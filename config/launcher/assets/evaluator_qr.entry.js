/* Showing a sealed ballot as QR codes: loaded after the evaluator page is ready, so that it is there when the network is not. */
import { encode } from "uqr";
import "../../../static/evaluations/frames.js";

window.SPKQrcode = encode;
