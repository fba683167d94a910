// The words as one types: <form data-preview> is sent to where its button with a formaction leads, a moment after the
// last keystroke, and the answer takes the place of the preview. Whoever reads there is not disturbed.

const pause = 400;
const form = document.querySelector("form[data-preview]");
const button = form?.querySelector("button[formaction]");
let section = document.querySelector(".preview");
let waiting = 0;
let asking = new AbortController();

function place() {
  section = document.createElement("section");
  section.className = "row preview";
  section.setAttribute("aria-labelledby", "preview");
  form.after(section);
}

function swap(html) {
  if (!section) place();
  if (section.contains(document.activeElement)) return;
  const open = new Map([...section.querySelectorAll("details")].map((each) => [each.textContent.trim().split("\n")[0], each.open]));
  section.innerHTML = html;
  for (const each of section.querySelectorAll("details")) {
    each.open = open.get(each.textContent.trim().split("\n")[0]) ?? each.open;
  }
  document.dispatchEvent(new Event("fresh"));
}

async function ask() {
  asking.abort();
  asking = new AbortController();
  const address = new URL(button.formAction);
  address.searchParams.set("part", "preview");
  try {
    const answer = await fetch(address, { method: "POST", body: new FormData(form), signal: asking.signal });
    if (answer.ok && !answer.redirected) swap(await answer.text());
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
