/* Showing a sealed ballot as QR codes: loaded after the evaluator page is ready, so that it is there when the network is not. */
import qrcode from "qrcode-generator";
import "../../../static/evaluations/frames.js";

window.SPKQrcode = qrcode;
