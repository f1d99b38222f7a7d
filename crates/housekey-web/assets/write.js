// Writes without leaving the page: pending until the home reports, and said when it does not.

import { flush } from "./live.js";

const toast = () => document.getElementById("toast");
let hide;

function say(text) {
  toast().textContent = text;
  clearTimeout(hide);
  hide = setTimeout(() => { toast().textContent = ""; }, 6000);
}

// Resolves to whether a person confirms it.
function confirmed(question) {
  const dialog = document.getElementById("confirm");
  document.getElementById("confirm-text").textContent = question;
  dialog.returnValue = "no";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}

async function send(url, value, control) {
  const part = control.closest(".tile, .row, .mood") ?? control;
  const id = part.id;
  part.setAttribute("data-pending", "");
  part.setAttribute("aria-busy", "true");
  try {
    const body = new URLSearchParams({ csrf: document.body.dataset.csrf, value });
    const answer = await fetch(url, { method: "POST", body, headers: { accept: "application/json" } });
    const said = await answer.json();
    if (!answer.ok) say(`${said.error}: ${said.text}`);
    else if (!said.reported) say(said.text);
  } catch {
    say("Not sent: there is no connection to the agent.");
  } finally {
    // The home's report may have put a fresh part in its place already.
    for (const one of [part, id && document.getElementById(id)]) {
      one?.removeAttribute?.("data-pending");
      one?.removeAttribute?.("aria-busy");
    }
    flush();
  }
}

export function listen() {
  for (const button of document.querySelectorAll("#confirm button")) {
    button.addEventListener("click", () => document.getElementById("confirm").close(button.value));
  }
  document.addEventListener("submit", async (event) => {
    const { target: form, submitter } = event;
    const isWrite = form.id === "write" || form.matches("form.control");
    if (!isWrite || /\/end$/.test(form.action)) return;
    event.preventDefault();
    const control = submitter ?? form.querySelector("[name=value]");
    const url = submitter?.hasAttribute("formaction") ? submitter.formAction : form.action;
    const value = submitter?.name === "value" ? submitter.value : new FormData(form).get("value");
    const question = control?.dataset.confirm;
    if (question && !(await confirmed(question))) return;
    control?.blur?.();
    send(url, value ?? "", control);
  });
  document.addEventListener("change", (event) => {
    const { target } = event;
    if (target.matches("form.control input[type=range], form.control select")) target.form.requestSubmit();
  });
}
