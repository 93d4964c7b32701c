"use strict";
(() => {
  const words = JSON.parse(document.getElementById("words").textContent);
  const report = document.getElementById("report");
  const chinese = document.documentElement.lang.startsWith("zh");
  const filled = (key, values) => words[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const say = (key, values = {}, kind = "") => {
    const line = document.createElement("p");
    if (kind) line.className = kind;
    line.dir = "auto";
    line.textContent = filled(key, values);
    report.append(line);
  };
  // Asked for only where a stamp names a block: by its header, from a node that the reader trusts, the stamp is proved here.
  const asking = document.getElementById("asking"), block = document.getElementById("header");
  function headers() {
    const given = block.value.trim().split(/\s+/).filter(Boolean);
    block.setCustomValidity(given.every((each) => /^[0-9a-f]{160}$/i.test(each)) ? "" : words.digits);
    return block.reportValidity() ? given.map(unhex) : [];
  }
  const { Broken, Unjudged, b64, bytes: utf8, hex, sha256 } = tamizdat;
  const unhex = (text) => Uint8Array.from(text.match(/../g) || [], (pair) => parseInt(pair, 16));
  const need = (holds) => { if (!holds) throw new Broken("", ""); };
  const join = (one, other) => { const all = new Uint8Array(one.length + other.length); all.set(one); all.set(other, one.length); return all; };

  // SHA-256 in pieces, for files that are larger than what WebCrypto should hold in memory
  const K = [], START = [];
  for (let n = 2, found = 0; found < 64; n++) {
    let prime = true;
    for (let d = 2; d * d <= n; d++) if (n % d === 0) prime = false;
    if (!prime) continue;
    const part = (root) => Math.floor((root - Math.floor(root)) * 4294967296) | 0;
    if (found < 8) START.push(part(Math.sqrt(n)));
    K.push(part(Math.cbrt(n)));
    found++;
  }
  const turn = (word, by) => (word >>> by) | (word << (32 - by));
  function mix(state, data, at) {
    const w = new Int32Array(64);
    for (let i = 0; i < 16; i++, at += 4) w[i] = (data[at] << 24) | (data[at + 1] << 16) | (data[at + 2] << 8) | data[at + 3];
    for (let i = 16; i < 64; i++) {
      const a = w[i - 15], b = w[i - 2];
      w[i] = (w[i - 16] + w[i - 7] + (turn(a, 7) ^ turn(a, 18) ^ (a >>> 3)) + (turn(b, 17) ^ turn(b, 19) ^ (b >>> 10))) | 0;
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let i = 0; i < 64; i++) {
      const one = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + K[i] + w[i]) | 0;
      const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g; g = f; f = e; e = (d + one) | 0; d = c; c = b; b = a; a = (one + two) | 0;
    }
    [a, b, c, d, e, f, g, h].forEach((word, i) => { state[i] = (state[i] + word) | 0; });
  }
  async function digestOf(file) {
    if (file.size <= 1 << 26) return hex(await sha256(await file.arrayBuffer()));
    const state = START.slice(), step = 1 << 24;
    let rest = new Uint8Array(0);
    for (let from = 0; from < file.size; from += step) {
      const data = join(rest, new Uint8Array(await file.slice(from, from + step).arrayBuffer()));
      let at = 0;
      for (; at + 64 <= data.length; at += 64) mix(state, data, at);
      rest = data.slice(at);
    }
    const tail = new Uint8Array(rest.length < 56 ? 64 : 128);
    tail.set(rest);
    tail[rest.length] = 128;
    new DataView(tail.buffer).setBigUint64(tail.length - 8, BigInt(file.size) * 8n);
    for (let at = 0; at < tail.length; at += 64) mix(state, tail, at);
    return state.map((word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
  }

  const lacks = ({ name, verdict, detail }) => name.startsWith("witnesses ") && verdict === "broken" && detail.en.startsWith("Expected the cosignatures of ");
  /** Stamps and witnesses of the checkpoints that proofs lead to, by what judges them on a site; how many are broken, and how many of these lack signatures alone. */
  async function others(files, heads) {
    const proofs = "data/proofs/", ledger = "ledger/";
    const found = new tamizdat.Report();
    const paths = [...files.keys()].filter((path) => path.startsWith(proofs)).map((path) => ledger + path.slice(proofs.length)).sort();
    const read = async (path) => new Uint8Array(await files.get(proofs + path.slice(ledger.length)).arrayBuffer());
    const stamps = new tamizdatStamps.Stamps({ report: found }, read, { headers: headers() });
    await stamps.readCertificates(paths);
    for (const [size, { text, roster }] of [...heads].sort(([a], [b]) => a - b)) {
      const within = `${ledger}checkpoints/${size}/`, note = `${within}checkpoint`;
      const names = paths.filter((path) => path.startsWith(`${within}stamps/`)).map((path) => path.slice(`${within}stamps/`.length));
      await stamps.judge(size, names, null, utf8(text));
      await found.link(`witnesses ${size}`, [], async () => {
        if (!paths.includes(note)) throw new tamizdat.Broken(`Expected ${note}, found no such file.`, `应有 ${note}，所见没有。`);
        return tamizdat.witnessed(roster, size, utf8(`${text}\n`), await read(note));
      });
      await found.link(`stamps ${size}`, [], async () => {
        const good = stamps.earliest(size);
        if (!good) return { verdict: "unknown", detail: tamizdat.say("None that proves anything here: when it existed is the desk's word.", "没有一个能在此证明什么：它何时存在，只是编辑部所言。") };
        return { verdict: good.verdict, detail: tamizdat.say(`These entries existed before ${tamizdatStamps.second(good.time)}: ${good.by.join(" and ")}.`, `这些记录在 ${tamizdatStamps.second(good.time)} 之前已存在：${good.by.join("、")}。`) };
      });
    }
    asking.hidden = !stamps.blocks.size;
    asking.querySelector("label").textContent = filled("header", { number: [...stamps.blocks].join(", ") });
    for (const { name, verdict, detail } of found.links) {
      const [kind, size, stamp] = name.split(" "), values = { detail: chinese ? detail.zh : detail.en };
      if (kind === "stamp") say("stamp", { ...values, name: stamp, size }, verdict);
      else if (kind === "witnesses" || kind === "stamps") say(kind, { ...values, size }, lacks({ name, verdict, detail }) ? "unknown" : verdict);
      else say("beside", { ...values, name }, verdict);
    }
    const broken = found.links.filter((each) => each.verdict === "broken");
    return { broken: broken.length, awaited: broken.filter(lacks).length };
  }

  const N = "(0|[1-9][0-9]{0,17})";
  const [version, media, person, page, copy, card] = ["originals/posts/N/version-N\\.(?:json|txt)", "originals/posts/N/media/N-([^/]+)",
    "originals/people/N/entry-N\\.json", "originals/pages/N/([^/]+)", "working-copies/N/(.+)", "originals/card-N(?:-N)?/(.+)"]
    .map((each) => new RegExp(`^data/${each.replace(/\bN\b/g, N)}$`));
  const plain = (path) => path.replaceAll("%", "~"), based = (path) => plain(path.slice(path.lastIndexOf("/") + 1));
  /** Where opened statements put the bytes that they are about, as evidence/placement.py has it: why not, "unknown" or "broken", "" if nothing speaks against it. */
  class Placement {
    constructor(statements, covered) {
      Object.assign(this, { covered, about: new Map(), opened: new Map(), shown: new Map(), posts: new Map(), files: new Map(), sources: new Map(), people: new Map(), cards: [] });
      for (const [index, { act, subjects, said }] of [...statements].sort(([a], [b]) => a - b)) {
        this.opened.set(String(index), subjects);
        for (const { sha256: digest } of subjects) this.about.set(digest, [...(this.about.get(digest) || []), String(index)]);
        if (act === "captured" && "consignment" in said) this.cards.push({ index: String(index), digest: subjects[0].sha256, path: String(said.path), consignment: said.consignment });
        else if (act === "captured") this.sources.set(String(index), String(said.path));
        if (act === "observed") {
          this.posts.set(String(index), [said.post, said.own].filter(Boolean));
          this.files.set(String(index), (said.media || []).map((each) => String(each.capture)));
        }
        if (act === "catalogued" && subjects[0].name === "person") this.people.set(String(index), String(said.person === null ? index : said.person));
        if (act === "derived") this.shown.set(String(said.item), subjects);
      }
    }
    /** The entry that is about a file, the one that its path names if there is one, and by what path it came if that is another. */
    proofOf(path, digest) {
      const every = this.about.get(digest), said = this.cards.filter((each) => each.digest === digest), [, , , stated] = card.exec(path) || [];
      const there = said.find((each) => plain(each.path) === stated), [wanted] = this.named(path);
      const index = wanted || (there ? there.index : every[0]), came = this.sources.get(wanted), [, name] = /\/(?:\d+-)?([^/]*)$/.exec(path);
      const called = stated && !there && said.length ? said[0].path : (media.test(path) || page.test(path)) && based(came) !== (page.test(path) ? path.slice(path.lastIndexOf("/") + 1) : name) ? came : "";
      return called ? `${index} (${called})` : index;
    }
    /** The entries that the path of a post's, a person's or a page's file names, its own first. */
    named(path) {
      const [, number, own] = version.exec(path) || media.exec(path) || [], [, , entry] = person.exec(path) || [], [, web] = page.exec(path) || [];
      return number ? [own, number] : [entry || web].filter(Boolean);
    }
    shares(one, other) { return (this.posts.get(one) || []).some((each) => (this.posts.get(other) || []).includes(each)); }
    isElsewhere(path, digest) {
      const [wanted, number] = this.named(path), every = this.about.get(digest);
      if (wanted && !every.includes(wanted)) return true;
      if (person.test(path)) return this.people.get(wanted) !== person.exec(path)[1];
      if (version.test(path)) return !this.shares(wanted, number);
      if (wanted) return !this.sources.has(wanted) || (media.test(path) && ![...this.files].some(([index, those]) => those.includes(wanted) && this.shares(index, number)));
      const [, item, name] = copy.exec(path) || [], [, , , stated] = card.exec(path) || [];
      if (item) return !(this.shown.get(item) || []).some((each) => each.name === name && each.sha256 === digest);
      const at = this.cards.filter((each) => plain(each.path) === stated);
      return at.length > 0 && !at.some((each) => each.digest === digest);
    }
    why(path, digest, strangers) {
      if (!this.about.has(digest) || this.named(path).some((each) => !this.opened.has(each))) return "unknown";
      if (!this.named(path).length && !copy.test(path)) {
        const ofCard = (index) => !this.sources.has(index) && this.opened.get(index).some((each) => each.name === "original" && each.sha256 === digest);
        if (!card.test(path) || !this.about.get(digest).some(ofCard)) return "unknown";
      }
      if (!this.isElsewhere(path, digest) && !strangers.has(path)) return "";
      return !this.covered && (card.test(path) || media.test(path)) ? "unknown" : "broken"; // it may have come twice
    }
    /** Files that did not come in the consignment in which the others of their card came. */
    strangers(listed) {
      const cards = new Map(), found = new Set();
      for (const [path, digest] of listed) {
        const [, number, , stated] = card.exec(path) || [], said = this.cards.filter((each) => each.digest === digest);
        if (!number || !said.length) continue;
        const fit = said.filter((each) => plain(each.path) === stated);
        cards.set(number, [...(cards.get(number) || []), { path, came: new Set((fit.length ? fit : said).map((each) => each.consignment)) }]);
      }
      for (const files of cards.values()) {
        const counts = new Map();
        for (const { came } of files) for (const each of came) counts.set(each, (counts.get(each) || 0) + 1);
        const usual = [...counts].reduce((most, each) => (each[1] > most[1] ? each : most))[0];
        for (const { path, came } of files) if (!came.has(usual)) found.add(path);
      }
      return found;
    }
  }

  const DECLARATION = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n", TAGS = "tagmanifest-sha256.txt";
  async function check(chosen) {
    const files = new Map();
    for (const file of chosen) files.set(file.webkitRelativePath.replace(/^[^/]*\//, ""), file);
    const read = async (path) => (files.has(path) ? new Uint8Array(await files.get(path).arrayBuffer()) : null);
    const written = async (path) => (files.has(path) ? files.get(path).text() : "");
    let bad = 0;
    const broken = (key, values) => { bad++; say(key, values, "broken"); };
    /** What is broken here is told so; a browser that cannot judge it is another matter. */
    const holds = async (key, values, step) => {
      try { return await step(); } catch (error) {
        if (!(error instanceof Broken) || error instanceof Unjudged) throw error;
        return broken(key, values);
      }
    };
    if (!files.has("bagit.txt") || !files.has("manifest-sha256.txt")) return broken("none");
    if (await written("bagit.txt") !== DECLARATION || files.has("tamizdat-unfinished")) broken("changed", { path: "bagit.txt" });
    const listed = new Map(), tags = new Map();
    for (const [name, those] of [[TAGS, tags], ["manifest-sha256.txt", listed]]) {
      for (const line of (await written(name)).replace(/\r?\n$/, "").split(/\r?\n/)) {
        const [, digest, path] = /^([0-9a-f]{64})(?: [ *]|[ \t]+(?![ \t*]))(.+)$/.exec(line) || [];
        if (!path || those.has(path) || !tamizdat.safePath(path)) { broken("changed", { path: name }); those.clear(); break; }
        those.set(path, digest);
      }
    }
    for (const path of ["bagit.txt", "bag-info.txt", "manifest-sha256.txt"]) if (!tags.has(path)) broken("extra", { path });
    let size = 0, count = 0;
    const sound = new Set();
    for (const [path, digest] of [...tags, ...listed]) {
      if (!files.has(path)) broken("missing", { path });
      else if (await digestOf(files.get(path)) !== digest) broken("changed", { path });
      else sound.add(path);
    }
    for (const [path, file] of files) {
      if (!listed.has(path) && !tags.has(path) && path !== TAGS) broken("extra", { path });
      if (path.startsWith("data/")) { size += file.size; count++; }
    }
    if (!bad && !new RegExp(`^Payload-Oxum: 0*${size}\\.0*${count}\\r?$`, "m").test(await written("bag-info.txt"))) broken("changed", { path: "bag-info.txt" });
    say("files", { count: sound.size });

    const rosters = [], heads = new Map(), statements = new Map(), entries = new Map(), proofs = "data/proofs/";
    let unproved = 0, covered = true, inside = 0; // covered: by a checkpoint, every entry
    const unknown = (key, values) => { unproved++; say(key, values, "unknown"); };
    const before = bad;
    for (let at = 1; bad === before && (at === 1 || files.has(`${proofs}roster-${at}.json`)); at++) {
      await holds("roster", { version: at }, async () => {
        const envelope = await read(`${proofs}roster-${at}.json`);
        need(envelope);
        const roster = await tamizdat.openRoster(envelope);
        if (rosters.length) await tamizdat.checkFollows(roster, rosters.at(-1));
        need(roster.version === at);
        rosters.push(roster);
      });
    }
    if (bad > before) return say("bad", { count: bad }, "broken");
    const newest = rosters.at(-1); // the one that the desk names now
    say("root", { digest: hex(newest.fingerprint) });
    const lines = (await written(`${proofs}entries.txt`)).split("\n");
    if (!lines.at(-1)) lines.pop(); // each ends with one; the last one need not
    for (const line of lines) {
      const [, index, entry] = new RegExp(`^${N} ([0-9a-f]{64})$`).exec(line) || [];
      if (!entry || entries.has(index)) { entries.clear(); broken("changed", { path: `${proofs}entries.txt` }); break; }
      entries.set(index, entry);
    }
    for (const [index, entry] of entries) {
      const proved = await read(`${proofs}statements/${index}.tlog-proof`), envelope = await read(`${proofs}statements/${index}.json`), at = Number(index);
      if (proved === null) {
        covered = false;
        if (envelope === null) unknown("later", { index });
        else broken("entry", { index });
        continue;
      }
      const salt = await holds("entry", { index }, async () => {
        const proof = tamizdat.parseProof(proved);
        let head = null, roster = null;
        for (const each of [...rosters].reverse()) { // the newest version of the list of keys whose log key signed it
          head = head || await tamizdat.openCheckpoint(proof.note, each.log).catch((error) => { if (!(error instanceof Broken) || error instanceof Unjudged) throw error; return null; });
          roster = roster || (head && each);
        }
        need(head && proof.index === at && String(at) === index);
        const text = `${head.origin}\n${head.size}\n${b64(head.root)}\n`, known = heads.get(head.size);
        need(!known || known.text === text); // else a fork
        heads.set(head.size, { text, roster });
        await tamizdat.verifyInclusion(at, head.size, await tamizdat.leafHash(unhex(entry)), proof.hashes, head.root);
        inside++;
        return proof.salt || new Uint8Array();
      });
      if (!salt || envelope === null) continue;
      await holds("statement", { index }, async () => {
        need(hex(await tamizdat.commitment(salt, envelope)) === entry);
        await tamizdat.signers(envelope, newest.desk.filter((each) => each.from <= at && at < each.until).map((each) => each.key));
        statements.set(at, tamizdat.peek(envelope));
      });
      if (statements.has(at) && statements.get(at).act === "derived") await holds("entry", { index }, async () => {
        for (const each of (await tamizdat.readItem(envelope)).named) need(!entries.has(String(each.index)) || entries.get(String(each.index)) === each.commitment);
      });
    }
    say("ledger", { count: inside });
    const placement = new Placement(statements, covered), strangers = placement.strangers(listed);
    for (const [path, digest] of listed) {
      if (!/^data\/(originals\/(?!ascmhl\/)|working-copies\/)/.test(path) || !sound.has(path)) continue;
      const why = placement.why(path, digest, strangers);
      if (why === "unknown") unknown("unproved", { path });
      else if (why) broken("changed", { path });
      else say("proved", { path, index: placement.proofOf(path, digest) }, "proved");
    }
    say("papers", { digest: hex(await sha256(await read(TAGS) || new Uint8Array())) }, "unknown");
    const { broken: more, awaited } = await others(files, heads);
    bad += more;
    if (bad && bad === awaited) say("awaited", {}, "awaited");
    else if (bad) say("bad", { count: bad }, "broken");
    else if (unproved) say("partly", { count: unproved }, "awaited");
    else say("good", {}, "proved");
  }

  const folder = document.getElementById("folder");
  async function checkChosen() {
    delete report.dataset.done;
    report.replaceChildren();
    say("wait");
    try {
      await check(folder.files);
    } catch (error) {
      say(error instanceof Unjudged ? "old" : "unreadable", {}, "broken");
    }
    report.firstChild.remove(); // that it is being checked
    report.dataset.done = "1";
  }
  folder.addEventListener("change", () => { asking.hidden = true; return checkChosen(); });
  block.addEventListener("change", checkChosen);
})();
