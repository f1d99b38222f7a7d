// What every page does: the filter, the theme, live parts and writes.

import { follow } from "./live.js";
import { listen } from "./write.js";
import { count } from "./approvals.js";

// A link of `housekey agent open`: its code stands in the fragment, which no server sees.
function open() {
  const code = location.hash.slice(1);
  history.replaceState(null, "", location.pathname);
  if (!code) return;
  const form = document.getElementById("open");
  form.elements.link.value = code;
  form.requestSubmit();
}

function filter() {
  const field = document.getElementById("filter");
  if (!field) return;
  field.closest(".filter").hidden = false;
  const apply = () => {
    const wanted = field.value.trim().toLowerCase();
    for (const zone of document.querySelectorAll("section.zone")) {
      const inZone = zone.querySelector("h2").textContent.toLowerCase().includes(wanted);
      let any = false;
      for (const item of zone.querySelectorAll(".tile, .row")) {
        const name = item.querySelector(".name, .title").textContent.toLowerCase();
        item.hidden = !(inZone || name.includes(wanted));
        any ||= !item.hidden;
      }
      zone.hidden = !any;
    }
  };
  field.addEventListener("input", apply);
}

function theme() {
  const button = document.getElementById("theme");
  button.hidden = false;
  button.addEventListener("click", () => {
    const root = document.documentElement;
    const dark = (root.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
    root.dataset.theme = dark ? "light" : "dark";
    const path = new URL(document.body.dataset.root, location.href).pathname;
    document.cookie = `housekey-theme=${root.dataset.theme}; path=${path}; max-age=31536000; samesite=strict`;
  });
}

// Notices that were dismissed in this browser. One that comes again has another time, and is shown.
const DISMISSED = "housekey-dismissed";
const dismissed = () => new Set(JSON.parse(localStorage.getItem(DISMISSED) ?? "[]"));

function notices() {
  const known = dismissed();
  let count = 0;
  for (const button of document.querySelectorAll("#notices .dismiss")) {
    button.hidden = false;
    const isDismissed = known.has(button.dataset.key);
    button.closest("li").hidden = isDismissed;
    count += isDismissed;
  }
  const all = document.querySelector("#notices .dismissed");
  if (!all) return;
  all.hidden = !count;
  all.textContent = count === 1 ? "Show 1 dismissed notice" : `Show ${count} dismissed notices`;
}

function dismiss() {
  document.addEventListener("click", ({ target }) => {
    const button = target.closest("#notices button");
    if (!button) return;
    const known = button.matches(".dismiss") ? [...dismissed(), button.dataset.key].slice(-200) : [];
    localStorage.setItem(DISMISSED, JSON.stringify(known));
    notices();
  });
}

// Choosing is enough: the button is for pages without scripts.
function choose() {
  document.addEventListener("change", ({ target }) => {
    if (target.matches(".choose select") && target.value) target.form.requestSubmit();
  });
}

document.body.classList.add("scripted");
if (document.body.dataset.page === "open") open();
if (document.getElementById("main")) {
  filter();
  theme();
  listen();
  follow();
  notices();
  dismiss();
  choose();
  count();
  document.addEventListener("fresh", filter);
  document.addEventListener("fresh", notices);
  document.addEventListener("parts", notices);
}
