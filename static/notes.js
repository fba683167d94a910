// Notes in the margin of a form: their buttons show a passage in its field, replace it there, or take it out:
// <button data-show="field" data-passage="…" data-at="12">, <button data-replace="field" … data-by="…">.
// How many there are is said politely when that changes.

const margin = document.querySelector("form [data-notes]");
const heard = document.createElement("p");
heard.className = "visually-hidden";
heard.setAttribute("role", "status");
document.querySelector("main").append(heard);

// Where a passage begins in what is typed. `at` counts characters, as people do, of the text without blanks around it.
function begins(field, passage, at) {
  const text = field.value;
  const lead = text.length - text.trimStart().length;
  const there = lead + [...text.slice(lead)].slice(0, at).join("").length;
  return text.startsWith(passage, there) ? there : text.indexOf(passage);
}

function select(button, name) {
  const field = document.getElementById(name);
  const passage = button.dataset.passage;
  const start = begins(field, passage, Number(button.dataset.at));
  if (start < 0) return null; // it was changed a moment ago
  field.focus();
  field.setSelectionRange(start, start + passage.length);
  return field;
}

function replace(button) {
  const field = select(button, button.dataset.replace);
  if (!field) return;
  const by = button.dataset.by;
  if (!by && field.value[field.selectionEnd] === " ") field.selectionEnd += 1;
  // so that it can be undone as if it had been typed
  const typed = by ? document.execCommand("insertText", false, by) : document.execCommand("delete");
  if (typed) return;
  field.setRangeText(by, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function fresh() {
  for (const button of margin.querySelectorAll("button[hidden]")) button.hidden = false;
  const count = margin.querySelector("[data-count]")?.dataset.count ?? "";
  if (heard.textContent !== count) heard.textContent = count;
}

if (margin) {
  fresh();
  document.addEventListener("fresh", fresh);
  margin.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button?.dataset.show) select(button, button.dataset.show);
    if (button?.dataset.replace) replace(button);
  });
}
