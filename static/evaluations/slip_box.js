/* A slip in hand: whatever a hand scanner types, only the slip's number goes on. The secret behind "#" leaves neither
 * this field nor this browser. Staff browsers: Chromium 86. */
(() => {
  "use strict";
  const LENGTH = 4;
  for (const form of document.querySelectorAll("[data-slip-box]")) {
    const field = form.querySelector("[name=selector]");
    const bare = () => {
      const place = field.value.lastIndexOf("#");
      if (place >= 0 && field.value.length >= place + 1 + LENGTH + 22) field.value = field.value.slice(place + 1, place + 1 + LENGTH);
    };
    field.addEventListener("input", bare);
    form.addEventListener("submit", bare, true);
    if ("slipClear" in form.dataset) {
      form.addEventListener("htmx:afterRequest", (event) => {
        if (event.detail.successful) { field.value = ""; field.focus(); }
      });
    }
  }
})();
