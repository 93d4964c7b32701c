// How much of an upload was sent. Without this script the browser sends the form by itself and shows it in its own way.
"use strict";

for (const form of document.querySelectorAll("form[data-upload]")) {
  const line = form.querySelector(".sending");
  const [bar, told, button] = [line.querySelector("progress"), line.querySelector("span"), form.querySelector("button")];
  const stop = (text) => {
    bar.hidden = true;
    speak(told, text);
    button.disabled = false;
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const sending = new XMLHttpRequest();
    line.hidden = bar.hidden = false;
    told.textContent = "";
    button.disabled = true;
    sending.upload.addEventListener("progress", (at) => {
      if (at.lengthComputable) {
        bar.value = (100 * at.loaded) / at.total;
        told.textContent = `${Math.floor(bar.value)} %`;
      }
    });
    sending.addEventListener("load", () => {
      let answer = {};
      try {
        answer = JSON.parse(sending.responseText);
      } catch {
        // a page, and no answer for us: the form is sent as it is
      }
      if (sending.status < 400) {
        window.location.assign(form.dataset.upload);
      } else if (answer.problem) {
        stop(answer.problem);
      } else {
        form.submit();
      }
    });
    sending.addEventListener("error", () => stop(form.dataset.failed));
    sending.open("POST", form.action);
    sending.setRequestHeader("Accept", "application/json");
    sending.send(new FormData(form));
  });
}
