// The words as one types: <form data-preview> is sent to where its button with a formaction leads, a moment after the
// last keystroke. The answer begins with the notes for the margin, [data-notes]; the rest takes the place of the
// preview. Whoever reads there is not disturbed.

const pause = 400;
const form = document.querySelector("form[data-preview]");
const button = form?.querySelector("button[formaction]");
const notes = form?.querySelector("[data-notes]");
let section = document.querySelector(".preview");
let waiting = 0;
let asking = new AbortController();

function place() {
  section = document.createElement("section");
  section.className = "row preview";
  section.setAttribute("aria-labelledby", "preview");
  form.after(section);
}

const named = (details) => details.dataset.open ?? details.textContent.trim().split("\n")[0];

function swap(place, fresh) {
  if (place.contains(document.activeElement)) return;
  const open = new Map([...place.querySelectorAll("details")].map((each) => [named(each), each.open]));
  place.replaceChildren(...fresh);
  for (const each of place.querySelectorAll("details")) each.open = open.get(named(each)) ?? each.open;
}

function show(html) {
  const answer = document.createElement("template");
  answer.innerHTML = html;
  const noted = answer.content.querySelector("[data-notes]");
  noted?.remove();
  if (notes && noted) swap(notes, noted.childNodes);
  if (!section) place();
  swap(section, answer.content.childNodes);
  document.dispatchEvent(new Event("fresh"));
}

async function ask() {
  asking.abort();
  asking = new AbortController();
  const address = new URL(button.formAction);
  address.searchParams.set("part", "preview");
  try {
    const answer = await fetch(address, { method: "POST", body: new FormData(form), signal: asking.signal });
    if (answer.ok && !answer.redirected) show(await answer.text());
  } catch {
    // overtaken by the next, or the way is cut: the button still works
  }
}

if (button) {
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, pause);
  });
  ask();
}
