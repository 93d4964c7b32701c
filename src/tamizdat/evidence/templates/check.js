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
  const hex = (data) => Array.from(data, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const unhex = (text) => Uint8Array.from(text.match(/../g) || [], (pair) => parseInt(pair, 16));
  const unb64 = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const utf8 = (text) => new TextEncoder().encode(text);
  const join = (...parts) => {
    const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) { all.set(part, at); at += part.length; }
    return all;
  };
  const sha256 = async (data) => new Uint8Array(await crypto.subtle.digest("SHA-256", data));

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

  async function ed25519(key, data, signature) {
    try {
      const known = await crypto.subtle.importKey("raw", key, "Ed25519", false, ["verify"]);
      return await crypto.subtle.verify("Ed25519", known, signature, data);
    } catch (error) {
      if (error.name === "NotSupportedError") throw new Error("ed25519");
      return false;
    }
  }
  /** The payload of an envelope, and how many of these keys (in hexadecimal) signed it. */
  async function opened(envelope, keys) {
    const said = JSON.parse(envelope), payload = unb64(said.payload);
    const pae = join(utf8(`DSSEv1 28 application/vnd.in-toto+json ${payload.length} `), payload);
    let signed = 0;
    for (const key of keys) {
      for (const each of said.signatures) if (await ed25519(unhex(key), pae, unb64(each.sig))) { signed++; break; }
    }
    return { statement: JSON.parse(new TextDecoder().decode(payload)), payload: new TextDecoder().decode(payload), signed };
  }
  const fingerprintOf = async ({ keys, threshold }) => hex(await sha256(utf8(`{"keys":${JSON.stringify(keys)},"threshold":${threshold}}`)));
  const node = (left, right) => sha256(join(Uint8Array.of(1), left, right));
  async function climb(index, size, leaf, hashes) {
    let at = BigInt(index), last = BigInt(size) - 1n, result = leaf;
    if (at > last) return null;
    for (const sibling of hashes) {
      if (last === 0n || sibling.length !== 32) return null;
      if (at % 2n === 1n || at === last) {
        result = await node(sibling, result);
        while (at % 2n === 0n && at > 0n) { at /= 2n; last /= 2n; }
      } else result = await node(result, sibling);
      at /= 2n; last /= 2n;
    }
    return last === 0n ? result : null;
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
    for (const [size, { text, envelope }] of [...heads].sort(([a], [b]) => a - b)) {
      const within = `${ledger}checkpoints/${size}/`, note = `${within}checkpoint`;
      const names = paths.filter((path) => path.startsWith(`${within}stamps/`)).map((path) => path.slice(`${within}stamps/`.length));
      await stamps.judge(size, names, null, utf8(text));
      await found.link(`witnesses ${size}`, [], async () => {
        if (!paths.includes(note)) throw new tamizdat.Broken(`Expected ${note}, found no such file.`, `应有 ${note}，所见没有。`);
        return tamizdat.witnessed(await tamizdat.openRoster(utf8(envelope)), size, utf8(`${text}\n`), await read(note));
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

  const numbered = /^data\/originals\/(?:posts\/\d+\/version-(\d+)\.[a-z]+|posts\/\d+\/media\/(\d+)-[^/]*|people\/\d+\/entry-(\d+)\.json|pages\/(\d+)\/[^/]*)$/;
  const card = /^data\/originals\/card-(\d+)(?:-\d+)?\/(.+)$/, copy = /^data\/working-copies\/(\d+)\/(.+)$/;
  /** Whether a statement about a file's bytes is the one that the file's name in the package tells. */
  function lies(path, { index, act, item, path: said, name }, last) {
    const [, ...numbers] = numbered.exec(path) || [], [, , stated] = card.exec(path) || [], [, number, shown] = copy.exec(path) || [];
    if (stated) return act === "captured" && typeof said === "string" && said.replaceAll("%", "~") === stated;
    if (number) return act === "derived" && String(item) === number && name === shown && last.get(number) === Number(index);
    return numbers.filter(Boolean)[0] === index;
  }

  /** Files that did not come in the consignment in which the others of their card came. */
  function strangersOf(listed, about, last) {
    const cards = new Map(), found = new Set();
    for (const [path, digest] of listed) {
      const [, number] = card.exec(path) || [], said = (about.get(digest) || []).filter((each) => each.act === "captured");
      if (!number || !said.length) continue;
      const fit = said.filter((each) => lies(path, each, last));
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

  async function check(chosen) {
    const files = new Map();
    for (const file of chosen) files.set(file.webkitRelativePath.replace(/^[^/]*\//, ""), file);
    const read = async (path) => (files.has(path) ? files.get(path).text() : null);
    let bad = 0;
    const broken = (key, values) => { bad++; say(key, values, "broken"); };
    if (!files.has("bagit.txt") || !files.has("manifest-sha256.txt")) return broken("none");
    const lists = `${await read("tagmanifest-sha256.txt")}${await read("manifest-sha256.txt")}`;
    const listed = new Map();
    for (const line of lists.split("\n")) {
      const found = /^([0-9a-f]{64}) {2}(.+)$/.exec(line);
      if (found) listed.set(found[2], found[1]);
    }
    let done = 0;
    for (const [path, digest] of listed) {
      if (!files.has(path)) broken("missing", { path });
      else if (await digestOf(files.get(path)) !== digest) broken("changed", { path });
      else done++;
    }
    for (const path of files.keys()) if (!listed.has(path) && path !== "tagmanifest-sha256.txt") broken("extra", { path });
    say("files", { count: done });

    const rosters = [], envelopes = [], heads = new Map(), proofs = "data/proofs/";
    let root = null, before = null, unproved = 0;
    const unknown = (key, values) => { unproved++; say(key, values, "unknown"); };
    for (let version = 1; files.has(`${proofs}roster-${version}.json`); version++) {
      const envelope = await read(`${proofs}roster-${version}.json`);
      const told = (await opened(envelope, [])).statement.predicate;
      const last = rosters[rosters.length - 1], other = last && JSON.stringify(last.root) !== JSON.stringify(told.root);
      root = told.root; // the newest is the one that the desk names now
      const { signed } = await opened(envelope, told.root.keys);
      if (signed < told.root.threshold || (last && told.previous !== before)) return broken("roster", { version });
      if (other && !last.successors.includes(await fingerprintOf(told.root))) { // then the root before has to hand over
        const { signed: handed } = await opened(envelope, last.root.keys);
        if (handed < last.root.threshold) return broken("roster", { version });
      }
      before = hex(await sha256(utf8(envelope)));
      rosters.push(told);
      envelopes.push(envelope);
    }
    if (!root) return broken("roster", { version: 1 });
    say("root", { digest: await fingerprintOf(root) });
    const roster = rosters[rosters.length - 1];
    const about = new Map(), last = new Map(), stated = new Set();
    let covered = true; // by a checkpoint: every entry
    let inside = 0;
    for (const line of ((await read(`${proofs}entries.txt`)) || "").split("\n").filter(Boolean)) {
      const [index, entry] = line.split(" ");
      const proof = await read(`${proofs}statements/${index}.tlog-proof`);
      const envelope = await read(`${proofs}statements/${index}.json`);
      if (proof === null) {
        covered = false;
        if (envelope === null) unknown("later", { index });
        else broken("entry", { index });
        continue;
      }
      const head = proof.split("\n\n", 1)[0], note = proof.slice(head.length + 2);
      const text = note.split("\n").slice(0, 3).join("\n") + "\n";
      const [origin, size, treeRoot] = text.split("\n");
      let logged = null; // the newest version of the list of keys whose log key signed it
      for (const each of rosters) {
        const vkey = each.log.vkey.split("+").slice(2).join("+");
        const line = note.split("\n").find((one) => one.startsWith(`— ${origin} `));
        if (line && origin === each.log.origin && await ed25519(unb64(vkey).slice(1), utf8(text), unb64(line.split(" ")[2]).slice(4))) logged = each;
      }
      const lines = head.split("\n"), salt = lines.find((one) => one.startsWith("extra "));
      const hashes = lines.slice(lines.indexOf(`index ${index}`) + 1).map(unb64);
      const leaf = await sha256(join(Uint8Array.of(0), unhex(entry)));
      const found = lines.includes(`index ${index}`) && await climb(index, size, leaf, hashes);
      const known = heads.get(Number(size)), forked = known && known.text !== text;
      if (!logged || !found || forked || hex(found) !== hex(unb64(treeRoot))) { broken("entry", { index }); continue; }
      inside++;
      heads.set(Number(size), { text, envelope: envelopes[rosters.indexOf(logged)] });
      if (envelope === null) continue;
      const commitment = await sha256(join(utf8("tamizdat/commitment/v1\0"), unb64(salt ? salt.slice(6) : ""), utf8(envelope)));
      const at = Number(index);
      const keys = roster.keys.filter((key) => key.role === "desk" && key.from <= at && (key.until === null || at < key.until)).map((key) => key.key);
      const said = await opened(envelope, keys);
      if (hex(commitment) !== entry || !said.signed) { broken("statement", { index }); continue; }
      stated.add(index);
      for (const { name, digest } of said.statement.subject) {
        const act = said.statement.predicateType.split(":").pop(), { item, path, consignment } = said.statement.predicate;
        about.set(digest.sha256, [...(about.get(digest.sha256) || []), { index, act, item, path, name, consignment }]);
        if (act === "derived") last.set(String(item), Math.max(last.get(String(item)) || 0, at));
      }
    }
    say("ledger", { count: inside });
    const strangers = strangersOf(listed, about, last);
    for (const [path, digest] of listed) {
      if (!/^data\/(originals\/(?!ascmhl\/)|working-copies\/)/.test(path)) continue;
      const every = about.get(digest);
      if (!every) { unknown("unproved", { path }); continue; }
      const [, ...numbers] = numbered.exec(path) || [], wanted = numbers.find(Boolean);
      // no package has anything there; or nobody knows what a statement that is not opened is about
      if (wanted ? !stated.has(wanted) : !copy.test(path) && !card.test(path)) { unknown("unproved", { path }); continue; }
      const fits = every.find((each) => lies(path, each, last));
      // a name that the disk refused is another one; one by which something else was captured was exchanged
      if (strangers.has(path) || (!fits && (!card.test(path) || [...about.values()].flat().some((each) => lies(path, each, last))))) {
        if (card.test(path) && !covered) unknown("unproved", { path }); // it may have come twice
        else broken("changed", { path });
        continue;
      }
      const { index, path: called } = fits || every[0];
      say("proved", { path, index: fits || !called ? index : `${index} (${called})` }, "proved");
    }
    say("papers", { digest: hex(await sha256(utf8((await read("tagmanifest-sha256.txt")) || ""))) }, "unknown");
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
      say(error.message === "ed25519" ? "old" : "unreadable", {}, "broken");
    }
    report.firstChild.remove(); // that it is being checked
    report.dataset.done = "1";
  }
  folder.addEventListener("change", () => { asking.hidden = true; return checkChosen(); });
  block.addEventListener("change", checkChosen);
})();
