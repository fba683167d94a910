// The door: taps are kept until the server has them, each sent once the network is there; who is here shows as it
// changes. [data-door] names the event, [data-ref] in its rows a person. What is kept is references alone, by event.

const beat = 5000;
const patience = 10000;
const door = document.querySelector("[data-door]");
const people = door.querySelector("[data-people]");
const count = door.querySelector("[data-count]");
const said = door.querySelector("[data-said]");
const none = door.querySelector("[data-none]");
const typed = door.querySelector("[type=search]");
const key = `door:${door.dataset.door}`;
const dropped = [400, 404, 409, 413, 422]; // would be refused again, however often
const rows = () => [...people.querySelectorAll("[data-ref]")];
let present = new Set(rows().filter((row) => row.querySelector(".state:not([hidden])")).map((row) => row.dataset.ref));
let told = ""; // of the last tap that was answered
let refused = []; // one sentence each, until the page is opened again
let hindrance = ""; // why what is kept cannot be sent
let sending = false;
let asking = false;
let settled = 0; // how many: an answer that was asked for before is out of date

const kept = () => JSON.parse(localStorage.getItem(key) ?? "[]");
const keep = (refs) => (refs.length ? localStorage.setItem(key, JSON.stringify(refs)) : localStorage.removeItem(key));
const drop = (ref) => keep(kept().filter((each) => each !== ref));

function works() {
  try {
    return Array.isArray(kept());
  } catch {
    return false; // nothing can be kept here: the forms do without
  }
}

function show() {
  const waiting = kept();
  for (const row of rows()) {
    const state = row.querySelector(".state");
    if (!state) continue;
    const here = present.has(row.dataset.ref);
    const held = !here && waiting.includes(row.dataset.ref);
    state.textContent = held ? "Kept here" : "In";
    state.hidden = !here && !held;
    for (const button of row.querySelectorAll("button")) button.hidden = button.value === "undo" ? !here : here || held;
  }
  const words = [told, ...refused];
  if (waiting.length && (hindrance || !sending)) words.push(`Kept here, ${waiting.length} to send.`);
  words.push(hindrance);
  const text = words.filter(Boolean).join(" ");
  if (said.textContent !== text) said.textContent = text;
  said.hidden = !text;
  filter();
}

const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

function filter() {
  const wanted = plain(typed?.value.trim() ?? "");
  for (const row of rows()) row.hidden = !plain(row.querySelector("th").textContent).includes(wanted);
  none.hidden = !wanted || rows().some((row) => !row.hidden);
}

const nameOf = (ref) => people.querySelector(`[data-ref="${ref}"] th`)?.textContent ?? "Somebody who is not on this list";

// Send one; whether it is settled, for better or worse.
async function settle(ref) {
  const form = door.querySelector("[name=csrf_token]") ?? document.querySelector("[name=csrf_token]");
  let answer;
  let words;
  try {
    answer = await fetch(`${location.pathname.replace(/\/$/, "")}/${ref}`, {
      method: "POST",
      headers: { Accept: "application/json" },
      body: new URLSearchParams({ csrf_token: form.value }),
      signal: AbortSignal.timeout(patience),
    });
    words = (await answer.json().catch(() => ({}))).said;
  } catch {
    hindrance = "No network: it is sent when there is one again.";
    return false;
  }
  if (answer.redirected || answer.status === 403) {
    hindrance = "You are signed out. Open this page again and sign in; what is kept here is sent then.";
    return false;
  }
  if (answer.ok && words) {
    present.add(ref);
    told = words;
  } else if (words && dropped.includes(answer.status)) {
    refused.push(`${nameOf(ref)}: ${words}`);
  } else {
    hindrance = "The desk does not answer: it is tried again.";
    return false;
  }
  drop(ref);
  settled += 1;
  return true;
}

async function send() {
  if (sending || !kept().length) return;
  sending = true;
  hindrance = "";
  while (kept().length && (await settle(kept()[0]))) hindrance = "";
  sending = false;
  show();
  if (!kept().length) await refresh();
}

async function refresh() {
  if (asking || document.hidden) return;
  asking = true;
  const before = settled;
  try {
    const answer = await fetch(door.dataset.here, { signal: AbortSignal.timeout(patience) });
    if (answer.ok && !answer.redirected) {
      const now = await answer.json();
      if (now.list !== (people.querySelector("[data-list]")?.dataset.list ?? "") && now.seats) await renew();
      if (before === settled) present = new Set(now.present);
      count.querySelector("b").textContent = now.here;
      count.lastChild.data = ` of ${now.seats} ${now.here === 1 ? "is" : "are"} here.`;
      show();
    }
  } catch {
    // no network: it is asked again
  }
  asking = false;
}

// Others are on the list by now. Whoever stands on a button there stays on it.
async function renew() {
  const answer = await fetch(door.dataset.list, { signal: AbortSignal.timeout(patience) });
  if (!answer.ok || answer.redirected) return;
  const at = document.activeElement?.closest?.("[data-ref]")?.dataset.ref;
  const fresh = document.createElement("template");
  fresh.innerHTML = await answer.text();
  people.replaceChildren(fresh.content);
  people.querySelector(`[data-ref="${at}"] button:not([hidden])`)?.focus();
}

if (works()) {
  // before the form is sent, and before it is marked as sent
  people.addEventListener(
    "submit",
    (event) => {
      const row = event.target.closest("[data-ref]");
      if (!row || event.submitter?.value === "undo") return;
      try {
        keep([...new Set([...kept(), row.dataset.ref])]);
      } catch {
        return; // nothing can be kept here: the form is sent as it is
      }
      event.preventDefault();
      event.stopPropagation();
      told = "";
      show();
      send();
    },
    { capture: true },
  );
  typed?.form.addEventListener("submit", (event) => event.preventDefault());
  typed?.addEventListener("input", filter);
  addEventListener("online", send);
  document.addEventListener("visibilitychange", refresh);
  setInterval(() => (kept().length ? send() : refresh()), beat);
  show();
  send();
  refresh();
}
