// What is covered in a clip or picture, drawn on its frames. It stands behind desk.js.
//
// The regions are kept in memory and written into the form's text area as JSON, which is what is sent: without this
// script the same is typed there. Places are ten thousandths of the picture, times milliseconds. Whoever moves a region
// at an instant sets a key frame there; between two of them it moves evenly, as the encoder draws it.

"use strict";

const WHOLE = 10000;
const SAVED_AFTER = 1500; // milliseconds without a change
const LEAST = 100; // ten thousandths: the side of the smallest region that can be drawn

const sheet = document.getElementById("cover");
if (sheet) beginCover(sheet);

function beginCover(form) {
  const about = JSON.parse(form.dataset.about);
  const area = form.querySelector("textarea");
  const easel = form.querySelector(".easel");
  const image = easel && easel.querySelector("img");
  const drawn = easel && easel.querySelector("svg");
  const range = form.querySelector("input[type=range]");
  const list = form.querySelector(".regions");
  let cover = { regions: [], silences: [], ...read(area.value, about.cover) };
  let chosen = cover.regions.length ? 0 : -1;
  let shape = "rectangle";
  let at = 0;
  let changed = false;
  let waiting = 0;
  let saving = 0; // the timer until what was drawn is saved as a draft
  let sending = false;
  const told = form.querySelector(".saved");

  form.querySelector(".drawing").hidden = false;
  form.querySelector(".plainly").hidden = true;
  const keyHelp = document.getElementById("keys");
  if (keyHelp) keyHelp.hidden = false;
  window.addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
  form.addEventListener("submit", () => { clearTimeout(saving); write(); changed = false; });

  function read(text, otherwise) {
    try { return JSON.parse(text); } catch { return otherwise; }
  }

  function write() {
    area.value = JSON.stringify(cover);
  }

  function touched() {
    changed = true;
    write();
    draw();
    rows();
    clearTimeout(saving);
    saving = setTimeout(save, SAVED_AFTER);
  }

  // What is drawn is kept as a draft of this account; what another tab saved meanwhile is not written over.
  async function save() {
    if (sending) { saving = setTimeout(save, SAVED_AFTER); return; }
    sending = true;
    const sent = area.value;
    const answer = await post(`${form.dataset.path}/draft`, new URLSearchParams({ cover: sent, revision: form.elements.revision.value }), false).catch(() => null);
    sending = false;
    const fine = answer !== null && answer.status === 200;
    told.classList.toggle("odd", !fine);
    if (fine) {
      form.elements.revision.value = String(answer.data.revision);
      told.textContent = words.saved;
      if (area.value === sent) changed = false;
    } else speak(told, answer === null || answer.status >= 500 ? words.no_answer : (answer.data && answer.data.problem) || words.not_saved);
    if (!fine && (answer === null || answer.status >= 500)) saving = setTimeout(save, 10 * SAVED_AFTER);
  }

  function clock(milliseconds) {
    const two = (value) => String(Math.floor(value)).padStart(2, "0");
    const rest = String(milliseconds % 1000).padStart(3, "0");
    return `${two(milliseconds / 3600000)}:${two((milliseconds / 60000) % 60)}:${two((milliseconds / 1000) % 60)}.${rest}`;
  }

  function instant(text) {
    const found = /^\s*(?:(?:(\d{1,3}):)?(\d{1,2}):)?(\d{1,5})(?:[.,](\d{1,3}))?\s*$/.exec(text);
    if (!found) return null;
    const [, hours, minutes, seconds, part] = found;
    const whole = (Number(hours || 0) * 60 + Number(minutes || 0)) * 60 + Number(seconds);
    return whole * 1000 + Number((part || "").padEnd(3, "0"));
  }

  // ---- where a region lies -----------------------------------------------------------------------------------------

  function place(region, when) {
    const keys = region.keys;
    const after = keys.findIndex((key) => key.at >= when);
    if (after <= 0) return { ...keys[after < 0 ? keys.length - 1 : 0] };
    const [one, other] = [keys[after - 1], keys[after]];
    const share = (when - one.at) / (other.at - one.at);
    const found = { at: when };
    for (const side of ["x", "y", "width", "height"]) found[side] = Math.round(one[side] + share * (other[side] - one[side]));
    return found;
  }

  function fitted(box) {
    const width = Math.min(Math.max(Math.round(box.width), LEAST), WHOLE);
    const height = Math.min(Math.max(Math.round(box.height), LEAST), WHOLE);
    return {
      width, height,
      x: Math.min(Math.max(Math.round(box.x), 0), WHOLE - width),
      y: Math.min(Math.max(Math.round(box.y), 0), WHOLE - height),
    };
  }

  function setKey(region, box) {
    if (about.moves) {
      region.from = Math.min(region.from, at);
      region.to = Math.max(region.to, at, region.from + 1);
    }
    const key = { at, ...fitted(box) };
    region.keys = [...region.keys.filter((each) => each.at !== at), key].sort((one, other) => one.at - other.at);
  }

  function setSpan(each, from, to) {
    if (from === null || to === null || from >= to) return;
    if (each.keys) { // one that falls out is replaced at the edge: where the region lies meanwhile stays
      const times = each.keys.map((key) => key.at);
      const inside = times.filter((when) => when >= from && when <= to);
      if (times[0] < from) inside.unshift(from);
      if (times[times.length - 1] > to) inside.push(to);
      each.keys = [...new Set(inside)].map((when) => ({ ...place(each, when), at: when }));
    }
    [each.from, each.to] = [from, to];
    touched();
  }

  // ---- the frame ---------------------------------------------------------------------------------------------------

  function show(when) {
    at = Math.min(Math.max(Math.round(when), 0), about.length);
    if (range) {
      range.value = at;
      form.querySelector("output").textContent = clock(at);
    }
    clearTimeout(waiting);
    if (image) waiting = setTimeout(() => { image.src = `${form.dataset.path}/frame/${at}`; }, image.src ? 120 : 0);
    draw();
  }

  function draw() {
    if (!drawn) return;
    drawn.replaceChildren();
    cover.regions.forEach((region, number) => {
      if (about.moves && (at < region.from || at > region.to)) return;
      const box = place(region, at);
      const kind = region.shape === "ellipse" ? "ellipse" : "rect";
      const found = document.createElementNS("http://www.w3.org/2000/svg", kind);
      const sides = kind === "rect"
        ? { x: box.x, y: box.y, width: box.width, height: box.height }
        : { cx: box.x + box.width / 2, cy: box.y + box.height / 2, rx: box.width / 2, ry: box.height / 2 };
      for (const [name, value] of Object.entries(sides)) found.setAttribute(name, value);
      found.dataset.cover = region.cover;
      if (number === chosen) found.dataset.chosen = "";
      drawn.append(found);
    });
  }

  function point(event) {
    const box = easel.getBoundingClientRect();
    return [((event.clientX - box.left) / box.width) * WHOLE, ((event.clientY - box.top) / box.height) * WHOLE];
  }

  function under(x, y) {
    for (let number = cover.regions.length - 1; number >= 0; number -= 1) {
      const region = cover.regions[number];
      if (about.moves && (at < region.from || at > region.to)) continue;
      const box = place(region, at);
      if (x >= box.x && x <= box.x + box.width && y >= box.y && y <= box.y + box.height) return number;
    }
    return -1;
  }

  // Whatever is begun lasts to the end, until somebody ends it before: too much is seen at once, too little is not.
  const theEnd = () => Math.max(about.length, at + 1);

  function begin(box) {
    const span = about.moves ? { from: at, to: theEnd() } : { from: 0, to: 0 };
    cover.regions.push({ cover: "solid", shape, ...span, keys: [{ at: about.moves ? at : 0, ...fitted(box) }] });
    chosen = cover.regions.length - 1;
  }

  if (easel) {
    let held = null;
    easel.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      easel.focus();
      easel.setPointerCapture(event.pointerId);
      const [x, y] = point(event);
      const number = under(x, y);
      if (number >= 0) {
        chosen = number;
        const box = place(cover.regions[number], at);
        const edge = x > box.x + box.width * 0.8 && y > box.y + box.height * 0.8;
        held = { x, y, box, edge, number };
      } else held = { x, y, box: null };
      draw();
      rows();
    });
    easel.addEventListener("pointermove", (event) => {
      if (!held) return;
      const [x, y] = point(event);
      if (held.box) {
        const { box } = held;
        const [across, down] = [x - held.x, y - held.y];
        setKey(cover.regions[held.number], held.edge
          ? { ...box, width: Math.min(box.width + across, WHOLE - box.x), height: Math.min(box.height + down, WHOLE - box.y) }
          : { ...box, x: box.x + across, y: box.y + down });
        touched();
      } else if (Math.hypot(x - held.x, y - held.y) > LEAST || held.fresh) {
        const box = {
          x: Math.max(Math.min(x, held.x), 0), y: Math.max(Math.min(y, held.y), 0),
          width: Math.abs(Math.min(Math.max(x, 0), WHOLE) - held.x), height: Math.abs(Math.min(Math.max(y, 0), WHOLE) - held.y),
        };
        if (!held.fresh) { begin(box); held.fresh = true; } else setKey(cover.regions[chosen], box);
        touched();
      }
    });
    for (const end of ["pointerup", "pointercancel"]) easel.addEventListener(end, () => { held = null; });
    easel.addEventListener("keydown", key);
    image.addEventListener("error", () => { image.removeAttribute("src"); });
  }

  function key(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const region = cover.regions[chosen];
    const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    const steps = { ",": -40, ".": 40, "<": -1000, ">": 1000, ";": -1000, ":": 1000 }[event.key];
    if (steps && about.moves) show(at + steps);
    else if (event.key === "n" && cover.regions.length) {
      chosen = (chosen + 1) % cover.regions.length;
      const next = cover.regions[chosen];
      if (about.moves && (at < next.from || at > next.to)) show(next.from);
      draw();
      rows();
    } else if (!region) return;
    else if (arrows) {
      const box = place(region, at);
      const [across, down] = arrows.map((each) => each * 100);
      setKey(region, event.shiftKey
        ? { ...box, width: Math.min(box.width + across, WHOLE - box.x), height: Math.min(box.height + down, WHOLE - box.y) }
        : { ...box, x: box.x + across, y: box.y + down });
      touched();
    } else if (event.key === "k") { setKey(region, place(region, at)); touched(); }
    else if (event.key === "[" && about.moves) setSpan(region, at, region.to);
    else if (event.key === "]" && about.moves) setSpan(region, region.from, at);
    else if (event.key === "Delete") remove(cover.regions, chosen);
    else return;
    event.preventDefault();
  }

  function remove(from, number) {
    from.splice(number, 1);
    if (from === cover.regions) chosen = Math.min(chosen, cover.regions.length - 1);
    touched();
  }

  // ---- the list ----------------------------------------------------------------------------------------------------

  // Ask where the region goes from here on; what is found takes the place of the key frames behind.
  async function followed(region, button) {
    if (at < region.from || at >= region.to) return;
    const said = document.getElementById("chosen");
    const here = place(region, at);
    const body = new URLSearchParams({ ...here, at, to: region.to, "form-token": form.querySelector("[name=form-token]").value });
    button.disabled = true;
    said.textContent = "…";
    try {
      const answer = await fetch(`${form.dataset.path}/follow`, { method: "POST", body, headers: { Accept: "application/json" } });
      const told = await answer.json();
      if (answer.ok) {
        region.keys = [...region.keys.filter((each) => each.at < at), ...told.keys];
        touched();
      }
      speak(said, answer.ok ? form.dataset.look : told.problem || "");
    } catch { said.textContent = ""; }
    button.disabled = false;
  }

  function row(template, each, from, number, ordinal) {
    const found = document.getElementById(template).content.firstElementChild.cloneNode(true);
    if (ordinal) found.querySelector(".choose").textContent = ordinal;
    const [first, last] = [found.querySelector(".from"), found.querySelector(".to")];
    if (about.moves) {
      [first.value, last.value] = [clock(each.from), clock(each.to)];
      first.addEventListener("change", () => setSpan(each, instant(first.value), each.to));
      last.addEventListener("change", () => setSpan(each, each.from, instant(last.value)));
    } else found.querySelector(".moving").hidden = true;
    found.querySelector(".delete").addEventListener("click", () => remove(from, number));
    return found;
  }

  function rows() {
    list.replaceChildren();
    cover.regions.forEach((region, number) => {
      const found = row("region", region, cover.regions, number, String(number + 1));
      found.classList.toggle("now", number === chosen);
      const choose = found.querySelector(".choose");
      choose.setAttribute("aria-pressed", number === chosen);
      choose.addEventListener("click", () => { chosen = number; show(Math.min(Math.max(at, region.from), region.to)); rows(); });
      for (const [name, box] of [["cover", found.querySelector(".how")], ["shape", found.querySelector(".shape")]]) {
        box.value = region[name];
        box.addEventListener("change", () => { region[name] = box.value; touched(); });
      }
      const follow = found.querySelector(".follow");
      if (follow) follow.addEventListener("click", () => { chosen = number; followed(region, follow); });
      const keys = found.querySelector(".keys");
      for (const each of about.moves ? region.keys : []) {
        const button = Object.assign(document.createElement("button"), { type: "button", className: "link", textContent: clock(each.at) });
        button.addEventListener("click", () => { chosen = number; show(each.at); rows(); });
        const drop = Object.assign(document.createElement("button"), { type: "button", className: "link", textContent: "×" });
        drop.disabled = region.keys.length < 2;
        drop.setAttribute("aria-label", `${found.querySelector(".delete").textContent} ${clock(each.at)}`);
        drop.addEventListener("click", () => { region.keys = region.keys.filter((other) => other !== each); touched(); });
        keys.append(button, " ", drop, " ");
      }
      list.append(found);
    });
    cover.silences.forEach((each, number) => list.append(row("silence", each, cover.silences, number, "")));
  }

  for (const button of form.querySelectorAll("[data-new]")) {
    button.addEventListener("click", () => {
      if (button.dataset.new === "silence") {
        cover.silences.push({ from: at, to: theEnd() });
      } else {
        shape = button.dataset.new;
        begin({ x: 4000, y: 3000, width: 2000, height: 2500 });
        easel.focus();
      }
      touched();
    });
  }
  for (const button of form.querySelectorAll("[data-step]")) button.addEventListener("click", () => show(at + Number(button.dataset.step)));
  if (range) range.addEventListener("input", () => show(Number(range.value)));

  write();
  show(0);
  rows();
}
