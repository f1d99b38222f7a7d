// Keeps a page as the home is: the server sends the parts that changed, as HTML.

const waiting = new Map();
let source;

// Whether a person is at a control in there: a part is not replaced under a finger.
function inUse(element) {
  const active = document.activeElement;
  return element.contains(active) && active.matches("input:not([type=search]), select");
}

function replace(id, html) {
  const old = document.getElementById(id);
  if (!old) return;
  if (inUse(old)) {
    waiting.set(id, html);
    return;
  }
  const focused = old.contains(document.activeElement) ? document.activeElement : null;
  const key = focused?.dataset.key ?? (focused?.matches("a") ? "a" : undefined);
  const open = old.querySelector("details")?.open;
  const template = document.createElement("template");
  template.innerHTML = html;
  const fresh = template.content.firstElementChild;
  if (!fresh) return;
  fresh.hidden = old.hidden;
  if (open) fresh.querySelector("details")?.setAttribute("open", "");
  old.replaceWith(fresh);
  if (key === "a") (fresh.matches("a") ? fresh : fresh.querySelector("a"))?.focus({ preventScroll: true });
  else if (key) fresh.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus({ preventScroll: true });
}

export function flush() {
  for (const [id, html] of [...waiting]) {
    waiting.delete(id);
    replace(id, html);
  }
}

function freshness(state, text, stale) {
  const line = document.getElementById("freshness");
  if (!line) return;
  line.dataset.state = state;
  line.replaceChildren(Object.assign(document.createElement("span"), { className: "dot" }), text);
  document.getElementById("main").toggleAttribute("data-stale", stale);
}

// Reads the page again and puts what it holds in place of what is shown.
async function reload() {
  source?.close();
  try {
    const answer = await fetch(location.href, { headers: { accept: "text/html" } });
    if (new URL(answer.url).pathname.endsWith("/sign-in")) return signedOut();
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("main");
    if (!fresh) throw new Error("no page");
    document.getElementById("main").replaceWith(fresh);
    document.getElementById("freshness").replaceWith(page.getElementById("freshness"));
    document.body.dataset.live = page.body.dataset.live ?? "";
    document.body.dataset.csrf = page.body.dataset.csrf ?? "";
    document.dispatchEvent(new Event("fresh"));
    follow();
  } catch {
    lost();
    setTimeout(reload, 3000);
  }
}

function signedOut() {
  source?.close();
  freshness("signed-out", "signed out: run housekey agent open", true);
}

let lostAt;
function lost() {
  lostAt ??= new Date();
  const time = lostAt.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  freshness("offline", `no connection to the agent since ${time}`, true);
}

export function follow() {
  const url = document.body.dataset.live;
  if (!url) return;
  source?.close();
  source = new EventSource(url);
  source.addEventListener("parts", (event) => {
    for (const [id, html] of Object.entries(JSON.parse(event.data))) replace(id, html);
    document.dispatchEvent(new Event("parts"));
  });
  source.addEventListener("freshness", (event) => {
    lostAt = undefined;
    replace("freshness", JSON.parse(event.data).html);
    const state = document.getElementById("freshness").dataset.state;
    const stale = ["connecting", "catching-up", "offline", "signed-out"].includes(state);
    document.getElementById("main").toggleAttribute("data-stale", stale);
  });
  source.addEventListener("reload", reload);
  source.addEventListener("signed-out", signedOut);
  source.onerror = () => {
    lost();
    // The answer was no stream: signed out, or another agent. The page knows.
    if (source.readyState === EventSource.CLOSED) setTimeout(reload, 3000);
  };
}

// A page that comes back from the cache of the browser, or from sleep, may be old.
addEventListener("pageshow", (event) => { if (event.persisted) reload(); });
addEventListener("pagehide", () => source?.close());
