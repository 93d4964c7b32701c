// What the pages do with verify.js: the item page checks itself, the check page what a person chooses.
//
// An item page is opened from a site or from a disk. Over http its media are fetched and hashed; from a disk a script
// may read no file, so everything else is checked through edition.js and proof.js, which are loaded as scripts, and
// the media when the person chooses them. Elements: <body data-base data-item>, #proof-report, #check-file,
// #check-folder, #check-report. Only text nodes are written, never markup.
"use strict";

const facts = {};
window.tamizdatEdition = (value) => { facts.edition = value; };
window.tamizdatItem = (value) => { facts.item = value; };
window.tamizdatItems = (value) => { facts.items = value; };
facts.words = window.tamizdatWording;

(() => {
  const LARGEST = 16 << 20; // bytes of a file that is fetched and hashed without being asked; somebody pays for them
  const HIDING = "[hidden], [style], [aria-hidden], [popover], [inert]"; // attributes that could hide words
  const HAN = { zh: "zh-Hans", "zh-Hant": "zh-Hans" }[document.body.dataset.lang]; // in these Chinese words are read
  // What is said: in English as it stands here, else by words/<language>.js. Values come last.
  const t = (en, ...given) => {
    const values = Object(given.at(-1)), text = (facts.words && facts.words.says[en]) || en;
    return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? apart(values[name]) : whole));
  };
  /** A value in a sentence of another language: where that runs from right to left, it keeps its own order. */
  const apart = (value) => (facts.words ? `\u2068${value}\u2069` : value);
  const base = document.body.dataset.base || "";
  const { alone } = document.body.dataset; // a page that was taken along (take.js): what it says when nothing is broken
  const onDisk = location.protocol === "file:" || alone !== undefined;
  const VERDICTS = {
    proved: t("proved"), vouched: t("vouched for by the desk"),
    broken: t("broken"), unknown: t("unknown"),
  };
  const NAMES = {
    roster: t("Whose keys count"), root: t("The root they hang from"),
    checkpoint: t("The ledger’s signed state"), witnesses: t("Witnesses"),
    checkpoints: t("Signed states that are kept"),
    edition: t("The edition"), newest: t("Newer editions"), ledger: t("The ledger"),
    items: t("The list of items"), files: t("The list of files"), stamps: t("Time stamps"),
  };
  const PARTS = {
    page: t("its pages"), media: t("its files"), source: t("what it was made from"), shown: t("the words on its pages"),
    text: t("its text in the captured bytes"), translation: t("its translation"),
    review: t("the review of it"), gone: t("that it was removed"), earlier: t("what it said before"),
    record: t("the entry of the list"), stamps: t("before when it existed"), tracks: t("its subtitles"),
    told: t("what its pages tell"),
  };

  const make = (tag, className, ...children) => {
    const element = document.createElement(tag);
    if (className) element.className = className;
    element.append(...children);
    return element;
  };
  /** A file's name without what could show it as another: "photo\u202egpj.exe" would be read as "photoexe.jpg". */
  const plainly = (name) => name.replace(/[\p{Cc}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, "\ufffd");
  const titled = (name) => {
    const [, number, part, which] = /^item (\d+)(?: ([a-z]+)(?: (.+))?)?$/.exec(name) || [];
    const [, stamp] = /^stamp \d+ (.+)$/.exec(name) || [];
    if (stamp !== undefined) return t("Time stamp {name}", { name: plainly(stamp) });
    if (number === undefined) return NAMES[name] || (name.startsWith("file ") ? t("File {name}", { name: plainly(name.slice(5)) }) : name);
    const item = t("No. {number}", { number });
    if (part in PARTS) return which ? t("{item}: {part} ({which})", { item, part: PARTS[part], which })
      : t("{item}: {part}", { item, part: PARTS[part] });
    return t("{item}: its statement", { item });
  };
  /** Of a link: that too few witnesses signed, and nothing else. Of a report: that nothing but this keeps it from holding. */
  const lacks = (link) => link.name === "witnesses" && link.verdict === "broken" && link.detail.en.startsWith("Expected the cosignatures of ");
  const awaited = (report) => report.shaky.size === 1 && report.links.some(lacks);
  function summary(report) {
    const count = (verdict) => report.links.filter((link) => link.verdict === verdict).length;
    const labels = report.links.map(verdictOf), order = new Set(Object.keys(VERDICTS).flatMap((verdict) => report.links
      .filter((link) => link.verdict === verdict).map(verdictOf)));
    const counted = [...order].map((label) => `${labels.filter((each) => each === label).length} ${label.split(" · \u2068")[0].replace(/།$/, "")}`).join(t(", "));
    if (awaited(report)) return t("Not witnessed yet. Links of the chain: {counted}.", { counted });
    if (count("broken")) return `${t("This does not hold.")} ${t("Links of the chain: {counted}.", { counted })}`;
    if (report.renewed) return t("The site is being renewed at this moment: load it again in a minute, and check it then.");
    if (!report.holds) return t("This could not be checked. Links of the chain: {counted}.", { counted });
    if (alone !== undefined) return `${alone} ${t("Links of the chain: {counted}.", { counted })}`;
    if (report.pending.length) {
      return t("Nothing is broken, but this item’s files were not read yet: choose them here. Links of the chain: {counted}.", { counted });
    }
    if (report.unseen) {
      return t("Nothing is broken, but this page itself could not be compared with the edition’s list: what stands around the words may have been altered. Links of the chain: {counted}.", { counted });
    }
    return t("Checked just now in your browser. Nothing is broken. Links of the chain: {counted}.", { counted });
  }
  // Reasons in the words of the page's language, by what verify.js says in English; values are {1}, {2} … in both.
  const patterns = (says) => Object.entries(says || {}).filter(([en]) => !/\{[a-z]/.test(en))
    .sort(([one], [other]) => other.replace(/\{\d+\}/g, "").length - one.replace(/\{\d+\}/g, "").length) // what says more fits less
    .map(([en, said]) => [new RegExp(`^${en.split(/\{\d+\}/).map((each) => each.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("([^]*?)")}$`), said]);
  /** Values that are words; all others are names, numbers and digests. */
  const WORDS = {
    none: t("none"), "none of these": t("none of these"), "no such entry": t("no such entry"),
    "no such file": t("no such file"), "nothing of a cover": t("nothing of a cover"),
  };
  const worded = (value) => (Object.hasOwn(WORDS, value) ? WORDS[value] : apart(value));
  let REASONS = patterns(facts.words && facts.words.says);
  function reason(en) {
    const [pattern, said] = REASONS.find(([each]) => each.test(en)) || [];
    const found = pattern && pattern.exec(en);
    return found && said.replace(/\{(\d+)\}/g, (whole, place) => worded(found[place]));
  }
  /** Load how this page's language says why links are broken, where one is: nearly never, and it is long. */
  async function wordsFor(links) {
    if (!facts.words || facts.broken || HAN === document.documentElement.lang || alone !== undefined) return;
    if (!links.some((link) => link.verdict === "broken")) return;
    await load(`${base}words/${document.body.dataset.lang}-broken.js`);
    facts.broken = window.tamizdatBroken || {};
    REASONS = [...patterns(facts.broken), ...REASONS];
  }
  /** Why a link is as it is, in the page's language, and beside it in English what nobody fluent has checked: verify.js speaks English and Chinese. */
  function spoken(tag, link) {
    const said = HAN !== document.documentElement.lang && reason(link.detail.en);
    const [own, unchecked] = said ? said.split(" · \u2068") : [];
    const other = (kind, words, lang) => Object.assign(make(tag, kind, words), facts.words ? { lang, dir: "ltr" } : {});
    if (!own) return [other("", link.detail[HAN ? "zh" : "en"], HAN || "en")];
    return [make(tag, "", own), ...(unchecked === undefined ? [] : [other("beside", link.detail.en, "en")])];
  }
  /** Whose word a link is: of a time stamp that of an authority, never the desk's. */
  const verdictOf = (link) => (lacks(link) ? t("still awaited") : link.verdict === "vouched" && /(^| )stamps?( |$)/.test(link.name) ? t("vouched for by an authority") : VERDICTS[link.verdict]);
  const MANY = 1000; // links whose rows are made only when a reader asks for them: they take as long as the check of some
  /** Links as rows of a list, broken ones first; of many only those, until a reader asks for all. */
  function chain(links) {
    const inOrder = [...links].sort((a, b) => (b.verdict === "broken") - (a.verdict === "broken"));
    const broken = inOrder.filter((link) => link.verdict === "broken");
    const list = (some) => {
      const rows = some.map((link) => {
        const row = make("li", lacks(link) ? "unknown" : link.verdict, make("h3", "", titled(link.name)), make("p", "verdict", verdictOf(link)),
          make("div", "says", ...spoken("p", link)));
        row.dataset.link = link.name;
        row.dataset.verdict = link.verdict;
        return row;
      });
      const english = rows.some((row) => row.querySelector(".says [lang=en]:not(.beside)"));
      return [...(english ? [make("p", "note", t("Reasons that are not translated yet stand in English."))] : []), make("ol", "chain", ...rows)];
    };
    const details = make("details", "", make("summary", "", t("Every link of the chain")));
    if (links.length <= MANY) {
      details.append(...list(inOrder));
      details.open = broken.length > 0;
      return [details];
    }
    details.addEventListener("toggle", () => details.append(...list(inOrder)), { once: true });
    return [...(broken.length ? list(broken.slice(0, MANY)) : []), details];
  }
  const CAUTION = t("A page that checks itself convinces only those who trust this copy of it. To check a copy you doubt, use “tamizdat verify”, or the check page of another copy.");
  /** The same, with its command in one piece and from left to right. */
  const caution = () => make("p", "note", ...CAUTION.split(/(tamizdat verify)/).map((each, at) => (at % 2 ? make("span", "command", each) : each)));
  const ADVICE = t("Do not rely on what is broken, nor on what depends on it.");
  const AWAITED = t("The desk signed this edition, and of what was checked nothing was altered. Those who watch that it keeps one ledger have not signed yet: an edition goes out at once, so that what was withdrawn is gone at once. Look again in a few hours. If they have not signed by tomorrow, do not rely on it before you know why: they may have been shown another ledger.");
  const outcomeOf = (report) => (awaited(report) ? "unknown" : report.links.some((link) => link.verdict === "broken") ? "broken"
    : report.holds && !report.pending.length && !report.unseen ? "proved" : "unknown");
  function show(place, report, ...more) {
    const outcome = outcomeOf(report);
    const advice = awaited(report) ? [make("p", "", AWAITED)] : outcome === "broken" ? [make("p", "", ADVICE)] : [];
    place.replaceChildren(make("div", outcome, make("p", "verdict", summary(report))), ...advice, ...more, ...chain(report.links), caution());
    place.dataset.outcome = outcome;
    told(place, report);
  }
  /** What the page says by itself must not stand beside a report that contradicts it: each of its links is told as found. */
  function told(place, report) {
    for (const row of document.querySelectorAll("ol.chain > li")) {
      if (place.contains(row)) continue;
      const name = ["item", document.body.dataset.item, row.dataset.link].filter(Boolean).join(" ");
      const link = row.dataset.link !== undefined && report && report.links.find((each) => each.name === name);
      if (!link && report && report.holds) continue; // a link that only people can judge
      row.className = link ? link.verdict : "unknown";
      const verdict = row.querySelector(".verdict");
      if (!verdict) continue;
      const provable = verdict.dataset.paper ||= verdict.textContent; // what the page says without a check, and on paper
      const found = link ? verdictOf(link) : t("see the report above");
      if (link && link.verdict === "proved") verdict.replaceChildren(make("span", "on-screen", found), make("span", "on-paper", provable));
      else verdict.textContent = found;
    }
  }
  /** Show what work() reports, unless something newer was asked for; a report that stays empty would look like consent. */
  let asked = 0;
  const run = async (place, work) => {
    const turn = ++asked;
    place.dataset.outcome = "";
    place.replaceChildren(make("p", "note", t("Checking…")));
    try {
      const found = await work();
      if (turn === asked) found(place);
    } catch (error) {
      if (turn !== asked) return;
      place.replaceChildren(make("div", "unjudged", make("p", "verdict", t("The check itself failed: {error}", { error: error.name }))));
      place.dataset.outcome = "unknown";
      told(place, null);
    }
  };
  /** Load a script; whether it was there. */
  const load = (source) => new Promise((done) => {
    const script = make("script");
    script.src = source;
    script.onload = () => done(true);
    script.onerror = () => done(false);
    document.head.append(script);
  });
  const contents = async (file) => new Uint8Array(await file.arrayBuffer());
  const digestOf = async (file) => tamizdat.hex(await tamizdat.sha256(await contents(file)));

  const tileOf = (number) => `edition/items/${String(tamizdat.tileOf(number, facts.edition)).padStart(3, "0")}.js`;
  /** The bytes of a picture that stands in a page that was taken along, undefined if it does not. */
  function taken(name) {
    const image = alone === undefined ? null : document.querySelector(`img[data-file="${CSS.escape(name)}"]`);
    return image ? Uint8Array.from(atob(image.getAttribute("src").split(",")[1]), (each) => each.charCodeAt(0)) : undefined;
  }

  /** A page that was taken along shows no picture but those that were judged, each once. */
  function strangers(report, number) {
    const names = alone === undefined ? [] : Array.from(document.images, (each) => each.dataset.file || "");
    const strange = names.find((each, at) => names.indexOf(each) < at || !(report.named || []).includes(each));
    if (strange === undefined) return;
    const link = report.links.find((each) => each.name === `item ${number} media`) || report.links[0];
    Object.assign(link, { verdict: "broken", detail: {
      en: `Expected no pictures but those that the statement names, each once, found '${strange}'.`,
      zh: `除声明所列的图片（各一次）外不应有其他图片，所见有 '${strange}'。` } });
  }

  /**
   * On a page that was taken along: whether what the statement says of a picture, clip or person stands on it. On the site
   * the edition's list covers the whole page; of a post each text is compared anyway.
   */
  function signedWords(report, number) {
    const statement = report.links.find((each) => each.name === `item ${number}`);
    if (alone === undefined || !statement || statement.verdict !== "proved" || report.links.some((each) => each.name === `item ${number} shown`)) return;
    const { title = "", caption = "", said } = tamizdat.peek(tamizdat.bytes(tamizdat.canonical(facts.item.envelope))).said;
    const expected = said ? [said.name, ...Object.values(said.names), said.age, said.school, said.place, said.note]
      : [title, ...caption.split("\n\n").map((each) => each.trim())];
    const head = document.querySelector("main h1").textContent;
    const found = new Set(Array.from(document.querySelectorAll("main :is(h1, p, dd, bdi)"), (each) => each.textContent));
    const missing = expected.filter(Boolean).find((each) => !found.has(each)) ?? (expected[0] && head !== expected[0] ? expected[0] : undefined);
    report.links.push({ name: `item ${number} shown`, ...(missing === undefined
      ? { verdict: "unknown", detail: { en: "Only the words were compared, which agree, not what stands around them or hides them.",
        zh: "只比较了文字，文字相符；其周围的内容，以及是否将其隐藏，未作比较。" } }
      : { verdict: "broken", detail: { en: `Expected the signed words '${missing}' on this page, found others.`, zh: `本页应有所签名的文字 '${missing}'，所见为其他文字。` } }) });
  }

  /** The edition to which this folder is being renewed, and the part of its list of items with this one, by the scripts that lie there meanwhile; null if none do. */
  async function nextEdition(number) {
    const before = { ...facts };
    facts.edition = null;
    try {
      if (!await load(`${base}edition/next/edition.js`) || !facts.edition) return null;
      if (!await load(base + tileOf(number).replace("edition/", "edition/next/"))) await load(base + tileOf(number)); // it is the same in both
      return { edition: facts.edition, items: facts.items };
    } finally { Object.assign(facts, before); }
  }

  async function itemPage(place, number) {
    const here = `${base}items/${number}/`;
    if (alone === undefined) { // else all of it stands in the file
      if (typeof tamizdat === "undefined") await load(`${base}verify.js`);
      await load(`${base}edition/edition.js`);
      await load(`${here}proof.js`);
      await load(`${base}${tileOf(number)}`);
      if (!onDisk) await load(`${base}stamps.js`); // on a disk there is nothing that it may read
    }
    const chosen = new Map(); // name → SHA-256 of files the person chose
    const fetched = new Map(); // path → bytes, null if missing, undefined if not readable here
    const fetchBytes = async (path) => {
      if (onDisk) return undefined;
      try {
        const answer = await fetch(base + path, { cache: "no-cache" }); // the day as a file's time makes a cache think it fresh
        if (answer.status === 404) return null;
        if (!answer.ok || Number(answer.headers.get("content-length")) > LARGEST) {
          answer.body?.cancel();
          return undefined;
        }
        return new Uint8Array(await answer.arrayBuffer());
      } catch { return undefined; }
    };
    const read = (path) => {
      if (!fetched.has(path)) fetched.set(path, fetchBytes(path));
      return fetched.get(path);
    };
    const media = async (name) => {
      if (chosen.has(name)) return chosen.get(name);
      const data = taken(name) || await read(`items/${number}/${name}`);
      return data ? tamizdat.hex(await tamizdat.sha256(data)) : data;
    };
    const words = Array.from(document.querySelectorAll("[data-said]"));
    const hiding = words.flatMap((each) => [each.closest(HIDING), each.querySelector(HIDING)]).find(Boolean);
    const said = words.map((each) => [`${each.closest("details") ? "covered " : ""}${each.dataset.said}`, each.textContent]);
    const onThisPage = async () => {
      if (hiding) {
        const tag = `<${hiding.localName} ${hiding.getAttributeNames().find((each) => hiding.matches(HIDING) && HIDING.includes(`[${each}]`))}>`;
        throw new tamizdat.Broken(`Expected a page that can be read in one way only, with nothing on or around words that could hide them, found '${tag}'.`,
          `网页应只有一种读法：文字及其周围没有可将其隐藏的属性，所见为 '${tag}'。`);
      }
      return [["index.html", said]];
    };
    const picker = make("input");
    Object.assign(picker, { type: "file", id: "proof-file", multiple: true });
    const label = make("label", "", t("Choose this item’s files to have their bytes checked"));
    label.htmlFor = picker.id;
    const check = async () => {
      const report = await tamizdat.checkItem(number, facts.item, facts.edition, facts.items, { media, here: onThisPage, read, list: () => read("edition/files.txt"),
        again: onDisk ? undefined : fetchBytes, next: onDisk && alone === undefined ? () => nextEdition(number) : undefined });
      if (!report.renewed) { // what is loaded here and what is judged may be of two editions
        strangers(report, number);
        signedWords(report, number);
      }
      await wordsFor(report.links);
      const row = report.links.find((link) => link.name === `item ${number} media`);
      const any = row && !report.renewed && report.named && report.named.length; // of what has no files none can be chosen
      const choice = any && (row.verdict !== "proved" || chosen.size) ? [make("p", "choice", label, picker)] : [];
      const again = report.renewing ? [make("p", "", t("A newer edition is being put in place in this folder: load this page again in a minute. What does not hold then was altered."))] : [];
      return (where) => show(where, report, ...again, ...choice);
    };
    picker.addEventListener("change", () => run(place, async () => {
      for (const file of picker.files) chosen.set(file.name, await digestOf(file));
      return check();
    }));
    return check();
  }

  function checkPage(place) {
    for (const each of document.querySelectorAll(".choices")) each.hidden = false; // without scripts nothing reads what is chosen
    const typed = make("input");
    Object.assign(typed, { id: "check-root", type: "text", autocomplete: "off", spellcheck: false });
    const label = make("label", "", t("Fingerprint of the root, as it reached you another way (not needed)"));
    label.htmlFor = typed.id;
    place.before(make("p", "choice", label, typed));
    const root = () => {
      if (!typed.value.trim()) return null;
      const found = tamizdat.fingerprint(typed.value);
      if (!found) typed.setCustomValidity(t("Expected 52 letters and digits."));
      else typed.setCustomValidity("");
      typed.reportValidity();
      return found || new Uint8Array(32); // a mistyped fingerprint fits no root
    };
    // Asked for only where a stamp names a block: with its header, from a node that the reader trusts, the stamp is proved here.
    const blocks = make("input");
    Object.assign(blocks, { id: "check-headers", type: "text", autocomplete: "off", spellcheck: false });
    const headers = () => {
      const given = blocks.value.trim().split(/\s+/).filter(Boolean);
      blocks.setCustomValidity(given.every((each) => /^[0-9a-f]{160}$/i.test(each)) ? "" : t("Expected 160 hexadecimal digits."));
      return blocks.reportValidity() ? given.map((each) => Uint8Array.from(each.match(/../g), (pair) => parseInt(pair, 16))) : [];
    };
    const askedFor = (named) => {
      const label1 = make("label", "", t("Header of Bitcoin’s block {number}, which a stamp names (not needed): 160 hexadecimal digits, from a node that you trust", { number: named.join(", ") }));
      label1.htmlFor = blocks.id;
      return make("p", "choice", label1, blocks);
    };
    let site = null; // the folder chosen last: path → {size, bytes()}
    const read = async (path) => {
      if (site && site.has(path)) return site.get(path).bytes();
      if (!site && onDisk) {
        throw new tamizdat.Unjudged("Choose the site’s whole folder first: from a disk, a page may not read the files beside it.", "请先选择本站的整个文件夹：从磁盘打开的网页不能读取旁边的文件。");
      }
      let answer = null;
      try { answer = site ? null : await fetch(base + path, { cache: "no-cache" }); } catch {
        throw new tamizdat.Unjudged(`${path} could not be read: the server does not answer.`, `${path} 未能读取：服务器没有应答。`);
      }
      if (!answer || !answer.ok) throw new tamizdat.Broken(`Expected the file ${path}, found no such file.`, `应有文件 ${path}，所见没有。`);
      return new Uint8Array(await answer.arrayBuffer());
    };

    // What was found, as one sentence each: the page holds them (check.html), in its language, with names for what is found.
    const sentence = (name, facts = {}) => (place.dataset[name] || name).split(/(\{\w+\})/).map((part) => {
      const found = facts[part.slice(1, -1)];
      return part.startsWith("{") && found !== undefined ? found : part;
    });
    const link = (way, text) => {
      const made = make("a", "", text);
      made.href = way;
      return made;
    };
    /** A day as the pages write it: browsers know neither Tibetan nor Uyghur, and Persian by another calendar. */
    const written = (day) => {
      if (!facts.words) return new Date(`${day}T00:00:00Z`).toLocaleDateString("en-GB", { dateStyle: "long", timeZone: "UTC" });
      const [year, month, date] = day.split("-").map(Number);
      return facts.words.day.replace("{year}", year).replace("{month}", facts.words.months[month - 1]).replace("{day}", date);
    };
    const figure = (value) => value.toLocaleString(`${document.documentElement.lang}-u-nu-latn`);
    let own = true; // whether what is looked through is this page's own edition: in another its links lead nowhere, or to another item
    async function isOwn() {
      if (!site) return true;
      if (!facts.edition) await load(`${base}edition/edition.js`);
      const held = site.has("edition/edition.json") && await site.get("edition/edition.json").bytes().catch(() => null);
      return Boolean(held && facts.edition) && tamizdat.b64(held) === facts.edition.envelope;
    }
    const pathLink = (path) => (own ? link(base + path, make("bdi", "", path)) : make("bdi", "", path));
    const pathsOf = (paths) => paths.slice(0, 3).flatMap((path, at) => [...(at ? [t(", ")] : []), pathLink(path)])
      .concat(paths.length > 3 ? [` … (${paths.length})`] : []);
    const COLOURS = { listed: "proved", altered: "broken", unlisted: "unlisted", later: "unjudged", unjudged: "unjudged" };
    /** One block: the file's name, what it is, and what that does not say. */
    function block(kind, name, first, ...rest) {
      const made = make("div", kind, ...(name ? [make("p", "facts which", make("bdi", "", plainly(name)))] : []), make("p", "verdict", ...first));
      made.append(...rest.map((each) => make("p", "note", ...each)));
      return made;
    }
    function fileBlock(each, report, several) {
      const name = several ? each.name : "";
      if (outcomeOf(report) === "broken" && each.judged !== "altered") return block("broken", name, sentence("fileBroken"));
      const facts = { edition: String(report.edition ? report.edition.number : ""), digest: make("code", "", each.digest) };
      const number = each.paths.map((path) => /^(?:[^/]+\/)?items\/(\d+)\//.exec(path)).filter(Boolean).map((found) => found[1])[0];
      if (each.judged === "listed" || each.judged === "altered") {
        facts.file = make("span", "", ...pathsOf(each.paths));
        const called = t("No. {number}", { number });
        facts.item = number === undefined ? "" : own ? link(`../items/${number}/index.html`, called) : called;
        if (each.judged === "altered") return block("broken", name, sentence("fileAltered", facts));
        return block("proved", name, sentence(number === undefined ? "fileListed" : "fileOfItem", facts), ...notCompared(report));
      }
      if (each.judged === "unjudged" && report.renewed) return block("unjudged", name, [summary(report)]);
      if (each.judged === "unjudged") return block("unjudged", name, sentence("fileUnread"), ...why(report));
      const first = each.size ? sentence(each.judged === "later" ? "fileLater" : "fileUnlisted", facts) : sentence("fileEmpty", facts);
      return block(COLOURS[each.judged], name, first, ...(each.size && each.judged === "unlisted" ? [sentence("fileMaybe", facts)] : []),
        [t("SHA-256: "), facts.digest]);
    }
    /** What a reader who typed no fingerprint must not take for more than it is. */
    const notCompared = (report) => (awaited(report) ? [[AWAITED]] : report.links.some((each) => each.name === "root" && each.verdict === "unknown") ? [sentence("rootNotCompared")] : []);
    /** The first reason for which nothing could be judged. */
    const why = (report) => report.links.filter((each) => report.shaky.has(each.name)).slice(0, 1).map((each) => spoken("span", each));
    async function filesBlocks(files) {
      if (onDisk && !site) {
        return { blocks: [block("unjudged", "", sentence("folderFirst"))], links: [], outcome: "unjudged" };
      }
      const given = [], unread = [];
      for (const each of files) {
        try { given.push({ name: each.name, data: await contents(each) }); } catch { unread.push(each.name); }
      }
      const report = await tamizdat.checkFiles(given, read, root());
      own = await isOwn();
      await wordsFor(report.links);
      const blocks = [...report.files.map((each) => fileBlock(each, report, files.length > 1)),
        ...unread.map((name) => block("unjudged", name, sentence("fileUnread")))];
      const outcomes = blocks.map((each) => each.className);
      return { blocks, links: report.links, outcome: ["broken", "unlisted", "unjudged", "proved"].find((each) => outcomes.includes(each)) };
    }
    async function folderBlocks() {
      const whole = ["roster.json", "edition/edition.json", "edition/files.txt", "ledger/checkpoint"];
      if (!whole.some((path) => site.has(path))) {
        const below = [...site.keys()].map((path) => /^(.+)\/edition\/edition\.json$/.exec(path)).find(Boolean);
        site = null; // what is no site answers no later question
        return { blocks: [block("unjudged", "", below ? sentence("folderBelow", { folder: make("bdi", "", below[1]) }) : sentence("folderOther"))],
          links: [], outcome: "unjudged" };
      }
      const says = place.querySelector(".note");
      let last = performance.now();
      const report = await tamizdat.checkSite(site, root(), { headers: headers() }, (done, all) => {
        if (performance.now() < last + 300) return;
        last = performance.now();
        says.ariaLive = "off"; // that it began was read out; each number would be, too
        says.textContent = `${t("Checking…")} ${figure(done)} / ${figure(all)}`;
      });
      await wordsFor(report.links);
      const outcome = outcomeOf(report);
      const said = report.edition;
      const first = outcome === "proved" && said ? sentence("folderWhole", { edition: String(said.number), day: written(said.date) }) : [summary(report)];
      const found = block(outcome, "", first, ...(outcome === "proved" || awaited(report) ? notCompared(report) : outcome === "unknown" ? (report.renewed ? [] : why(report)) : [[ADVICE]]));
      return { blocks: [found, ...(report.blocks && report.blocks.length ? [askedFor(report.blocks)] : [])], links: report.links, outcome };
    }
    const showing = (...parts) => (where) => {
      const links = parts.flatMap((each, at) => (at ? each.links.filter((one) => one.name.startsWith("file ")) : each.links));
      where.replaceChildren(...parts.flatMap((each) => each.blocks), ...(links.length ? [...chain(links), caution()] : []));
      where.dataset.outcome = parts.map((each) => each.outcome).find((each) => each !== "proved") || "proved";
    };
    const folder = document.getElementById("check-folder");
    const file = document.getElementById("check-file");
    let work = null;
    const start = async (next) => {
      work = next;
      if (!work) return;
      const done = run(place, work);
      place.scrollIntoView({ block: "nearest" }); // on a telephone it lies below what was chosen
      await done;
      const { top } = place.getBoundingClientRect();
      if (top >= 0 && top < innerHeight) place.firstElementChild.scrollIntoView({ block: "nearest" }); // the verdict, if its reader still waits for it
    };
    folder.addEventListener("change", () => start(folder.files.length ? async () => {
      site = new Map(Array.from(folder.files, (each) => [each.webkitRelativePath.split("/").slice(1).join("/"), tamizdat.fileOf(each)]));
      const found = await folderBlocks();
      return showing(found, ...(file.files.length && site ? [await filesBlocks([...file.files])] : []));
    } : null));
    file.addEventListener("change", () => start(file.files.length ? async () => showing(await filesBlocks([...file.files])) : null));
    for (const each of [typed, blocks]) each.addEventListener("change", () => start(work));
  }

  const number = document.body.dataset.item;
  const proof = document.getElementById("proof-report");
  const report = document.getElementById("check-report");
  // What checks an item is several times as large as the item's page: it is loaded when the reader comes to it.
  if (proof && number !== undefined) {
    const begin = () => run(proof, () => itemPage(proof, Number(number)));
    if ("IntersectionObserver" in window) {
      const near = new IntersectionObserver((seen) => {
        if (!seen.some((each) => each.isIntersecting)) return;
        near.disconnect();
        begin();
      }, { rootMargin: "200px" });
      near.observe(proof);
    } else begin();
  }
  if (report) checkPage(report);

  // A citation as a program reads it, made of the words and marks of the page: author, title and day in its language.
  const cite = document.querySelector(".cite");
  if (cite && number !== undefined) {
    cite.addEventListener("toggle", async () => {
      if (!facts.item) await load(`${base}items/${number}/proof.js`);
      const csl = cited(cite, facts.item.proof.split("\n\n")[1].split("\n")[0]);
      for (const [name, text] of [["BibTeX", bibtex(csl)], ["CSL-JSON", JSON.stringify([csl])]]) {
        const shown = make("pre", "", make("code", "", text));
        Object.assign(shown, { tabIndex: 0, dir: "ltr" });
        cite.append(make("h2", "", name), shown);
      }
    }, { once: true });
  }
  function cited(element, ledger) {
    const { type, by, written, translator, tongue, edition, day, site } = element.dataset;
    const dated = (text) => ({ "date-parts": [text.split("-").map(Number)] });
    const somebody = (name) => name && [{ literal: name }];
    const title = element.querySelector("cite"), address = document.querySelector("link[rel=canonical]");
    const told = {
      id: `tamizdat-${number}`, type, author: somebody(by), title: title && title.textContent,
      "container-title": site, issued: dated(written || day),
      translator: somebody(translator), number, edition, "available-date": dated(day), language: tongue, archive: ledger,
      URL: address && address.href, note: element.querySelector("bdi").textContent.slice(-"SHA-256 of its statement: ".length - 64),
    };
    return Object.fromEntries(Object.entries(told).filter(([, value]) => value));
  }
  function bibtex(csl) {
    const named = { "\\": "textbackslash", "{": "textbraceleft", "}": "textbraceright", "~": "textasciitilde", "^": "textasciicircum" };
    const safe = (text) => text.replace(/[\\{}~^%&$#_]/g, (each) => (named[each] ? `\\${named[each]}{}` : `\\${each}`));
    const exactly = (text) => text && `{${safe(text)}}`;
    const [[year, month, day]] = csl.issued["date-parts"], [shown] = csl["available-date"]["date-parts"];
    const since = new Date(Date.UTC(shown[0], shown[1] - 1, shown[2])).toLocaleDateString("en-US", { dateStyle: "long", timeZone: "UTC" });
    const fields = {
      author: exactly(csl.author && csl.author[0].literal), title: exactly(csl.title), year, month, day,
      translator: exactly(csl.translator && csl.translator[0].literal),
      howpublished: `${safe(csl["container-title"])}, No. ${csl.number}`, edition: csl.edition, langid: csl.language, url: csl.URL,
      note: `No. ${csl.number}, edition ${csl.edition} (${since}). ${csl.note}. Ledger: ${safe(csl.archive)}`,
    };
    const lines = Object.entries(fields).filter(([, value]) => value).map(([name, value]) => `  ${name} = {${value}},`);
    return [`@misc{${csl.id},`, ...lines, "}"].join("\n");
  }

  // A script may read no file from a disk, so a page is taken along from a server only.
  const take = document.querySelector(".take");
  if (take && number !== undefined && !onDisk) {
    const button = take.querySelector("button");
    const says = make("span", "facts");
    says.setAttribute("role", "status");
    take.append(says);
    for (const each of [take, ...document.querySelectorAll("[href='#take']")]) each.hidden = false;
    button.addEventListener("click", async () => {
      button.disabled = true;
      says.textContent = "";
      let said;
      window.tamizdatTakeSays = (value) => { said = value; };
      try {
        await load(`${base}take-${document.body.dataset.lang}.js`); // what it says, in the language of this page
        if (typeof tamizdat === "undefined") await load(`${base}verify.js`);
        if (!facts.edition) await load(`${base}edition/edition.js`);
        if (!window.tamizdatTake) await load(`${base}take.js`);
        await window.tamizdatTake({ base, number, proof: `items/${number}/proof.js`, items: tileOf(Number(number)), said });
      } catch (error) { says.textContent = said ? said.failed : error.name; }
      button.disabled = false;
    });
  }
})();
