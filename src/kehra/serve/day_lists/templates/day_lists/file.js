"use strict";
// The other half of rules/sealing.py: opens what was closed there. Nothing leaves this page.
const sealed = JSON.parse(document.getElementById("sealed").textContent);
const header = JSON.parse(sealed.header);
const list = document.getElementById("list");
const PURPOSE = new TextEncoder().encode("kehra day list");
let lists = null;

const bytes = (name) => Uint8Array.from(atob(sealed[name]), (letter) => letter.charCodeAt(0));
const expired = () => Date.now() > Date.parse(header.expires_at);
const plain = (typed) => (typed.toLowerCase().match(/[a-z]+/g) || []).join("-");

function say(what) {
  for (const told of document.querySelectorAll("[data-say]")) told.hidden = told.dataset.say !== what;
}

async function privateKey(passphrase) {
  const typed = await crypto.subtle.importKey("raw", new TextEncoder().encode(passphrase), "PBKDF2", false, ["deriveKey"]);
  const stretched = await crypto.subtle.deriveKey(
    { name: "PBKDF2", hash: "SHA-256", salt: bytes("salt"), iterations: sealed.iterations },
    typed, { name: "AES-GCM", length: 256 }, false, ["unwrapKey"]);
  return crypto.subtle.unwrapKey(
    "pkcs8", bytes("wrapped"), stretched, { name: "AES-GCM", iv: bytes("wrap_iv"), additionalData: PURPOSE },
    { name: "ECDH", namedCurve: "P-256" }, false, ["deriveBits"]);
}

async function opened(key) {
  const point = await crypto.subtle.importKey("raw", bytes("point"), { name: "ECDH", namedCurve: "P-256" }, false, []);
  const shared = await crypto.subtle.deriveBits({ name: "ECDH", public: point }, key, 256);
  const base = await crypto.subtle.importKey("raw", shared, "HKDF", false, ["deriveKey"]);
  const secret = await crypto.subtle.deriveKey(
    { name: "HKDF", hash: "SHA-256", salt: bytes("point"), info: PURPOSE },
    base, { name: "AES-GCM", length: 256 }, false, ["decrypt"]);
  const text = await crypto.subtle.decrypt(
    { name: "AES-GCM", iv: bytes("iv"), additionalData: new TextEncoder().encode(sealed.header) }, secret, bytes("text"));
  return JSON.parse(new TextDecoder().decode(text));
}

async function open(field) {
  if (expired()) return say("expired");
  if (!globalThis.crypto || !crypto.subtle) return say("cannot");
  say("busy");
  let key;
  try { key = await privateKey(plain(field.value)); } catch { say("wrong"); return field.focus(); }
  try { lists = await opened(key); } catch { return say("changed"); }
  say("");
  for (const typed of document.querySelectorAll("input")) typed.value = "";
  show();
}

function show() {
  const language = document.documentElement.lang;
  for (const button of document.querySelectorAll("[data-language]")) {
    if (button.dataset.language === language) button.setAttribute("aria-current", "true");
    else button.removeAttribute("aria-current");
  }
  for (const door of document.querySelectorAll("[data-door]")) door.hidden = lists !== null || door.dataset.door !== language;
  list.hidden = lists === null;
  list.replaceChildren();
  if (lists === null) return;
  list.append(...new DOMParser().parseFromString(lists[language], "text/html").body.childNodes);
  list.querySelector("[data-print]").addEventListener("click", () => print());
  list.querySelector("[data-close]").addEventListener("click", close);
  const title = list.querySelector("h1");
  title.tabIndex = -1;
  title.focus();
}

function close() { lists = null; show(); }

for (const form of document.querySelectorAll("[data-open]")) {
  form.addEventListener("submit", (event) => { event.preventDefault(); open(form.querySelector("input")); });
}
for (const button of document.querySelectorAll("[data-language]")) {
  button.addEventListener("click", () => { document.documentElement.lang = button.dataset.language; show(); });
}
// A list that is left open is closed when its time is up.
setInterval(() => { if (expired()) { if (lists) close(); say("expired"); } }, 30000);
show();
if (expired()) say("expired");
