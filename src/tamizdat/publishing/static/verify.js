// The reader's check, in a browser: the same chain as `tamizdat verify` (docs/spec/verification.md), link by link.
//
// Nothing here touches the page or the network: bytes in, links out. A link is {name, verdict, detail: {en, zh}},
// its verdict one of "proved", "vouched" (only the desk's word), "broken", "unknown". SHA-256 and Ed25519 are the
// browser's own (WebCrypto). A page that checks itself convinces only who trusts the copy of this file: take the
// check page from an older copy, or the command, to check a mirror you have reason to doubt.
"use strict";

const tamizdat = (() => {
  const say = (en, zh) => ({ en, zh });

  /** The bytes break their format or a proof: the link is broken. */
  class Broken extends Error {
    constructor(en, zh) { super(en); this.detail = say(en, zh); }
  }
  /** What the link needs is missing because an earlier one broke, or this browser cannot judge it: unknown. */
  class Unjudged extends Broken {}
  const need = (holds, en, zh) => { if (!holds) throw new Broken(en, zh); };

  // ---- bytes ----------------------------------------------------------------------------------------------------
  const bytes = (text) => new TextEncoder().encode(text);
  const hex = (data) => Array.from(data, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const same = (a, b) => a.length === b.length && a.every((byte, at) => byte === b[at]);
  function join(...parts) {
    const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) { all.set(part, at); at += part.length; }
    return all;
  }
  function text(data) {
    try {
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(data);
    } catch { throw new Broken("Expected text in UTF-8, found other bytes.", "应为 UTF-8 文字，却是别的字节。"); }
  }
  function unhex(digits, length = 32) {
    need(typeof digits === "string" && digits.length === 2 * length && /^[0-9a-f]*$/.test(digits),
      `Expected ${2 * length} hexadecimal digits.`, `应为 ${2 * length} 位十六进制数字。`);
    return Uint8Array.from(digits.match(/../g) || [], (pair) => parseInt(pair, 16));
  }
  function b64(data) {
    let binary = "";
    for (const byte of data) binary += String.fromCharCode(byte);
    return btoa(binary);
  }
  /** Canonical base64 only: full padding, no stray bits, no white space. */
  function unb64(encoded, length) {
    const wrong = () => need(false, "Expected canonical base64, found something else.", "应为规范的 base64。");
    if (typeof encoded !== "string") wrong();
    let data;
    try { data = Uint8Array.from(atob(encoded), (letter) => letter.charCodeAt(0)); } catch { wrong(); }
    if (b64(data) !== encoded || (length !== undefined && data.length !== length)) wrong();
    return data;
  }
  const whole = (value) => Number.isSafeInteger(value) && value >= 0;
  function decimal(digits) {
    const value = /^(0|[1-9][0-9]{0,15})$/.test(digits) ? Number(digits) : -1;
    need(whole(value), "Expected a whole number.", "应为整数。");
    return value;
  }
  async function sha256(data) { return new Uint8Array(await subtle().digest("SHA-256", data)); }
  function subtle() {
    if (globalThis.crypto && crypto.subtle) return crypto.subtle;
    throw new Unjudged("This browser checks nothing on a page that came without https: save the site, or use https.",
      "浏览器不在非 https 页面上做核验：请保存网站后再打开，或使用 https。");
  }
  /** 32 bytes as people read them aloud: Crockford's base32 in groups of four. */
  function spoken(data) {
    let bits = Array.from(data, (byte) => byte.toString(2).padStart(8, "0")).join("");
    bits += "0".repeat((5 - (bits.length % 5)) % 5);
    const letters = bits.match(/.{5}/g).map((five) => "0123456789ABCDEFGHJKMNPQRSTVWXYZ"[parseInt(five, 2)]);
    return letters.join("").match(/.{1,4}/g).join("-");
  }
  /** A fingerprint as a person typed it, spoken or hexadecimal; null if it is neither. */
  function fingerprint(typed) {
    const plain = typed.replace(/[\s-]/g, "");
    if (/^[0-9a-fA-F]{64}$/.test(plain)) return unhex(plain.toLowerCase());
    const letters = plain.toUpperCase().replace(/O/g, "0").replace(/[IL]/g, "1");
    if (!/^[0-9A-HJKMNP-TV-Z]{52}$/.test(letters)) return null;
    const bits = Array.from(letters, (each) =>
      "0123456789ABCDEFGHJKMNPQRSTVWXYZ".indexOf(each).toString(2).padStart(5, "0")).join("");
    return /^0{4}$/.test(bits.slice(256)) ? Uint8Array.from(bits.slice(0, 256).match(/.{8}/g), (b) => parseInt(b, 2)) : null;
  }

  // ---- canonical JSON (RFC 8785): whatever is not its own canonical form is refused, so nothing reads in two ways --
  function canonical(value) {
    if (typeof value === "number") need(Number.isSafeInteger(value), "Expected whole numbers of at most 53 bits.", "应为不超过 53 位的整数。");
    if (typeof value === "string") need(!/\p{Surrogate}/u.test(value), "Expected whole characters.", "字符不完整。");
    if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
    if (value === null || typeof value !== "object") return JSON.stringify(value);
    return `{${Object.keys(value).sort().map((name) => `${canonical(name)}:${canonical(value[name])}`).join(",")}}`;
  }
  function parse(data) {
    const written = text(data);
    let value, again;
    try { value = JSON.parse(written); again = canonical(value); } catch { again = null; }
    need(again === written, "Expected canonical JSON (RFC 8785), found bytes that are not.", "应为规范的 JSON（RFC 8785）。");
    return value;
  }
  function members(value, ...names) {
    need(value !== null && typeof value === "object" && !Array.isArray(value)
      && Object.keys(value).sort().join() === names.sort().join(),
    `Expected the members ${names.join(", ")} and no others.`, `应恰有 ${names.join("、")} 各项。`);
    return value;
  }
  function list(value, least = 1) {
    need(Array.isArray(value) && value.length >= least, "Expected a list.", "应为列表。");
    return value;
  }

  // ---- the tree (RFC 6962) ---------------------------------------------------------------------------------------
  const leafHash = (entry) => sha256(join([0], entry));
  const nodeHash = (left, right) => sha256(join([1], left, right));
  const half = (n) => Math.floor(n / 2);

  /** The leaf hash is number index of the size leaves under root: a subtree of one. */
  async function verifyInclusion(index, size, leaf, proof, root) {
    await verifySubtree(index, index + 1, size, proof, leaf, root);
  }
  /** The tree of size2 leaves begins with the whole tree of size1. */
  async function verifyConsistency(size1, size2, proof, root1, root2) {
    await verifySubtree(0, size1, size2, proof, root1, root2);
  }
  /** Leaves start … end-1 of the tree under root hash to subtree; used for one leaf, and for a whole earlier tree. */
  async function verifySubtree(start, end, size, proof, subtree, root) {
    need(whole(start) && whole(end) && whole(size) && start < end && end <= size,
      "Expected a place inside the ledger.", "位置不在账本之内。");
    need([subtree, root, ...proof].every((each) => each instanceof Uint8Array && each.length === 32),
      "Expected hashes of 32 bytes.", "哈希值应为 32 字节。");
    let [first, node, last] = [start, end - 1, size - 1];
    const up = () => { [first, node, last] = [half(first), half(node), half(last)]; };
    while (first !== node && (node % 2 || node === last)) up();
    const rest = [...proof];
    need(first === node || rest.length, "Expected more hashes in the proof.", "证明中缺少哈希值。");
    let small = first === node ? subtree : rest.shift();
    let large = small;
    for (const sibling of rest) {
      need(last > 0, "Expected fewer hashes in the proof.", "证明中哈希值过多。");
      if (node % 2 || node === last) {
        if (first < node) small = await nodeHash(sibling, small);
        large = await nodeHash(sibling, large);
        while (node % 2 === 0 && node) up();
      } else {
        large = await nodeHash(large, sibling);
      }
      up();
    }
    need(last === 0, "Expected more hashes in the proof.", "证明中缺少哈希值。");
    need(same(small, subtree) && same(large, root),
      "Expected the proof to lead to the root, found another: this is not that entry.", "证明没有通向树根：这不是那一条记录。");
  }
  async function rootOver(leaves) {
    let row = leaves;
    while (row.length > 1) {
      const pairs = [];
      for (let at = 0; at + 1 < row.length; at += 2) pairs.push(nodeHash(row[at], row[at + 1]));
      row = [...await Promise.all(pairs), ...row.slice(pairs.length * 2)];
    }
    return row.length ? row[0] : sha256(new Uint8Array());
  }

  // ---- signatures: notes (C2SP signed-note), checkpoints, cosignatures ----------------------------------------------
  async function ed25519(key, message, signature) {
    if (key.length !== 32 || signature.length !== 64) return false;
    let opened;
    try {
      opened = await subtle().importKey("raw", key, { name: "Ed25519" }, false, ["verify"]);
    } catch (error) {
      if (error.name !== "NotSupportedError") return false;
      throw new Unjudged("This browser does not know Ed25519 signatures; use a newer one.", "此浏览器不支持 Ed25519 签名，请换用较新的版本。");
    }
    return subtle().verify({ name: "Ed25519" }, opened, signature, message);
  }
  const keyName = (name) => typeof name === "string" && /^[^\s\u0085\u001c-\u001f+]+$/.test(name);

  async function parseVkey(vkey, kind) {
    need(typeof vkey === "string", "Expected a verifier key.", "应为公钥。");
    const [, name, id, key] = /^([^+]*)\+([^+]*)\+(.*)$/s.exec(vkey) || [];
    const material = unb64(key, 33);
    const keyId = (await sha256(join(bytes(`${name}\n`), material))).slice(0, 4);
    need(keyName(name) && material[0] === kind && hex(keyId) === id,
      "Expected a verifier key whose id fits its name and key.", "公钥的编号与名称不符。");
    return { name, kind, keyId, key: material.slice(1) };
  }
  /** Text and the keys that signed it; a wrong signature under a known key's name and id rejects the whole note. */
  async function openNote(data, keys) {
    const written = text(data);
    const cut = written.lastIndexOf("\n\n");
    need(cut >= 0 && written.endsWith("\n") && cut + 2 < written.length && !/[\u0000-\u0009\u000b-\u001f]/.test(written),
      "Expected a note: text, empty line, signature lines.", "应为签名文书：正文、空行、签名行。");
    const body = written.slice(0, cut + 1);
    const signed = new Map();
    const lines = written.slice(cut + 2, -1).split("\n");
    need(lines.length <= 64, "Expected at most 64 signatures.", "签名不得超过 64 个。");
    for (const line of lines) {
      const [, name, encoded] = /^— ([^ ]*) (.*)$/.exec(line) || [];
      const material = unb64(encoded);
      need(keyName(name) && material.length >= 5, "Expected a signature line.", "应为签名行。");
      for (const key of keys.filter((each) => each.name === name && same(each.keyId, material.slice(0, 4)))) {
        const blob = material.slice(4);
        const holds = key.kind === 4
          ? blob.length === 72 && blob[0] < 128 && await ed25519(key.key, cosigned(blob.slice(0, 8), body), blob.slice(8))
          : await ed25519(key.key, bytes(body), blob);
        need(holds, "Expected the signature of a key we know to hold; it does not: the note was altered.",
          "签名与正文不符：正文已被改动。");
        signed.set(key, blob);
      }
    }
    need(signed.size, "Expected a note signed by a key we know, found none.", "没有已知密钥的签名。");
    return { body, signed };
  }
  function cosigned(stamp, body) {
    const time = new DataView(stamp.buffer, stamp.byteOffset).getBigUint64(0);
    return bytes(`cosignature/v1\ntime ${time}\n${body}`);
  }
  async function openCheckpoint(data, log, witnesses = []) {
    const { body, signed } = await openNote(data, [log, ...witnesses]);
    const [, origin, size, root] = /^([^\n]+)\n(0|[1-9][0-9]*)\n([A-Za-z0-9+/]{43}=)\n$/.exec(body) || [];
    need(signed.has(log) && origin === log.name, "Expected a checkpoint of this ledger, signed by its key.", "应为此账本密钥所签的检查点。");
    return { origin, size: decimal(size), root: unb64(root, 32), witnessed: witnesses.filter((each) => signed.has(each)) };
  }
  function parseProof(data) {
    const written = text(data);
    const cut = written.indexOf("\n\n");
    const [, extra, index, hashes] = /^c2sp\.org\/tlog-proof@v1\n(?:extra ([A-Za-z0-9+/=]+)\n)?index (\d+)((?:\n[A-Za-z0-9+/]{43}=)*)$/
      .exec(written.slice(0, Math.max(cut, 0))) || [];
    need(index !== undefined, "Expected a C2SP tlog-proof.", "应为 C2SP tlog-proof。");
    return {
      index: decimal(index),
      salt: extra === undefined ? null : unb64(extra),
      hashes: hashes.split("\n").slice(1).map((line) => unb64(line, 32)),
      note: bytes(written.slice(cut + 2)),
    };
  }

  // ---- statements (in-toto v1 in DSSE) -------------------------------------------------------------------------------
  const PAYLOAD_TYPE = "application/vnd.in-toto+json";
  function split(envelope) {
    const value = members(parse(envelope), "payload", "payloadType", "signatures");
    need(value.payloadType === PAYLOAD_TYPE, `Expected an envelope of ${PAYLOAD_TYPE}.`, `信封类型应为 ${PAYLOAD_TYPE}。`);
    const signatures = list(value.signatures).map((each) => {
      need(typeof members(each, "keyid", "sig").keyid === "string", "Expected a keyid as text.", "keyid 应为文字。");
      return unb64(each.sig, 64);
    });
    need(signatures.length <= 16 && new Set(signatures.map(hex)).size === signatures.length,
      "Expected each signature once.", "每个签名只应出现一次。");
    return { payload: unb64(value.payload), signatures };
  }
  /** The statement, its signatures not verified. */
  function peek(envelope) {
    const value = members(parse(split(envelope).payload), "_type", "predicate", "predicateType", "subject");
    need(typeof value.predicateType === "string", "Expected a statement's type.", "应为声明类型。");
    const [, act] = /^tag:tamizdat,2026:([a-z]+(?:-[a-z]+)*)$/.exec(value.predicateType) || [];
    const subjects = list(value.subject).map((each) => {
      members(each, "digest", "name");
      need(typeof each.name === "string" && each.name, "Expected a name for each subject.", "每个对象都应有名称。");
      return { name: each.name, sha256: hex(unhex(members(each.digest, "sha256").sha256)) };
    });
    need(value._type === "https://in-toto.io/Statement/v1" && act && value.predicate !== null
      && typeof value.predicate === "object" && !Array.isArray(value.predicate)
      && new Set(subjects.map((each) => each.name)).size === subjects.length,
    "Expected an in-toto statement of an act, each subject with its own name.", "应为一份 in-toto 声明。");
    return { act, subjects, said: value.predicate };
  }
  /** Which of keys (Uint8Array) signed the envelope; none is broken. */
  async function signers(envelope, keys) {
    const { payload, signatures } = split(envelope);
    const message = join(bytes(`DSSEv1 ${PAYLOAD_TYPE.length} ${PAYLOAD_TYPE} ${payload.length} `), payload);
    const found = [];
    for (const signature of signatures) {
      for (const key of keys) {
        if (!await ed25519(key, message, signature)) continue;
        need(!found.includes(key), "Expected one signature of each key.", "同一密钥只应签名一次。");
        found.push(key);
        break;
      }
    }
    need(found.length, "Expected the signature of a key that counts here, found none.", "没有有效密钥的签名。");
    return found;
  }
  const commitment = (salt, envelope) => sha256(join(bytes("tamizdat/commitment/v1\0"), salt, envelope));

  async function openRoster(envelope) {
    const { act, subjects, said } = peek(envelope);
    members(said, "version", "previous", "root", "log", "witnesses", "keys", "successors");
    const root = members(said.root, "keys", "threshold");
    const rootKeys = list(root.keys).map((key) => unhex(key));
    const fingerprint = await sha256(bytes(canonical(root)));
    need(act === "roster" && subjects.length === 1 && subjects[0].name === "root" && subjects[0].sha256 === hex(fingerprint),
      "Expected a roster about its own root.", "应为关于自身根密钥的名册。");
    need(new Set(root.keys).size === rootKeys.length && whole(root.threshold)
      && root.threshold >= 1 && root.threshold <= rootKeys.length, "Expected a threshold that fits the root's keys.", "门限与根密钥数不符。");
    need(whole(said.version) && said.version >= 1 && (said.version === 1) === (said.previous === null),
      "Expected version 1, or one that names the version before.", "版本号不符。");
    if (said.previous !== null) unhex(said.previous);
    list(said.successors, 0).forEach((each) => unhex(each));
    const log = await parseVkey(members(said.log, "origin", "vkey").vkey, 1);
    need(said.log.origin === log.name, "Expected the log's key under its origin.", "账本密钥与来源不符。");
    const witnesses = [];
    for (const each of list(members(said.witnesses, "keys", "quorum").keys, 0)) witnesses.push(await parseVkey(each, 4));
    need(whole(said.witnesses.quorum) && said.witnesses.quorum <= witnesses.length
      && new Set([log, ...witnesses].map((each) => hex(each.key))).size === witnesses.length + 1,
    "Expected a quorum that fits the witnesses.", "见证人数不符。");
    const keys = list(said.keys, 0).map((each) => {
      members(each, "from", "key", "role", "until");
      need(typeof each.role === "string" && /^[a-z]+(-[a-z]+)*$/.test(each.role) && whole(each.from) && (each.until === null || (whole(each.until) && each.until >= each.from)),
        "Expected a role and a range for each key.", "密钥的职责或范围有误。");
      return { role: each.role, key: unhex(each.key), from: each.from, until: each.until === null ? Infinity : each.until };
    });
    need(new Set(said.keys.map(canonical)).size === keys.length, "Expected each key, role and range once.", "密钥重复。");
    need((await signers(envelope, rootKeys)).length >= root.threshold, "Expected more of the root's signatures.", "根密钥签名不足。");
    return { fingerprint, version: said.version, log, witnesses, quorum: said.witnesses.quorum,
      desk: keys.filter((each) => each.role === "desk") };
  }

  // ---- what an edition and an item say -------------------------------------------------------------------------------
  function readEdition(envelope) {
    const { act, subjects, said } = peek(envelope);
    const odd = !said.items || !said.files || !whole(said.edition) || !said.edition || !whole(said.items.count)
      || !whole(said.files.count) || typeof said.date !== "string" || !/^\d{4}-\d\d-\d\d$/.test(said.date)
      || typeof said.origin !== "string" || said.previous === undefined;
    need(!odd && act === "published", "Expected an edition's number, date, items and files.", "应为一版的声明。");
    if (said.previous !== null) unhex(said.previous);
    unhex(said.files.sha256);
    need(subjects.length === 1 && subjects[0].name === "edition/files.txt" && subjects[0].sha256 === said.files.sha256,
      "Expected an edition about edition/files.txt.", "应为关于 edition/files.txt 的声明。");
    return { number: said.edition, date: said.date, origin: said.origin, items: said.items.count,
      itemsRoot: unhex(said.items.root), files: said.files.count, filesDigest: said.files.sha256 };
  }
  function readItem(envelope) {
    const { act, subjects, said } = peek(envelope);
    need(act === "derived" && said.source && whole(said.item) && said.item === said.source.index,
      "Expected an item's statement with its number and source.", "应为一件藏品的声明。");
    need(subjects.every((each) => safePath(each.name) && !each.name.includes("/")),
      "Expected media that lie beside their statement.", "媒体文件应与声明放在一起。");
    return { number: said.item, commitment: unhex(said.source.commitment), media: subjects };
  }
  /** A path from outside that stays in its folder and means the same on every system. */
  function safePath(path) {
    return typeof path === "string" && path !== "" && !/[\\:\p{Cc}\p{Zl}\p{Zp}\p{Surrogate}\u202a-\u202e\u2066-\u2069]/u.test(path)
      && bytes(path).length <= 4096
      && path.split("/").every((name) => name !== "" && !/[. ]$/.test(name) && bytes(name).length <= 255);
  }

  // ---- the chain -----------------------------------------------------------------------------------------------------
  /** Collects links; a link is no stronger than the ones it stands on. */
  class Report {
    constructor() { this.links = []; this.shaky = new Set(); this.pending = []; }
    get holds() { return this.shaky.size === 0; }
    async link(name, ground, step) {
      let verdict, detail;
      try {
        ({ verdict = "proved", detail } = await step());
        const weak = ground.filter((each) => this.shaky.has(each));
        if (weak.length) throw new Unjudged(`It agrees, but stands on what does not hold: ${weak.join(", ")}.`, `本身相符，但所依据的一环不成立：${weak.join("、")}。`);
      } catch (error) {
        verdict = error instanceof Broken && !(error instanceof Unjudged) ? "broken" : "unknown";
        detail = error.detail || say(`This browser could not check it: ${error.name}.`, `此浏览器无法核验：${error.name}。`);
        this.shaky.add(name);
      }
      this.links.push({ name, verdict, detail });
    }
  }
  const required = (value, en, zh) => {
    if (value === undefined || value === null) throw new Unjudged(`It cannot be judged without ${en}.`, `缺少${zh}，无法判断。`);
    return value;
  };

  class Check {
    constructor(root = null) { this.report = new Report(); this.root = root; }

    async trust(envelope) {
      await this.report.link("roster", [], async () => {
        this.roster = await openRoster(await envelope());
        return { detail: say(`Version ${this.roster.version}, signed by its root, for the ledger ${this.roster.log.name}.`,
          `第 ${this.roster.version} 版，由根密钥签署，账本为 ${this.roster.log.name}。`) };
      });
      await this.report.link("root", ["roster"], async () => {
        const found = required(this.roster, "the roster", "名册").fingerprint;
        if (this.root === null) {
          return { verdict: "unknown", detail: say(`Compare this fingerprint over a second channel: ${spoken(found)}.`,
            `请通过另一渠道核对此指纹：${spoken(found)}。`) };
        }
        need(same(found, this.root), `Expected the root you gave, found ${spoken(found)}: another's site.`,
          `与您给出的根指纹不符，此处为 ${spoken(found)}：这是别人的网站。`);
        return { detail: say("It is the root you gave.", "与您给出的根指纹相符。") };
      });
    }
    async head(note) {
      await this.report.link("checkpoint", ["root"], async () => {
        this.note = await note();
        this.checkpoint = await openCheckpoint(this.note, required(this.roster, "the roster", "名册").log);
        return { detail: say(`The ledger's key signed it: ${this.checkpoint.size} entries.`, `由账本密钥签署：共 ${this.checkpoint.size} 条。`) };
      });
      await this.report.link("witnesses", ["checkpoint"], async () => {
        required(this.checkpoint, "the checkpoint", "检查点");
        const { log, witnesses, quorum } = this.roster;
        const names = (await openCheckpoint(this.note, log, witnesses)).witnessed.map((each) => each.name);
        need(names.length >= quorum, `Expected ${quorum} witnesses, found ${names.length}.`, `应有 ${quorum} 位见证人，只有 ${names.length} 位。`);
        return names.length
          ? { detail: say(`Witnessed by ${names.join(", ")}.`, `见证：${names.join("、")}。`) }
          : { verdict: "unknown", detail: say("None, and no stamps: when this ledger existed is the desk's word.",
            "没有见证，也没有时间戳：账本何时存在，只是编辑部所言。") };
      });
    }
    /** The ledger's index of a statement that a desk key signed which counts there. */
    async disclosed(envelope, data) {
      const { desk } = required(this.roster, "the roster", "名册");
      const { size, root } = required(this.checkpoint, "the checkpoint", "检查点");
      const proof = parseProof(data);
      need(same(proof.note, this.note), "Expected a proof for this checkpoint, found one of another edition.", "证明所依据的检查点不同：出自另一版。");
      const keys = await signers(envelope, [...new Map(desk.map((each) => [hex(each.key), each.key])).values()]);
      need(desk.some((each) => keys.some((key) => same(key, each.key)) && each.from <= proof.index && proof.index < each.until),
        `Expected a key of the desk that counts at entry ${proof.index}.`, `密钥在第 ${proof.index} 条处无效。`);
      need(proof.salt !== null && proof.salt.length === 32, "Expected the salt in the proof's extra line.", "证明中缺少盐值。");
      await verifyInclusion(proof.index, size, await leafHash(await commitment(proof.salt, envelope)), proof.hashes, root);
      return proof.index;
    }
    async published(envelope, proof) {
      await this.report.link("edition", ["root", "checkpoint"], async () => {
        const data = await envelope();
        const said = this.edition = readEdition(data);
        const index = await this.disclosed(data, await proof());
        need(said.origin === this.checkpoint.origin, "Expected an edition of this ledger.", "不是此账本的出版物。");
        return { detail: say(`Edition ${said.number}, signed by the desk and unaltered since it became entry ${index}. Its date, ${said.date}, is the desk's word.`,
          `第 ${said.number} 版，由编辑部签署，自成为第 ${index} 条以来未被改动。日期 ${said.date} 为编辑部所言。`) };
      });
      await this.report.link("newest", ["edition"], async () => {
        required(this.edition, "the edition", "本版声明");
        return { verdict: "unknown", detail: say("This page remembers no earlier one; newer ones may exist.", "本页不记得以前各版；可能已有更新的一版。") };
      });
    }
    /** listed(envelope) checks that the edition lists it; media maps a name to its bytes' SHA-256, or to null. */
    async item(number, ground, envelope, proof, listed, media, entries) {
      const name = `item ${number}`;
      let said;
      await this.report.link(name, ["root", "checkpoint", ...ground], async () => {
        const data = await envelope();
        said = readItem(data);
        need(said.number === number, `Expected the statement of item ${number}, found that of item ${said.number}.`,
          `应为第 ${number} 件的声明，却是第 ${said.number} 件的。`);
        await listed(data);
        const index = await this.disclosed(data, await proof());
        need(number < index, "Expected a source that entered the ledger earlier.", "来源应先于声明进入账本。");
        return { detail: say(`Its statement is signed by the desk and unaltered since it became entry ${index}.`,
          `声明由编辑部签署，自成为第 ${index} 条以来未被改动。`) };
      });
      await this.report.link(`${name} media`, [name], async () => {
        const names = required(said, "its statement", "声明").media;
        const found = await Promise.all(names.map((each) => media(each.name)));
        const wrong = names.filter((each, at) => found[at] !== undefined && found[at] !== each.sha256).map((each) => each.name);
        need(!wrong.length, `Expected the bytes that the statement names, found others: ${wrong.join(", ")}.`, `内容与声明不符：${wrong.join("、")}。`);
        const absent = names.filter((each, at) => found[at] === undefined).map((each) => each.name);
        if (absent.length) {
          this.report.pending = absent; // no failure: the person has yet to choose them
          return { verdict: "unknown", detail: say(`Not read yet: ${absent.join(", ")}. Choose them to have them checked.`, `尚未读取：${absent.join("、")}。选择后即可核验。`) };
        }
        return { detail: say(`Byte for byte what the statement names: ${names.map((each) => each.name).join(", ")}.`,
          `与声明逐字节相同：${names.map((each) => each.name).join("、")}。`) };
      });
      await this.report.link(`${name} source`, [name], async () => {
        const at = required(said, "its statement", "声明").number;
        need(!entries || (entries[at] && same(entries[at], said.commitment)),
          `Expected the original's commitment as entry ${at}.`, `第 ${at} 条应为原件的承诺值。`);
        return { verdict: "vouched", detail: say(`That it was made from the withheld original, committed as entry ${at}, is the desk's word.`,
          `它由未公开的原件（承诺值为第 ${at} 条）制成，这一点为编辑部所言。`) };
      });
    }
  }

  /** One item from its page's facts (proof.js, edition.js); media(name) gives a SHA-256, null if missing, undefined if not read. */
  async function checkItem(number, facts, edition, media, root = null) {
    const check = new Check(root);
    const later = (value, decode) => async () => decode(required(value, "its facts", "证明数据"));
    await check.trust(later(edition && edition.roster, unb64));
    await check.head(later(facts && facts.proof, (proof) => parseProof(bytes(proof)).note));
    await check.published(later(edition && edition.envelope, unb64), later(edition && edition.proof, bytes));
    const listed = async (envelope) => {
      const { items, itemsRoot } = required(check.edition, "the edition", "本版声明");
      const place = members(facts.item, "number", "inclusion");
      const leaf = await leafHash(bytes(`${number} ${hex(await sha256(envelope))}`));
      await verifyInclusion(place.number, items, leaf, list(place.inclusion, 0).map((each) => unb64(each, 32)), itemsRoot);
    };
    await check.item(number, ["edition"], later(facts && facts.envelope, unb64), later(facts && facts.proof, bytes), listed, media);
    return check.report;
  }

  /** One file that somebody sent: is its digest on this edition's list? read(path) gives a file of the site. */
  async function checkFile(name, digest, read, root = null) {
    const check = new Check(root);
    await check.trust(() => read("roster.json"));
    await check.head(() => read("ledger/checkpoint"));
    await check.published(() => read("edition/edition.json"), () => read("edition/edition.tlog-proof"));
    let listed;
    await check.report.link("files", ["edition"], async () => {
      const data = await read("edition/files.txt");
      need(hex(await sha256(data)) === required(check.edition, "the edition", "本版声明").filesDigest,
        "Expected the list of files that the edition names.", "文件清单与本版声明不符。");
      listed = readFiles(data);
      return { detail: say(`The list of ${listed.size} files that the edition names.`, `本版声明所指的清单，共 ${listed.size} 个文件。`) };
    });
    await check.report.link(`file ${name}`, ["files"], async () => {
      const paths = [...required(listed, "the list of files", "文件清单")].filter(([, each]) => each === digest).map(([path]) => path);
      if (paths.length) return { detail: say(`Byte for byte ${paths.join(", ")} of this edition.`, `与本版的 ${paths.join("、")} 逐字节相同。`) };
      return { verdict: "unknown", detail: say("No file of this edition has these bytes. It may be a re-encoded copy, or not from here.",
        "本版没有内容相同的文件。它可能是重新编码的副本，也可能并非出自这里。") };
    });
    return check.report;
  }

  /** A whole site from its files: a Map of path → {size, bytes()}. What `tamizdat verify FOLDER` does, without its memory. */
  async function checkSite(files, root = null) {
    const check = new Check(root);
    const read = (path, most = 4 << 20) => async () => {
      const file = files.get(path);
      need(file, `Expected the file ${path}, found none.`, `缺少文件 ${path}。`);
      need(file.size <= most, `Expected ${path} to be smaller.`, `文件 ${path} 过大。`);
      return file.bytes();
    };
    const LARGE = 256 << 20;
    const digests = new Map();
    const digest = async (path) => {
      if (!files.has(path)) return null;
      if (!digests.has(path)) digests.set(path, hex(await sha256(await files.get(path).bytes())));
      return digests.get(path);
    };
    await check.trust(read("roster.json"));
    await check.head(read("ledger/checkpoint"));
    await check.published(read("edition/edition.json"), read("edition/edition.tlog-proof"));
    let tiles, entries, items;
    await check.report.link("ledger", ["root", "checkpoint"], async () => {
      const { size, root: expected } = required(check.checkpoint, "the checkpoint", "检查点");
      need(size <= 256 * files.size, "Expected the tiles of all entries.", "账本文件不全。");
      const read1 = async (path) => read(`ledger/${path}`, LARGE)();
      const found = await readEntries(size, read1);
      const leaves = await Promise.all(found.map(leafHash));
      need(same(await rootOver(leaves), expected), "Expected entries that give the checkpoint's root: the ledger was altered.",
        "各条记录得不出检查点的树根：账本已被改动。");
      const made = await makeTiles(found, leaves);
      for (const [level, number, width] of tilesOf(size)) {
        const path = tilePath(level, number, width);
        need(same(await read1(path), made(level, number, width)), `Expected ${path} to fit the entries.`, `${path} 与各条记录不符。`);
      }
      [tiles, entries] = [made, found];
      return { detail: say(`Its ${size} entries give the checkpoint's root.`, `${size} 条记录得出检查点的树根。`) };
    });
    await check.report.link("items", ["edition"], async () => {
      items = await readItems(await read("edition/items.txt", LARGE)());
      const said = required(check.edition, "the edition", "本版声明");
      need(items.places.size === said.items && same(items.root, said.itemsRoot), "Expected the list of items that the edition names.", "藏品清单与本版声明不符。");
      return { detail: say(`${said.items} items, as the edition names them.`, `共 ${said.items} 件，与本版声明相符。`) };
    });
    const numbers = new Set(items ? items.places.keys() : []);
    for (const path of files.keys()) {
      const [, number] = /^items\/(0|[1-9][0-9]{0,14})\/statement\.json$/.exec(path) || [];
      if (number !== undefined) numbers.add(Number(number));
    }
    for (const number of [...numbers].sort((a, b) => a - b)) {
      const at = `items/${number}/`;
      const listed = async (envelope) => need(!items || (items.places.get(number) || {}).sha256 === hex(await sha256(envelope)),
        "Expected the statement that the edition lists, found another.", "不是本版清单所列的声明。");
      await check.item(number, items ? ["items"] : [], read(`${at}statement.json`), read(`${at}statement.tlog-proof`),
        listed, (name) => digest(at + name), entries);
    }
    await allFiles(check, files, read, digest, items, entries && { entries, tiles });
    return check.report;
  }

  async function allFiles(check, files, read, digest, items, ledger) {
    const wrong = new Map();
    await check.report.link("files", ["edition"], async () => {
      const data = await read("edition/files.txt", 256 << 20)();
      const listed = readFiles(data);
      const made = await madeAfter(files, read, items, ledger);
      for (const path of new Set([...files.keys(), ...listed.keys()])) {
        if (!listed.has(path) && !made.has(path)) {
          wrong.set(path, say("The edition does not list this file.", "本版清单中没有这个文件。"));
        } else if (listed.has(path) && await digest(path) !== listed.get(path)) {
          wrong.set(path, say("Expected the bytes that the edition lists, found others or none.", "内容与本版清单不符，或文件缺失。"));
        }
      }
      for (const [path, holds] of made) if (!holds) wrong.set(path, say("It is not what the other files say.", "与其他文件所载不符。"));
      const said = check.edition;
      need(!said || (hex(await sha256(data)) === said.filesDigest && listed.size === said.files),
        "Expected the list of files that the edition names.", "文件清单与本版声明不符。");
      need(!wrong.size, `Files that are not as the edition lists them: ${wrong.size}.`, `有 ${wrong.size} 个文件与清单不符。`);
      required(said, "the edition", "本版声明");
      return { detail: say(`${listed.size} files, all as listed, and no other.`, `共 ${listed.size} 个文件，全部与清单相符，别无其他。`) };
    });
    for (const path of [...wrong.keys()].sort()) {
      await check.report.link(`file ${path}`, [], async () => { const { en, zh } = wrong.get(path); throw new Broken(en, zh); });
    }
  }
  /** Path → whether it follows from the other files, for those that files.txt cannot name. */
  async function madeAfter(files, read, items, ledger) {
    const made = new Map(["edition.json", "edition.tlog-proof", "files.txt", "items.txt"].map((name) => [`edition/${name}`, true]));
    made.set("ledger/checkpoint", true);
    const is = async (path, name, facts) => {
      try {
        return text(await read(path, 256 << 20)()) === `${name}(${canonical(await facts())});\n`;
      } catch (error) { if (error instanceof Broken) return false; throw error; }
    };
    const facts = async (envelope, proof) => ({ envelope: b64(await read(envelope)()), proof: text(await read(proof)()) });
    made.set("edition/edition.js", await is("edition/edition.js", "tamizdatEdition", async () => (
      { ...await facts("edition/edition.json", "edition/edition.tlog-proof"), roster: b64(await read("roster.json")()) })));
    for (const [number, { place, sha256: digest }] of items ? items.places : []) {
      const at = `items/${number}/`;
      made.set(`${at}statement.tlog-proof`, true);
      made.set(`${at}proof.js`, await is(`${at}proof.js`, "tamizdatProof", async () => {
        const { item } = parse((await read(`${at}proof.js`)()).slice("tamizdatProof(".length, -");\n".length));
        const way = list(members(item, "number", "inclusion").inclusion, 0);
        const leaf = await leafHash(bytes(`${number} ${digest}`));
        await verifyInclusion(place, items.places.size, leaf, way.map((each) => unb64(each, 32)), items.root);
        return { ...await facts(`${at}statement.json`, `${at}statement.tlog-proof`), item: { number: place, inclusion: way } };
      }));
    }
    for (const path of files.keys()) {
      if (!items && /^items\/\d+\/(statement\.tlog-proof|proof\.js)$/.test(path)) made.set(path, true);
      if (!path.startsWith("ledger/tile/")) continue;
      if (!ledger) { made.set(path, true); continue; }
      const expected = expectedTile(path.slice("ledger/".length), ledger);
      if (expected) made.set(path, same(await read(path, 256 << 20)(), expected));
    }
    return made;
  }

  // ---- lists and tiles (C2SP tlog-tiles) -------------------------------------------------------------------------------
  function lines(data) {
    const all = text(data).split("\n");
    need(all.pop() === "", "Expected every line to end in a newline.", "每行都应以换行结束。");
    return all;
  }
  function readFiles(data) {
    const listed = new Map();
    for (const line of lines(data)) {
      const [, digest, path] = /^([0-9a-f]{64}) {2}(.+)$/.exec(line) || [];
      need(digest && safePath(path) && !listed.has(path), "Expected '<SHA-256>  <path>' on each line, each path once.", "文件清单格式有误。");
      listed.set(path, digest);
    }
    return listed;
  }
  async function readItems(data) {
    const places = new Map();
    let before = -1;
    const all = lines(data);
    all.forEach((line, place) => {
      const [, number, sha] = /^(0|[1-9][0-9]{0,14}) ([0-9a-f]{64})$/.exec(line) || [];
      need(sha && Number(number) > before, "Expected '<number> <SHA-256>' on each line, numbers rising.", "藏品清单格式有误。");
      before = Number(number);
      places.set(before, { place, sha256: sha });
    });
    return { places, root: await rootOver(await Promise.all(all.map((line) => leafHash(bytes(line))))) };
  }
  function tilePath(level, number, width) {
    const groups = String(number).padStart(Math.ceil(String(number).length / 3) * 3, "0").match(/.../g);
    const folders = groups.map((group, at) => (at < groups.length - 1 ? `x${group}` : group)).join("/");
    return `tile/${level}/${folders}${width === 256 ? "" : `.p/${width}`}`;
  }
  function tilesOf(size) {
    const found = [];
    const row = (level, count) => { for (let at = 0; at * 256 < count; at++) found.push([level, at, Math.min(256, count - at * 256)]); };
    for (let level = 0, count = size; count; level++, count = Math.floor(count / 256)) row(level, count);
    row("entries", size);
    return found;
  }
  async function readEntries(size, read) {
    const entries = [];
    for (let number = 0; number * 256 < size; number++) {
      const width = Math.min(256, size - number * 256);
      const data = await read(tilePath("entries", number, width));
      let at = 0, count = 0;
      for (; at + 2 <= data.length; count++) {
        const end = at + 2 + data[at] * 256 + data[at + 1];
        entries.push(data.slice(at + 2, end));
        at = end;
      }
      need(at === data.length && count === width, `Expected a bundle of ${width} whole entries.`, `应有 ${width} 条完整的记录。`);
    }
    return entries;
  }
  /** What any tile over these entries holds. */
  async function makeTiles(entries, leaves) {
    const rows = [leaves];
    for (let row = leaves; row.length >= 256; rows.push(row)) {
      const full = Array.from({ length: Math.floor(row.length / 256) }, (_, at) => rootOver(row.slice(at * 256, at * 256 + 256)));
      row = await Promise.all(full);
    }
    return (level, number, width) => {
      const part = (level === "entries" ? entries : rows[level]).slice(number * 256, number * 256 + width);
      return join(...(level === "entries" ? part.flatMap((each) => [[each.length >> 8, each.length & 255], each]) : part));
    };
  }
  /** The content of a tile of this ledger or of an earlier, shorter state of it; undefined for any other file. */
  function expectedTile(path, { entries, tiles }) {
    const [, named, groups, partial] = /^tile\/(entries|[0-7])\/((?:x\d{3}\/)*\d{3})(?:\.p\/(\d{1,3}))?$/.exec(path) || [];
    if (named === undefined) return undefined;
    const level = named === "entries" ? named : Number(named);
    const [number, width] = [Number(groups.replace(/[x/]/g, "")), partial === undefined ? 256 : Number(partial)];
    const covers = (number * 256 + width) * 256 ** (Number(level) || 0);
    const wellNamed = width > 0 && (partial === undefined || width < 256) && path === tilePath(level, number, width);
    return wellNamed && covers <= entries.length ? tiles(level, number, width) : undefined;
  }

  return {
    Broken, b64, bytes, canonical, checkFile, checkItem, checkSite, commitment, fingerprint, hex, leafHash, openCheckpoint, openNote,
    openRoster, parse, parseProof, parseVkey, peek, rootOver, safePath, sha256, signers, spoken, unb64,
    verifyConsistency, verifyInclusion,
  };
})();

if (typeof module === "object") module.exports = tamizdat;
