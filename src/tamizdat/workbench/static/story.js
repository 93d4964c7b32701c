// The editor of a story: the text of the form as a list of chapters and elements, moved by keys or dragged, and saved by
// itself. It stands behind desk.js and uses what that one asks and tells.
//
// The text is what counts: the list is read from it and written back into it, so that without this script, and for the
// desk, there is nothing but the text. If another tab saved meanwhile the answer is 409, and the person chooses.

"use strict";

const story = document.getElementById("story");
if (story) beginStory(story);

function beginStory(form) {
  const area = form.elements.text, board = document.getElementById("board"), told = form.querySelector(".saved");
  const state = { saved: area.value, saving: null, timer: 0, left: false, known: new Map() };
  form.querySelector(".plainly").hidden = true;
  board.hidden = false;
  for (const each of form.querySelectorAll(".keys")) each.hidden = false;
  const tell = (text, odd) => { speak(told, text); told.classList.toggle("odd", Boolean(odd)); };

  // ---- the text and its pieces ---------------------------------------------------------------------------------------

  /** The pieces of a text: {kind, value, …}; kind is head, chapter, prose, item, wall or map. */
  function piecesOf(text) {
    const found = [];
    for (const block of text.replace(/\r\n?/g, "\n").split(/\n(?:[ \t]*\n)+/)) {
      const words = block.trim(), item = /^\{(\d{1,15})(?: +([\d:.,]+) *[-–] *([\d:.,]+))?\}$/.exec(words);
      if (!words) continue;
      if (!found.length && words.startsWith("#") && !words.startsWith("##")) {
        const [title, ...facts] = words.split("\n");
        const said = Object.fromEntries(facts.map((each) => each.split(/: */)).map(([name, ...rest]) => [name.trim(), rest.join(": ").trim()]));
        found.push({ kind: "head", value: title.replace(/^# ?/, ""), language: said.language || "", credit: said.credit || "" });
      } else if (words.startsWith("##")) found.push({ kind: "chapter", value: words.replace(/^## ?/, "") });
      else if (item) found.push({ kind: "item", value: item[1], from: item[2] || "", to: item[3] || "" });
      else if (words === "{wall}") found.push({ kind: "wall", value: "" });
      else if (words.startsWith("{map}")) found.push({ kind: "map", value: words.split("\n").slice(1).join("\n") });
      else if (found.length && found.at(-1).kind === "prose") found.at(-1).value += `\n\n${plain(words)}`;
      else found.push({ kind: "prose", value: plain(words) });
    }
    if (!found.length || found[0].kind !== "head") found.unshift({ kind: "head", value: "", language: "", credit: "" });
    return found;
  }
  const plain = (words) => (/^\\[{#\\]/.test(words) ? words.slice(1) : words);
  function textOf(pieces) {
    return `${pieces.map((each) => {
      if (each.kind === "head") return `# ${each.value}\nlanguage: ${each.language}${each.credit ? `\ncredit: ${each.credit}` : ""}`;
      if (each.kind === "chapter") return `## ${each.value}`;
      if (each.kind === "wall") return "{wall}";
      if (each.kind === "map") return `{map}\n${each.value.split("\n").map((line) => line.trim()).filter(Boolean).join("\n")}`;
      if (each.kind === "item") return each.value && `{${each.value}${each.from && each.to ? ` ${each.from} - ${each.to}` : ""}}`;
      return each.value.split(/\n(?:[ \t]*\n)+/).map((one) => one.trim()).filter(Boolean).map((one) => (/^[{#\\]/.test(one) ? `\\${one}` : one)).join("\n\n");
    }).filter(Boolean).join("\n\n")}\n`;
  }

  // ---- drawing -------------------------------------------------------------------------------------------------------

  let pieces = piecesOf(area.value);
  let dragged = null;

  function draw(focus = -1) {
    board.replaceChildren(...pieces.map(row), adding());
    if (focus >= 0) board.children[focus]?.querySelector("textarea, input, button")?.focus();
  }
  function changed() {
    area.value = textOf(pieces);
    soon();
  }
  function button(text, does, style = "link") {
    const made = element("button", style, text);
    made.type = "button";
    made.addEventListener("click", does);
    return made;
  }
  function field(piece, name, label, lines = 0) {
    const made = element("label", "", ""), input = element(lines ? "textarea" : "input");
    made.append(element("span", "facts", label), input);
    input.value = input.defaultValue = piece[name]; // the story as text is what is saved or not
    input.dir = "auto";
    if (lines) input.rows = Math.max(lines, piece[name].split("\n").length);
    input.addEventListener("input", () => {
      input.defaultValue = input.value;
      piece[name] = lines ? input.value : input.value.replace(/\s+/g, " ");
      if (lines && input.scrollHeight > input.clientHeight) input.rows += 1;
      changed();
    });
    return made;
  }
  function row(piece, at) {
    const made = element("li", piece.kind);
    if (piece.kind === "head") {
      made.append(field(piece, "value", words.board_title), field(piece, "language", words.board_language), field(piece, "credit", words.board_credit));
      return made;
    }
    if (piece.kind === "chapter") made.append(field(piece, "value", words.board_chapter));
    if (piece.kind === "prose") made.append(field(piece, "value", words.board_prose, 3));
    if (piece.kind === "map") made.append(field(piece, "value", words.board_map, 2));
    if (piece.kind === "wall") made.append(element("p", "", words.board_wall));
    if (piece.kind === "item") made.append(shown(piece));
    const doing = element("p", "doing");
    const handle = element("span", "handle", "⠿");
    handle.title = words.board_drag;
    handle.setAttribute("aria-hidden", "true");
    handle.draggable = true;
    handle.addEventListener("dragstart", (event) => { dragged = at; event.dataTransfer.effectAllowed = "move"; event.dataTransfer.setData("text/plain", ""); event.dataTransfer.setDragImage(made, 0, 0); });
    handle.addEventListener("dragend", () => { dragged = null; board.querySelectorAll(".over").forEach((each) => each.classList.remove("over")); });
    doing.append(handle, button(words.board_up, () => move(at, at - 1)), button(words.board_down, () => move(at, at + 1)), button(words.board_delete, () => remove(at)));
    made.append(doing);
    made.addEventListener("dragover", (event) => { if (dragged !== null) { event.preventDefault(); made.classList.add("over"); } });
    made.addEventListener("dragleave", () => made.classList.remove("over"));
    made.addEventListener("drop", (event) => { event.preventDefault(); if (dragged !== null) move(dragged, at); });
    return made;
  }
  /** What has a number: looked up once, its words as text alone. */
  function shown(piece) {
    const made = element("div", "thing"), says = element("p", "", "");
    made.append(element("p", "facts", `{${piece.value}}`), says);
    const put = (thing) => {
      says.textContent = thing ? thing.words || thing.what : words.board_unknown;
      says.dir = "auto";
      says.lang = (thing && thing.language) || "";
      made.classList.toggle("held", !thing || !thing.released);
      if (thing) made.firstChild.textContent = `${thing.what} ${thing.number}${thing.released ? "" : ` · ${words.board_hidden}`}`;
      if (thing && thing.timed && !made.querySelector(".when")) made.append(times(piece));
    };
    if (state.known.has(piece.value)) put(state.known.get(piece.value));
    else ask(`/stories/find?q=${encodeURIComponent(piece.value)}`).then(({ status, data }) => {
      if (status !== 200) return;
      state.known.set(piece.value, data.found[0] || null);
      put(data.found[0] || null);
    }).catch(() => null);
    return made;
  }
  function times(piece) {
    const made = element("p", "when");
    made.append(field(piece, "from", words.board_from), field(piece, "to", words.board_to));
    for (const each of made.querySelectorAll("input")) { each.dir = "ltr"; each.placeholder = "0:00"; }
    return made;
  }
  function move(from, to) {
    dragged = null;
    const target = Math.max(1, Math.min(pieces.length - 1, to)); // the head stays where it is
    if (from === target || from < 1) return;
    pieces.splice(target, 0, ...pieces.splice(from, 1));
    changed();
    draw(target);
  }
  function remove(at) {
    pieces.splice(at, 1);
    changed();
    draw(Math.min(at, pieces.length - 1));
  }
  function insert(piece, at = pieces.length) {
    pieces.splice(at, 0, { value: "", from: "", to: "", ...piece });
    changed();
    draw(at);
  }
  function adding() {
    const made = element("li", "adding"), ways = element("p", "actions"), label = element("label", "", ""), asked = element("input"), found = element("ul", "plain found");
    for (const [kind, text] of [["prose", words.board_prose], ["chapter", words.board_chapter], ["wall", words.board_wall], ["map", words.board_map_short]]) {
      ways.append(button(`+ ${text}`, () => insert({ kind }), ""), " ");
    }
    asked.type = "search";
    asked.dir = "auto";
    label.append(element("span", "facts", words.board_add), asked);
    let turn = 0, timer = 0;
    const look = async () => {
      const mine = ++turn, query = asked.value.trim();
      const answer = query ? await ask(`/stories/find?q=${encodeURIComponent(query)}`).catch(() => null) : null;
      if (mine !== turn) return;
      const rows = answer && answer.status === 200 ? answer.data.found : [];
      found.replaceChildren(...rows.map((each) => {
        const one = element("li"), take = button(`${each.what} ${each.number}`, () => { state.known.set(String(each.number), each); insert({ kind: "item", value: String(each.number) }); });
        const says = element("span", "", ` ${each.words}${each.released ? "" : ` · ${words.board_hidden}`}`);
        says.dir = "auto";
        says.addEventListener("click", () => take.click());
        one.append(take, says);
        return one;
      }));
      if (query && !rows.length) found.append(element("li", "facts", words.board_nothing));
    };
    asked.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(look, 300); });
    asked.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      found.querySelector("button")?.click();
    });
    made.append(ways, label, found);
    return made;
  }

  form.addEventListener("keydown", (event) => {
    const here = [...board.children].indexOf(event.target.closest?.("#board > li"));
    if (event.isComposing || here < 1 || here >= pieces.length) return;
    if (event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
      event.preventDefault();
      move(here, here + (event.key === "ArrowUp" ? -1 : 1));
    } else if (event.altKey && event.key === "Delete") {
      event.preventDefault();
      remove(here);
    } else if (event.ctrlKey && event.key === "Enter") {
      event.preventDefault();
      insert({ kind: "prose" }, here + 1);
    }
  });

  // ---- saving --------------------------------------------------------------------------------------------------------

  function soon() {
    clearTimeout(state.timer);
    state.left = false; // whoever goes on did not leave
    tell("…");
    state.timer = setTimeout(() => save(), SAVE_AFTER);
  }
  async function save(leaving) {
    clearTimeout(state.timer);
    if (state.saving) await state.saving;
    if (state.left || area.value === state.saved) return true;
    const sent = area.value;
    tell(words.checking);
    const body = () => new URLSearchParams({ text: sent, revision: form.elements.revision.value });
    const send = () => post(`${form.dataset.path}/draft`, body(), leaving && sent.length < 60000).catch(() => null);
    state.saving = send();
    let answer = await state.saving;
    if (answer && (answer.status === 401 || answer.status === 403) && await renew() === "same") answer = await send();
    state.saving = null;
    if (answer?.status === 409) return clash(answer.data);
    if (answer?.status !== 200) {
      tell(answer?.data.problem ? put(words.refused, { why: answer.data.problem }) : words.no_answer, true);
      state.timer = setTimeout(() => save(), AGAIN_AFTER);
      return false;
    }
    state.saved = area.defaultValue = sent;
    form.elements.revision.value = String(answer.data.revision);
    tell(words.saved);
    return true;
  }
  function clash(other) {
    const box = element("span", "");
    const choose = (text, does) => { const made = button(text, () => { form.elements.revision.value = String(other.revision); does(); }); box.append(" ", made); };
    tell(words.story_elsewhere, true);
    choose(words.take_theirs, () => { area.value = area.defaultValue = state.saved = other.text; pieces = piecesOf(other.text); tell(""); draw(); });
    choose(words.keep_mine, () => { state.saved = other.text; save(); });
    told.append(box);
    return false;
  }
  addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") save(true); });
  form.addEventListener("submit", () => { state.left = true; clearTimeout(state.timer); });
  document.getElementById("preview")?.addEventListener("click", async (event) => {
    if (area.value === state.saved) return;
    event.preventDefault();
    const way = event.currentTarget.href;
    if (await save()) location.href = way;
  });
  draw();
}
