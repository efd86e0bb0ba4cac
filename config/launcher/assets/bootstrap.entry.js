/* The parts of Bootstrap that staff pages use; they bind themselves to data-bs-… attributes. */
export { default as Alert } from "bootstrap/js/dist/alert.js";
export { default as Collapse } from "bootstrap/js/dist/collapse.js";
export { default as Dropdown } from "bootstrap/js/dist/dropdown.js";
export { default as Modal } from "bootstrap/js/dist/modal.js";
export { default as Offcanvas } from "bootstrap/js/dist/offcanvas.js";
export { default as Tab } from "bootstrap/js/dist/tab.js";
export { default as Toast } from "bootstrap/js/dist/toast.js";
