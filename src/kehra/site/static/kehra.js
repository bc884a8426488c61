// All of our own JavaScript. Every page works without it; it makes them smoother.
import { initAll } from "./build/govuk-frontend.min.js";
import "./desk.js";

// The component styles that hide or fold things apply only when this script is here to unfold them.
document.body.classList.add("js-enabled", "govuk-frontend-supported");
initAll();

// A part that HTMX puts into the page holds components of its own.
document.body.addEventListener("htmx:load", (event) => {
  if (event.target !== document.body) initAll({ scope: event.target });
});

// HTMX leaves answers other than 2xx out of the page; a refusal (403, 404, 409) or a form with errors (422) must be seen.
document.body.addEventListener("htmx:beforeSwap", (event) => {
  if ([400, 403, 404, 409, 422].includes(event.detail.xhr.status)) {
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  }
});

// A session that is not used ends. Two minutes before, the page says so and offers to go on; every request to the
// server begins the wait anew, here as there.
const warning = document.getElementById("session-warning");
if (warning) {
  const wait = Math.max(0, Number(warning.dataset.idleMinutes) - 2) * 60_000;
  let timer;
  const begin = () => {
    clearTimeout(timer);
    warning.hidden = true;
    timer = setTimeout(() => (warning.hidden = false), wait);
  };
  document.body.addEventListener("htmx:afterRequest", begin);
  begin();
}
