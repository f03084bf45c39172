// What the pages add where script is allowed; every page works without it.
"use strict";

// One act for a double click: the first press sends, the button then rests until the page is shown again.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  form.querySelectorAll("button:not([type=button])").forEach((button) => button.setAttribute("aria-disabled", "true"));
});
window.addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-sent]").forEach((form) => {
    delete form.dataset.sent;
    form.querySelectorAll("[aria-disabled]").forEach((button) => button.removeAttribute("aria-disabled"));
  });
});

// Pages that show work in the background look again by themselves until it is done.
const waiting = document.querySelector("[data-refresh-seconds]");
if (waiting) {
  setTimeout(() => window.location.reload(), Number(waiting.dataset.refreshSeconds) * 1000);
}
