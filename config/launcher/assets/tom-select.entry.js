/* Pickers with search. The UMD build's single export becomes the global `TomSelect`. */
import TomSelect from "tom-select/dist/esm/tom-select.complete.js";

window.TomSelect = TomSelect;
