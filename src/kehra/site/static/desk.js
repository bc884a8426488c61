// The desk with fewer clicks. Without this script every link and button of the list works as a page.
const WIDE = window.matchMedia("(min-width: 1200px)");

// A matter opens beside the list where there is room; else its link is followed.
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-kehra-open]");
  if (!link || !WIDE.matches || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  for (const row of document.querySelectorAll("[data-kehra-row]")) row.classList.remove("kehra-desk-row--opened");
  link.closest("[data-kehra-row]").classList.add("kehra-desk-row--opened");
  window.htmx.ajax("GET", link.href, { target: "#opened", swap: "innerHTML" }).then(() => {
    const title = document.querySelector("#opened [tabindex='-1']");
    if (title) title.focus({ preventScroll: true });
    document.querySelector("#opened").scrollIntoView({ block: "nearest" });
  });
});

// Single keys work only while a row of the list has the focus (WCAG 2.1.4).
document.addEventListener("keydown", (event) => {
  const row = event.target.closest("[data-kehra-row]");
  if (!row || event.ctrlKey || event.metaKey || event.altKey) return;
  const step = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[event.key];
  const wish = step ? focusable(row[step]) : row.querySelector({ t: "[data-kehra-take]", g: "[data-kehra-give]" }[event.key] ?? "none");
  if (!wish) return;
  event.preventDefault();
  if (step) wish.focus();
  else wish.click();
});

function focusable(row) {
  return row && row.querySelector("a, button");
}

const keys = document.querySelector("[data-kehra-keys]");
if (keys) keys.hidden = false;
