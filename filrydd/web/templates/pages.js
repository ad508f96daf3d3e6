// What makes the pages better where scripts may run; nothing needs it.
"use strict";
for (const button of document.querySelectorAll("button[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = button.dataset.done;
  });
}
for (const button of document.querySelectorAll("button[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
// A field that belongs to one answer is shown with that answer.
for (const choice of document.querySelectorAll("[data-with]")) {
  const radio = document.getElementById(choice.dataset.with);
  if (!radio) continue;
  const show = () => { choice.hidden = !radio.checked; };
  for (const one of radio.form.querySelectorAll("input[name='" + radio.name + "']")) one.addEventListener("change", show);
  show();
}
