// A clip and what is said in it: the timeline on which a transcript is written, and beside a translation the clip that
// plays the cue that is translated. It stands behind desk.js and uses what that one asks and tells.
//
// The timeline keeps its cues in memory and draws them; what is typed is saved whole, with the revision that was on the
// screen. If another tab saved meanwhile the answer is 409, and the person chooses. Without this script the same cues
// are lines in a text area.

"use strict";

const BACK = 2; // seconds
const NUDGE = 100; // milliseconds
const LEVEL = 20; // milliseconds that a byte of the wave stands for
const WINDOW = 20; // seconds of the wave that are drawn

const player = document.querySelector(".clip-player video, .clip-player audio");
const timeline = document.getElementById("timeline");
let loop = null; // {from, to}: in milliseconds
let until = 0; // where to stop, in milliseconds

if (player) player.preload = "metadata";
if (timeline) beginTimeline(timeline);
beginCues();
beginAt();

function now() {
  return player ? Math.round(player.currentTime * 1000) : 0;
}

function seek(milliseconds) {
  if (player) player.currentTime = Math.max(0, milliseconds) / 1000;
}

// The search leads to the second: /clips/41#t=12.3
function beginAt() {
  const found = /^#t=(\d{1,6}(?:\.\d{1,3})?)$/.exec(location.hash);
  if (!player || !found) return;
  const go = () => seek(Number(found[1]) * 1000);
  if (player.readyState) go();
  else player.addEventListener("loadedmetadata", go, { once: true });
}

function toggle() {
  if (!player) return;
  until = 0;
  if (player.paused) player.play().catch(() => {});
  else player.pause();
}

function playCue(from, to) {
  if (!player) return;
  seek(from);
  until = to;
  player.play().catch(() => {});
}

function clock(milliseconds) {
  const at = Math.max(0, Math.round(milliseconds));
  const two = (value) => String(Math.floor(value)).padStart(2, "0");
  return `${two(at / 3600000)}:${two((at / 60000) % 60)}:${two((at / 1000) % 60)}.${String(at % 1000).padStart(3, "0")}`;
}

// Return the milliseconds of 1:02:03.5, 02:03 or 3.5; null for what is no time.
function parsed(text) {
  const found = /^\s*(?:(?:(\d{1,3}):)?(\d{1,2}):)?(\d{1,5})(?:[.,](\d{1,3}))?\s*$/.exec(text);
  if (!found) return null;
  const [, hours, minutes, seconds, part] = found;
  return ((Number(hours || 0) * 60 + Number(minutes || 0)) * 60 + Number(seconds)) * 1000 + Number((part || "").padEnd(3, "0"));
}

if (player) {
  const look = () => {
    const at = now();
    if (loop && (at >= loop.to || at < loop.from - 500)) seek(loop.from);
    else if (until && at >= until) { player.pause(); until = 0; }
    if (!player.paused) requestAnimationFrame(look);
  };
  player.addEventListener("play", look);
}

// ---- cues that are shown: beside a translation, and of a version that is reviewed -----------------------------------

function beginCues() {
  const lines = [...document.querySelectorAll(".script > li[data-from], .cue[data-from]")];
  if (!player || !lines.length) return;
  const span = (line) => [Number(line.dataset.from), Number(line.dataset.to)];
  for (const line of lines) {
    const button = line.querySelector(".play");
    if (button) {
      button.hidden = false;
      button.addEventListener("click", (event) => { event.stopPropagation(); playCue(...span(line)); });
    }
    if (line.tagName === "LI") line.addEventListener("click", () => playCue(...span(line)));
  }
  const running = document.querySelector(".running"), segments = [...document.querySelectorAll(".segment")];
  player.addEventListener("timeupdate", () => {
    const at = now();
    for (const line of lines) line.classList.toggle("now", span(line)[0] <= at && at < span(line)[1]);
    if (!running) return;
    const here = segments.filter((each) => each.querySelector(".cue.now"));
    const words = (each) => (each.querySelector("textarea[name^='target-']")?.value ?? each.querySelector(".target")?.textContent ?? "");
    running.hidden = false;
    running.querySelector(".running-source").textContent = here.map((each) => each.querySelector(".source").textContent).join("\n");
    const target = running.querySelector(".running-target"), area = segments[0]?.querySelector("textarea, .target");
    target.textContent = here.map(words).join("\n");
    if (area) { target.lang = area.lang; target.dir = area.dir; }
  });
  document.addEventListener("keydown", (event) => {
    if (timeline || event.isComposing || !event.altKey) return;
    const cue = document.activeElement?.closest(".segment")?.querySelector(".cue[data-from]");
    if (event.code === "KeyK") { event.preventDefault(); if (cue && player.paused) playCue(...span(cue)); else toggle(); }
    if (event.code === "KeyJ") { event.preventDefault(); seek(now() - BACK * 1000); }
  });
}

// ---- the timeline ----------------------------------------------------------------------------------------------------

function beginTimeline(form) {
  const { cues, revision, limits, says, machine } = JSON.parse(form.dataset.about);
  const heard = new Set(machine), list = document.getElementById("cues"), told = form.querySelector(".saved");
  const state = { cues, revision, saved: JSON.stringify(cues), language: form.elements.language.value, saving: null, timer: 0, left: false };
  const plain = form.elements.plain;
  plain.disabled = true;
  form.querySelector(".plainly").hidden = true;
  list.hidden = false;
  for (const each of form.querySelectorAll(".keys")) each.hidden = false;

  const tell = (text, odd) => { speak(told, text); told.classList.toggle("odd", Boolean(odd)); };
  const speakers = element("datalist");
  speakers.id = "speakers";
  form.append(speakers);

  // -- drawing the list ------------------------------------------------------------------------------------------------

  function draw() {
    list.replaceChildren(...state.cues.map(row));
    const add = element("li");
    const button = element("button", "link", words.cue_new);
    button.type = "button";
    button.addEventListener("click", () => insert());
    add.append(button);
    list.append(add);
    name();
    judge();
  }

  function name() {
    const known = [...new Set(state.cues.map((each) => each.speaker).filter(Boolean))];
    speakers.replaceChildren(...known.map((each) => { const made = element("option"); made.value = each; return made; }));
  }

  function row(cue) {
    const line = element("li"), when = element("div", "when"), area = element("textarea");
    const field = (key, label) => {
      const made = element("input");
      made.value = clock(cue[key]);
      made.setAttribute("aria-label", label);
      made.inputMode = "decimal";
      made.addEventListener("change", () => {
        const value = parsed(made.value);
        if (value !== null) cue[key] = value;
        made.value = clock(cue[key]);
        changed();
      });
      return made;
    };
    const who = element("input", "who");
    who.value = cue.speaker;
    who.placeholder = words.cue_speaker;
    who.setAttribute("aria-label", words.cue_speaker);
    who.setAttribute("list", "speakers");
    who.maxLength = 100;
    who.dir = "auto";
    who.addEventListener("input", () => { cue.speaker = who.value.trim(); changed(true); });
    who.addEventListener("change", name);
    area.value = area.defaultValue = cue.text;
    area.rows = 2;
    area.maxLength = 2000;
    area.dir = "auto";
    area.lang = state.language; // else its letters and marks are those of the interface's language
    area.setAttribute("aria-label", words.cue_words);
    area.addEventListener("input", () => { cue.text = area.value; area.defaultValue = area.value; changed(true); });
    const doing = element("div", "doing"), act = (label, does) => {
      const made = element("button", "link", label);
      made.type = "button";
      made.addEventListener("click", does);
      doing.append(made);
    };
    act(words.cue_play, () => playCue(cue.from, cue.to));
    act(words.cue_in, () => setIn(cue));
    act(words.cue_out, () => setOut(cue));
    act(words.cue_split, () => split(cue));
    act(words.cue_join, () => join(cue));
    act(words.cue_delete, () => remove(cue));
    const number = element("p", "facts ordinal");
    when.append(number, field("from", words.cue_from), field("to", words.cue_to), who);
    line.append(when, area, element("ul", "findings"), doing);
    line.cue = cue;
    return line;
  }

  const rowOf = (cue) => [...list.children].find((each) => each.cue === cue);
  const here = () => document.activeElement?.closest?.("#cues > li")?.cue || at(now()) || null;
  const at = (time) => state.cues.find((each) => each.from <= time && time < each.to);

  function focus(cue, place) {
    const area = rowOf(cue)?.querySelector("textarea");
    if (!area) return;
    area.focus();
    if (place !== undefined) area.setSelectionRange(place, place);
    area.closest("li").scrollIntoView({ block: "nearest" });
  }

  // -- judging ---------------------------------------------------------------------------------------------------------

  function judge() {
    const length = player?.duration ? player.duration * 1000 : 0;
    [...list.children].forEach((line, place) => {
      if (!line.cue) return;
      const isHeard = heard.has(line.cue.text.trim());
      line.querySelector(".ordinal").textContent = isHeard ? `${place + 1} · ${words.cue_machine}` : String(place + 1);
      const found = hints(line.cue, state.cues[place + 1], length), box = line.querySelector(".findings");
      line.classList.toggle("machine-text", isHeard);
      const text = found.join("\n");
      if (box.dataset.text !== text) { box.dataset.text = text; box.replaceChildren(...found.map((each) => element("li", "", each))); }
    });
    wave();
  }

  function hints(cue, next, length) {
    const lines = cue.text.split("\n").map((each) => each.trim()).filter(Boolean), lasts = cue.to - cue.from, made = [];
    const say = (kind, found, usual) => made.push(put(says[kind], { found: String(found), usual: String(usual) }));
    if (!lines.length) say("empty");
    if (lasts <= 0) { say("order"); return made; }
    const letters = (text) => [...text].length, all = lines.reduce((sum, each) => sum + letters(each), 0);
    const fast = Math.ceil((1000 * all) / lasts), widest = Math.max(0, ...lines.map(letters));
    if (fast > limits.fast) say("fast", fast, limits.fast);
    if (widest > limits.line) say("line", widest, limits.line);
    if (lines.length > limits.lines) say("lines", lines.length, limits.lines);
    if (lasts < limits.short) say("short", lasts, limits.short);
    if (lasts > limits.long) say("long", lasts, limits.long);
    if (length && cue.to > length + 40) say("beyond");
    if (next) {
      const apart = next.from - cue.to;
      if (apart < 0) say("overlap", -apart, 0);
      else if (apart > 0 && apart < limits.gap) say("gap", apart, limits.gap);
    }
    return made;
  }

  // -- what can be done with a cue -------------------------------------------------------------------------------------

  function refresh(cue) {
    const line = rowOf(cue);
    if (!line) return;
    const [from, to] = line.querySelectorAll(".when input");
    from.value = clock(cue.from);
    to.value = clock(cue.to);
  }

  function sorted() {
    const before = state.cues.slice();
    state.cues.sort((one, other) => one.from - other.from || one.to - other.to);
    return state.cues.some((each, place) => each !== before[place]);
  }

  function changed(only) {
    if (!only && sorted()) { const cue = here(); draw(); if (cue) focus(cue); }
    else judge();
    later();
  }

  function setIn(cue) {
    cue.from = now();
    if (cue.to <= cue.from) cue.to = cue.from + 2000;
    refresh(cue);
    changed();
  }

  function setOut(cue) {
    if (now() <= cue.from) return;
    cue.to = now();
    refresh(cue);
    changed();
  }

  function insert() {
    const from = now(), next = state.cues.find((each) => each.from > from);
    const made = { from, speaker: "", text: "", to: Math.max(from + 500, Math.min(from + 3000, next ? next.from : Infinity)) };
    state.cues.push(made);
    sorted();
    draw();
    focus(made);
    later();
  }

  function split(cue) {
    const area = rowOf(cue).querySelector("textarea"), place = area === document.activeElement ? area.selectionStart : Math.ceil(area.value.length / 2);
    const middle = now() > cue.from && now() < cue.to ? now() : Math.round(cue.from + ((cue.to - cue.from) * (place || 1)) / Math.max(1, area.value.length));
    const made = { from: middle, speaker: cue.speaker, text: area.value.slice(place).trim(), to: Math.max(cue.to, middle + 1) };
    cue.text = area.value.slice(0, place).trim();
    cue.to = middle;
    state.cues.splice(state.cues.indexOf(cue) + 1, 0, made);
    draw();
    focus(made, 0);
    later();
  }

  function join(cue) {
    const next = state.cues[state.cues.indexOf(cue) + 1];
    if (!next) return;
    const place = cue.text.length;
    cue.text = [cue.text.trim(), next.text.trim()].filter(Boolean).join("\n");
    cue.to = Math.max(cue.to, next.to);
    cue.speaker = cue.speaker || next.speaker;
    state.cues.splice(state.cues.indexOf(next), 1);
    draw();
    focus(cue, Math.min(place, cue.text.length));
    later();
  }

  function remove(cue) {
    const place = state.cues.indexOf(cue);
    state.cues.splice(place, 1);
    draw();
    const next = state.cues[Math.min(place, state.cues.length - 1)];
    if (next) focus(next);
    later();
  }

  /** Move a cue and all after it; how long they are and how far apart stays, so that none goes before the beginning. */
  function shift(cue, by) {
    const moved = state.cues.slice(state.cues.indexOf(cue));
    const step = Math.max(by, -moved.reduce((least, each) => Math.min(least, each.from), Infinity));
    for (const each of moved) {
      each.from += step;
      each.to += step;
      refresh(each);
    }
    changed();
  }

  const keys = {
    KeyK: () => toggle(),
    KeyJ: () => seek(now() - BACK * 1000),
    KeyL: (cue) => { loop = loop || !cue ? null : { from: cue.from, to: cue.to }; if (loop) playCue(loop.from, 0); tell(loop ? words.cue_loop : ""); },
    KeyI: (cue) => cue && setIn(cue),
    KeyO: (cue) => cue && setOut(cue),
    KeyN: () => insert(),
    KeyS: (cue) => cue && split(cue),
    KeyM: (cue) => cue && join(cue),
    Comma: (cue) => cue && shift(cue, -NUDGE),
    Period: (cue) => cue && shift(cue, NUDGE),
    KeyB: (cue) => cue && shift(cue, now() - cue.from),
  };
  document.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.altKey && !event.ctrlKey && !event.metaKey && keys[event.code]) {
      event.preventDefault();
      keys[event.code](here());
    } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && here()) {
      event.preventDefault();
      const next = state.cues[state.cues.indexOf(here()) + (event.shiftKey ? -1 : 1)];
      if (next) focus(next);
      else if (!event.shiftKey) document.getElementById("propose").focus();
    }
  });
  form.elements.language.addEventListener("change", () => {
    state.language = form.elements.language.value.trim();
    for (const each of form.querySelectorAll("li > textarea")) each.lang = state.language;
    later();
  });

  // -- the wave --------------------------------------------------------------------------------------------------------

  const canvas = document.getElementById("wave"), clockLine = document.getElementById("clock");
  let levels = new Uint8Array(0), loudest = 1;
  if (player) {
    canvas.hidden = clockLine.hidden = false;
    fetch(`${form.dataset.path}/levels`).then((answer) => (answer.ok ? answer.arrayBuffer() : new ArrayBuffer(0)))
      .then((data) => { levels = new Uint8Array(data); loudest = levels.reduce((most, each) => Math.max(most, each), 1); wave(); }).catch(() => {});
    player.addEventListener("timeupdate", follow);
    player.addEventListener("loadedmetadata", judge);
    player.addEventListener("play", function each() { follow(); if (!player.paused) requestAnimationFrame(each); });
    canvas.addEventListener("click", (event) => {
      const box = canvas.getBoundingClientRect();
      seek(start() + ((event.clientX - box.left) / box.width) * WINDOW * 1000);
      follow();
    });
    addEventListener("resize", wave);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", wave);
  }

  function start() {
    return Math.max(0, now() - (WINDOW * 1000) / 3);
  }

  let shown = null;
  function follow() {
    const cue = at(now());
    clockLine.textContent = clock(now()) + (player.duration ? ` / ${clock(player.duration * 1000)}` : "");
    if (cue !== shown) {
      for (const each of list.querySelectorAll(".now")) each.classList.remove("now");
      const line = cue && rowOf(cue);
      if (line) {
        line.classList.add("now");
        if (!list.contains(document.activeElement)) line.scrollIntoView({ block: "nearest" });
      }
      shown = cue;
    }
    wave();
  }

  function wave() {
    if (!player || canvas.hidden) return;
    const ratio = devicePixelRatio || 1, wide = canvas.clientWidth, high = canvas.clientHeight;
    if (canvas.width !== wide * ratio) { canvas.width = wide * ratio; canvas.height = high * ratio; }
    const paint = canvas.getContext("2d"), style = getComputedStyle(document.body), from = start(), span = WINDOW * 1000;
    const x = (time) => ((time - from) / span) * wide;
    paint.setTransform(ratio, 0, 0, ratio, 0, 0);
    paint.clearRect(0, 0, wide, high);
    const colour = (name) => style.getPropertyValue(name).trim() || style.color;
    for (const cue of state.cues) {
      if (cue.to < from || cue.from > from + span) continue;
      paint.globalAlpha = cue === here() ? 0.4 : 0.2;
      paint.fillStyle = colour("--red");
      paint.fillRect(x(cue.from), 0, Math.max(1, x(cue.to) - x(cue.from) - 1), high);
    }
    paint.globalAlpha = 1;
    paint.fillStyle = colour("--ink");
    for (let pixel = 0; pixel < wide; pixel += 1) {
      const level = levels[Math.floor((from + (pixel / wide) * span) / LEVEL)] || 0;
      const tall = Math.max(1, (level / loudest) * (high - 8));
      paint.fillRect(pixel, (high - tall) / 2, 1, tall);
    }
    paint.fillStyle = colour("--red");
    paint.fillRect(x(now()) - 1, 0, 2, high);
  }

  // -- saving ----------------------------------------------------------------------------------------------------------

  const packed = () => JSON.stringify(state.cues.map(({ from, speaker, text, to }) => ({ from, speaker, text, to })));
  const open = () => packed() !== state.saved || form.elements.language.value.trim() !== state.language || state.saving !== null;

  function later() {
    clearTimeout(state.timer);
    state.left = false; // the way to the next page was broken off
    delete form.dataset.settled;
    tell("…");
    state.timer = setTimeout(save, SAVE_AFTER);
  }

  function save(leaving) {
    clearTimeout(state.timer);
    if (!state.saving && !state.left) state.saving = trySaving(leaving === true).finally(() => { state.saving = null; });
    return state.saving || Promise.resolve();
  }

  function again(why) {
    tell(why, true);
    offerSignIn(told);
    clearTimeout(state.timer);
    state.timer = setTimeout(save, AGAIN_AFTER);
  }

  async function trySaving(leaving) {
    const sent = packed(), language = form.elements.language.value.trim();
    const body = () => new URLSearchParams({ cues: sent, language, revision: String(state.revision) });
    const send = () => post(`${form.dataset.path}/draft`, body(), leaving && sent.length < 60000).catch(() => null);
    let answer = await send();
    if (answer && (answer.status === 401 || answer.status === 403)) {
      const who = await renew();
      if (who !== "same") return again(who === "out" ? words.signed_out : who === "other" ? put(words.other_account, { name: session.name }) : words.no_answer);
      answer = await send();
    }
    if (answer === null || answer.status >= 500) return again(words.no_answer);
    if (answer.status === 409) return clash(answer.data);
    if (answer.status !== 200) return tell(put(words.refused, { why: answer.data.problem || "" }), true);
    state.saved = sent;
    state.language = language;
    state.revision = answer.data.revision;
    form.elements.revision.value = String(state.revision);
    if (packed() === sent) tell(words.saved);
    else later();
    return undefined;
  }

  // The same transcript was saved in another tab or on another device.
  function clash(other) {
    form.querySelector(".clash")?.remove();
    const box = element("div", "clash");
    box.setAttribute("role", "alert");
    const choose = (label, does) => {
      const button = element("button", "", label);
      button.type = "button";
      button.addEventListener("click", () => { box.remove(); state.revision = other.revision; form.elements.revision.value = String(other.revision); does(); });
      box.append(button, " ");
    };
    box.append(element("p", "", words.cues_elsewhere));
    choose(words.take_theirs, () => {
      state.cues = other.cues;
      state.saved = JSON.stringify(other.cues);
      state.language = form.elements.language.value = other.language;
      draw();
      tell(words.saved);
    });
    choose(words.keep_mine, () => save());
    told.before(box);
    tell(words.not_saved, true);
  }

  // Nothing is proposed that is not saved; the form itself sends no cues, for they lie at the desk.
  form.addEventListener("submit", (event) => {
    if (form.dataset.settled) { state.left = true; return; }
    event.preventDefault();
    event.stopImmediatePropagation();
    const button = event.submitter;
    save().then(() => save()).then(() => {
      if (packed() !== state.saved || form.querySelector(".clash")) return;
      form.dataset.settled = "yes";
      form.requestSubmit(button);
    });
  }, true);
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden" && open()) save(true); });
  addEventListener("beforeunload", (event) => { if (!state.left && packed() !== state.saved) event.preventDefault(); });
  draw();
}
