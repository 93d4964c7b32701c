// The page of a field device. The token lives in this tab alone: no cookie, which other ports of this computer would get
// too, and nothing in an address. Screens come as HTML from the program; forms say what is to be done.

"use strict";

const main = document.getElementById("main");
const failed = document.getElementById("failed");
let token = sessionStorage.getItem("token") || "";
let pictures = [];
let latest = 0; // the number of the screen that was asked for last: an older one that comes late is not shown

async function post(address, fields) {
  const answer = await fetch(address, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded", "field-token": token },
    body: new URLSearchParams(fields),
  });
  failed.hidden = true;
  return answer;
}

function show(type, text) {
  if (type.startsWith("application/json")) {
    const told = document.createElement("p");
    told.className = "problem";
    told.setAttribute("role", "alert");
    told.textContent = JSON.parse(text).problem || "";
    main.prepend(told);
    return;
  }
  stopCamera();
  pictures.forEach((each) => URL.revokeObjectURL(each));
  pictures = [];
  main.innerHTML = text; // our own templates, which escape everything
  main.removeAttribute("aria-busy");
  const top = main.querySelector("[data-lang]");
  if (top) Object.assign(document.documentElement, { lang: top.dataset.lang, dir: top.dataset.dir });
  const first = main.querySelector("[autofocus], .problem");
  if (first) first.focus();
  else window.scrollTo(0, 0);
  look.disconnect();
  main.querySelectorAll(".frame").forEach((frame) => look.observe(frame));
  watch();
}

async function act(fields) {
  main.setAttribute("aria-busy", "true");
  await request(fields);
  main.removeAttribute("aria-busy");
}

async function request(fields) {
  const mine = ++latest;
  try {
    const answer = await post("/screen", fields);
    const text = await answer.text();
    if (mine === latest) show(answer.headers.get("content-type") || "", text);
  } catch {
    failed.hidden = false;
  }
}

main.addEventListener("submit", (event) => {
  event.preventDefault();
  if (main.getAttribute("aria-busy")) return;
  act([["do", event.target.dataset.do], ...new FormData(event.target, event.submitter)].filter(([, value]) => typeof value === "string"));
});

// -- pictures of a card, when they come into sight -----------------------------------------------------------------------

const look = new IntersectionObserver((entries) => {
  for (const entry of entries.filter((each) => each.isIntersecting)) {
    look.unobserve(entry.target);
    load(entry.target);
  }
}, { rootMargin: "200px" });

async function load(frame) {
  try {
    const answer = await post("/picture", { card: frame.dataset.card, file: frame.dataset.file });
    if (!answer.ok) {
      frame.textContent = frame.dataset.none;
      return;
    }
    const image = new Image();
    image.alt = "";
    image.src = URL.createObjectURL(await answer.blob());
    pictures.push(image.src);
    frame.replaceChildren(image);
  } catch {
    failed.hidden = false;
  }
}

// -- how the work goes on ------------------------------------------------------------------------------------------------

let watching = 0;

function watch() {
  clearInterval(watching);
  watching = setInterval(ask, main.querySelector("[data-running='1']") ? 1000 : 5000);
}

// who presses a button meanwhile is not kept waiting, and gets what was asked for
function again() {
  if (main.getAttribute("aria-busy")) return;
  const number = main.querySelector(".frame");
  request({ do: "look", screen: number ? "card" : "", card: number ? number.dataset.card : "" });
}

async function ask() {
  let now;
  try {
    const answer = await post("/standing", {});
    if (!answer.ok) return;
    now = await answer.json();
  } catch {
    failed.hidden = false;
    return;
  }
  const running = main.querySelector("[data-running='1']");
  const shown = main.querySelector("[data-state]");
  if (!shown || now.state !== shown.dataset.state || (running && !now.running)) {
    again();
    return;
  }
  if (!running) return;
  const away = main.querySelector("#away");
  if (now.kind !== running.dataset.kind || now.resting !== Number(running.dataset.resting) || (now.away && !away)) {
    again();
    return;
  }
  if (away && now.away) away.textContent = now.away;
  main.querySelector("progress").value = now.share;
  main.querySelector("#share").textContent = now.share;
  if (now.kind === "previews") return; // nothing of the footage moves yet
  main.querySelector("#done").textContent = now.done;
  main.querySelector("#total").textContent = now.total;
}

// -- files, pictures and the camera ---------------------------------------------------------------------------------------

main.addEventListener("change", async (event) => {
  const chosen = event.target;
  if (chosen.dataset.file && chosen.files.length) {
    const form = chosen.form;
    form.elements[chosen.dataset.file].value = base64(new Uint8Array(await chosen.files[0].arrayBuffer()));
    form.requestSubmit();
  } else if ("picture" in chosen.dataset) {
    for (const file of chosen.files) {
      const bitmap = await createImageBitmap(file);
      if (await read(chosen.closest("[data-camera]"), bitmap, bitmap.width, bitmap.height)) return;
    }
  }
});

main.addEventListener("click", async (event) => {
  if (!("scan" in event.target.dataset)) return;
  const around = event.target.closest("[data-camera]");
  const video = around.querySelector("video");
  try {
    video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: 1280 } });
  } catch (error) {
    around.querySelector("[data-told]").textContent = error.message;
    return;
  }
  video.hidden = false;
  await video.play();
  while (video.srcObject && video.isConnected) {
    if (video.videoWidth && (await read(around, video, video.videoWidth, video.videoHeight))) break;
    await new Promise((go) => setTimeout(go, 150));
  }
  stopCamera();
});

function stopCamera() {
  for (const video of main.querySelectorAll("video")) {
    if (video.srcObject) video.srcObject.getTracks().forEach((track) => track.stop());
    video.srcObject = null;
    video.hidden = true;
  }
}

async function read(around, source, width, height) {
  const scale = Math.min(1, 1600 / Math.max(width, height));
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [Math.round(width * scale), Math.round(height * scale)];
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.fillStyle = "#fff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(source, 0, 0, canvas.width, canvas.height);
  const pixels = context.getImageData(0, 0, canvas.width, canvas.height).data;
  const grey = new Uint8Array(canvas.width * canvas.height);
  for (let at = 0; at < grey.length; at++) grey[at] = (pixels[4 * at] * 3 + pixels[4 * at + 1] * 6 + pixels[4 * at + 2]) / 10;
  const answer = await post("/code", { width: canvas.width, height: canvas.height, grey: base64(grey) });
  const found = await answer.json();
  const told = around.querySelector("[data-told]");
  if (found.problem) told.textContent = found.problem;
  if (found.whole) {
    await act({ do: "show" });
    return true;
  }
  if (found.count) told.textContent = `${found.count - found.missing.length} / ${found.count}`;
  if (found.receipt) {
    around.closest("form").elements.receipt.value = found.receipt;
    return true;
  }
  return false;
}

function base64(bytes) {
  let text = "";
  for (let start = 0; start < bytes.length; start += 0x8000) text += String.fromCharCode(...bytes.subarray(start, start + 0x8000));
  return btoa(text);
}

// -- the beginning -------------------------------------------------------------------------------------------------------

(async () => {
  const code = location.hash.slice(1);
  history.replaceState(null, "", "/");
  if (code) {
    try {
      const answer = await post("/enter", { code });
      if (!answer.ok) return;
      token = (await answer.json()).token;
      sessionStorage.setItem("token", token);
    } catch {
      failed.hidden = false;
      return;
    }
  }
  if (token) await act({ do: "show" });
})();
