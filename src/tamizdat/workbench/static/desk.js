// The workbench's one script. Without it every form works; with it an invitation's code is filled in, no form is sent
// into the void, and on the page where a post is translated what is typed is saved by itself, checked while it is typed,
// suggestions are taken with a key, Ctrl+Enter goes on.
//
// A field is saved with the revision that was on the screen and the key of its sentence. If it was saved elsewhere
// meanwhile the answer is 409 with what stands there, and the person chooses; nothing is written over silently. Nothing
// is kept in the browser.
//
// A sign-in may end, and another begin in another tab. Then a page goes on only if it is the same account's: its words
// are never saved under another name.

"use strict";

const SAVE_AFTER = 700; // milliseconds after the last key
const CHECK_AFTER = 500;
const AGAIN_AFTER = 5000; // when something could not be saved
const PATIENCE = 30000; // for an answer
const LOOK_EVERY = 60000; // for what others do
const AWAY_AFTER = 15 * 60000; // without a key or a touch nobody looks

const words = JSON.parse(document.body.dataset.words || "{}"); // in the language of the interface
const session = { account: document.body.dataset.account || "", token: document.querySelector("input[name='form-token']")?.value || "", name: "", lost: false };

const work = document.getElementById("work");
const review = document.getElementById("review");
const saves = work ? begin(work) : null;
if (review) beginReview(review);
if (session.account) guard();

// An invitation's code stands behind the # of its link, which no browser sends: it is in no server's log. Without this
// script it is typed.
const code = document.getElementById("code");
if (code && location.hash.startsWith("#code=")) {
  code.value = decodeURIComponent(location.hash.slice(6));
  history.replaceState(null, "", location.pathname); // nor does it stay in the browser's history
}

// ---- who is signed in ----------------------------------------------------------------------------------------------

// Ask who is signed in in this browser now: "same", "out", "other" or "down". Only of the same account a token is taken.
async function renew() {
  const answer = await ask("/sign-in/state").catch(() => null);
  if (answer === null || answer.status !== 200) return "down";
  if (answer.data.account !== session.account) {
    session.lost = true;
    session.name = answer.data.name;
    return answer.data.account ? "other" : "out";
  }
  session.lost = false;
  session.token = answer.data.token;
  for (const each of document.querySelectorAll("input[name='form-token']")) each.value = session.token;
  return "same";
}

function put(text, values) {
  return Object.entries(values).reduce((said, [name, value]) => said.replace(`{${name}}`, () => value), text);
}

// ---- forms: nothing that was typed is sent to a desk that does not answer, or under another name -------------------

function guard() {
  const typed = (form) => [...form.querySelectorAll("textarea")].filter((each) => !each.readOnly);
  const own = (area) => saves?.some((each) => each.area === area); // is saved by itself
  let going = false;
  document.addEventListener("submit", async (event) => {
    const form = event.target, button = event.submitter;
    if (event.defaultPrevented || form.method !== "post" || !typed(form).length) return; // an upload goes its own way
    if (form.dataset.go) { // looked at already
      delete form.dataset.go;
      going = true;
      if (form === work) for (const each of saves) each.leave();
      return;
    }
    event.preventDefault();
    if (form.dataset.asking) return;
    form.dataset.asking = "yes";
    const slow = setTimeout(() => tellNotSent(form, button, words.checking), 800);
    const why = await hindrance(form);
    clearTimeout(slow);
    delete form.dataset.asking;
    tellNotSent(form, button, why);
    if (why) return;
    form.dataset.go = "yes";
    form.requestSubmit(button);
  });
  // Whoever types on has not left: the way to the next page was broken off, or led back here.
  document.addEventListener("input", () => { going = false; });
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    going = false;
    for (const form of document.forms) { delete form.dataset.asking; delete form.dataset.go; }
    for (const each of saves || []) each.back();
  });
  addEventListener("beforeunload", (event) => {
    const forms = [...document.forms].filter((each) => each.method === "post");
    const loose = forms.flatMap(typed).some((each) => !own(each) && each.value !== each.defaultValue);
    if (!going && (loose || saves?.some((each) => each.open()))) event.preventDefault();
  });
}

// Return why a form cannot be sent now; "" if it can.
async function hindrance(form) {
  const who = await renew();
  if (who === "out") return words.not_sent_out;
  if (who === "other") return put(words.not_sent_other, { name: session.name });
  if (who === "down") return words.not_sent_down;
  if (form !== work) return "";
  await Promise.all(saves.map((each) => each.settle()));
  return saves.some((each) => each.open()) ? words.not_sent_unsaved : "";
}

function tellNotSent(form, button, why) {
  let told = form.querySelector("#not-sent, .not-sent");
  if (!told && why) {
    told = element("p", "problem not-sent");
    told.setAttribute("role", "alert");
    (button?.closest("p") || form.lastElementChild).after(told);
  }
  if (!told) return;
  told.hidden = !why;
  told.textContent = why;
  if (!why) return;
  offerSignIn(told);
  told.scrollIntoView({ block: "nearest" });
}

// Put the way to the sign-in behind what says that nobody, or somebody else, is signed in; what was typed stays here.
function offerSignIn(told) {
  if (!session.lost) return;
  const link = element("a", "", words.sign_in);
  link.href = "/sign-in";
  link.target = "_blank";
  told.append(" ", link);
}

// ---- translating ---------------------------------------------------------------------------------------------------

function begin(form) {
  const path = form.dataset.path;
  const about = () => ({ version: form.elements.version.value, text: form.elements.text.value, latest: form.elements.latest.value });
  const look = watch(path, about);
  const own = "textarea[name^='target-'], textarea[name='notes']";
  const fields = [...form.querySelectorAll(own)].map((area) => field(area, path, about, look, progress));
  const areas = fields.map((each) => each.area);
  for (const keys of form.querySelectorAll(".keys")) keys.hidden = false;

  form.addEventListener("keydown", (event) => {
    if (event.isComposing) return; // an input method's own keys
    const at = areas.indexOf(document.activeElement);
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      if (!event.repeat) step(fields, at, event.shiftKey ? -1 : 1);
    } else if (event.altKey && at >= 0 && /^Digit[1-5]$/.test(event.code)) { // the key, whatever Alt makes it type
      const [wordings, memory] = [".exchange .suggestion", ".suggestions .suggestion"].map((each) => [...fields[at].segment.querySelectorAll(each)]);
      const button = [...wordings, ...memory][Number(event.code.slice(-1)) - 1];
      if (button) { event.preventDefault(); fields[at].take(button); }
    } else if (event.altKey && event.code === "Digit0") {
      event.preventDefault();
      const empty = areas.filter((each) => each.name !== "notes" && !each.value.trim());
      show(empty.find((each) => areas.indexOf(each) > at) || empty[0] || document.getElementById("propose"));
    } else if (event.altKey && event.code === "KeyC") {
      if (comment(document.activeElement)) event.preventDefault();
    }
  });
  form.addEventListener("click", (event) => {
    const button = event.target.closest(".suggestion");
    if (!button) return;
    event.preventDefault();
    fields.find((each) => each.segment.contains(button)).take(button);
  });
  document.addEventListener("visibilitychange", () => {
    for (const each of fields) each.flush(document.visibilityState === "hidden");
  });
  document.addEventListener("selectionchange", () => pick(form));

  function progress() {
    const sentences = areas.filter((each) => each.name !== "notes"), empty = sentences.find((each) => !each.value.trim());
    const told = document.getElementById("progress"), way = document.getElementById("first-empty");
    const done = sentences.filter((each) => each.value.trim()).length;
    if (told) told.textContent = put(words.progress, { done: String(done), total: told.dataset.total });
    if (way) {
      way.hidden = !empty;
      if (empty) way.hash = empty.closest(".segment").id;
    }
  }

  const first = location.hash ? null : form.querySelector("[data-first]");
  if (!matchMedia("(pointer: coarse)").matches) { // a telephone's keyboard would cover what is to be read first
    if (first) first.focus({ preventScroll: first === areas[0] });
    else if (/^#s\d+$/.test(location.hash)) document.querySelector(location.hash + " textarea")?.focus();
  }
  return fields;
}

// On to the next field, or back; after the last one to the button that proposes. Going back never presses it.
function step(fields, at, way) {
  if (at >= 0) fields[at].flush(false);
  const propose = document.getElementById("propose");
  if (at >= 0) {
    const next = fields[at + way];
    if (next || way > 0) show(next ? next.area : propose);
  } else if (document.activeElement === propose && propose) {
    if (way > 0) propose.click();
    else show(fields[fields.length - 1].area);
  }
}

function show(goal) {
  if (!goal) return;
  goal.focus();
  goal.scrollIntoView({ block: "center" });
}

// Open the comment at the sentence that has the focus.
function comment(focused) {
  const box = focused?.closest(".segment")?.querySelector(".say.new");
  if (!box) return false;
  box.open = true;
  show(box.querySelector("textarea"));
  return true;
}

// Words that are marked in a source can go into the glossary, with those that were marked in its translation before.
let into = { segment: null, words: "" };
function pick(form) {
  const area = document.activeElement;
  if (area?.name?.startsWith("target-") && area.selectionStart < area.selectionEnd) {
    into = { segment: area.closest(".segment"), words: area.value.slice(area.selectionStart, area.selectionEnd).trim() };
  }
  const marked = getSelection(), add = document.getElementById("add-term");
  const source = marked.anchorNode?.parentElement?.closest(".source");
  const said = String(marked).trim();
  if (!add || (document.activeElement?.classList.contains("pick"))) return;
  form.querySelector(".pick")?.remove();
  if (!source || !source.contains(marked.focusNode) || !said || said.length > 200 || said.includes("\n")) return;
  const way = new URL(add.href), target = into.segment === source.closest(".segment") ? into.words : "";
  way.searchParams.set("variant", said);
  if (target && target.length <= 200) way.searchParams.set("target", target);
  const link = element("a", "pick", put(words.add_term, { words: said }));
  link.href = way.href;
  link.target = "_blank";
  link.rel = "noopener";
  source.after(link);
}

// One text area: its saving, checking and suggestions.
function field(area, path, about, look, progress) {
  const segment = area.closest(".segment");
  const seen = segment.querySelector("input[name^='seen-']");
  const of = segment.querySelector("input[name^='of-']");
  const told = segment.querySelector(".saved");
  const name = seen.name.slice("seen-".length);
  const place = /^\d+$/.test(name) ? name : null;
  let saved = area.value, saving = null, timer = 0, checker = 0, left = false, helped = "helped" in segment.dataset;

  const tell = (text, odd) => { speak(told, text); told.classList.toggle("odd", Boolean(odd)); };
  const open = () => !left && (area.value !== saved || saving !== null);

  // Save what is typed. What cannot be saved now is tried again, but never under another account.
  function save(leaving) {
    clearTimeout(timer);
    if (!saving && area.value !== saved && !left) saving = trySaving(leaving).finally(settled);
    return saving || Promise.resolve();
  }

  // What hindered the buttons is over once everything is saved.
  function settled() {
    saving = null;
    if (!saves.some((each) => each.open())) tellNotSent(area.form, null, "");
  }

  async function trySaving(leaving) {
    const text = area.value;
    if (session.lost && !(await mine())) return;
    const body = () => new URLSearchParams({ [area.name]: text, [seen.name]: seen.value, ...(of ? { [of.name]: of.value } : {}), ...about() });
    let answer = await post(`${path}/draft`, body(), leaving).catch(() => null);
    if (answer && (answer.status === 401 || answer.status === 403)) {
      if (!(await mine())) return;
      answer = await post(`${path}/draft`, body(), leaving).catch(() => null);
    }
    if (left) return;
    if (answer === null || answer.status >= 500) {
      again(answer?.data.problem ? put(words.refused_again, { why: answer.data.problem }) : words.no_answer);
    } else if (answer.status === 409) {
      clash(answer.data.elsewhere[name]);
    } else if (answer.status !== 200) {
      tell(put(words.refused, { why: answer.data.problem || "" }), true);
    } else {
      saved = text;
      seen.value = String(answer.data.revisions[name] ?? seen.value);
      tell(area.value === saved ? words.saved : "…");
      if (area.value !== saved) later();
    }
    if (answer?.data.meanwhile) look(answer.data.meanwhile);
  }

  // Tell whether the same account is signed in; if not, say who is, and try again.
  async function mine() {
    const who = await renew();
    if (who === "same") return true;
    again(who === "out" ? words.signed_out : who === "other" ? put(words.other_account, { name: session.name }) : words.no_answer);
    return false;
  }

  function again(why) {
    tell(why, true);
    offerSignIn(told);
    clearTimeout(timer);
    timer = setTimeout(save, AGAIN_AFTER);
  }

  function later() {
    clearTimeout(timer);
    timer = setTimeout(save, SAVE_AFTER);
  }

  // The same sentence was saved in another tab or on another device.
  function clash(other) {
    segment.querySelector(".clash")?.remove();
    const box = element("div", "clash"), empty = !other.target.trim();
    box.setAttribute("role", "alert");
    const settle = (text) => {
      box.remove();
      seen.value = String(other.revision);
      saved = other.target;
      type(text);
      if (text === saved) tell(words.saved);
      else save();
      check();
    };
    const mine = element("button", "", words.keep_mine);
    mine.type = "button";
    mine.addEventListener("click", () => settle(area.value));
    box.append(element("p", "", empty ? words.emptied_elsewhere : words.changed_elsewhere));
    if (!empty) {
      const there = element("p", "", other.target), theirs = element("button", "", words.take_theirs);
      there.lang = area.lang;
      there.dir = area.dir;
      theirs.type = "button";
      theirs.addEventListener("click", () => settle(other.target));
      box.append(there, theirs);
    }
    box.append(mine);
    area.after(box);
    tell(words.not_saved, true);
  }

  // Put a text into the field so that undo gives back what was there.
  function type(text) {
    area.focus();
    if (area.value === text) return;
    area.select();
    if (!document.execCommand("insertText", false, text)) area.value = text;
  }

  async function check() {
    if (place === null) return;
    const list = segment.querySelector(".findings"), text = area.value;
    const found = text.trim() ? await post(`${path}/checks/${place}`, new URLSearchParams({ target: text })).catch(() => null) : { status: 200, data: { findings: [] } };
    if (found === null || found.status !== 200 || area.value !== text) return;
    list.replaceChildren(...found.data.findings.map((each) => element("li", "", each.says)));
  }

  async function help() {
    if (place === null || helped) return;
    helped = true;
    const answer = await ask(`${path}/suggestions/${place}`).catch(() => null);
    const box = segment.querySelector(".suggestions"), source = segment.querySelector(".source");
    if (answer === null || answer.status !== 200) return;
    const others = answer.data.suggestions.map((each, number) => ({ ...each, number })).filter((each) => each.target !== area.value);
    box.replaceChildren(...others.map((each) => {
      const button = element("button", "suggestion");
      button.name = "take";
      button.value = `${place}:${each.number}`;
      const into = element("span", "into", each.target), from = element("span", "from", each.source);
      into.lang = area.lang; into.dir = area.dir; from.lang = source.lang; from.dir = source.dir;
      button.append(element("span", "score", String(each.score)), " ", into, ...(each.score < 100 ? [" ", from] : []));
      if (each.origin) button.append(" ", element("span", "from origin", each.origin));
      return button;
    }));
    box.hidden = !others.length;
  }

  area.addEventListener("focus", help);
  area.addEventListener("input", () => {
    left = false;
    tell("…");
    later();
    clearTimeout(checker);
    checker = setTimeout(check, CHECK_AFTER);
    progress();
  });
  return {
    area, segment, open,
    flush: (leaving) => { save(leaving); },
    settle: async () => { await save(); await save(); }, // what was typed during the first is saved by the second
    leave: () => { left = true; clearTimeout(timer); },
    back: () => { left = false; save(); },
    take: (button) => {
      type(button.querySelector(".into").textContent);
      area.dispatchEvent(new Event("input"));
      save();
      check();
    },
  };
}

// ---- reviewing -----------------------------------------------------------------------------------------------------

function beginReview(form) {
  const values = () => Object.fromEntries(["version", "text", "latest", "state"].map((name) => [name, form.elements[name].value]));
  watch(form.dataset.path, values);
  const pairs = [...form.querySelectorAll(".segment")];
  const buttons = () => [...form.querySelectorAll(".verdict button:not(:disabled)")];
  const good = () => buttons().find((each) => each.value === "reviewed" || each.hasAttribute("formaction"));
  for (const keys of form.querySelectorAll(".keys")) keys.hidden = false;

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || !(document.activeElement === document.body || document.activeElement.closest("#main"))) return;
    const focused = document.activeElement, at = pairs.findIndex((each) => each.contains(focused));
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      const pressing = focused.closest?.(".verdict button");
      event.preventDefault();
      if (event.repeat) return;
      if (event.shiftKey) show(pairs[at < 0 ? (pressing || focused.closest?.(".verdict") ? pairs.length - 1 : 0) : Math.max(at - 1, 0)]);
      else if (!pressing) show(pairs[at + 1] && (at >= 0 || !focused.closest?.(".verdict")) ? pairs[at + 1] : buttons()[0]);
    } else if (event.altKey && event.code === "KeyC") {
      if (comment(focused)) event.preventDefault();
    } else if (event.altKey && event.code === "Digit1" && good()) {
      event.preventDefault();
      show(good());
    } else if (event.altKey && event.code === "Digit2" && buttons().length) {
      event.preventDefault();
      show(document.getElementById("with"));
    }
  });
}

// ---- what happens meanwhile ----------------------------------------------------------------------------------------

// Look from time to time what others did, as long as somebody is there; return what shows it.
function watch(path, about) {
  const box = document.getElementById("meanwhile"), others = document.getElementById("others");
  let last = "", active = Date.now();

  function look(found) {
    if (others && found.others !== undefined) {
      others.hidden = !found.others;
      if (others.textContent.trim() !== found.others) others.textContent = found.others;
    }
    const said = JSON.stringify([found.says, found.changes]);
    if (said === last) return;
    last = said;
    const differs = (found.changes || []).filter((each) => each.text);
    const difference = element("p", "difference");
    difference.append(...differs.map((each) => element({ removed: "del", added: "ins" }[each.kind] || "span", "", each.text)));
    difference.dir = "auto";
    const load = element("a", "", words.load_again);
    const beside = new URLSearchParams(location.search).get("beside");
    load.href = path + (review ? "/review" : "") + (beside ? `?${new URLSearchParams({ beside })}` : "");
    const lines = found.says.map((each) => element("p", "", each));
    if (work && found.changes) lines.push(...(differs.length ? [difference] : []), element("p", "", words.edited_safe));
    const way = element("p", "");
    const close = element("button", "link", words.close);
    close.type = "button";
    close.addEventListener("click", () => { box.hidden = true; });
    way.append(load, " ", close);
    box.replaceChildren(...lines, way);
    box.hidden = !found.says.length;
  }

  async function ask_() {
    if (document.visibilityState !== "visible" || Date.now() - active > AWAY_AFTER || session.lost) return;
    const answer = await ask(`${path}/meanwhile?${new URLSearchParams(about())}`).catch(() => null);
    if (answer?.status === 200) look(answer.data);
  }

  for (const each of ["keydown", "pointerdown"]) addEventListener(each, () => { active = Date.now(); }, { passive: true });
  addEventListener("focus", () => { active = Date.now(); ask_(); });
  setInterval(ask_, LOOK_EVERY);
  return look;
}

// ---- asking the desk -----------------------------------------------------------------------------------------------

function element(kind, style, text) {
  const made = document.createElement(kind);
  if (style) made.className = style;
  if (text !== undefined) made.textContent = text;
  return made;
}

// Put a sentence into an element; what stands between isolates is English, and is marked as that. Names in it may stand
// between isolates of their own.
function speak(place, text) {
  place.replaceChildren(...text.split(/(\u2066(?:[^\u2066-\u2069]|[\u2066-\u2068][^\u2069]*\u2069)*\u2069)/).map((each) => {
    if (!each.startsWith("\u2066")) return each;
    return Object.assign(element("span", "", each.slice(1, -1)), { lang: "en", dir: "ltr" });
  }));
}

async function post(address, body, leaving) {
  return read(await fetch(address, {
    method: "POST",
    body,
    headers: { Accept: "application/json", "form-token": session.token },
    redirect: "error",
    keepalive: Boolean(leaving),
    signal: AbortSignal.timeout(PATIENCE),
  }));
}

async function ask(address) {
  return read(await fetch(address, { headers: { Accept: "application/json" }, redirect: "error", signal: AbortSignal.timeout(PATIENCE) }));
}

async function read(answer) {
  const data = (answer.headers.get("content-type") || "").startsWith("application/json") ? await answer.json() : {};
  return { status: answer.status, data };
}
