// Buttons that copy a text: <button data-copy="id of the text" hidden>. Shown only where copying works.

const heard = document.createElement("p");
heard.className = "visually-hidden";
heard.setAttribute("role", "status");
document.querySelector("main").append(heard);

async function copy(button) {
  if (heard.textContent) return;
  const source = document.getElementById(button.dataset.copy);
  await navigator.clipboard.writeText(source.value ?? source.textContent);
  const label = button.firstChild;
  const before = label.data;
  label.data = heard.textContent = "Copied";
  setTimeout(() => {
    label.data = before;
    heard.textContent = "";
  }, 1500);
}

function show() {
  for (const button of document.querySelectorAll("[data-copy]")) button.hidden = false;
}

if (navigator.clipboard) {
  show();
  document.addEventListener("fresh", show); // what came after the page itself
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copy]");
    if (button) copy(button);
  });
}
