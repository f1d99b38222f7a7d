// The count of calls that wait for a person, and their page while it is open.

const EVERY_MS = 3000;

export function count() {
  const entry = document.querySelector("nav.bar [data-approvals]");
  if (!entry) return;
  const badge = entry.querySelector(".count");
  const list = document.getElementById("approvals");
  let shown;
  const look = async () => {
    if (document.hidden) return;
    const answer = await fetch(`${entry.href}/count`, { headers: { accept: "application/json" } }).catch(() => null);
    if (!answer?.ok) return;
    const { waiting } = await answer.json();
    badge.textContent = waiting.length;
    badge.hidden = waiting.length === 0;
    const ids = waiting.join(" ");
    if (list && shown !== undefined && ids !== shown && !list.contains(document.activeElement)) location.reload();
    shown = ids;
  };
  setInterval(look, EVERY_MS);
}
