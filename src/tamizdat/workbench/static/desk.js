// The workbench's one script. Without it every form works; with it an invitation's code is filled in, and on the page where a post is translated:
// what is typed is saved by itself, checked while it is typed, suggestions are taken with a key, Ctrl+Enter goes on.
//
// A field is saved with the revision that was on the screen. If it was saved elsewhere meanwhile the answer is 409 with
// what stands there, and the person chooses; nothing is written over silently. Nothing is kept in the browser.

"use strict";

const SAVE_AFTER = 700; // milliseconds after the last key
const CHECK_AFTER = 500;
const AGAIN_AFTER = 5000; // when the desk did not answer

const work = document.getElementById("work");
if (work) begin(work);

// An invitation's code stands behind the # of its link, which no browser sends: it is in no server's log. Without this
// script it is typed.
const code = document.getElementById("code");
if (code && location.hash.startsWith("#code=")) {
  code.value = decodeURIComponent(location.hash.slice(6));
  history.replaceState(null, "", location.pathname); // nor does it stay in the browser's history
}

function begin(form) {
  const path = form.dataset.path;
  const token = form.elements["form-token"].value;
  const words = JSON.parse(form.dataset.words); // in the language of the interface
  const fields = [...form.querySelectorAll("textarea")].map((area) => field(area, path, token, words));
  const areas = fields.map((each) => each.area);
  for (const keys of form.querySelectorAll(".keys")) keys.hidden = false;

  form.addEventListener("keydown", (event) => {
    const at = areas.indexOf(document.activeElement);
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      step(fields, at, event.shiftKey ? -1 : 1);
    } else if (event.altKey && at >= 0 && /^Digit[1-5]$/.test(event.code)) { // the key, whatever Alt makes it type
      const button = fields[at].segment.querySelectorAll(".suggestion")[Number(event.code.slice(-1)) - 1];
      if (button) { event.preventDefault(); fields[at].take(button); }
    }
  });
  form.addEventListener("click", (event) => {
    const button = event.target.closest(".suggestion");
    if (!button) return;
    event.preventDefault();
    fields.find((each) => each.segment.contains(button)).take(button);
  });
  form.addEventListener("submit", () => { for (const each of fields) each.leave(); });
  addEventListener("beforeunload", (event) => { if (fields.some((each) => each.open())) event.preventDefault(); });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") for (const each of fields) each.flush(true);
  });
  const first = location.hash ? null : form.querySelector("[data-first]");
  if (first) first.focus({ preventScroll: first === areas[0] });
  else if (/^#s\d+$/.test(location.hash)) document.querySelector(location.hash + " textarea")?.focus();
}

// On to the next field, or back; after the last one to the button that proposes.
function step(fields, at, way) {
  if (at >= 0) fields[at].flush(false);
  const next = at < 0 ? null : fields[at + way];
  const goal = next ? next.area : way > 0 && at >= 0 ? document.getElementById("propose") : null;
  if (goal) {
    goal.focus();
    goal.scrollIntoView({ block: "center" });
  } else if (at < 0 && document.activeElement.id === "propose") {
    document.activeElement.click();
  }
}

// One text area: its saving, checking and suggestions.
function field(area, path, token, words) {
  const segment = area.closest(".segment");
  const seen = segment.querySelector("input[name^='seen-']");
  const told = segment.querySelector(".saved");
  const name = seen.name.slice("seen-".length);
  const place = /^\d+$/.test(name) ? name : null;
  let saved = area.value, saving = null, timer = 0, checker = 0, left = false, helped = "helped" in segment.dataset;

  const tell = (text, odd) => { told.textContent = text; told.classList.toggle("odd", Boolean(odd)); };
  const open = () => !left && (area.value !== saved || saving !== null);

  async function save(leaving) {
    if (saving || area.value === saved) return;
    const text = area.value;
    const body = new URLSearchParams({ [area.name]: text, [seen.name]: seen.value });
    saving = post(`${path}/draft`, body, token, leaving);
    let answer = null;
    try { answer = await saving; } catch { answer = null; }
    saving = null;
    if (left) return;
    if (answer === null || answer.status >= 500) {
      tell(`${words.not_saved}: ${answer?.data.problem || words.no_answer} ${words.trying_again}`, true);
      timer = setTimeout(save, AGAIN_AFTER);
    } else if (answer.status === 409) {
      clash(answer.data.elsewhere[name]);
    } else if (answer.status !== 200) {
      tell(`${words.not_saved}. ${answer.data.problem || ""}`, true);
    } else {
      saved = text;
      seen.value = String(answer.data.revisions[name]);
      tell(area.value === saved ? words.saved : "…");
      if (area.value !== saved) later();
    }
  }

  function later() {
    clearTimeout(timer);
    timer = setTimeout(save, SAVE_AFTER);
  }

  // The same sentence was saved in another tab or on another device.
  function clash(other) {
    segment.querySelector(".clash")?.remove();
    const box = element("div", "clash"), there = element("p", "");
    box.setAttribute("role", "alert");
    there.lang = area.lang;
    there.dir = area.dir;
    there.textContent = other.target;
    const theirs = element("button", "", words.take_theirs), mine = element("button", "", words.keep_mine);
    theirs.type = mine.type = "button";
    const settle = (text) => { box.remove(); seen.value = String(other.revision); saved = other.target; area.value = text; area.focus(); if (text !== saved) save(); else tell(words.saved); check(); };
    theirs.addEventListener("click", () => settle(other.target));
    mine.addEventListener("click", () => settle(area.value));
    box.append(element("p", "", words.changed_elsewhere), there, theirs, mine);
    area.after(box);
    tell(words.not_saved, true);
  }

  async function check() {
    if (place === null) return;
    const list = segment.querySelector(".findings"), text = area.value;
    const found = text.trim() ? await post(`${path}/checks/${place}`, new URLSearchParams({ target: text }), token).catch(() => null) : { status: 200, data: { findings: [] } };
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
      return button;
    }));
    box.hidden = !others.length;
  }

  area.addEventListener("focus", help);
  area.addEventListener("input", () => {
    tell("…");
    later();
    clearTimeout(checker);
    checker = setTimeout(check, CHECK_AFTER);
  });
  return {
    area, segment, open,
    flush: (leaving) => { clearTimeout(timer); save(leaving); },
    leave: () => { left = true; clearTimeout(timer); },
    take: (button) => {
      area.focus();
      area.select();
      const text = button.querySelector(".into").textContent;
      if (!document.execCommand("insertText", false, text)) area.value = text; // so that undo gives back what was there
      area.dispatchEvent(new Event("input"));
      save();
      check();
    },
  };
}

function element(kind, style, text) {
  const made = document.createElement(kind);
  if (style) made.className = style;
  if (text !== undefined) made.textContent = text;
  return made;
}

async function post(address, body, token, leaving) {
  return read(await fetch(address, {
    method: "POST",
    body,
    headers: { Accept: "application/json", "form-token": token },
    redirect: "error",
    keepalive: Boolean(leaving),
  }));
}

async function ask(address) {
  return read(await fetch(address, { headers: { Accept: "application/json" }, redirect: "error" }));
}

async function read(answer) {
  const data = (answer.headers.get("content-type") || "").startsWith("application/json") ? await answer.json() : {};
  return { status: answer.status, data };
}
