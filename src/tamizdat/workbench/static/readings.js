// Several recordings at once: each is sent by itself, and what became of it is told below. Without this script one is sent.
"use strict";

for (const form of document.querySelectorAll("form[data-recordings]")) {
  const [input, list, button] = [form.querySelector("input[type=file]"), form.querySelector(".sent"), form.querySelector("button")];
  input.multiple = true;
  form.addEventListener("submit", async (event) => {
    if (input.files.length < 2) return;
    event.preventDefault();
    button.disabled = true;
    let failed = 0;
    for (const file of [...input.files]) {
      const row = document.createElement("li"), sending = new FormData();
      sending.append("form-token", form.querySelector("input[name='form-token']").value);
      sending.append("file", file);
      list.append(row);
      row.textContent = `${file.name} …`;
      let said = form.dataset.failed, number = null;
      try {
        const answer = await fetch(form.action, { method: "POST", headers: { Accept: "application/json" }, body: sending });
        const told = await answer.json();
        number = told.recording ?? null;
        said = number === null ? told.problem || said : form.dataset.kept;
      } catch {
        // said stays: nothing was sent
      }
      failed += number === null;
      speak(row, number === null ? said : `${file.name}: ${said}`);
      row.className = number === null ? "problem" : "";
    }
    button.disabled = false;
    input.value = "";
    if (!failed) window.location.assign(form.action);
  });
}
