// The reader's check, in a browser: the same chain as `tamizdat verify` (docs/spec/verification.md), link by link.
//
// Nothing here touches the page or the network: bytes in, links out. A link is {name, verdict, detail: {en, zh}},
// its verdict one of "proved", "vouched" (only the desk's word), "broken", "unknown". SHA-256 and Ed25519 are the
// browser's own (WebCrypto). A page that checks itself convinces only who trusts the copy of this file: take the
// check page from an older copy, or the command, to check a mirror you have reason to doubt.
"use strict";

const tamizdat = (function program() {
  const say = (en, zh) => ({ en, zh });

  /** The bytes break their format or a proof: the link is broken. */
  class Broken extends Error {
    constructor(en, zh) { super(en); this.detail = say(en, zh); }
  }
  /** What the link needs is missing because an earlier one broke, or this browser cannot judge it: unknown. */
  class Unjudged extends Broken {}
  const refuse = (en, zh) => { throw new Broken(en, zh); };
  /** For messages that cost nothing to write; those that repeat a value stand behind "|| refuse(…)". */
  const need = (holds, en, zh) => { if (!holds) refuse(en, zh); };
  /** Values that are words; page.js has them in other languages. */
  const inChinese = (value) => ({ none: "无", "no such entry": "无此条", "no such file": "无此文件" }[value] || value);
  /** A value from outside as a message repeats it, written as the command writes it: words to be read, all else escaped, at most 60 characters. */
  const READ = /[ -~\u060c\u0610-\u061b\u061f-\u06dc\u06de-\u06ff\u0f00-\u0f0b\u0f0d-\u0f47\u0f49-\u0f6c\u0f71-\u0f97\u0f99-\u0fbc\u3001-\u301f\u3041-\u3096\u3099-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uff01-\uff5e]/;
  function shown(value) {
    const written = ascii(value, READ);
    return written.length <= 60 ? written : `${written.slice(0, 59)}…`;
  }
  function ascii(value, read = /[ -~]/) {
    if (typeof value === "boolean") return value ? "True" : "False";
    if (typeof value === "number") return String(value);
    if (Array.isArray(value)) return `[${value.map((each) => ascii(each, read)).join(", ")}]`;
    if (value === null || value === undefined) return "None";
    if (typeof value === "object") return `{${Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)).map(([name, each]) => `${ascii(name, read)}: ${ascii(each, read)}`).join(", ")}}`;
    const quote = value.includes("'") && !value.includes('"') ? '"' : "'";
    const digits = (letter, wide) => letter.codePointAt(0).toString(16).padStart(wide, "0");
    const plain = { "\n": "\\n", "\r": "\\r", "\t": "\\t", "\\": "\\\\", [quote]: `\\${quote}` };
    return quote + Array.from(value, (letter) => plain[letter] || (read.test(letter) ? letter
      : letter < "\u0100" ? `\\x${digits(letter, 2)}` : letter.length > 1 ? `\\U${digits(letter, 8)}` : `\\u${digits(letter, 4)}`)).join("") + quote;
  }

  // ---- bytes ----------------------------------------------------------------------------------------------------
  const bytes = (text) => encoder.encode(text);
  const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));
  function hex(data) {
    if (data.toHex) return data.toHex(); // which is young
    let written = "";
    for (let at = 0; at < data.length; at++) written += HEX[data[at]];
    return written;
  }
  function same(a, b) {
    if (a.length !== b.length) return false;
    for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false;
    return true;
  }
  function join(...parts) {
    let [size, at] = [0, 0];
    for (const part of parts) size += part.length;
    const all = new Uint8Array(size);
    for (const part of parts) { all.set(part, at); at += part.length; }
    return all;
  }
  const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }), latin = new TextDecoder("latin1"), encoder = new TextEncoder();
  function text(data, what, zh) {
    try {
      return utf8.decode(data);
    } catch { throw new Broken(`Expected ${what} in UTF-8, found bytes that are not UTF-8.`, `${zh}应为 UTF-8 文字，所见字节不是。`); }
  }
  /** What it is, by its length or its kind in the command's words: itself it may be a key. */
  function kindOf(value) {
    if (typeof value === "string") return `${Array.from(value).length} characters`;
    if (value === null || value === undefined) return "NoneType";
    return Array.isArray(value) ? "list" : { boolean: "bool", number: "int" }[typeof value] || "dict";
  }
  const isHex = (digits, length) => typeof digits === "string" && digits.length === 2 * length && /^[0-9a-f]*$/.test(digits);
  function unhex(digits, length = 32, what = "a SHA-256", zh = "SHA-256") {
    isHex(digits, length) || refuse(
      `Expected ${what} as ${2 * length} lower-case hexadecimal digits, found ${kindOf(digits)}.`,
      `${zh}应为 ${2 * length} 位小写十六进制数字，所见为 ${kindOf(digits)}。`);
    const value = (at) => { const code = digits.charCodeAt(at); return code < 58 ? code - 48 : code - 87; };
    const data = new Uint8Array(length);
    for (let at = 0; at < length; at++) data[at] = value(2 * at) * 16 + value(2 * at + 1);
    return data;
  }
  function b64(data) {
    let binary = "";
    for (const byte of data) binary += String.fromCharCode(byte);
    return btoa(binary);
  }
  /** What base64 of the right form says: by the browser's own reader, which is young, or letter by letter. */
  const fromBase64 = Uint8Array.fromBase64 ? (encoded) => Uint8Array.fromBase64(encoded) : (encoded) => Uint8Array.from(atob(encoded), (letter) => letter.charCodeAt(0));
  /** The same of canonical base64, by that reader; null of any other, which is told why, and where there is none. */
  function strictly(encoded) {
    if (!Uint8Array.fromBase64 || typeof encoded !== "string") return null;
    try {
      const data = Uint8Array.fromBase64(encoded, { lastChunkHandling: "strict" }); // which passes over white space
      return Math.ceil(data.length / 3) * 4 === encoded.length ? data : null;
    } catch { return null; }
  }
  /** Canonical base64 only: full padding, no stray bits, no white space. */
  function unb64(encoded, length, what = "bytes", zh = "字节") {
    const quickly = strictly(encoded);
    if (quickly && (length === undefined || quickly.length === length)) return quickly;
    typeof encoded === "string" && encoded.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(encoded) || refuse(`Expected ${what} in standard base64.`, `${zh}应为标准的 base64。`);
    !encoded.endsWith("=") || /[AEIMQUYcgkosw048]=$|[AQgw]==$/.test(encoded.slice(-3)) || refuse(`Expected ${what} in canonical base64; its last character has stray bits.`, `${zh}应为规范的 base64：末位字符有多余的比特。`);
    const data = fromBase64(encoded);
    length === undefined || data.length === length || refuse(`Expected ${what} of ${length} bytes, found ${data.length}.`, `${zh}应为 ${length} 字节，所见为 ${data.length} 字节。`);
    return data;
  }
  const whole = (value) => Number.isSafeInteger(value) && value >= 0;
  function decimal(digits) {
    const value = /^(0|[1-9][0-9]{0,15})$/.test(digits) ? Number(digits) : -1;
    whole(value) || refuse(`Expected a number that this browser can count to, found ${shown(digits)}.`, `应为浏览器能够计数的整数，所见为 ${shown(digits)}。`);
    return value;
  }
  async function sha256(data) { return new Uint8Array(await subtle().digest("SHA-256", data)); }
  function subtle() {
    if (globalThis.crypto && crypto.subtle) return crypto.subtle;
    throw new Unjudged("This browser checks nothing on a page that came without https. Save the site, or use https.",
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
  const wellFormed = (value) => (value.isWellFormed ? value.isWellFormed() : !/\p{Surrogate}/u.test(value));
  function canonical(value) {
    const written = JSON.stringify(value);
    return written !== undefined && !written.includes("\\ud") && isPlain(value) ? written : inOrder(value);
  }
  function inOrder(value) {
    (typeof value === "number" ? Number.isSafeInteger(value) : typeof value !== "string" || wellFormed(value)) || refuse(
      `This value has no canonical JSON form (RFC 8785): ${shown(value)}.`, `此值没有规范的 JSON 形式（RFC 8785）：${shown(value)}。`);
    if (Array.isArray(value)) return `[${value.map(inOrder).join(",")}]`;
    if (value === null || typeof value !== "object") return JSON.stringify(value);
    return `{${Object.keys(value).sort().map((name) => `${inOrder(name)}:${inOrder(value[name])}`).join(",")}}`;
  }
  /** Whether JSON.stringify writes a value in canonical form, if it has no half of a surrogate pair: names in order, whole numbers. */
  function isPlain(value) {
    if (typeof value === "number") return Number.isSafeInteger(value);
    if (value === null || typeof value !== "object") return true;
    if (Array.isArray(value)) return value.every(isPlain);
    let before = "";
    for (const name of Object.keys(value)) {
      if (name < before || !isPlain(value[name])) return false;
      before = name;
    }
    return true;
  }
  function parse(data, what = "a document", zh = "文件", most = 64 << 20) {
    let value, again, written;
    data.length <= most || refuse(`Expected ${what} of at most ${most.toLocaleString("en")} bytes, found ${data.length.toLocaleString("en")}.`,
      `${zh}应不超过 ${most} 字节，所见为 ${data.length} 字节。`);
    const none = () => refuse(`Expected ${what} as JSON, found ${data.length} bytes that are not.`, `${zh}应为 JSON，所见 ${data.length} 字节不是。`);
    try { value = JSON.parse(written = text(data, what, zh)); } catch { none(); }
    try { again = canonical(value); } catch (error) { if (!(error instanceof Broken)) none(); again = null; } // too deep; half of a pair
    need(again === written, `Expected ${what} as canonical JSON (RFC 8785); these bytes are not in canonical form.`,
      `${zh}应为规范的 JSON（RFC 8785），所见字节不是规范形式。`);
    return value;
  }
  const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);
  function members(value, what, zh, ...names) {
    (isObject(value) && Object.keys(value).length === names.length && names.every((name) => Object.hasOwn(value, name))) || refuse(
      `Expected ${what} with the members ${names.join(", ")} and no others.`, `${zh}应恰有 ${names.join("、")} 各项。`);
    return value;
  }

  // ---- the tree (RFC 6962) ---------------------------------------------------------------------------------------
  const ofLeaf = Uint8Array.of(0), ofNode = Uint8Array.of(1);
  const leafHash = (entry) => sha256(join(ofLeaf, entry));
  const nodeHash = (left, right) => sha256(join(ofNode, left, right));
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
      `Expected a place in a ledger of ${size} entries, found ${start} to ${end}.`, `位置应在 ${size} 条的账本之内，所见为 ${start} 至 ${end}。`);
    need([subtree, root, ...proof].every((each) => each instanceof Uint8Array && each.length === 32),
      `Expected hashes of ${32} bytes, found a longer or shorter one.`, "哈希值应为 32 字节，所见长短不符。");
    const few = [`Expected the proof to lead up to the root; its ${proof.length} hashes are too few.`, `证明应通向树根，其 ${proof.length} 个哈希值太少。`];
    let [first, node, last] = [start, end - 1, size - 1];
    const up = () => { [first, node, last] = [half(first), half(node), half(last)]; };
    while (first !== node && (node % 2 || node === last)) up();
    const rest = [...proof];
    need(first === node || rest.length, "Expected the proof to begin with a part of the earlier tree, found no hash in it.", "证明应以较早的树的一部分开头，其中却没有哈希值。");
    let small = first === node ? subtree : rest.shift();
    let large = small;
    for (const sibling of rest) {
      need(last > 0, `Expected the proof to end at the root; its ${proof.length} hashes are too many.`, `证明应止于树根，其 ${proof.length} 个哈希值太多。`);
      if (node % 2 || node === last) {
        if (first < node) small = await nodeHash(sibling, small);
        large = await nodeHash(sibling, large);
        while (node % 2 === 0 && node) up();
      } else {
        large = await nodeHash(large, sibling);
      }
      up();
    }
    need(last === 0, ...few);
    need(same(small, subtree), `Expected the proof to contain the root ${hex(subtree)}, found ${hex(small)}: it was forked.`, `证明应含树根 ${hex(subtree)}，所见为 ${hex(small)}：账本被分叉了。`);
    need(same(large, root), `Expected the proof to lead to the root ${hex(root)}, found ${hex(large)}: not this ledger's.`, `证明应通向树根 ${hex(root)}，所见为 ${hex(large)}：不属于此账本。`);
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
  const opened = new Map(); // key in hex → what the browser made of it, or null; thousands of signatures have few keys
  const P = 2n ** 255n - 19n;
  const EIGHTH = 0x05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826n;
  const SMALL_ORDER = [0n, 1n, P - 1n, EIGHTH, P - EIGHTH];
  /** Whether 32 bytes are a canonical encoding, and of no point of small order, under which anything may verify. */
  function soundKey(key) {
    const y = BigInt(`0x${hex(Uint8Array.from(key).reverse())}`) & ((1n << 255n) - 1n);
    return y < P && !SMALL_ORDER.includes(y);
  }
  async function ed25519(key, message, signature) {
    if (key.length !== 32 || signature.length !== 64) return false;
    const name = hex(key);
    if (!opened.has(name)) opened.set(name, soundKey(key) ? openKey(key) : null);
    const ready = await opened.get(name);
    return ready !== null && subtle().verify({ name: "Ed25519" }, ready, signature, message);
  }
  async function openKey(key) {
    try {
      return await subtle().importKey("raw", key, { name: "Ed25519" }, false, ["verify"]);
    } catch (error) {
      if (error.name === "NotSupportedError") {
        throw new Unjudged("This browser does not know Ed25519 signatures; use a newer one.", "此浏览器不支持 Ed25519 签名，请换用较新的版本。");
      }
      if (error instanceof Broken) throw error;
      return null;
    }
  }
  const keyName = (name) => typeof name === "string" && /^[^\p{White_Space}\x1c-\x1f+]+$/u.test(name);

  const KEY_SIZES = { 1: 32, 4: 32, 6: 1312 }; // Ed25519 of a log, of a witness; ML-DSA-44, which no browser verifies yet
  async function parseVkey(vkey, kind) {
    const [, name, id, key = ""] = /^([^+]*)\+([^+]*)\+(.*)$/s.exec(vkey) || [];
    let material;
    try { material = unb64(key, 1 + KEY_SIZES[kind], "the key", "公钥"); } catch (error) {
      throw new Broken(`Expected a verifier key NAME+ID+KEY. ${error.message}`, `应为公钥 NAME+ID+KEY。${error.detail.zh}`);
    }
    const keyId = (await sha256(join(bytes(`${name}\n`), material))).slice(0, 4);
    need(keyName(name) && material[0] === kind && hex(keyId) === id,
      `Expected a verifier key of kind 0x${hex([kind])} whose id fits its name and key; this is none.`, `应为 0x${hex([kind])} 类公钥，编号与名称及密钥相符，所见不是。`);
    return { name, kind, keyId, key: material.slice(1) };
  }
  /** The text of a note and its signature lines, not verified. */
  function splitNote(data) {
    const written = text(data, "a note", "签名文书");
    const most = 1 << 20;
    data.length <= most && !/[\u0000-\u0009\u000b-\u001f]/.test(written) || refuse(
      `Expected a note of at most ${most.toLocaleString("en")} bytes without control characters.`, `签名文书应不超过 ${most} 字节，且没有控制字符。`);
    const cut = written.lastIndexOf("\n\n");
    const shape = [`Expected a text, an empty line and up to ${64} signature lines.`, "应为正文、空行和至多 64 个签名行。"];
    need(cut >= 0 && written.endsWith("\n") && cut + 2 < written.length, ...shape);
    const lines = written.slice(cut + 2, -1).split("\n");
    need(lines.length <= 64, ...shape);
    return { body: written.slice(0, cut + 1), lines: lines.map((line) => {
      const [, name, encoded] = /^— ([^ ]*) (.*)$/.exec(line) || [];
      let material;
      try { material = unb64(keyName(name) ? encoded : null, undefined, "a signature", "签名"); } catch (error) {
        throw new Broken(`Expected '— NAME BASE64' in each signature line. ${error.message}`, `每个签名行应为“— NAME BASE64”。${error.detail.zh}`);
      }
      need(material.length >= 5, "Expected a key id and a signature in each signature line, found less.", "每个签名行应有密钥编号与签名，所见不足。");
      return { name, keyId: material.slice(0, 4), blob: material.slice(4) };
    }) };
  }
  /** Text and the keys that signed it; a wrong signature under a known key's name and id rejects the whole note. */
  async function openNote(data, keys) {
    const { body, lines } = splitNote(data);
    const signed = new Map();
    const unchecked = []; // by keys of ML-DSA-44, which browsers do not verify
    for (const { name, keyId, blob } of lines) {
      for (const key of keys.filter((each) => each.name === name && same(each.keyId, keyId))) {
        if (key.kind === 6) { unchecked.push(key); continue; }
        const holds = key.kind === 4
          ? blob.length === 72 && blob[0] < 128 && await ed25519(key.key, cosigned(blob.slice(0, 8), body), blob.slice(8))
          : await ed25519(key.key, bytes(body), blob);
        need(holds, "Expected the signature of a key we know to hold; it does not: the note was altered.",
          "签名与正文不符：正文已被改动。");
        signed.set(key, blob);
      }
    }
    need(signed.size, "Expected a note signed by a key we know, found none. Do not use its text.", "应有已知密钥的签名，所见没有。请勿采信其内容。");
    return { body, signed, unchecked };
  }
  function cosigned(stamp, body) {
    const time = new DataView(stamp.buffer, stamp.byteOffset).getBigUint64(0);
    return bytes(`cosignature/v1\ntime ${time}\n${body}`);
  }
  /** The verifier key of a witness, of either kind. */
  const parseWitness = (vkey) => parseVkey(vkey, typeof vkey === "string" && /^[^+]*\+[^+]*\+B[g-v]/.test(vkey) ? 6 : 4);
  const EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"; // SHA-256 of nothing: the root of no entries
  function readCheckpoint(body) {
    const [, origin, size, root] = /^([^\n]+)\n(0|[1-9][0-9]{0,18})\n([A-Za-z0-9+/]{43}=)\n$/.exec(body) || [];
    need(origin !== undefined, "Expected a checkpoint of three lines: origin, size, root.", "检查点应为三行：来源、条数、树根。");
    const found = unb64(root, 32, "the root", "树根");
    need(size !== "0" || hex(found) === EMPTY, `Expected the root of an empty ledger for size 0, found ${hex(found)}.`, `条数为 0 时应为空账本的树根，所见为 ${hex(found)}。`);
    return { origin, size: decimal(size), root: found };
  }
  async function openCheckpoint(data, log, witnesses = []) {
    const { body, signed, unchecked } = await openNote(data, [log, ...witnesses]);
    const witnessed = witnesses.filter((each) => signed.has(each) && signed.get(each).slice(0, 8).some(Boolean));
    const found = { ...readCheckpoint(body), witnessed, unchecked };
    need(signed.has(log) && found.origin === log.name, `Expected a checkpoint of ${log.name}, signed by its key, found one of ${found.origin}.`,
      `应为 ${log.name} 的检查点，由其密钥签署，所见属于 ${found.origin}。`);
    return found;
  }
  function parseProof(data) {
    const form = ["Expected a C2SP tlog-proof: version, index, hashes, empty line, checkpoint.", "应为 C2SP tlog-proof：版本、序号、哈希值、空行、检查点。"];
    const cut = data.findIndex((byte, at) => byte === 10 && data[at + 1] === 10);
    need(cut >= 0, ...form);
    const [, extra, index, hashes] = /^c2sp\.org\/tlog-proof@v1\n(?:extra ([A-Za-z0-9+/=]*)\n)?index (0|[1-9]\d{0,18})((?:\n[A-Za-z0-9+/]{43}=)*)$/
      .exec(latin.decode(data.subarray(0, Math.min(cut, 1 << 14)))) || [];
    need(index !== undefined, ...form);
    try {
      return {
        index: decimal(index),
        salt: extra === undefined ? null : unb64(extra, undefined, "the extra line", "extra 行"),
        hashes: hashes.split("\n").slice(1).map((line) => unb64(line, 32, "a hash", "哈希值")),
        note: data.slice(cut + 2),
      };
    } catch (error) { throw new Broken(`A tlog-proof with a damaged line. ${error.message}`, `tlog-proof 中有一行损坏。${error.detail.zh}`); }
  }

  // ---- statements (in-toto v1 in DSSE) -------------------------------------------------------------------------------
  const PAYLOAD_TYPE = "application/vnd.in-toto+json";
  const MOST_BYTES = 4 << 20; // of an envelope in a file of its own, and of what any envelope holds
  const envelopeIn = (data) => split(parse(data, "an envelope", "信封", MOST_BYTES));
  /** Payload and signatures of an envelope that stands in canonical JSON. */
  function split(envelope) {
    const value = members(envelope, "an envelope", "信封", "payload", "payloadType", "signatures");
    const payload = unb64(value.payload, undefined, "the payload", "载荷");
    const listed = Array.isArray(value.signatures) ? value.signatures : [];
    const signatures = listed.map((each) => {
      members(each, "a signature", "签名", "keyid", "sig");
      const signature = unb64(each.sig, 64, "a signature", "签名");
      unhex(each.keyid, 8, "a keyid", "keyid ");
      return signature;
    });
    value.payloadType === PAYLOAD_TYPE || refuse(`Expected an envelope of type ${PAYLOAD_TYPE}, found ${ascii(value.payloadType).slice(0, 60)}.`,
      `信封类型应为 ${PAYLOAD_TYPE}，所见为 ${ascii(value.payloadType).slice(0, 60)}。`);
    need(listed.length >= 1 && listed.length <= 16 && new Set(signatures.map(hex)).size === listed.length,
      `Expected from 1 to ${16} signatures, each once, found ${listed.length}.`, `应有 1 至 16 个签名，各一次，所见为 ${listed.length} 个。`);
    return { payload, signatures };
  }
  const PREDICATES = "tag:tamizdat,2026:";
  /** The statement, its signatures not verified. */
  const peek = (envelope) => statementIn(envelopeIn(envelope));
  const statements = new WeakMap(); // an envelope → its statement, which is asked for by whoever judges a part of it
  function statementIn(envelope) {
    if (!statements.has(envelope)) statements.set(envelope, readStatement(envelope));
    return statements.get(envelope);
  }
  function readStatement({ payload }) {
    const value = members(parse(payload, "a statement", "声明", MOST_BYTES), "a statement", "声明", "_type", "predicate", "predicateType", "subject");
    const subjects = (Array.isArray(value.subject) ? value.subject : []).map((each) => {
      members(each, "a subject", "对象", "digest", "name");
      members(each.digest, "a digest", "摘要", "sha256");
      need(typeof each.name === "string" && each.name, "Expected a name for each subject.", "每个对象都应有名称。");
      unhex(each.digest.sha256, 32, "a subject's SHA-256", "对象的 SHA-256 ");
      return { name: each.name, sha256: each.digest.sha256 };
    });
    const [, act] = typeof value.predicateType === "string" && /^tag:tamizdat,2026:([a-z]+(?:-[a-z]+)*)$/.exec(value.predicateType) || [];
    value._type === "https://in-toto.io/Statement/v1" && act && isObject(value.predicate) || refuse(
      `Expected an in-toto statement of the type ${PREDICATES}<act>, found ${ascii(value.predicateType).slice(0, 60)}.`,
      `应为 ${PREDICATES}<act> 类的 in-toto 声明，所见为 ${ascii(value.predicateType).slice(0, 60)}。`);
    need(subjects.length && new Set(subjects.map((each) => each.name)).size === subjects.length,
      "Expected at least one subject, each under a name of its own.", "应至少有一个对象，名称各不相同。");
    return { act, subjects, said: value.predicate };
  }
  /** Which of keys (Uint8Array) signed the envelope; none is broken. */
  const signers = (envelope, keys) => signersOf(envelopeIn(envelope), keys);
  async function signersOf(envelope, keys, judged = signedBy) {
    const found = [];
    for (const key of (await judged(envelope, keys)).filter((each) => each !== null).map((each) => keys[each])) {
      need(!found.includes(key), "Expected one signature of each key, found two of the same.", "同一密钥只应签名一次，所见为两次。");
      found.push(key);
    }
    need(found.length, "Expected the signature of a key that counts here, found none. Do not use the statement.", "应有此处有效密钥的签名，所见没有。请勿采信此声明。");
    return found;
  }
  /** Of each signature of an envelope the place in keys of the one that made it, null if none did. */
  async function signedBy({ payload, signatures }, keys) {
    const message = join(bytes(`DSSEv1 ${PAYLOAD_TYPE.length} ${PAYLOAD_TYPE} ${payload.length} `), payload);
    return Promise.all(signatures.map(async (signature) => {
      for (const [place, key] of keys.entries()) if (await ed25519(key, message, signature)) return place;
      return null;
    }));
  }
  const ofCommitment = bytes("tamizdat/commitment/v1\0");
  const commitment = (salt, envelope) => sha256(join(ofCommitment, salt, envelope));

  const MOST_KEYS = 1000;
  async function openRoster(envelope) {
    let roster;
    try { roster = await readRoster(envelope); } catch (error) {
      if (!(error instanceof Broken) || error instanceof Unjudged || error.roster) throw error;
      throw new Broken(`Expected a roster, found a statement that is none. ${error.message}`, `应为名册，所见声明不是。${error.detail.zh}`);
    }
    await checkSigned(envelope, roster);
    return roster;
  }
  /** Broken unless enough of a root's keys signed an envelope. */
  async function checkSigned(envelope, { rootKeys, threshold }) {
    let signed;
    try { signed = (await signers(envelope, rootKeys)).length; } catch (error) {
      if (!(error instanceof Broken) || error instanceof Unjudged) throw error;
      throw new Broken(`Expected a roster signed by its root. ${error.message}`, `名册应由其根密钥签署。${error.detail.zh}`);
    }
    need(signed >= threshold, `Expected the signatures of ${threshold} of the root's keys, found ${signed}.`, `应有 ${threshold} 个根密钥的签名，所见为 ${signed} 个。`);
  }
  /** Broken unless a roster is the version after an earlier one, by the will of its root. */
  async function checkFollows(roster, earlier) {
    const [next, before] = [earlier.version + 1, hex(await sha256(earlier.envelope))];
    need(roster.version === next && roster.previous === before, `Expected version ${next} that names the one before, found ${roster.version}.`, `应为指明前一版的第 ${next} 版，所见为第 ${roster.version} 版。`);
    need(roster.log.name === earlier.log.name, `Expected a roster of the ledger ${earlier.log.name}, found one of ${roster.log.name}.`, `应为账本 ${earlier.log.name} 的名册，所见属于 ${roster.log.name}。`);
    if (same(roster.fingerprint, earlier.fingerprint) || earlier.successors.includes(hex(roster.fingerprint))) return;
    await checkSigned(roster.envelope, earlier);
  }
  /** Whether a roster follows, version by version, from one with this root; read(path) gives a file, null for none there. */
  async function handedOver(newest, read, root) {
    let later = newest;
    for (let version = newest.version - 1; version > Math.max(0, newest.version - 1000); version--) {
      const data = await read(`roster-${version}.json`);
      if (!data) return false;
      const earlier = await openRoster(data);
      await checkFollows(later, earlier);
      if (same(earlier.fingerprint, root)) return true;
      later = earlier;
    }
    return false;
  }
  async function readRoster(envelope) {
    const { act, subjects, said } = peek(envelope);
    /** Of the roster itself: its message stands alone. */
    const must = (holds, en, zh) => { if (!holds) throw Object.assign(new Broken(en, zh), { roster: true }); };
    const form = ["Expected a roster with exactly the members of its format, found one that is written otherwise.", "名册应恰有其格式的各项，所见写法不同。"];
    const exact = (value, ...names) => { must(isObject(value) && Object.keys(value).sort().join() === names.sort().join(), ...form); return value; };
    exact(said, "version", "previous", "root", "log", "witnesses", "keys", "successors");
    const root = exact(said.root, "keys", "threshold");
    exact(said.witnesses, "keys", "quorum");
    for (const each of [root.keys, said.witnesses.keys, said.keys, said.successors]) must(Array.isArray(each), ...form);
    const count = root.keys.length + said.witnesses.keys.length + said.keys.length;
    must(count <= MOST_KEYS, `Expected a roster of at most ${MOST_KEYS} keys, found ${count}.`, `名册的密钥应不超过 ${MOST_KEYS} 个，所见为 ${count} 个。`);
    const key = (digits) => unhex(digits, 32, "a key or digest of the roster", "名册的密钥或摘要");
    const number = (value) => { need(whole(value), "Expected whole numbers in the roster.", "名册中的数字应为整数。"); return value; };
    const listed = said.keys.map((each) => {
      exact(each, "from", "key", "role", "until");
      return { role: each.role, key: key(each.key), from: number(each.from), until: each.until === null ? Infinity : number(each.until) };
    });
    const rootKeys = root.keys.map(key);
    must(number(root.threshold) >= 1 && root.threshold <= rootKeys.length && new Set(root.keys).size === rootKeys.length,
      "Expected different root keys, and a threshold from 1 to their number.", "根密钥应各不相同，门限应在 1 至其数目之间。");
    const SECOND = "ml-dsa-44"; // the log's other key, where it has one
    exact(said.log, "origin", "vkey", ...(isObject(said.log) && Object.hasOwn(said.log, SECOND) ? [SECOND] : []));
    must([said.log.vkey, ...said.witnesses.keys].every((each) => typeof each === "string"), ...form);
    const log = await parseVkey(said.log.vkey, 1);
    const witnesses = [];
    for (const each of said.witnesses.keys) witnesses.push(await parseWitness(each));
    const { quorum } = said.witnesses;
    const second = SECOND in said.log ? [await parseVkey(said.log[SECOND], 6)] : [];
    need(new Set([log, ...witnesses, ...second].map((each) => hex(each.key))).size === witnesses.length + second.length + 1,
      "Expected different keys for the log and each witness, found one twice.", "账本与各见证人的密钥应各不相同，所见有重复。");
    need(second.every((each) => each.name === log.name), `Expected both keys of the log under the name ${log.name}, found ${second[0]?.name}.`,
      `账本的两个密钥应同名为 ${log.name}，所见为 ${second[0]?.name}。`);
    const named = new Set(witnesses.map((each) => each.name)).size; // keys of one name are one witness
    need(number(quorum) <= named, `Expected a quorum of at most ${named} witnesses, found ${quorum}.`, `见证法定人数应不超过 ${named}，所见为 ${quorum}。`);
    for (const each of listed) {
      must(typeof each.role === "string" && /^[a-z]+(-[a-z]+)*$/.test(each.role) && each.until >= each.from,
        "Expected a role in small letters and a range that does not end before it begins.", "职责应为小写字母，范围的终点不应早于起点。");
    }
    if (said.previous !== null) key(said.previous);
    must(number(said.version) >= 1 && (said.version === 1) === (said.previous === null) && new Set(said.keys.map(canonical)).size === listed.length,
      "Expected version 1, or a later one that names the one before; and no key listed twice.", "应为第 1 版，或指明前一版的后续版本；密钥不应重复。");
    said.successors.forEach(key);
    const fingerprint = await sha256(bytes(canonical(root)));
    must(act === "roster" && subjects.length === 1 && subjects[0].name === "root" && subjects[0].sha256 === hex(fingerprint) && said.log.origin === log.name, ...form);
    const desk = listed.filter((each) => each.role === "desk");
    return { envelope, fingerprint, rootKeys, threshold: root.threshold, version: said.version, log, witnesses, quorum,
      previous: said.previous, successors: said.successors, desk, deskKeys: [...new Map(desk.map((each) => [hex(each.key), each.key])).values()] };
  }

  // ---- what an edition and an item say -------------------------------------------------------------------------------
  // A shape takes a value from outside and gives it back, or refuses it (ledger/shapes.py); the forms below are those of
  // publication.md, 4 and 6, translation.md and posts.md.
  const plain = (value) => { typeof value === "string" || refuse(`Expected text, found ${shown(value)}.`, `应为文字，所见为 ${shown(value)}。`); return value; };
  const count = (value) => { whole(value) || refuse(`Expected a whole number from 0 on, found ${shown(value)}.`, `应为不小于 0 的整数，所见为 ${shown(value)}。`); return value; };
  const flag = (value) => { typeof value === "boolean" || refuse(`Expected true or false, found ${shown(value)}.`, `应为 true 或 false，所见为 ${shown(value)}。`); return value; };
  const digestOf = (value) => { isHex(value, 32) || unhex(value); return value; };
  const digits = (size) => (value) => { isHex(value, size) || unhex(value, size, `${size} bytes in hexadecimal`, `${size} 字节的十六进制`); return value; };
  const like = (form) => {
    const whole = new RegExp(`^(?:${form})$`);
    return (value) => {
      whole.test(plain(value)) || refuse(`Expected text of the form ${form}, found ${shown(value)}.`, `文字应合 ${form} 之式，所见为 ${shown(value)}。`);
      return value;
    };
  };
  const maybe = (shape) => (value) => (value === null ? null : shape(value));
  const several = (shape, least = 0) => (value) => {
    Array.isArray(value) && value.length >= least || refuse(`Expected a list of at least ${least}, found ${shown(value)}.`, `应为至少 ${least} 项的列表，所见为 ${shown(value)}。`);
    return value.map(shape);
  };
  /** An object with exactly these members; those of optional may be missing. */
  const object = (shapes, ...optional) => { const names = Object.keys(shapes); return (value) => {
    const found = () => shown(isObject(value) ? Object.keys(value).sort().join(", ") : value);
    (isObject(value) && names.every((name) => Object.hasOwn(value, name) || optional.includes(name)) && Object.keys(value).every((name) => Object.hasOwn(shapes, name)))
      || refuse(`Expected the members ${[...names].sort().join(", ")} and no others, found ${found()}.`, `应恰有 ${[...names].sort().join("、")} 各项，所见为 ${found()}。`);
    const read = {};
    for (const name of names) {
      if (!Object.hasOwn(value, name)) continue;
      try { read[name] = shapes[name](value[name]); } catch (error) {
        if (!(error instanceof Broken)) throw error;
        throw new Broken(`${name}: ${error.message}`, `${name}：${error.detail.zh}`);
      }
    }
    return read;
  }; };
  const DAY = "\\d{4}-\\d\\d-\\d\\d";
  const LANGUAGE = "[a-z]{2,3}(-[A-Za-z0-9]{2,8})*";
  const day = like(DAY);
  const calendarDay = (value) => {
    const [year, month, date] = day(value).split("-").map(Number);
    const there = new Date(Date.UTC(year, month - 1, date));
    if (year < 100) there.setUTCFullYear(year);
    year > 0 && there.getUTCMonth() === month - 1 && there.getUTCDate() === date || refuse(`Expected a day of the calendar, found ${shown(value)}.`, `应为历法中的日期，所见为 ${shown(value)}。`);
    return value;
  };
  const byLanguage = (value) => {
    isObject(value) || refuse(`Expected an object, found ${shown(value)}.`, `应为对象，所见为 ${shown(value)}。`);
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [like(LANGUAGE)(name), plain(each)]));
  };
  const named = object({ index: count, commitment: digestOf });
  const media = several(object({ name: plain, size: count }));
  const tracks = several(object({ language: like(LANGUAGE), name: plain, cues: several(object({ from: count, to: count, speaker: plain, text: plain }), 1),
    credit: plain, reviewer: plain, day, stated: named, reviewed: several(named, 1) }), 1);
  const covered = object({ regions: count, silent: count, silences: several(object({ from: count, to: count })) });
  const footage = object({ item: count, source: named, kind: like("picture|clip|sound|document|text"), title: plain, caption: plain, alt: plain, language: plain,
    how: plain, published: media, day, rest: several(named), tracks, covered,
    reads: object({ person: count, stated: named }) }, "rest", "tracks", "covered", "reads");
  // What a story tells (statements/composed.py).
  const isPiece = (piece) => Boolean(piece) && /^(?![\p{White_Space}\x1c-\x1f])[^]*(?<![\p{White_Space}\x1c-\x1f])$/u.test(piece) && piece.split("\n").every((line) => /[^\p{White_Space}\x1c-\x1f]/u.test(line));
  const piece = (value) => { isPiece(plain(value)) || refuse(`Expected words without an empty line, found ${shown(value)}.`, `文字不应有空行，所见为 ${shown(value)}。`); return value; };
  const pieces = (value) => { plain(value).split("\n\n").every(isPiece) || refuse(`Expected words, with one empty line between two paragraphs, found ${shown(value)}.`, `应为文字，段间恰有一空行，所见为 ${shown(value)}。`); return value; };
  const degrees = (most) => (value) => {
    Math.abs(Number(like("-?(0|[1-9]\\d{0,2})(\\.\\d{1,4})?")(value))) <= most || refuse(`Expected degrees from -${most} to ${most}, found ${shown(value)}.`, `应为 -${most} 至 ${most} 度，所见为 ${shown(value)}。`);
    return value;
  };
  const shownItem = object({ kind: like("item"), item: count, from: count, to: count }, "from", "to");
  const bare = object({ kind: like("wall|withdrawn") });
  const ELEMENTS = {
    prose: object({ kind: like("prose"), text: pieces }),
    item: (value) => {
      const found = shownItem(value), [from, to] = [found.from ?? null, found.to ?? null];
      (from === null && to === null) || (from !== null && to !== null && to > from) || refuse(`Expected 'to' after 'from', or neither, found ${shown([from, to])}.`, `“to”应在“from”之后，或两者皆无，所见为 ${shown([from, to])}。`);
      return found;
    },
    wall: bare,
    map: object({ kind: like("map"), places: several(object({ name: piece, north: degrees(90), east: degrees(180) }), 1) }),
    withdrawn: bare,
  };
  const element = (value) => {
    const kind = anything(value).kind ?? null;
    typeof kind === "string" && Object.hasOwn(ELEMENTS, kind) || refuse(`Expected an element of one of ${Object.keys(ELEMENTS).join(", ")}, found ${shown(kind)}.`, `应为 ${Object.keys(ELEMENTS).join("、")} 之一，所见为 ${shown(kind)}。`);
    return ELEMENTS[kind](value);
  };
  const storyForm = object({ title: piece, language: like(LANGUAGE), credit: plain,
    chapters: several(object({ title: piece, elements: several(element) }), 1) });
  const SHAPES = {
    picture: footage,
    clip: footage,
    sound: footage,
    document: footage,
    text: footage,
    post: object({ item: count, source: named, kind: like("post"), how: plain, post: plain, url: like("|https?://[^ ]+"),
      voice: object({ id: plain, handle: plain, name: plain }), published: maybe(plain), language: plain, summary: plain,
      text: plain, reply_to: maybe(count), thread: count, tags: several(plain),
      earlier: several(object({ index: count, commitment: digestOf, text: plain, as_of: day })),
      gone: maybe(object({ index: count, commitment: digestOf, word: like("export|http"), deleted: maybe(plain),
        stood: maybe(count), as_of: day })),
      translations: several(object({ language: like(LANGUAGE), target: plain, notes: several(plain), credit: plain,
        reviewer: plain, day, translated: named, reviewed: several(named, 1) })),
      pictures: several(object({ names: several(plain, 1), alt: plain, source: named, tracks, covered }, "tracks", "covered")), published_files: media, bytes: flag,
      reading: maybe(object({ slice: count, member: like("(/[A-Za-z_]{1,40}){1,8}"), escaped: flag })), day,
      context: object({ links: several(object({ stands: plain, target: like("https?://[^ ]+") }), 1),
        answers: object({ url: like("|https?://[^ ]+"), handle: plain, name: plain }),
        inner: several(object({ depth: count, how: like("repeats|quotes"), url: like("|https?://[^ ]+"), handle: plain, name: plain,
          published: maybe(plain), language: plain, text: maybe(plain), cut: flag, hidden: flag, item: maybe(count) }), 1),
        poll: object({ choices: several(object({ text: plain, votes: maybe(count) }), 1), as_of: day }),
        missing: several(object({ media_type: plain, url: like("|https?://[^ ]+"), alt: plain }), 1),
        withheld: several(like("[A-Z]{2}"), 1), updated: plain, cut: flag, sensitive: flag,
        gone_for: like("[a-z][a-z_-]{0,39}"), ended: several(maybe(plain), 1), replaced: several(day, 1),
      }, "gone_for", "ended", "replaced", "links", "answers", "inner", "poll", "missing", "withheld", "updated", "cut", "sensitive") }, "context"),
    person: object({ item: count, source: named, kind: like("person"), how: plain, day,
      said: object({ name: plain, language: plain, names: byLanguage, age: plain, place: plain, school: plain, state: plain,
        note: plain, sources: several(count) }) }),
    story: object({ item: count, source: named, kind: like("story"), how: plain, day, said: storyForm,
      translations: several(object({ language: like(LANGUAGE), words: plain, credit: plain, reviewer: plain, day, stated: named, reviewed: several(named, 1) })) }),
  };
  const ACTS = {
    published: ["edition/files.txt", object({ edition: count, previous: maybe(digits(32)), date: day, origin: plain,
      items: object({ count, root: digestOf }), files: object({ count, sha256: digits(32) }), format: count }, "format")],
    observed: ["post", object({ post: plain, from: several(object({ capture: count, commitment: digestOf, offset: count, length: count }), 1),
      published: maybe(plain), seen: plain, as_of: plain, text: digits(32),
      media: several(object({ capture: count, commitment: digestOf, path: plain }), 1), own: plain }, "media", "own")],
    translated: ["translation", object({ post: plain, source: named, text: digits(32), language: like(LANGUAGE),
      segments: several(object({ source: plain, target: plain })), target: plain, notes: several(plain), by: digits(16),
      day: calendarDay, after: maybe(named) })],
    reviewed: ["translation", object({ post: plain, language: like(LANGUAGE), translated: named,
      verdict: like("returned|reviewed|approved"), by: digits(16), day: calendarDay })],
  };
  /** What a statement of an act says, and the digest of its one subject. */
  function readAct({ act, subjects, said }, expected) {
    const [first, shape] = ACTS[expected];
    const wanted = expected === "published" && Object.hasOwn(said, "format") ? [first, "edition/items.txt"] : [first];
    const [name, names] = [wanted.join(", "), subjects.map((each) => each.name)];
    need(act === expected, `Expected a statement '${expected}', found '${act}'.`, `应为“${expected}”声明，所见为“${act}”。`);
    canonical(names) === canonical(wanted) || refuse(`Expected '${expected}' to be about ${name}, found ${shown(names.join(", "))}.`, `“${expected}”声明的对象应为 ${name}，所见为 ${shown(names.join(", "))}。`);
    try { return { ...shape(said), subject: subjects[0].sha256, second: subjects.length > 1 ? subjects[1].sha256 : null }; } catch (error) {
      if (!(error instanceof Broken)) throw error;
      throw new Broken(`Expected the members of '${expected}', each of its type. ${error.message}`, `“${expected}”声明的各项应合其类型。${error.detail.zh}`);
    }
  }
  function readEdition(envelope) {
    const said = readAct(peek(envelope), "published");
    need(said.subject === said.files.sha256, `Expected an edition about its own list of files, ${said.files.sha256}, found ${said.subject}.`, `本版声明的对象应为其文件清单 ${said.files.sha256}，所见为 ${said.subject}。`);
    said.format === undefined || said.format === 2 || refuse(`Expected an edition in format 2 or the first, found format ${shown(said.format)}. Check it with a newer version of this program.`, `本版应为第 2 种或第一种格式，所见为第 ${shown(said.format)} 种。请用较新的程序核验。`);
    need(said.edition, "Expected an edition's number from 1 on, found 0.", "版次应不小于 1，所见为 0。");
    return { number: said.edition, previous: said.previous, date: said.date, origin: said.origin, items: said.items.count,
      itemsRoot: unhex(said.items.root), itemsDigest: said.second, files: said.files.count, filesDigest: said.files.sha256, first: said.format === undefined };
  }
  const readItem = (envelope) => itemIn(envelopeIn(envelope));
  async function itemIn(envelope) {
    const { act, subjects, said: written } = statementIn(envelope);
    const kind = written.kind ?? null;
    act === "derived" && typeof kind === "string" && Object.hasOwn(SHAPES, kind) || refuse(
      `Expected a 'derived' statement of one of ${Object.keys(SHAPES).join(", ")}, found ${[act, shown(kind)].join(" ")}.`, `应为 ${Object.keys(SHAPES).join("、")} 之一的“derived”声明，所见为 ${[act, shown(kind)].join(" ")}。`);
    let said;
    const names = [];
    try {
      said = SHAPES[kind](written);
      for (const { name } of kind === "person" || kind === "story" ? [] : kind === "post" ? said.published_files : said.published) names.push(checkedPath(name));
    } catch (error) {
      if (!(error instanceof Broken)) throw error;
      throw new Broken(`Expected the members of a ${kind}, each of its type. ${error.message}`, `${kind} 的各项应合其类型。${error.detail.zh}`);
    }
    const retold = kind === "story" ? said.translations.map((each) => [`text.${each.language}`, each.words]) : [];
    const words = kind === "post" ? [["text", said.text], ...said.translations.map((each) => [`text.${each.language}`, each.target])]
      : kind === "story" ? [["story", canonical(written.said)], ...retold] : [];
    const digests = new Map(subjects.map((each) => [each.name, each.sha256]));
    const wanted = [...kind === "person" ? ["record"] : words.map(([name]) => name), ...names];
    let fits = canonical(wanted) === canonical([...digests.keys()]) && names.every((name) => !name.includes("/"));
    for (const [name, each] of words) fits = fits && digests.get(name) === hex(await sha256(bytes(each)));
    if (!fits) {
      const listed = [wanted, [...digests.keys()]].map((each) => shown(each.join(", ")));
      refuse(`Expected a statement about the words and files that it names (${listed[0]}), found ${listed[1]}.`, `声明的对象应为其所列的文字与文件（${listed[0]}），所见为 ${listed[1]}。`);
    }
    const [earlier, works, pictures] = [said.earlier || [], kind === "post" ? said.translations : [], said.pictures || []];
    const first = Math.min(said.source.index, ...earlier.map((each) => each.index));
    need(said.item <= first && (["post", "person", "story"].includes(kind) || said.source.index === said.item),
      `Expected an item whose number is that of the first statement about it, ${first}, found ${said.item}.`, `编号应为最早一条相关声明的编号 ${first}，所见为 ${said.item}。`);
    const spoken = [...tracksOf(said).map(([, each]) => each), ...(kind === "story" ? said.translations : [])].flatMap((each) => [each.stated, ...each.reviewed]);
    const files = [pictures.flatMap((each) => each.names), names].map((each) => each.join(", "));
    kind !== "post" || files[0] === files[1] || refuse(`Expected the files of the post's pictures, ${shown(files[0])}, found ${shown(files[1])}.`, `应为帖文图片的文件 ${shown(files[0])}，所见为 ${shown(files[1])}。`);
    const opened = works.flatMap((each) => [each.translated, ...each.reviewed]);
    return { number: said.item, kind, said, digests, opened: said.bytes ? [said.source, ...opened] : opened, source: said.source, record: digests.get("record"), written,
      originals: [said.source, ...(said.rest || [])], media: names.map((name) => ({ name, sha256: digests.get(name) })), pictures: pictures.map((each) => each.source),
      named: [said.source, ...(said.rest || []), ...pictures.map((each) => each.source), ...earlier, ...spoken, ...(said.reads ? [said.reads.stated] : []), ...opened, ...(said.gone ? [said.gone] : [])] };
  }
  /** The tracks of an item, each with what its file's name begins with. */
  function tracksOf(said) {
    const of = (picture) => (picture.tracks || []).map((each) => [`track-${picture.names[0].split(".")[0].split("-").pop()}`, each]);
    return [...(said.tracks || []).map((each) => ["track", each]), ...(said.pictures || []).flatMap(of)];
  }
  /** What is told of what lies over an item, or the files of a post. */
  function coversOf(said) {
    return [said, ...(said.pictures || [])].map((each) => each.covered).filter(Boolean);
  }
  /** The file of subtitles that holds these cues. */
  function webvtt(cues) {
    const escaped = (words) => words.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
    const two = (value) => String(Math.floor(value)).padStart(2, "0");
    const clock = (at) => `${two(at / 3600000)}:${two((at / 60000) % 60)}:${two((at / 1000) % 60)}.${String(at % 1000).padStart(3, "0")}`;
    return ["WEBVTT\n", ...cues.map((each) =>
      `${clock(each.from)} --> ${clock(each.to)}\n${each.speaker ? `<v ${escaped(each.speaker)}>` : ""}${escaped(each.text)}\n`)].join("\n");
  }
  /** What a translation is of: the text, a poll's choices, what it repeats or quotes (statements/post_context.py). */
  function wholeText({ text: own, context }) {
    if (!context) return own;
    const joined = (...parts) => parts.filter(Boolean).join("\n\n");
    let said = context.poll ? joined(own, context.poll.choices.map((each) => each.text).join("\n")) : own;
    for (const [at, { depth, how, handle, name, text: words }] of (context.inner || []).entries()) {
      const speaker = Array.from((handle || name).split("@")[0].replace(/[^\p{L}\p{N}_·-]+/gu, "·").replace(/^·+|·+$/g, "")).slice(0, 64).join("");
      if (depth !== at + 1 || !words || !speaker) break;
      if (at === 0 && how === "repeats" && /^[RrQqMm][Tt][\p{White_Space}\x1c-\x1f]*@/u.test(said)) said = "";
      said = joined(said, `RT @${speaker}: ${words}`);
    }
    return said;
  }
  /** The words of a story, piece by piece; what its pages tell, in their order, [[says, words], …], in words that are given. */
  function tellingOf({ title, chapters }, given = null) {
    const rest = given && given.split("\n\n"), words = [], told = [];
    const say = (says, own) => { words.push(own); told.push([says, rest ? rest[words.length - 1] : own]); };
    say("title", title);
    for (const chapter of chapters) {
      say("chapter", chapter.title);
      for (const each of chapter.elements) {
        if (each.kind === "prose") for (const paragraph of each.text.split("\n\n")) say("prose", paragraph);
        else if (each.kind === "item") told.push([`item ${each.item}${each.from === undefined ? "" : ` ${each.from} ${each.to}`}`, ""]);
        else told.push([each.kind, ""]);
        for (const place of each.places || []) say("place", place.name);
      }
    }
    need(!rest || rest.length === words.length && rest.every(isPiece), `Expected a translation of the story's ${words.length} pieces of words, found ${rest && rest.length}.`,
      `译文应有故事的 ${words.length} 段文字，所见为 ${rest && rest.length} 段。`);
    return { told, words: words.join("\n\n") };
  }
  /** What a post's pages show, by data-said. */
  function wordsOf({ text: own, translations, summary, context }) {
    const found = [["text", own], ...translations.map((each) => [`translation ${each.language}`, each.target])];
    if (!context) return new Map(found);
    if (context.poll) found.push(...context.poll.choices.map((each, at) => [`choice ${at + 1}`, each.text]));
    (context.inner || []).forEach((each, at) => { if (each.text !== null) found.push([`inner ${at + 1}`, each.text]); });
    return new Map(context.sensitive && summary ? found.map(([says, words]) => [`covered ${says}`, words]) : found);
  }
  // ---- an item's file ------------------------------------------------------------------------------------------------
  const ITEM = "tamizdatItem"; // the function that proof.js calls
  const anything = (value) => { isObject(value) || refuse(`Expected an object, found ${shown(value)}.`, `应为对象，所见为 ${shown(value)}。`); return value; };
  const itemForm = object({ bytes: maybe(plain), envelope: anything, openings: several(object({ envelope: anything, salt: plain })), proof: plain });
  const scriptOf = (facts) => bytes(`${ITEM}(${canonical(facts)});\n`);
  /** What a script of one call is called with. */
  function calledWith(data, call) {
    const [before, after] = [call, ");\n"].map(bytes);
    need(data && data.length > before.length + after.length && same(data.subarray(0, before.length), before) && same(data.subarray(-after.length), after),
      "It is another script.", "它是另一脚本。");
    return parse(data.subarray(before.length, -after.length), "what it is called with", "其参数");
  }
  /** The same of an item's file; item is its folder. */
  function factsIn(data, item) {
    try {
      return itemForm(calledWith(data, "tamizdatItem("));
    } catch (error) { throw error instanceof Broken ? odd(item, error) : error; }
  }
  const odd = (item, error) => new Broken(`Expected ${item}proof.js as one call of ${ITEM}, in its format. ${error.message}`, `${item}proof.js 应为对 ${ITEM} 的一次调用，合其格式。${error.detail.zh}`);
  /** What lies beside an item's pages: the envelope and its bytes, the proof, and what reads what is opened. */
  function itemFile(facts, item) {
    let written;
    try { written = itemForm(facts); } catch (error) { throw error instanceof Broken ? odd(item, error) : error; }
    let opened;
    const envelope = split(written.envelope);
    return { data: bytes(canonical(written.envelope)), envelope, proof: parseProof(bytes(written.proof)),
      item: () => itemIn(envelope), openings: () => { opened ||= readOpenings(written); return opened; } };
  }
  /** What is opened with a post: its bytes (or null), and envelopes by the commitment that they open. */
  async function readOpenings({ bytes: raw, openings }) {
    try {
      const captured = raw === null ? null : unb64(raw, undefined, "the captured bytes", "所收存的字节");
      const pairs = openings.map(({ envelope, salt }) => [split(envelope), unb64(salt, 32, "a salt", "盐值")]);
      const opened = await Promise.all(pairs.map(([, salt], at) => commitment(salt, bytes(canonical(openings[at].envelope))).then(hex)));
      const twice = opened.find((each, at) => opened.indexOf(each) < at);
      need(twice === undefined, `Expected each opening once, found that of ${twice} twice.`, `每项公开的内容应只出现一次，所见 ${twice} 出现两次。`);
      return { raw: captured, envelopes: new Map(opened.map((each, at) => [each, pairs[at][0]])) };
    } catch (error) {
      throw error instanceof Broken && !(error instanceof Unjudged) ? new Broken(`Expected what the item's statement opens, in its form. ${error.message}`, `所公开的内容应合其式。${error.detail.zh}`) : error;
    }
  }
  /** Whether what is opened is what the statement says, in its order, and nothing else. */
  async function isExact(item, file) {
    let found;
    try { found = await file.openings(); } catch (error) { if (error instanceof Broken && !(error instanceof Unjudged)) return false; throw error; }
    return [...found.envelopes.keys()].join() === item.opened.map((each) => each.commitment).join() && (found.raw !== null) === Boolean(item.said.bytes);
  }

  // ---- the first format of a site: an item's facts lie in files of their own, and one list names all files -----------------
  const firstForm = object({ bytes: maybe(plain), openings: several(object({ envelope: plain, salt: plain })) });
  /** The same of an item of a site that was saved before 30 November 2026; read(name) gives a file beside its page, or null. */
  async function firstItemFile(read) {
    const data = await read("statement.json");
    const [envelope, proof] = [envelopeIn(data), parseProof(await read("statement.tlog-proof"))];
    return { data, envelope, proof, item: () => itemIn(envelope), openings: async () => {
      const opened = await read("openings.json", true);
      if (opened === null) return { raw: null, envelopes: new Map() };
      try {
        const { bytes: raw, openings } = firstForm(parse(opened, "what is opened", "所公开的内容"));
        const captured = raw === null ? null : unb64(raw, undefined, "the captured bytes", "所收存的字节");
        const envelopes = new Map();
        for (const each of openings) {
          const [one, salt] = [unb64(each.envelope, undefined, "an envelope", "信封"), unb64(each.salt, 32, "a salt", "盐值")];
          envelopes.set(hex(await commitment(salt, one)), envelopeIn(one));
        }
        return { raw: captured, envelopes };
      } catch (error) {
        throw error instanceof Broken && !(error instanceof Unjudged) ? new Broken(`Expected what the item's statement opens, in the form of openings.json. ${error.message}`, `所公开的内容应合 openings.json 之式。${error.detail.zh}`) : error;
      }
    } };
  }
  /** Whether proof.js of such an item follows from the files beside it. */
  async function firstFollows(read) {
    try {
      const [script, envelope, proof, openings] = [await read("proof.js"), await read("statement.json"), await read("statement.tlog-proof"), await read("openings.json", true)];
      const facts = { envelope: b64(envelope), openings: openings === null ? null : parse(openings), proof: text(proof) };
      return same(script, bytes(`tamizdatProof(${canonical(facts)});\n`));
    } catch (error) { if (error instanceof Broken && !(error instanceof Unjudged)) return false; throw error; }
  }

  /** Where a post's own text may stand; a pointer to a quoted post's would make its words this voice's. */
  const OWN = new Set(["1/noteTweet/core/text", ...["/noteTweet/core/text", "/note_tweet/text", "/data/note_tweet/text",
    "/tweet/extended_tweet/full_text", "/extended_tweet/full_text", "/tweet/full_text", "/full_text", "/tweet/text", "/text",
    "/data/text", "/content_text", "/object/content", "/content"].map((member) => `0${member}`)]);
  function textIn(raw, lengths, { slice, member, escaped }) {
    need(OWN.has(`${slice}${member}`), `Expected the place of a post's own text, found ${member} of slice ${slice}.`, `应指向帖文自身的文字，所见为第 ${slice} 段的 ${member}。`);
    need(slice < lengths.length, `Expected a slice from 0 to ${lengths.length - 1} of the captured bytes, found ${slice}.`, `应为所收存字节的第 0 至 ${lengths.length - 1} 段，所见为 ${slice}。`);
    let at = 0, fits = true, value;
    lengths.forEach((length, number) => {
      if (number === slice) value = raw.slice(at, at + length);
      at += length;
      fits = fits && (at === raw.length ? number === lengths.length - 1 : raw[at] === 10);
      at += 1;
    });
    need(fits && at === raw.length + 1, `Expected slices of ${lengths.join(", ")} bytes, as observed, with line feeds between them, found ${raw.length} bytes that are not.`,
      `应为 ${lengths.join("、")} 字节的各段，以换行相隔，所见 ${raw.length} 字节不是。`);
    const json = value;
    try { value = JSON.parse(text(json)); } catch {
      need(false, `Expected captured bytes that are JSON, found ${json.length} bytes that are not.`, `所收存的字节应为 JSON，所见 ${json.length} 字节不是。`);
    }
    for (const name of member.split("/").slice(1)) value = isObject(value) && Object.hasOwn(value, name) ? value[name] : null;
    typeof value === "string" || refuse(`Expected a text at ${member} of the captured bytes, found ${shown(value)}.`, `所收存的字节在 ${member} 处应有文字，所见为 ${shown(value)}。`);
    return escaped ? value.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&") : value;
  }
  const ATTRIBUTE = /[ \t\n]+([a-z][a-z0-9-]*)(?:="([^"<]*)")?/g;
  const TAG = /<(\/?)([a-z][a-z0-9]*)((?:[ \t\n]+[a-z][a-z0-9-]*(?:="[^"<]*")?)*)[ \t\n]*>/g;
  const PLAIN = /^(?:class|id|lang|dir|aria-label(?:ledby)?|data-[a-z-]+)$/; // attributes that neither hide nor move words
  const AROUND = new Set(["html", "body", "main", "article", "section", "div", "figure", "header", "details", "h1", "h2"]);
  const INSIDE = new Set(["div", "span", "blockquote", "q", "b", "i", "em", "strong", "bdi", "cite", "mark"]);
  const VOID = new Set(["area", "br", "col", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]);
  const NEVER = new Set(["plaintext", "frameset", "template", "base"]);
  const REFERENCES = { "amp;": "&", "lt;": "<", "gt;": ">", "quot;": '"', "#39;": "'", "#34;": '"', "#13;": "\r" };
  const outlines = new Map(); // the tags of a page without values → which texts between them are words
  /** Of the tags of most pages, which are alike: which texts are words, by a page of the same tags that says numbers only. */
  function placesIn(outline) {
    const known = outlines.get(outline);
    if (known) return known;
    let [number, said] = [0, []];
    try { said = tagByTag(outline.replace(/>/g, () => `>${number++} `)); } catch (error) { if (!(error instanceof Broken)) throw error; }
    const places = said.map(([covered, words]) => {
      const numbers = words.trim().split(" ").map(Number);
      return [covered, numbers[0], numbers.at(-1) + 1];
    });
    if (outlines.size >= 500) outlines.clear();
    if (outline.length <= 50_000) outlines.set(outline, places); // a site made to fill the memory fills some 50 MB
    return places;
  }
  /** What an ordinary page says, by what it has in common with others; null if anything in it is odd, or nothing is said. */
  function saidSimply(written) {
    const tags = `>${written}`.replace(/>[^<>]*/g, ">");
    if (!/^>(?:<[^<>]*>)*$/.test(tags)) return null; // "<" and ">" do not take turns
    const places = placesIn(tags.slice(1).replace(/"[^"<>]*"/g, '""'));
    const found = [];
    let [at, next] = [-1, 0]; // the tag that comes next is number next, behind the place at
    for (const [covered, start, end] of places) {
      for (; next <= start; next++) at = written.indexOf("<", at + 1);
      let [close, words] = [written.indexOf(">", at), ""];
      const [, , says = ""] = [...written.slice(at + 1, close).matchAll(ATTRIBUTE)].find((each) => each[1] === "data-said");
      for (; next <= end; next++) {
        at = written.indexOf("<", close);
        words += written.slice(close + 1, at);
        close = written.indexOf(">", at);
      }
      if ((words.match(/&[^;&]{0,8};?/gu) || []).some((one) => !Object.hasOwn(REFERENCES, one.slice(1)))) return null;
      found.push([covered + says, words.replace(/&([^;&]{0,8};?)/gu, (_, one) => REFERENCES[one])]);
    }
    return found.length ? found : null;
  }
  /** Each data-said of a page with its text, [[says, text], …]; a page that could be read in two ways is refused. */
  function saidOn(data) {
    let written = text(data, "a page", "网页");
    if (written.includes("\r")) written = written.replace(/\r\n?/g, "\n");
    if (written.startsWith("<!doctype html>")) written = written.slice("<!doctype html>".length);
    return saidSimply(written) || tagByTag(written);
  }
  function tagByTag(written) {
    const oneWay = (holds, en, zh, found) => {
      if (!holds) throw new Broken(`Expected a page that can be read in one way only, with ${en}, found ${shown(found)}.`, `网页应只有一种读法：${zh}，所见为 ${shown(found)}。`);
    };
    const tags = [...written.matchAll(TAG)];
    const all = written.split("<").length - 1;
    oneWay(tags.length === all, "nothing but tags in small letters and text", "只有小写标签与文字", `${all - tags.length} other '<'`);
    const [found, stack, plainHere] = [[], [], [true]];
    let [inside, words, before] = [0, "", 0];
    for (const tag of tags) {
      const [itself, closes, name, attributes] = tag;
      if (inside) words += written.slice(before, tag.index);
      before = tag.index + itself.length;
      if (closes) {
        oneWay(stack.pop() === name, "every element closed in its turn", "各元素依次关闭", `</${name}>`);
        plainHere.pop();
        if (inside === stack.length + 1) {
          found.at(-1)[1] = words.replace(/&([^;&]{0,8};?)/gu, (whole1, each) => {
            oneWay(Object.hasOwn(REFERENCES, each), "no references but those that text needs", "只有文字所需的引用", whole1);
            return REFERENCES[each];
          });
          inside = 0;
        }
        continue;
      }
      const listed = [...attributes.matchAll(ATTRIBUTE)];
      const says = listed.filter((each) => each[1] === "data-said").map((each) => each[2] || "");
      const isPlain = plainHere.at(-1) && listed.every((each) => PLAIN.test(each[1]));
      oneWay(!NEVER.has(name) && (!inside || (INSIDE.has(name) && !says.length)), "plain elements in words", "文字中只有普通元素", `<${name}>`);
      if (says.length) {
        oneWay(INSIDE.has(name) && stack.every((each) => AROUND.has(each)) && says.length === 1, "words in plain elements", "文字在普通元素之中", `<${[...stack, name].join("> <")}>`);
        found.push([stack.includes("details") ? `covered ${says[0]}` : says[0], ""]);
        [inside, words] = [stack.length + 1, ""];
      }
      oneWay(isPlain || !inside, "nothing on or around words that could hide them", "文字及其周围没有可将其隐藏的属性", `<${name}${attributes}>`);
      if (!VOID.has(name)) { stack.push(name); plainHere.push(isPlain); }
    }
    oneWay(!stack.length, "every element closed", "各元素皆已关闭", `<${stack.join("> <")}>`);
    return found;
  }
  /** The same path, or why it is refused, in the words of the command. */
  function checkedPath(path) {
    if (safePath(path)) return path;
    if (path === "") refuse("Expected the name of a file, found none.", "应有文件名，所见为空。");
    if (bytes(path).length > 4096) refuse(`Expected a path of at most ${(4096).toLocaleString("en")} bytes, found ${bytes(path).length.toLocaleString("en")}.`, `路径应不超过 4096 字节，所见为 ${bytes(path).length} 字节。`);
    if (path.startsWith("/")) refuse("Expected a relative path, found an absolute one; it was refused.", "应为相对路径，所见为绝对路径，已拒绝。");
    if (/[\\:]/.test(path)) refuse("Expected a path without backslash and colon, which lead elsewhere on some systems.", "路径不应有反斜线或冒号，它们在某些系统上通向别处。");
    const odd = /[\p{Cc}\p{Zl}\p{Zp}\p{Surrogate}\u202a-\u202e\u2066-\u2069]/u.exec(path);
    const code = odd && odd[0].codePointAt(0).toString(16).toUpperCase().padStart(4, "0");
    if (odd) refuse(`Expected a path without control or override characters, found U+${code}.`, `路径不应有控制字符或改变方向的字符，所见有 U+${code}。`);
    if (path.split("/").some((name) => name === "" || name === "." || name === "..")) refuse("Expected a path that stays in its folder, found '..', '.' or an empty component.", "路径应留在其文件夹内，所见有“..”、“.”或空名。");
    const long = path.split("/").map((name) => bytes(name).length).find((size) => size > 255);
    if (long) refuse(`Expected names of at most ${255} bytes, found one of ${long.toLocaleString("en")}.`, `文件名应不超过 255 字节，所见有 ${long} 字节。`);
    return refuse("Expected names that do not end in a dot or a space, found one that does.", "文件名不应以点或空格结尾，所见有此类文件名。");
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
    constructor(above = null) { this.links = []; this.shaky = new Set(); this.pending = []; this.above = above; }
    get holds() { return this.shaky.size === 0; }
    isShaky(name) { return this.shaky.has(name) || (this.above !== null && this.above.isShaky(name)); }
    /** Take in the links of a part that was judged beside others. */
    add(part) {
      this.links.push(...part.links);
      part.shaky.forEach((each) => this.shaky.add(each));
      if (part.pending.length) this.pending = part.pending;
    }
    async link(name, ground, step) {
      let verdict, detail;
      try {
        ({ verdict = "proved", detail } = await step());
        const weak = ground.filter((each) => this.isShaky(each));
        if (weak.length) {
          throw new Unjudged(`It agrees, but it proves nothing, for it depends on links that do not hold: ${weak.join(", ")}.`,
            `本身相符，但不能证明什么：它所依据的各环不成立：${weak.join("、")}。`);
        }
      } catch (error) {
        verdict = error instanceof Broken && !(error instanceof Unjudged) ? "broken" : "unknown";
        detail = error.detail || say(`This browser could not check it: ${error.name}.`, `此浏览器无法核验：${error.name}。`);
        this.shaky.add(name);
      }
      this.links.push({ name, verdict, detail });
      return verdict;
    }
  }
  const required = (value, en, zh) => {
    if (value === undefined || value === null) {
      throw new Unjudged(`It cannot be judged without ${en}, which could not be read or does not hold.`, `缺少${zh}，无法判断：它无法读取，或不成立。`);
    }
    return value;
  };
  const DIGEST = /^[0-9a-f]{64}$/;
  /** Two values as a message repeats them: digests whole, long texts from shortly before where they differ. */
  function apart(expected, found) {
    if (typeof expected !== "string" || typeof found !== "string") return [shown(expected), shown(found)];
    if (DIGEST.test(expected) && DIGEST.test(found)) return [expected, found];
    const [one, other] = [Array.from(expected), Array.from(found)];
    let at = 0;
    while (at < Math.min(one.length, other.length) && one[at] === other[at]) at++;
    const start = at > 40 ? at - 20 : 0;
    return [shown(one.slice(start).join("")), shown(other.slice(start).join(""))];
  }
  function equal(en, zh, expected, found) {
    if (expected === found || canonical(expected) === canonical(found)) return;
    const [wanted, instead] = apart(expected, found);
    throw new Broken(`Expected ${en} ${wanted}, found ${instead}.`, `${zh}应为 ${wanted}，所见为 ${instead}。`);
  }
  const noFile = (path) => [`Expected the file ${path}, found no such file.`, `应有文件 ${path}，所见没有。`];
  /** What is found instead of a file with this SHA-256; null if nothing is. found is null for a missing file. */
  function difference(path, digest, found) {
    if (found === digest) return null;
    return found === null ? say(...noFile(path))
      : say(`Expected ${path} with the SHA-256 ${digest}, found ${found}.`, `${path} 的 SHA-256 应为 ${digest}，所见为 ${found}。`);
  }
  const LOADING = { "page.js": ["", "words/"], "search.js": ["search/"] }; // a script: folders of those that it may load later
  /** The files that a browser loads with a page, by path, and those that it may load later; listed are all that the edition lists, or null to leave those but for the verifier. */
  function loadedBy(path, data, listed = null) {
    const found = new Set();
    const form = /<link(?= [^<>]*rel="(?:icon|stylesheet)")[^<>]* href="([^"<>]+)"|<[a-z][^<>]* (?:src|poster)="([^"<>]+)"/g;
    for (const [, link, other] of new TextDecoder().decode(data).matchAll(form)) {
      const names = path.split("/").slice(0, -1);
      for (const name of (link || other).split("/")) if (name === "..") names.pop(); else if (name !== ".") names.push(name);
      found.add(names.join("/"));
      const name = names.pop(), folder = names.map((each) => `${each}/`).join("");
      if (name === "page.js" && !listed) found.add(`${folder}verify.js`);
      for (const its of listed && Object.hasOwn(LOADING, name) ? LOADING[name].map((each) => folder + each) : []) {
        for (const each of listed.keys()) if (each.startsWith(its) && /^[^/]+\.js$/.test(each.slice(its.length))) found.add(each);
      }
    }
    return [...found];
  }

  /**
   * Who witnessed a checkpoint, and whether those are enough: note is the log's own, all the same with every signature,
   * null if there is none, undefined if it was not read.
   */
  async function witnessed(roster, size, note, all) {
    const { log, witnesses, quorum } = roster;
    if (all) {
      const path = `ledger/checkpoints/${size}/checkpoint`;
      need(same(all.slice(0, note.length), note), `Expected the ledger's checkpoint at the beginning of ${path}, found other bytes.`,
        `${path} 应以账本的检查点开头，所见为另一个。`);
    }
    const { witnessed: those, unchecked } = await openCheckpoint(all || note, log, witnesses);
    const once = (keys) => [...new Set(keys.map((each) => each.name))];
    const [names, known, later] = [once(those), once(witnesses), once([...those, ...unchecked])];
    const unknown = (en, zh) => ({ verdict: "unknown", detail: say(en, zh) });
    if (names.length < quorum && all === undefined) {
      return unknown("Not read: who witnessed this state stands in a file of its own. Check the whole folder.", "未读取：见证签名在另一个文件里。请核查整个文件夹。");
    }
    if (names.length < quorum && later.length >= quorum) {
      return unknown(`This browser does not check signatures of ML-DSA-44, by which ${later.join(", ")} signed.`,
        `此浏览器不核查 ML-DSA-44 签名；以此签署者：${later.join("、")}。`);
    }
    const found = names.length ? `that of ${names.join(", ")}` : "none of these";
    need(names.length >= quorum, `Expected the cosignatures of ${quorum} of the ${known.length} witnesses of this ledger (${known.join(", ")}) under the checkpoint, found ${found}.`,
      `检查点应有本账本 ${known.length} 位见证人（${known.join("、")}）中 ${quorum} 位的签名，所见${names.length ? `为 ${names.join("、")}` : "没有"}。`);
    if (names.length) {
      const listed = [names.slice(0, -1).join(", "), names.at(-1)].filter(Boolean).join(" and ");
      return { detail: say(`Witnessed by ${listed}.`, `见证：${names.join("、")}。`) };
    }
    if (known.length) {
      return unknown(`None of its witnesses (${known.join(", ")}) signed; its roster demands none.`, `见证人（${known.join("、")}）均未签署；名册不要求见证。`);
    }
    return unknown("None: when this ledger existed is the desk's word, unless stamps say it.", "没有见证：账本何时存在，若无时间戳，只是编辑部所言。");
  }

  class Check {
    constructor(root = null) { this.report = new Report(); this.root = root; this.earlier = new Map(); this.sources = new Map(); }

    /** The same check, for an item that is judged beside others: with a report of its own. */
    part() { return Object.assign(new Check(), this, { report: new Report(this.report) }); }

    /**
     * The roster and its root; false if the root is not the reader's: then a stranger says what there is to compute.
     * earlier(path) gives an earlier version of the roster, null if there is none.
     */
    async trust(envelope, earlier = async () => null) {
      await this.report.link("roster", [], async () => {
        this.roster = await openRoster(await envelope());
        return { detail: say(`Version ${this.roster.version}, signed by its root, for the ledger ${this.roster.log.name}.`,
          `第 ${this.roster.version} 版，由根密钥签署，账本为 ${this.roster.log.name}。`) };
      });
      return "broken" !== await this.report.link("root", ["roster"], async () => {
        const found = required(this.roster, "the roster", "名册").fingerprint;
        if (this.root === null) {
          return { verdict: "unknown", detail: say(`Compare this fingerprint over a second channel: ${spoken(found)}.`,
            `请通过另一渠道核对此指纹：${spoken(found)}。`) };
        }
        if (!same(found, this.root) && await handedOver(this.roster, earlier, this.root)) {
          return { detail: say(`The root you gave handed over to this one, ${spoken(found)}: give that from now on.`, `您给出的根已移交给此根 ${spoken(found)}：此后请以它为准。`) };
        }
        need(same(found, this.root), `Expected the root you gave, ${spoken(this.root)}, found ${spoken(found)}: this is not that desk's site. Do not rely on anything in it.`,
          `应为您给出的根指纹 ${spoken(this.root)}，所见为 ${spoken(found)}：这不是那个编辑部的网站，其中一切都请勿采信。`);
        return { detail: say("It is the root you gave.", "与您给出的根指纹相符。") };
      });
    }
    async notJudged(...names) {
      for (const name of names) {
        await this.report.link(name, [], async () => { throw new Unjudged("Not judged: another root.", "未作判断：根指纹不同。"); });
      }
      return this.report;
    }
    /** beside(size) gives the checkpoint with all signatures: null if there is none, undefined if it was not read. */
    async head(note, beside = async () => null) {
      await this.report.link("checkpoint", ["root"], async () => {
        this.note = await note();
        this.checkpoint = await openCheckpoint(this.note, required(this.roster, "the roster", "名册").log);
        return { detail: say(`The ledger's key signed it: ${this.checkpoint.size.toLocaleString("en")} entries; random ones hide how much the desk did.`, `由账本密钥签署：共 ${this.checkpoint.size} 条，其中有随机条目，使人看不出编辑部做了多少事。`) };
      });
      await this.report.link("witnesses", ["checkpoint"], async () => {
        const { size } = required(this.checkpoint, "the checkpoint", "检查点");
        return witnessed(this.roster, size, this.note, await beside(size));
      });
    }
    /** The checkpoints that are kept beside the ledger: path → a function that reads it. */
    async kept(files) {
      const form = /^ledger\/checkpoints\/(0|[1-9][0-9]{0,14})\/checkpoint$/;
      const paths = [...files.keys()].filter((path) => form.test(path)).sort();
      if (!paths.length) return;
      await this.report.link("checkpoints", ["ledger"], async () => {
        const { log, witnesses } = required(this.roster, "the roster", "名册");
        const ledger = required(this.ledger, "the ledger's entries", "账本各条");
        const head = required(this.checkpoint, "the checkpoint", "检查点");
        for (const path of paths) {
          const size = count(Number(form.exec(path)[1]));
          const data = await files.get(path)();
          const { origin, size: found, root } = readCheckpoint(splitNote(data).body);
          need(size <= head.size && found === size && origin === head.origin && same(root, await ledger.rootOfFirst(size)),
            `Expected in ${path} a checkpoint of the first ${size} entries of this ledger, found one of ${found} with the root ${hex(root)}. Tell others who read this site.`,
            `${path} 应为此账本前 ${size} 条的检查点，所见为 ${found} 条，树根 ${hex(root)}。请告诉此网站的其他读者。`);
          if (splitNote(data).lines.some((line) => line.name === log.name && same(line.keyId, log.keyId))) await openCheckpoint(data, log, witnesses);
        }
        return { detail: say(`${paths.length} of them, each a beginning of this ledger.`, `共 ${paths.length} 个，都是此账本的开头。`) };
      });
    }
    /** The lists of files, of which data is files.txt; broken if the edition was read and names another. */
    async listOfFiles(data, read) {
      const listed = readFiles(data);
      if (this.edition) {
        const { files, filesDigest } = this.edition;
        const found = hex(await sha256(data));
        need(found === filesDigest, `Expected the list of files with the SHA-256 ${filesDigest}, as the edition says, found ${found}.`, `文件清单的 SHA-256 应如本版声明为 ${filesDigest}，所见为 ${found}。`);
        need(listed.size === files, `Expected a list of ${files} files, as the edition says, found ${listed.size} in it.`, `清单应如本版声明有 ${files} 个文件，所见为 ${listed.size} 个。`);
      }
      return new FileLists(listed, read, !(this.edition && this.edition.first));
    }
    /** The ledger's index of a statement that a desk key signed which counts there. */
    async disclosed(data, envelope, proof) {
      const { size, root } = await this.checkpointOf(proof.note);
      await this.signed(envelope, proof.index);
      const salt = proof.salt === null ? 0 : proof.salt.length;
      need(salt === 32, `Expected a salt of ${32} bytes, found ${salt}.`, `盐值应为 32 字节，所见为 ${salt} 字节。`);
      const entry = await commitment(proof.salt, data);
      if (!(this.ledger && await this.ledger.proves(proof.index, size, entry, proof.hashes))) {
        await verifyInclusion(proof.index, size, await leafHash(entry), proof.hashes, root);
      }
      return proof.index;
    }
    /** The statement in envelope, signed by a desk key that counts at index. */
    async signed(envelope, index) {
      const { desk, deskKeys } = required(this.roster, "the roster", "名册");
      required(this.checkpoint, "the checkpoint", "检查点");
      const keys = await signersOf(envelope, deskKeys, this.whole ? (...each) => helper.signedBy(...each) : signedBy);
      const found = keys.map(hex).sort().join(", ");
      need(desk.some((each) => keys.some((key) => same(key, each.key)) && each.from <= index && index < each.until),
        `Expected the signature of a desk key that counts at entry ${index}, found that of ${found}, which does not count there.`,
        `应有在第 ${index} 条处有效的编辑部密钥的签名，所见为 ${found} 的签名，该密钥在此无效。`);
      return statementIn(envelope);
    }
    /** The checkpoint in a proof: the edition's, or an earlier one's, with whose ledger this one must begin. */
    async checkpointOf(note) {
      const head = required(this.checkpoint, "the checkpoint", "检查点");
      if (same(note, this.note)) return head;
      const key = hex(note);
      if (!this.earlier.has(key)) this.earlier.set(key, this.earlierCheckpoint(note, head));
      return this.earlier.get(key);
    }
    async earlierCheckpoint(note, head) {
      const found = await openCheckpoint(note, this.roster.log);
      need(found.size <= head.size, `Expected a proof for this ledger of ${head.size} entries or an earlier state of it, found one for ${found.size} entries.`,
        `证明应依据此账本（${head.size} 条）或其较早的状态，所见依据 ${found.size} 条。`);
      need(found.size < head.size || same(found.root, head.root),
        `Expected a proof for the ledger with the root ${hex(head.root)}, found one for a ledger of the same size with the root ${hex(found.root)}: it was forked. Tell others who read this site.`,
        `证明应依据树根为 ${hex(head.root)} 的账本，所见账本条数相同而树根为 ${hex(found.root)}：它被分叉了。请告知本站的其他读者。`);
      if (this.whole && !this.ledger) throw new Unjudged("The ledger's entries are needed to compare them with an earlier checkpoint.", "需要账本的各条记录，才能与较早的检查点比较。");
      const first = this.ledger ? await this.ledger.rootOfFirst(found.size) : found.root;
      need(same(first, found.root), `Expected a ledger whose first ${found.size} entries have the root ${hex(found.root)}, found ${hex(first)}: it was forked. Tell others who read this site.`,
        `账本前 ${found.size} 条的树根应为 ${hex(found.root)}，所见为 ${hex(first)}：它被分叉了。请告知本站的其他读者。`);
      return found;
    }
    /** In a whole site, each commitment that is named is the ledger's entry at its index. */
    rightly(...all) {
      for (const { index, commitment: named } of this.ledger ? all : []) {
        const { entries } = this.ledger;
        const found = index < entries.length ? hex(entries[index]) : "no such entry";
        found === named || refuse(`Expected the commitment ${named} as entry ${index}, found ${found}.`, `第 ${index} 条应为承诺值 ${named}，所见为 ${inChinese(found)}。`);
      }
    }
    async published(envelope, proof) {
      await this.report.link("edition", ["root", "checkpoint"], async () => {
        const data = await envelope();
        const said = this.edition = readEdition(data);
        const way = await proof();
        required(this.checkpoint, "the checkpoint", "检查点");
        const parsed = parseProof(way);
        need(same(parsed.note, this.note), "Expected the edition's proof for the checkpoint in the ledger, found one for an earlier state.",
          "本版的证明应依据账本中的检查点，所见依据较早的状态。");
        const index = await this.disclosed(data, envelopeIn(data), parsed);
        const { origin } = this.checkpoint;
        need(said.origin === origin, `Expected an edition of the ledger ${origin}, found one of ${said.origin}.`, `应为账本 ${origin} 的一版，所见属于 ${said.origin}。`);
        return { detail: say(`Edition ${said.number}, signed by the desk and unaltered since it became entry ${index}. Its date, ${said.date}, is the desk's word.`,
          `第 ${said.number} 版，由编辑部签署，自成为第 ${index} 条以来未被改动。日期 ${said.date} 为编辑部所言。`) };
      });
      await this.report.link("newest", ["edition"], async () => {
        required(this.edition, "the edition", "本版声明");
        required(this.roster, "the roster", "名册");
        return { verdict: "unknown", detail: say("No earlier edition is remembered here; newer ones may exist.", "此处不记得以前各版；可能已有更新的一版。") };
      });
    }
    /**
     * One item. file() gives what lies beside its pages (itemFile); listed() gives the digest that the edition lists, undefined if it lists none, null if that list could not be read; media(name) gives the SHA-256 of a
     * file, null if it is missing, undefined if it was not read; words() gives [[path, [[says, text], …]], …] for a post;
     * tales has other(number): another item, undefined if it was not read; and of a story pages(), its pages likewise as [[path, bytes], …].
     * files, of one item by itself, has list() and read(path): bytes, null if missing, undefined if not readable here.
     */
    async item(number, ground, { file, listed, media, words, tales, files = null }) {
      const name = `item ${number}`;
      let item, facts;
      await this.report.link(name, ["root", "checkpoint", ...ground], async () => {
        const read = facts = await file();
        item = await read.item();
        need(item.number === number, `Expected the statement of item ${number}, found that of item ${item.number}.`,
          `应为第 ${number} 件的声明，所见是第 ${item.number} 件的。`);
        const [digest, found] = [await listed(), hex(await sha256(read.data))];
        need(digest !== undefined, `Expected an item that the edition lists, found item ${number}, which it does not list.`, `应为本版清单所列，所见第 ${number} 件不在清单之中。`);
        need(digest === null || digest === found, `Expected the statement with the SHA-256 ${digest}, as the edition lists it, found ${found}.`,
          `声明的 SHA-256 应如本版清单为 ${digest}，所见为 ${found}。`);
        const index = await this.disclosed(read.data, read.envelope, read.proof);
        for (const each of item.named) {
          need(each.index < index, `Expected a statement about entries before its own, ${index}, found one about entry ${each.index}.`, `声明所指应早于其自身的第 ${index} 条，所见有第 ${each.index} 条。`);
        }
        await this.turn; // of two that claim one source, the one with the greater number is wrong
        for (const each of [`${item.source.index} ${item.source.commitment}`, ...(item.kind === "post" ? [item.said.post] : [])]) {
          if (!this.sources.has(each)) this.sources.set(each, number);
          const other = this.sources.get(each);
          need(other === number, `Expected an item with a source of its own, found the source of item ${other}.`, `每件应有自己的来源，所见为第 ${other} 件的来源。`);
        }
        this.release?.();
        const said = say(`Its statement is signed by the desk and unaltered since it became entry ${index}.`, `声明由编辑部签署，自成为第 ${index} 条以来未被改动。`);
        const earlier = say(" By an earlier checkpoint: that this ledger continues that one, the whole site shows.", "证明依据较早的检查点：本账本是否由其延续而来，须核验整个网站。");
        if (this.whole || same(read.proof.note, this.note)) return { detail: said };
        return { detail: { en: said.en + earlier.en, zh: said.zh + earlier.zh } };
      });
      const exact = Boolean(facts) && (!item || await isExact(item, facts));
      if (files) await this.page(name, number, files, media, exact);
      if (!item || !["person", "story"].includes(item.kind)) await this.media(name, number, item, media);
      if (item && item.kind === "post") await this.post(name, item, facts.openings, words);
      else if (item && item.kind === "person") await this.person(name, item);
      else if (item && item.kind === "story") await this.story(name, item, words, tales);
      else {
        await this.report.link(`${name} source`, [name], async () => {
          const { originals } = required(item, "its statement", "声明");
          this.rightly(...originals);
          const [en, zh] = [", ", "、"].map((sign) => originals.map(({ index }) => index).join(sign));
          return { verdict: "vouched", detail: say(`That it was made from the withheld original, entry ${en}, is the desk's word.`,
            `它由未公开的原件（第 ${zh} 条）制成，这一点为编辑部所言。`) };
        });
      }
      if (item && tracksOf(item.said).length) await this.tracks(name, item);
      if (item && item.said.reads) await this.reads(name, item, tales);
      if (item && coversOf(item.said).length) await this.cover(name, item);
      return exact;
    }
    /** What a reader of one item sees is what the edition lists: its pages in every language, and what they load. */
    async page(name, number, { list, read, script }, media, exact) {
      const verdict = await this.report.link(`${name} page`, ["edition"], async () => {
        const place = `items/${number}/`;
        const data = await list();
        const beside = data && readFiles(data).has(listOf(place)) ? await read(listOf(place)) : null;
        if (data === undefined || beside === undefined) {
          return { verdict: "unknown", detail: say("This browser could not read the list of files here, so that nothing tells whether the page around the words was altered. Check the whole folder, on the check page or with “tamizdat verify”.",
            "浏览器在此无法读取文件清单，因此无从得知文字周围的网页是否被改动。请在核验页或用 tamizdat verify 核验整个文件夹。") };
        }
        need(data !== null, ...noFile("edition/files.txt"));
        const lists = this.lists = await this.listOfFiles(data, read);
        const listed = await lists.beside(place);
        const own = [...listed.keys()].filter((path) => path.startsWith(place) || path.slice(path.indexOf("/") + 1).startsWith(place));
        const all = new Set(own);
        for (const path of own.filter((each) => each.endsWith(".html"))) {
          const page = await read(path);
          if (!page || hex(await sha256(page)) !== listed.get(path)) continue;
          for (const each of loadedBy(path, page)) if (await lists.get(each)) all.add(each);
        }
        const [wrong, unread] = [[], []];
        const given = await read(`${place}proof.js`);
        if (given && !(exact && same(given, script()))) all.add(`${place}proof.js`);
        for (const path of [...all].sort()) {
          if (path === `${place}proof.js`) {
            wrong.push(say(`Expected ${path} as it follows from the other files, found other bytes.`, `${path} 应由其他文件得出，所见字节不符。`));
            continue;
          }
          const file = path.startsWith(place) && !path.endsWith(".html") ? await media(path.slice(place.length)) : await read(path);
          const found = file instanceof Uint8Array ? hex(await sha256(file)) : file;
          const digest = await lists.get(path);
          if (found === undefined) unread.push(path);
          else if (difference(path, digest, found)) wrong.push(difference(path, digest, found));
        }
        if (wrong.length) {
          const told = [...wrong.slice(0, 5), ...(wrong.length > 5 ? [say(`More of these files: ${wrong.length - 5}.`, `另有 ${wrong.length - 5} 个文件。`)] : [])];
          throw new Broken(told.map((each) => each.en).join(" "), told.map((each) => each.zh).join(""));
        }
        required(this.edition, "the edition", "本版声明");
        if (unread.some((path) => path.endsWith(".html") || !path.startsWith(place))) {
          return { verdict: "unknown", detail: say(`Not read here: ${unread.join(", ")}. Check the whole folder, on the check page or with “tamizdat verify”.`,
            `在此未能读取：${unread.join("、")}。请在核验页或用 tamizdat verify 核验整个文件夹。`) };
        }
        return { detail: say("Its pages, in every language, and all that they load are as the edition lists them.", "它各语言的网页及其所载入的一切，均与本版清单相符。") };
      });
      this.held = verdict === "proved";
      if (verdict === "unknown" && !this.report.shaky.has(`${name} page`)) this.report.unseen = true;
    }
    async media(name, number, item, media) {
      await this.report.link(`${name} media`, [name], async () => {
        const names = required(item, "its statement", "声明").media;
        this.report.named = names.map((each) => each.name);
        const found = await Promise.all(names.map((each) => media(each.name)));
        const wrong = names.map((each, at) => (found[at] === undefined ? null : difference(`items/${number}/${each.name}`, each.sha256, found[at]))).filter(Boolean);
        if (wrong.length) throw new Broken(wrong.map((each) => each.en).join(" "), wrong.map((each) => each.zh).join(""));
        this.rightly(...item.pictures);
        const absent = names.filter((each, at) => found[at] === undefined).map((each) => each.name);
        if (absent.length) {
          this.report.pending = absent; // no failure: the person has yet to choose them
          return { verdict: "unknown", detail: say(`Not read yet: ${absent.join(", ")}. Choose them to have them checked.`, `尚未读取：${absent.join("、")}。选择后即可核验。`) };
        }
        if (!names.length) return { detail: say("The statement names no files.", "声明没有列出文件。") };
        return { detail: say(`Byte for byte what the statement names: ${names.map((each) => each.name).join(", ")}.`,
          `与声明逐字节相同：${names.map((each) => each.name).join("、")}。`) };
      });
    }
    /** The subtitles of a clip are the words of its statement, cue by cue (verifying/track_links.py). */
    async tracks(name, item) {
      await this.report.link(`${name} tracks`, [name], async () => {
        const told = tracksOf(item.said);
        this.rightly(...told.flatMap(([, each]) => [each.stated, ...each.reviewed]));
        for (const [stem, track] of told) {
          const expected = hex(await sha256(bytes(webvtt(track.cues)))), its = `${stem}.${track.language}.vtt`;
          const found = (item.media.find((each) => each.name === track.name) || { sha256: "no such file" }).sha256;
          need(track.name === its && found === expected, `Expected the words in ${track.language} in ${its}, with the SHA-256 ${expected}, found ${track.name}, with ${found}.`,
            `${track.language} 的文字应在 ${its} 中，其 SHA-256 为 ${expected}，所见为 ${track.name}，其值为 ${inChinese(found)}。`);
        }
        const [en, zh] = [", ", "、"].map((sign) => told.map(([, each]) => each.language).join(sign));
        return { verdict: "vouched", detail: say(`The subtitles (${en}) are the words of the statement, cue by cue. That they were reviewed by others than who wrote them is the desk's word.`,
          `字幕（${zh}）逐条与声明中的文字相同。由撰写者以外的人审阅，这一点为编辑部所言。`) };
      });
    }
    /** Whose name is read in a recording (verifying/reading_links.py). */
    async reads(name, item, tales) {
      await this.report.link(`${name} reads`, [name], async () => {
        need(item.kind === "sound", `Expected a sound in which a name is read, found a ${item.kind}.`, `念名字的应为录音，所见为 ${item.kind}。`);
        const { person, stated } = item.said.reads;
        this.rightly(stated);
        const its = await tales.other(person);
        need(!its || its.kind === "person", `Expected a person of this edition whose name is read, found item ${person}.`, `所念应为本版中一人的名字，所见为第 ${person} 件。`);
        return { verdict: "vouched", detail: say(`That it reads the name of person ${person}, and that who speaks consented to be heard, is the desk's word.`,
          `其中念的是第 ${person} 号的名字，说话的人同意让人听见，这两点为编辑部所言。`) };
      });
    }
    /** What is told of a cover is what is said of how the files were made (verifying/cover_links.py). */
    async cover(name, item) {
      await this.report.link(`${name} cover`, [name], async () => {
        const told = coversOf(item.said), sum = (member) => told.reduce((before, each) => before + each[member], 0);
        const said = `regions covered: ${sum("regions")}, stretches silenced: ${sum("silent")}`;
        const found = /; before that, (regions covered: \d+, stretches silenced: \d+) \(recipe cover\/1, as stated in /.exec(item.said.how);
        need(found && found[1] === said, `Expected files made with ${said}, as the statement tells, found ${found ? found[1] : "nothing of a cover"}.`,
          `文件应如声明所述制成（${said}），所见为 ${found ? found[1] : "未提及遮盖"}。`);
        const whole = (each) => each.silences.every((one) => one.from < one.to) && [0, each.silent].includes(each.silences.length) && (each.regions || each.silent);
        need(told.every(whole), `Expected each stretch that is silent to end after it begins, found ${said}.`, `每段静音应在开始之后结束，所见为 ${said}。`);
        return { verdict: "vouched", detail: say(`Before anything was made of the original: ${said}. That this covers who must not be recognised is the desk's word.`,
          `在由原件制作任何内容之前：遮盖区域 ${sum("regions")} 处，静音 ${sum("silent")} 段。不应被认出的人已被遮盖，这一点为编辑部所言。`) };
      });
    }
    /** A story: its words, in every language, and what its pages tell, in the order of the statement (verifying/story_links.py). */
    async story(name, item, words, tales) {
      const { said } = item;
      const grounds = this.held === undefined ? [name] : [name, `${name} page`];
      await this.report.link(`${name} shown`, grounds, async () => {
        const expected = new Map([["text", tellingOf(said.said).words], ...said.translations.map((each) => [`translation ${each.language}`, each.words])]);
        const pages = await words();
        for (const [path, pairs] of pages) checkShown(path, pairs, expected);
        if (!pages.length) return { verdict: "unknown", detail: say("No page of it lies here.", "此处没有它的网页。") };
        if (this.held === false) {
          return { verdict: "unknown", detail: say("Only the words were compared, which agree, not what stands around them or hides them.",
            "只比较了文字，文字相符；其周围的内容，以及是否将其隐藏，未作比较。") };
        }
        return { detail: say("Its pages show exactly the statement's text and translations.", "网页所示与声明的原文和译文完全一致。") };
      });
      await this.report.link(`${name} told`, grounds, async () => {
        const tellings = [tellingOf(said.said).told, ...said.translations.map((each) => tellingOf(said.said, each.words).told)];
        const pages = await tales.pages();
        for (const [path, data] of pages) await this.checkTold(path, saidOn(data), tellings, tales.other);
        if (!pages.length) return { verdict: "unknown", detail: say("No page of the story lies here.", "此处没有这篇故事的网页。") };
        return { detail: say("The story's pages tell what the statement says, in its order.", "故事各页所述与声明及其次序相同。") };
      });
      await this.report.link(`${name} source`, [name], async () => {
        this.rightly(...item.named);
        return { verdict: "vouched", detail: say(`That it was composed and released by an editor, entry ${item.source.index}, and that its translations were reviewed by others than who made them, is the desk's word.`,
          `由编辑编成并发布（第 ${item.source.index} 条），译文由译者以外的人审阅，这一点为编辑部所言。`) };
      });
    }
    /** That a page tells one of tellings, and of posts the words that their own statements have. */
    async checkTold(path, found, tellings, other) {
      const ofPost = ([says]) => /^(?:text|translation) /.test(says);
      const own = found.filter((each) => !ofPost(each)), alike = (a, b) => a && b && a[0] === b[0] && a[1] === b[1];
      const fits = (telling) => telling.filter((each, at) => alike(each, own[at])).length;
      const nearest = tellings.reduce((best, each) => (fits(each) > fits(best) ? each : best));
      const at = Array.from({ length: Math.max(own.length, nearest.length) }, (_, each) => each).find((each) => !alike(own[each], nearest[each]));
      if (at !== undefined) {
        const [wanted, instead] = [nearest, own].map((each) => shown(at < each.length ? each[at].join(" ") : "nothing more"));
        throw new Broken(`Expected ${path} to tell ${wanted} as no. ${at + 1} of the story, found ${instead}.`, `${path} 的第 ${at + 1} 项应为 ${wanted}，所见为 ${instead}。`);
      }
      for (const [says, words] of found.filter(ofPost)) {
        const [what, number, ...language] = says.split(" ");
        const one = /^(?:0|[1-9][0-9]{0,14})$/.test(number) ? await other(Number(number)) : null, its = one && one.kind === "post" ? one.said : null;
        const of = its && (what === "text" ? (language.length ? null : its.text) : (its.translations.find((each) => each.language === language.join(" ")) || {}).target);
        of === words || refuse(`Expected ${path} to show as ${ascii(says)} the words of that post, found ${shown(words)}.`, `${path} 的 ${ascii(says)} 应为该帖文的文字，所见为 ${shown(words)}。`);
      }
    }
    async person(name, item) {
      await this.report.link(`${name} record`, [name], async () => {
        const found = hex(await sha256(bytes(canonical(item.written.said))));
        need(item.record === found, `Expected a record with the SHA-256 ${item.record}, found ${found}.`, `记录的 SHA-256 应为 ${item.record}，所见为 ${found}。`);
        return { detail: say("The entry is the one that the statement's subject names.", "此记录正是声明对象所指。") };
      });
      await this.report.link(`${name} source`, [name], async () => {
        this.rightly(item.source);
        return { verdict: "vouched", detail: say("What the desk lists of this person, and from which sources, is its word.",
          "关于此人及其来源的记录，为编辑部所言。") };
      });
    }
    async post(name, item, openings, words) {
      const { said } = item;
      const own = item.digests.get("text"); // which the statement's reader has computed
      let opened = null, why = null;
      try {
        opened = await openings();
      } catch (error) { if (!(error instanceof Broken)) throw error; why = error; }
      /** What a private statement says that is named, and opened beside the post. */
      const open = async (each, act) => {
        if (!opened) throw why;
        this.rightly(each);
        const envelope = opened.envelopes.get(each.commitment);
        need(envelope, `Expected what opens entry ${each.index}, the commitment ${each.commitment}, found ${opened.envelopes.size} openings, none of which does.`,
          `应有能打开第 ${each.index} 条承诺值 ${each.commitment} 的内容，所见 ${opened.envelopes.size} 项都不能。`);
        return readAct(await this.signed(envelope, each.index), act);
      };
      const raw = () => {
        if (!opened) throw why;
        need(opened.raw, "Expected the captured bytes that the statement says are shown, found none.", "声明称公开了所收存的字节，所见没有。");
        return opened.raw;
      };

      await this.report.link(`${name} shown`, this.held === undefined ? [name] : [name, `${name} page`], async () => {
        const expected = wordsOf(said);
        const pages = await words();
        for (const [path, pairs] of pages) checkShown(path, pairs, expected);
        if (!pages.length) return { verdict: "unknown", detail: say("No page of it lies here.", "此处没有它的网页。") };
        if (this.held === false) {
          return { verdict: "unknown", detail: say("Only the words were compared, which agree, not what stands around them or hides them.",
            "只比较了文字，文字相符；其周围的内容，以及是否将其隐藏，未作比较。") };
        }
        return { detail: say("Its pages show exactly the statement's text and translations.", "网页所示与声明的原文和译文完全一致。") };
      });
      let lengths = null;
      await this.report.link(`${name} source`, [name], async () => {
        this.rightly(item.source);
        const { index } = item.source;
        if (!said.bytes) {
          if (!opened) throw why;
          const found = opened.raw ? opened.raw.length : null;
          need(found === null, `Expected no captured bytes, for the statement says that none are shown, found ${found} bytes.`, `声明称没有公开所收存的字节，所见有 ${found} 字节。`);
          return { verdict: "vouched", detail: say(`Its captured bytes, observed in entry ${index}, are withheld: the desk's word.`,
            `所收存的字节（第 ${index} 条）没有公开：为编辑部所言。`) };
        }
        const observed = await open(item.source, "observed");
        equal("captured bytes with the SHA-256", "所收存字节的 SHA-256 ", observed.subject, hex(await sha256(raw())));
        equal("an observation of the post", "收存记录所属的帖文", said.post, observed.post);
        equal("an observation of the text with the SHA-256", "收存记录中文字的 SHA-256 ", own, observed.text);
        lengths = observed.from.map((each) => each.length);
        return { detail: say(`The captured bytes are those that the desk observed in entry ${index}.`,
          `所公开的字节正是编辑部在第 ${index} 条所收存的。`) };
      });
      await this.report.link(`${name} text`, [name, `${name} source`], async () => {
        if (!said.bytes || !said.reading) {
          return { verdict: "vouched", detail: say("How its text was read from the captured bytes is the desk's word.",
            "文字如何由所收存的字节读出，为编辑部所言。") };
        }
        required(lengths, "the captured bytes", "所收存的字节");
        const { member } = said.reading;
        equal(`the statement's text at ${member} of the captured bytes,`, `所收存字节中 ${member} 处的文字`, said.text, textIn(raw(), lengths, said.reading));
        return { detail: say(`It stands in the captured bytes, at ${member}.`, `它见于所收存的字节，位于 ${member}。`) };
      });
      const whole = wholeText(said), all = whole === said.text ? own : hex(await sha256(bytes(whole)));
      for (const each of said.translations) await this.translation(name, said.post, all, each, item.digests.get(`text.${each.language}`), open);
      const told = async (what, all, en, zh) => this.report.link(`${name} ${what}`, [name], async () => {
        this.rightly(...all);
        const entries = all.map((each) => each.index);
        return { verdict: "vouched", detail: say(`${en}, is the desk's word; it was stated in ${entries.join(", ")}.`,
          `${zh}，为编辑部所言；见第 ${entries.join("、")} 条。`) };
      });
      if (said.gone) await told("gone", [said.gone], "That the platform removed it, and when", "平台将其移除及其时间");
      if (said.earlier.length) await told("earlier", said.earlier, "That it said something else before", "它从前另有所言");
    }
    /** words is the SHA-256 of the target that is shown. */
    async translation(name, post, own, shown1, words, open) {
      const { language, translated } = shown1;
      let by;
      await this.report.link(`${name} translation ${language}`, [name], async () => {
        const said = await open(translated, "translated");
        const digest = said.target === shown1.target ? words : hex(await sha256(bytes(said.target)));
        need(digest === said.subject, `Expected a statement about its own words, ${digest}, found ${said.subject}.`, `声明的对象应为其文字 ${digest}，所见为 ${said.subject}。`);
        ({ by } = said);
        equal("a translation of the post", "译文所属的帖文", post, said.post);
        equal("a translation of the text with the SHA-256", "译文所据文字的 SHA-256 ", own, said.text);
        equal("the language that was proposed,", "所提交的语言", said.language, language);
        equal("the words that were proposed,", "所提交的译文", said.target, shown1.target);
        equal("the notes that were proposed,", "所提交的注释", said.notes, shown1.notes);
        equal("the day of the proposal,", "提交的日期", said.day, shown1.day);
        return { detail: say(`The words that one account proposed for this text, entry ${translated.index}. Whose account it is, only the desk knows.`,
          `一个账户为此文提交的译文，第 ${translated.index} 条。账户属于谁，只有编辑部知道。`) };
      });
      await this.report.link(`${name} review ${language}`, [name, `${name} translation ${language}`], async () => {
        const reviews = [];
        for (const each of shown1.reviewed) reviews.push(await open(each, "reviewed"));
        for (const each of reviews) {
          equal("a review of entry", "审阅所指的条目", translated.index, each.translated.index);
          equal("a review of the commitment", "审阅所指的承诺值", translated.commitment, each.translated.commitment);
          equal("a review of the language", "审阅的语言", language, each.language);
          equal("a review of the post", "审阅的帖文", post, each.post);
          equal("a review of words with the SHA-256", "所审译文的 SHA-256 ", words, each.subject);
        }
        const verdicts = reviews.map((each) => each.verdict);
        const indexes = [translated, ...shown1.reviewed].map((each) => each.index);
        need(indexes.every((each, at) => !at || indexes[at - 1] < each), `Expected reviews in the order of their entries, found ${indexes.join(", ")}.`, `审阅应按条目先后排列，所见为 ${indexes.join("、")}。`);
        need(verdicts.at(-1) === "approved" && verdicts.includes("reviewed") && verdicts.every((each) => each !== "returned"),
          `Expected a translation that was reviewed and then approved, found that it was ${verdicts.join(", ")}.`, `译文应先经审阅（reviewed），后经核准（approved），所见为 ${verdicts.join("、")}。`);
        required(by, "the opened translation", "所公开的译文声明");
        need(reviews.every((each) => each.by !== by), `Expected reviews by other accounts than the translator's, found one by the translator's: ${by}.`, `应由译者以外的账户审阅，所见有译者账户 ${by} 的审阅。`);
        return { verdict: "vouched", detail: say("Reviewed and approved by other accounts than the translator's. That other people use them is the desk's word.",
          "由译者以外的账户审阅并核准；账户由不同的人使用，为编辑部所言。") };
      });
    }
  }
  /** The words on a page are exactly those of the statement. */
  function checkShown(path, pairs, expected) {
    for (const [says, words] of pairs) {
      expected.has(says) || refuse(`Expected ${path} to show the statement's words only, found a ${ascii(says)} it does not have.`, `${path} 应只显示声明中的文字，所见有声明中没有的 ${ascii(says)}。`);
      if (expected.get(says) === words) continue;
      const [wanted, instead] = apart(expected.get(says), words);
      refuse(`Expected ${path} to show as ${ascii(says)} ${wanted}, found ${instead}.`, `${path} 的 ${ascii(says)} 应为 ${wanted}，所见为 ${instead}。`);
    }
    for (const says of expected.keys()) {
      pairs.some(([each]) => each === says) || refuse(`Expected ${path} to show the ${ascii(says)} of the statement, found a page without it.`, `${path} 应显示声明的 ${ascii(says)}，所见网页没有。`);
    }
  }

  /** The tile of edition.tiles ([[first number, hex], …]) that number would be listed in, counted from 0. */
  function tileOf(number, edition) {
    const tiles = edition && Array.isArray(edition.tiles) ? edition.tiles : [];
    return Math.max(0, tiles.filter((each) => Array.isArray(each) && each[0] <= number).length - 1);
  }
  /** That lines are the tile they say, and that its hash and the others' give the items' root of the edition. */
  async function listedIn({ tile, lines: written }, { tiles }, { items, itemsRoot }) {
    const hashes = several((each) => { Array.isArray(each) && each.length === 2 || refuse(`Expected a tile's first number and hash, found ${shown(each)}.`, `应为分片的首号与哈希值，所见为 ${shown(each)}。`); return unhex(each[1]); })(tiles);
    const listed = await readItems(bytes(plain(written)));
    const at = count(tile);
    const [wanted, found] = [hashes[at] ? hex(hashes[at]) : "none", hex(listed.root)];
    need(wanted === found && hashes.length === Math.ceil(items / 256) && listed.digests.size === Math.min(256, items - at * 256),
      `Expected tile ${at} of the list of items with the root ${wanted}, found ${found}.`, `清单第 ${at} 个分片的树根应为 ${inChinese(wanted)}，所见为 ${found}。`);
    const over = await rootOver(hashes);
    need(same(over, itemsRoot), `Expected a list of items with the root ${hex(itemsRoot)}, as the edition says, found ${hex(over)}.`, `藏品清单的树根应如本版声明为 ${hex(itemsRoot)}，所见为 ${hex(over)}。`);
    return listed.digests;
  }

  /**
   * One item from its page's facts: proof.js, edition.js, and the tile of the list of items (tileOf). media(name) gives a
   * SHA-256, null if missing, undefined if not read; list() and read(path) the bytes of files, likewise; here() what this
   * page says, [[path, [[says, text], …]]]; again(path) is read() that asks anew: what was loaded one after another may be of two editions.
   * next() is what tells so on a disk (renewedOnDisk).
   */
  async function checkItem(number, facts, edition, tile, reading, root = null, trust = undefined) {
    const report = await judgedItem(number, facts, edition, tile, reading, root, trust);
    const { again, next } = reading;
    if (!report.links.some((each) => each.verdict === "broken")) return report;
    if (!again) return next ? renewedOnDisk(report, number, facts, edition, tile, reading, root, trust) : report;
    return await duringRenewal(again, root, (path) => path.slice(path.startsWith("items/") ? 0 : path.indexOf("/") + 1).startsWith(`items/${number}/`))
      || await afterRenewal(number, edition, again, root, trust) || report;
  }
  const RENEWED = ["The site is being renewed at this moment: load it again in a minute, and check it then.", "此站正在更新：请稍后一分钟重新载入，再行核查。"];
  /** What is said of files of a site that is being renewed; null if it is not. */
  async function duringRenewal(read, root, isAsked) {
    const [next, now] = [await read(`${NEXT}edition.json`), await read("edition/edition.json")];
    if (!next || now && same(next, now)) return null; // left by who may delete nothing: nothing is being renewed
    const check = new Check(root);
    const needed = (path) => async () => { const data = await read(path); need(data, ...noFile(path)); return data; };
    if (!await check.trust(needed("roster.json"), read)) return check.notJudged("checkpoint", "witnesses", "edition", "files");
    const digestAt = async (path) => { const data = await read(path); return data ? hex(await sha256(data)) : null; };
    await renewing(check, needed, digestAt, besideOf(read), (...both) => [...new Set(both.flatMap((each) => [...each.keys()]))].filter(isAsked));
    return check.report;
  }
  /** What is said of an item's page that came before the edition that lies there now, if the item holds in that; else null. */
  async function afterRenewal(number, edition, read, root, trust) {
    const [now, script] = [await read("edition/edition.json"), await read("edition/edition.js")];
    if (!now || !script || (edition && edition.envelope === b64(now))) return null;
    try {
      const later = calledWith(script, "tamizdatEdition("), place = `items/${number}/`;
      const tile = await read(`edition/items/${String(tileOf(number, later)).padStart(3, "0")}.js`);
      const media = async (name) => { const data = await read(place + name); return data ? hex(await sha256(data)) : data; };
      const report = await judgedItem(number, factsIn(await read(`${place}proof.js`), place), later, calledWith(tile, "tamizdatItems("),
        { media, list: () => read("edition/files.txt"), read }, root, trust);
      if (report.links.some((each) => each.verdict === "broken")) return null;
      await report.link("files", [], async () => { throw new Unjudged(...RENEWED); });
      return Object.assign(report, { renewed: true });
    } catch (error) { if (error instanceof Broken || error instanceof TypeError) return null; throw error; } // no such file, or another's
  }
  /**
   * A broken report of an item's page that was opened from a disk, where a page may read no list; next() gives {edition, items}, which the scripts say
   * that lie in the folder while it is renewed, null if none do. What holds by the newer edition is to be loaded again. Of a page whose
   * own words are older or newer than the rest nothing tells whether they were altered: it stays broken, with renewing set.
   */
  async function renewedOnDisk(report, number, facts, edition, tile, reading, root, trust) {
    try {
      const newer = await reading.next();
      if (!newer || report.links.some((each) => each.verdict === "broken" && !each.name.startsWith(`item ${number}`))) return report;
      const both = [edition, newer.edition], said = both.map((each) => readEdition(unb64(each.envelope)));
      if (said[1].previous !== hex(await sha256(unb64(edition.envelope)))) return report;
      const later = await judgedItem(number, facts, newer.edition, newer.items, reading, root, trust);
      if (later.links.some((each) => each.name === "edition" && each.verdict !== "proved")) return report;
      const ofOne = await Promise.allSettled(both.map((each, at) => listedIn(tile, each, said[at])));
      if (later.links.some((each) => each.verdict === "broken") || ofOne.every((each) => each.status === "rejected")) return Object.assign(report, { renewing: true });
      await later.link("files", [], async () => { throw new Unjudged(...RENEWED); });
      return Object.assign(later, { renewed: true });
    } catch (error) { if (error instanceof Broken || error instanceof TypeError) return report; throw error; } // scripts of something else
  }
  async function judgedItem(number, facts, edition, tile, { media, here = async () => [], list = async () => undefined, read = async () => undefined }, root, trust) {
    const check = new Check(root);
    const later = (value, decode) => async () => decode(required(value, "its facts", "证明数据"));
    if (!await check.trust(later(edition && edition.roster, unb64))) return check.notJudged("checkpoint", "witnesses", "edition", `item ${number}`);
    await check.head(later(edition && edition.proof, (proof) => parseProof(bytes(proof)).note), besideOf(read));
    await check.published(later(edition && edition.envelope, unb64), later(edition && edition.proof, bytes));
    const place = `items/${number}/`;
    const listed = async () => {
      const digests = await listedIn(required(tile, "the list of items", "藏品清单"), edition, required(check.edition, "the edition", "本版声明"));
      return digests.get(number);
    };
    /** What every page of it says that could be read, and this one as the browser shows it. */
    const words = async () => {
      const found = [];
      const listed1 = check.lists ? await check.lists.beside(place).catch(() => new Map()) : new Map(); // the pages' own link tells why
      const form = new RegExp(`^(?:[^/]+/)?items/${number}/index\\.html$`);
      for (const path of listed1.keys()) {
        const page = form.test(path) ? await read(path) : null;
        if (page) found.push([path, saidOn(page)]);
      }
      return [...found, ...await here()];
    };
    const tales = {
      pages: async () => {
        const lists = check.lists, its = `stories/${number}/index.html`, found = [];
        const paths = lists ? [its, ...[...lists.top.keys()].map((each) => /^edition\/files\/([^/]+)\.txt$/.exec(each)).filter(Boolean).map(([, folder]) => `${folder}/${its}`)] : [];
        for (const path of paths) {
          const digest = await lists.get(path);
          const page = digest ? await read(path) : undefined;
          if (page === undefined) continue;
          const wrong = difference(path, digest, page && hex(await sha256(page)));
          if (wrong) throw new Broken(wrong.en, wrong.zh);
          found.push([path, page]);
        }
        return found;
      },
      other: async (other) => {
        const at = `items/${other}/`, data = await read(`${at}proof.js`);
        return data ? itemIn(itemFile(factsIn(data, at), at).envelope) : data;
      },
    };
    await check.item(number, ["edition"], { file: later(facts, (given) => itemFile(given, place)),
      listed, media, words, tales, files: { list, read, script: () => scriptOf(facts) } });
    if (globalThis.tamizdatStamps && check.roster && facts) await tamizdatStamps.judgeItem(check, number, facts.proof, read, trust);
    return check.report;
  }

  /** What reads the checkpoint with all its signatures; undefined where this page may read no file. */
  const besideOf = (read) => async (size) => {
    try { return await read(`ledger/checkpoints/${size}/checkpoint`); } catch (error) { if (error instanceof Broken) return null; throw error; }
  };

  /** One page or file by itself, or that somebody sent (see checkFiles). */
  const checkFile = (name, data, read, root = null) => checkFiles([{ name, data }], read, root);

  /**
   * Files by themselves, or that somebody sent: is the digest of each on this edition's list, and are those of what it
   * loads? given is [{name, data}, …]; read(path) gives a file of the site. report.files tells of each, in their order,
   * what is known of it: {name, judged, paths, digest, size}, where judged is "listed" (its bytes are those of paths),
   * "unlisted" (of no file of the edition), "later" (made after the list, which cannot name it), "altered" (what it
   * loads is), or "unjudged".
   */
  async function checkFiles(given, read, root = null) {
    const check = new Check(root);
    let { report } = check;
    report.files = await Promise.all(given.map(async ({ name, data }) => ({ name, judged: "unjudged", paths: [], size: data.length,
      digest: await sha256(data).then(hex).catch(() => "") })));
    const links = given.map(({ name }) => `file ${name}`);
    const earlier = async (path) => { try { return await read(path); } catch (error) { if (error instanceof Broken) return null; throw error; } };
    if (!await check.trust(() => read("roster.json"), earlier)) return check.notJudged("checkpoint", "witnesses", "edition", "files", ...links);
    await check.head(() => read("ledger/checkpoint"), besideOf(read));
    const edition = new Map(); // files made after the list that were read, and on whose bytes the links above were judged
    const kept = (path) => async () => { const data = await read(path); edition.set(path, data); return data; };
    await check.published(kept("edition/edition.json"), kept("edition/edition.tlog-proof"));
    let listed, unread;
    const held = await report.link("files", ["edition"], async () => {
      const lists = await check.listOfFiles(await kept("edition/files.txt")(), read);
      required(check.edition, "the edition", "本版声明");
      const every = await lists.every();
      for (const error of every.unread.values()) throw error;
      ({ listed, wrong: unread } = every);
      return { detail: say(`The list of files that the edition names; ${lists.top.size} in all.`, `本版声明所指的清单，共 ${lists.top.size} 个文件。`) };
    });
    report.edition = held === "proved" ? check.edition : null;
    for (const [at, { name, data }] of given.entries()) {
      const told = report.files[at];
      await report.link(links[at], ["files"], async () => {
        const digest = hex(await sha256(data));
        const paths = [...required(listed, "the list of files", "文件清单")].filter(([, each]) => each === digest).map(([path]) => path);
        const [later] = [...edition].find(([, each]) => same(each, data)) || [];
        if (later !== undefined) {
          Object.assign(told, { judged: held === "proved" ? "listed" : "unjudged", paths: [later] });
          return { detail: say(`Byte for byte ${later}, on which the links above were judged.`, `与 ${later} 逐字节相同，以上各环即据此判断。`) };
        }
        if (!paths.length) for (const { en, zh } of unread.values()) throw new Broken(en, zh); // it may stand on that list
        const page = paths.find((path) => path.endsWith(".html"));
        const loaded = page === undefined ? [] : loadedBy(page, data, listed).filter((each) => listed.has(each));
        const wrong = [];
        for (const path of loaded) {
          const found = await read(path).then(sha256).then(hex).catch((error) => {
            if (error instanceof Broken && !(error instanceof Unjudged)) return null;
            throw error;
          });
          if (difference(path, listed.get(path), found)) wrong.push(difference(path, listed.get(path), found));
        }
        Object.assign(told, { paths, judged: held !== "proved" ? "unjudged" : wrong.length ? "altered" : paths.length ? "listed"
          : madeLater(data) ? "later" : "unlisted" });
        if (wrong.length) throw new Broken(wrong.map((each) => each.en).join(" "), wrong.map((each) => each.zh).join(""));
        const [all, too] = [say(`Byte for byte ${paths.join(", ")} of this edition.`, `与本版的 ${paths.join("、")} 逐字节相同。`), say(" So is all that it loads.", "其所载入的一切也都相同。")];
        if (paths.length) return { detail: loaded.length ? say(all.en + too.en, all.zh + too.zh) : all };
        if (madeLater(data)) {
          return { verdict: "unknown", detail: say("It has the form of a file that is made after the list of files: only a check of the whole folder judges it.",
            "它具有清单之后所制文件的形式：只有核验整个文件夹才能判断。") };
        }
        return { verdict: "unknown", detail: say(`No file of this edition has its SHA-256, ${digest}. It may be a re-encoded copy, a file of an earlier edition, or not from here.`,
          `本版没有 SHA-256 为 ${digest} 的文件。它可能是重新编码的副本，可能属于较早的一版，也可能并非出自这里。`) };
      });
    }
    const renewed = report.files.every((each) => each.judged === "listed") ? null : await duringRenewal(earlier, root, () => false);
    if (renewed) {
      renewed.files = report.files.map((each) => ({ ...each, judged: "unjudged" }));
      report = renewed;
    }
    return report;
  }
  /** Whether bytes begin as files do that edition/files.txt cannot name: proofs, the scripts that hold facts, checkpoints. */
  const madeLater = (data) => /^(tamizdat(Edition|Proof|Item|Items)\(\{|c2sp\.org\/tlog-proof@v1\n|[^\n]{1,200}\n(0|[1-9][0-9]{0,18})\n[A-Za-z0-9+/]{43}=\n\n— )/
    .test(new TextDecoder().decode(data.slice(0, 512)));

  /** A whole site from its files: a Map of path → {bytes(most)}. What `tamizdat verify FOLDER` does, without its memory. */
  async function checkSite(files, root = null, trust = undefined, progress = () => undefined) {
    const check = new Check(root);
    const site = new SiteFiles(files, progress);
    helper.start();
    const [read, digestAt, LARGE] = [(path, most) => site.read(path, most), (path, most) => site.digestAt(path, most), 256 << 20];
    if (!await check.trust(read("roster.json"), async (path) => (files.has(path) ? read(path)() : null))) {
      return check.notJudged("checkpoint", "witnesses", "edition", "ledger", "newest", "items", "files");
    }
    const besidePath = (size) => `ledger/checkpoints/${size}/checkpoint`;
    const beside = async (size) => (files.has(besidePath(size)) ? read(besidePath(size))() : null);
    const unread = () => NaN; // which is like nothing else
    const isLeft = async (path) => await digestAt(path).catch(unread) === await digestAt(`edition/${path.slice(NEXT.length)}`).catch(unread);
    const left = files.has(`${NEXT}edition.json`) && await isLeft(`${NEXT}edition.json`); // by who may delete nothing
    if (files.has(`${NEXT}edition.json`) && !left) {
      await renewing(check, read, digestAt, beside, () => [...files.keys()].filter((path) => !isMadeAfter(path) && !path.startsWith(NEXT)));
      return check.report;
    }
    await check.head(read("ledger/checkpoint"), beside);
    await check.published(read("edition/edition.json"), read("edition/edition.tlog-proof"));
    let items;
    check.whole = true;
    await check.report.link("ledger", ["root", "checkpoint"], async () => {
      const { size, root: expected } = required(check.checkpoint, "the checkpoint", "检查点");
      need(size <= 256 * files.size, `Expected the tiles of ${size} entries, found fewer files than that takes: ${files.size}.`, `应有 ${size} 条的账本文件，所见文件太少：${files.size} 个。`);
      const all = tilesOf(size), read1 = ([level, number, width]) => read(`ledger/${tilePath(level, number, width)}`, LARGE)();
      const bundles = all.filter(([level]) => level === "entries"), rest = all.filter(([level]) => level !== "entries");
      const written = await Promise.all(bundles.map(read1)), found = bundles.flatMap(([, , width], at) => entriesIn(written[at], width));
      const rows = await rowsOver(await Promise.all(found.map(leafHash)));
      const over = rows.at(-1)[0] || await rootOver([]);
      need(same(over, expected), `Expected entries that give the checkpoint's root ${hex(expected)}, found ${hex(over)}.`,
        `各条记录应得出检查点的树根 ${hex(expected)}，所见为 ${hex(over)}。`);
      const made = makeTiles(found, rows), lying = [...await Promise.all(rest.map(read1)), ...written];
      for (const [at, tile] of all.entries()) { // bundles are the last
        need(same(lying[at], made(...tile)), `Expected ${tilePath(...tile)} to follow from the entries, found bytes that do not.`, `${tilePath(...tile)} 应由各条记录得出，所见字节不符。`);
      }
      check.ledger = new Ledger(found, rows, made, new Set(all.map((tile) => tilePath(...tile))));
      return { detail: say(`Its ${size.toLocaleString("en")} entries give the checkpoint's root.`, `${size} 条记录得出检查点的树根。`) };
    });
    await check.kept(new Map([...files.keys()].map((path) => [path, read(path)])));
    if (globalThis.tamizdatStamps) await tamizdatStamps.judgeSite(check, files, read, trust);
    await check.report.link("items", ["edition"], async () => {
      items = await readItems(await read("edition/items.txt", LARGE)());
      const said = required(check.edition, "the edition", "本版声明");
      need(items.digests.size === said.items, `Expected a list of ${said.items} items, as the edition says, found ${items.digests.size} in it.`, `清单应如本版声明有 ${said.items} 件，所见为 ${items.digests.size} 件。`);
      need(same(items.root, said.itemsRoot), `Expected a list of items with the root ${hex(said.itemsRoot)}, as the edition says, found ${hex(items.root)}.`, `藏品清单的树根应如本版声明为 ${hex(said.itemsRoot)}，所见为 ${hex(items.root)}。`);
      const digest = await digestAt("edition/items.txt");
      need(said.first || said.itemsDigest === digest, `Expected a list of items with the SHA-256 ${said.itemsDigest}, found ${digest}.`, `藏品清单的 SHA-256 应为 ${said.itemsDigest}，所见为 ${digest}。`);
      return { detail: say(`Items: ${said.items}, as the edition names them.`, `共 ${said.items} 件，与本版声明相符。`) };
    });
    const numbers = new Set(items ? items.digests.keys() : []);
    for (const path of files.keys()) {
      const [, number] = /^items\/(0|[1-9][0-9]{0,14})\/(?:statement\.json|proof\.js)$/.exec(path) || [];
      if (number !== undefined) numbers.add(Number(number));
    }
    const inOrder = [...numbers].sort((a, b) => a - b);
    const exact = await judgeItems(check, site, items, inOrder);
    for (const path of left ? files.keys() : []) if (path.startsWith(NEXT)) exact.set(path, await isLeft(path));
    if (globalThis.tamizdatReading) await tamizdatReading.judgeSite(check, { files, read, digestAt, items, item: (other) => itemAt(site, other) });
    await allFiles(check, files, read, digestAt, items, check.ledger, exact);
    check.report.edition = check.edition || null;
    return check.report;
  }

  // ---- a second thread ---------------------------------------------------------------------------------------------------
  /** All that an item's file says by itself, and who of keys signed what of it; whatever is odd about it is thrown. */
  async function readAlone(data, place, keys) {
    const { envelope, proof, ...its } = itemFile(factsIn(data, place), place), opened = await its.openings();
    const envelopes = [envelope, ...opened.envelopes.values()];
    const signed = await Promise.all(envelopes.map((each) => signedBy(each, keys)));
    return { data: its.data, envelope, proof, opened, item: await its.item(), signed, stated: envelopes.map(statementIn) };
  }
  /** What the worker does: it says that it is there, and reads the items' files that it is given. */
  function readItemFiles() {
    globalThis.onmessage = ({ data }) => Promise.all(data.map((each) => readAlone(...each).catch(() => null))).then((found) => postMessage(found));
    postMessage("there");
  }
  /**
   * A worker that reads what an item's file says, and judges its signatures, while the page reads other files: two fifths of what the page
   * would do. It is started with the text of this program, for a page from a disk may load no script for one. Where none starts, or it
   * fails, or finds anything odd, the page does everything. Only Chromium and its kin judge a signature on the thread that asks; the
   * others have threads of their own for it, and a worker is one too many.
   */
  const LATE = 10_000; // milliseconds after which it is not waited for any more
  class Helper {
    constructor() { Object.assign(this, { worker: null, started: false, waiting: [], given: [], signers: new WeakMap() }); }
    start() {
      if (this.started || !globalThis.navigator?.userAgentData) return; // which Chromium alone has
      this.started = true;
      let worker;
      try {
        worker = new Worker(URL.createObjectURL(new Blob([`(${program})().readItemFiles();`], { type: "text/javascript" })));
        worker.onmessage = ({ data }) => { if (data === "there") this.worker = worker; else this.answered(data); };
        worker.onerror = () => { worker.terminate?.(); this.worker = null; this.answered(null); };
        worker.onmessageerror = worker.onerror;
      } catch { this.worker = null; }
    }
    /** What lies beside an item's pages, of which data is the file (itemFile). */
    async itemFile(data, place, keys) {
      const found = this.worker && keys ? await new Promise((answer) => { this.waiting.push({ asked: [data, place, keys], answer }); this.give(); }) : null;
      if (!found) return itemFile(factsIn(data, place), place);
      const { envelope, opened, item, signed, stated } = found;
      [envelope, ...opened.envelopes.values()].forEach((each, at) => { statements.set(each, stated[at]); this.signers.set(each, signed[at]); });
      return { data: found.data, envelope, proof: found.proof, item: async () => item, openings: async () => opened };
    }
    /** All that wait are given in one message, when what was given before is answered. */
    give() {
      if (this.given.length || !this.waiting.length) return;
      [this.given, this.waiting] = [this.waiting, []];
      if (!this.worker) return this.answered(null);
      this.late = setTimeout(this.worker.onerror, LATE);
      this.worker.postMessage(this.given.map(({ asked }) => asked));
    }
    answered(found) {
      clearTimeout(this.late);
      for (const [at, { answer }] of this.given.splice(0).entries()) answer(found && found[at]);
      this.give();
    }
    /** Whom it found holds; where it found nobody, the page looks once more. */
    async signedBy(envelope, keys) {
      const found = this.signers.get(envelope);
      return found && !found.includes(null) ? found : signedBy(envelope, keys);
    }
  }
  const helper = new Helper();

  /** The files of a site, a Map of path → {bytes(most)}, see fileOf, and the digests of those that were read. */
  class SiteFiles {
    /** progress(done, all) is told of each file that was read for the first time. */
    constructor(files, progress) { Object.assign(this, { files, progress, digests: new Map(), seen: new Set(), large: Promise.resolve() }); }
    async bytes(path, most) {
      const data = await this.files.get(path).bytes(most).catch((error) => {
        throw new Unjudged(`This browser could not read ${path} (${error.name}): it reads no file of 2 GiB or more, and none that changed since it was chosen. Check the folder with “tamizdat verify”.`,
          `此浏览器未能读取 ${path}（${error.name}）：它不能读取 2 GiB 或更大的文件，也不能读取选择之后改动过的文件。请用 tamizdat verify 核验整个文件夹。`);
      });
      if (data) this.progress(this.seen.add(path).size, this.files.size);
      return data;
    }
    read(path, most = 4 << 20) {
      return async () => {
        need(this.files.has(path), ...noFile(path));
        const data = await this.bytes(path, most);
        need(data && data.length <= most, `Expected ${path} with at most ${most} bytes, found more.`, `${path} 应不超过 ${most} 字节，所见更大。`);
        if (!path.endsWith("/proof.js")) await this.hash(path, data); // it need not be read once more
        return data;
      };
    }
    async hash(path, data) { if (data && !this.digests.has(path)) this.digests.set(path, hex(await sha256(data))); }
    /** The SHA-256 of a file; undefined for one that is larger than most, null for one that is not there. */
    async digestAt(path, most = Infinity) {
      if (!this.files.has(path)) return null;
      if (!this.digests.has(path)) {
        const small = await this.bytes(path, Math.min(most, SMALL));
        await this.hash(path, small);
        // Of clips, which no browser hashes but whole, one after another: many at once fill the memory.
        if (!small && most > SMALL) await (this.large = this.large.catch(() => null).then(async () => this.hash(path, await this.bytes(path, most))));
      }
      return this.digests.get(path);
    }
  }
  /** A file that a reader chose; null for one that is larger than most, of which no more is read once that is known. */
  const fileOf = (blob) => ({ bytes: (most = Infinity) => new Promise((done, failed) => {
    const reader = new FileReader();
    reader.onprogress = ({ total }) => { if (total > most) { done(null); reader.abort(); } };
    reader.onload = () => done(reader.result.byteLength > most ? null : new Uint8Array(reader.result));
    reader.onerror = () => failed(reader.error);
    reader.readAsArrayBuffer(blob);
  }) });
  const itemAt = async (site, other) => itemIn(itemFile(factsIn(await site.read(`items/${other}/proof.js`, 64 << 20)(), `items/${other}/`), `items/${other}/`).envelope);
  /** Judge the items with these numbers: path of an item's file → whether it says what it should and nothing else. */
  async function judgeItems(check, site, items, numbers) {
    const { files } = site, read = (path, most) => site.read(path, most);
    const [pagesOf, talesOf] = [new Map(), new Map()];
    for (const path of files.keys()) {
      const [, page] = /^(?:[^/]+\/)?items\/(0|[1-9][0-9]{0,14})\/index\.html$/.exec(path) || [];
      if (page !== undefined) pagesOf.set(Number(page), [...(pagesOf.get(Number(page)) || []), path]);
      const [, tale] = /^(?:[^/]+\/)?stories\/(0|[1-9][0-9]{0,14})\/index\.html$/.exec(path) || [];
      if (tale !== undefined) talesOf.set(Number(tale), [...(talesOf.get(Number(tale)) || []), path]);
    }
    const isFirst = (at) => (check.edition ? check.edition.first : files.has(`${at}statement.json`));
    const [exact, parts] = [new Map(), []];
    let last = Promise.resolve();
    await pooled(numbers, async (number) => {
      const at = `items/${number}/`, part = check.part(), before = last;
      let finished;
      last = new Promise((resolve) => { finished = resolve; }); // the next item's turn comes after this one's
      Object.assign(part, { turn: before, release: finished });
      parts.push(part);
      const listed = async () => (items ? items.digests.get(number) : null);
      const its = async (name, maybeNot = false) => (maybeNot && !files.has(at + name) ? null : read(at + name, 64 << 20)());
      const file = async () => (isFirst(at) ? firstItemFile(its) : helper.itemFile(await its("proof.js"), at, check.roster?.deskKeys));
      const pages = Promise.all((pagesOf.get(number) || []).map(async (path) => [path, await read(path)()]));
      pages.catch(() => null);
      const words = async () => (await pages).map(([path, data]) => [path, saidOn(data)]);
      const tales = {
        pages: () => Promise.all((talesOf.get(number) || []).map(async (path) => [path, await read(path)()])),
        other: (other) => itemAt(site, other),
      };
      const follows = await part.item(number, items ? ["items"] : [], { file, listed, media: (name) => site.digestAt(at + name), words, tales })
        .finally(() => before.then(finished));
      exact.set(`${at}proof.js`, isFirst(at) ? await firstFollows(its) : follows);
      if (isFirst(at)) exact.set(`${at}statement.tlog-proof`, true);
    });
    parts.forEach((part) => check.report.add(part.report));
    return exact;
  }

  const NEXT = "edition/next/"; // where the newer edition and its lists lie while a site is being renewed
  /**
   * A site that is being renewed at this moment: each file is one of the older edition's or of the newer one's, or broken. asked, given
   * what both list, tells the paths that are to be judged.
   */
  async function renewing(check, read, digestAt, beside, asked) {
    check.report.renewed = true;
    const next = (path) => NEXT + path.slice("edition/".length);
    const wrong = new Map();
    const lists = async (said, place) => {
      const data = await read(place("edition/files.txt"), 256 << 20)();
      const found = hex(await sha256(data));
      need(found === said.filesDigest, `Expected the list ${place("edition/files.txt")} with the SHA-256 ${said.filesDigest}, found ${found}.`,
        `清单 ${place("edition/files.txt")} 的 SHA-256 应为 ${said.filesDigest}，所见为 ${found}。`);
      const every = await new FileLists(readFiles(data), (path) => read(place(path), 256 << 20)(), !said.first).every();
      for (const error of every.unread.values()) throw error;
      return every;
    };
    await check.head(async () => parseProof(await read(`${NEXT}edition.tlog-proof`)()).note, beside);
    await check.report.link("edition", ["root", "checkpoint"], async () => {
      const data = await read(`${NEXT}edition.json`)();
      const newer = readEdition(data);
      await check.disclosed(data, envelopeIn(data), parseProof(await read(`${NEXT}edition.tlog-proof`)()));
      const { listed, wrong: odd } = await lists(newer, next);
      need(!odd.size, [...odd.values()].map((each) => each.en).join(" "), [...odd.values()].map((each) => each.zh).join(""));
      const older = await read("edition/edition.json")();
      const found = hex(await sha256(older));
      need([newer.previous, hex(await sha256(data))].includes(found), `Expected the edition ${newer.previous}, which this site is being renewed from, found ${found} in edition/edition.json.`,
        `此站正由 ${newer.previous} 一版更新，edition/edition.json 所见为 ${found}。`);
      const before = readEdition(older);
      const isOld = await digestAt("edition/files.txt") === before.filesDigest;
      const old = isOld ? (await lists(before, (path) => path)).listed : new Map();
      await pooled(asked(old, listed), async (path) => {
        const found = await digestAt(path); // null where a page may not read it, or it is not there yet
        if (found && ![old.get(path), listed.get(path)].includes(found)) {
          wrong.set(path, say("Expected a file of the old edition or the new one, found one that neither lists so.", "应为旧版或新版所列的文件，所见两版均未如此列出。"));
        }
      });
      return { verdict: "unknown", detail: say(`It is being renewed to edition ${newer.number}, signed by the desk.`, `正在更新至第 ${newer.number} 版，该版由编辑部签署。`) };
    });
    for (const path of [...wrong.keys()].sort()) {
      await check.report.link(`file ${path}`, [], async () => { const { en, zh } = wrong.get(path); throw new Broken(en, zh); });
    }
    await check.report.link("files", ["edition"], async () => {
      need(!wrong.size, `Expected files of the old edition or the new one, found ${wrong.size} of neither.`, `应为旧版或新版的文件，所见有 ${wrong.size} 个两版均无。`);
      throw new Unjudged(...RENEWED);
    });
  }
  /** Whether path names a file that is made after the lists of files, in whatever edition. */
  function isMadeAfter(path) {
    return ["edition/edition.json", "edition/edition.tlog-proof", "edition/items.txt", "edition/files.txt", "ledger/checkpoint"].includes(path)
      || path.startsWith("ledger/tile/") || BESIDE_CHECKPOINT.test(path)
      || /^(items\/\d+\/(proof\.js|statement\.tlog-proof)|edition\/(edition|items\/\d{3,})\.js)$/.test(path);
  }
  const SMALL = 1 << 20; // bytes of a file that may be read beside others
  const BESIDE = 64; // items or files beside each other: one after another takes long, and all at once much memory
  /** Take the steps of all, in their order, a few beside each other. */
  async function pooled(all, step) {
    const rest = [...all].values();
    await Promise.all(Array.from({ length: BESIDE }, async () => { for (const each of rest) await step(each); }));
  }
  async function allFiles(check, files, read, digest, items, ledger, exact) {
    const wrong = new Map();
    let unread = new Map();
    await check.report.link("files", ["edition"], async () => {
      const lists = await check.listOfFiles(await read("edition/files.txt", 256 << 20)(), (path) => read(path, 256 << 20)());
      const { listed, wrong: oddLists, unread: lost } = await lists.every();
      unread = lost;
      const made = await madeAfter(files, read, items, ledger, exact);
      await pooled(listed.keys(), (path) => digest(path, SMALL).catch((error) => { if (!(error instanceof Unjudged)) throw error; unread.set(path, error); }));
      for (const path of new Set([...files.keys(), ...listed.keys()])) {
        if (!listed.has(path) && (oddLists.has(lists.which(path)) || unread.has(lists.which(path)))) continue; // that list is what is broken
        if (!listed.has(path) && !made.has(path)) {
          wrong.set(path, say("Expected only files that the edition lists, found this one, which it does not list.", "应只有本版清单所列的文件，所见此文件不在清单之中。"));
        } else if (listed.has(path) && !unread.has(path)) {
          try {
            const found = difference(path, listed.get(path), await digest(path));
            if (found) wrong.set(path, found);
          } catch (error) { if (!(error instanceof Unjudged)) throw error; unread.set(path, error); }
        }
      }
      for (const [path, why] of oddLists) wrong.set(path, why);
      for (const [path, holds] of made) {
        if (holds) continue;
        try {
          await digest(path);
          wrong.set(path, say("Expected what follows from the other files, found other bytes.", "应由其他文件得出，所见字节不符。"));
        } catch (error) { if (!(error instanceof Unjudged)) throw error; unread.set(path, error); }
      }
      need(!wrong.size, `Expected all files as the edition lists them, found ${wrong.size} that are not.`, `所有文件应与本版清单相符，所见有 ${wrong.size} 个不符。`);
      for (const error of unread.values()) throw error;
      required(check.edition, "the edition", "本版声明");
      return { detail: say(`Files: ${listed.size}, all as listed, and no other.`, `共 ${listed.size} 个文件，全部与清单相符，别无其他。`) };
    });
    for (const path of [...wrong.keys(), ...unread.keys()].sort()) {
      await check.report.link(`file ${path}`, [], async () => { if (unread.has(path)) throw unread.get(path); const { en, zh } = wrong.get(path); throw new Broken(en, zh); });
    }
  }
  /** What others said of checkpoints: later than any list, and judged by links of its own. */
  const BESIDE_CHECKPOINT = new RegExp("^ledger/(checkpoints/(0|[1-9][0-9]{0,14})/(checkpoint|stamps\\.json|stamps/[a-z0-9]([a-z0-9.-]{0,60}[a-z0-9])?\\.(tsr|ots))"
    + "|certificates/[0-9a-f]{64}\\.(der|crl|ocsp))$");
  /** Path → whether it follows from the other files, for those that files.txt cannot name. */
  async function madeAfter(files, read, items, ledger, exact) {
    const made = new Map(["edition.json", "edition.tlog-proof", "files.txt", "items.txt"].map((name) => [`edition/${name}`, true]));
    made.set("ledger/checkpoint", true);
    const is = async (path, name, facts) => {
      let own;
      try {
        own = text(await read(path, 256 << 20)());
        return own === `${name}(${canonical(await facts())});\n`;
      } catch (error) { if (error instanceof Broken) return own !== undefined && error instanceof Unjudged; throw error; } // of facts that cannot be read others tell
    };
    const isTile = async (path, expected) => {
      try { return same(await read(path, 256 << 20)(), expected); } catch (error) { if (error instanceof Broken) return false; throw error; }
    };
    const facts = async (envelope, proof) => ({ envelope: b64(await read(envelope)()), proof: text(await read(proof)()) });
    if (items) {
      made.set("edition/edition.js", await is("edition/edition.js", "tamizdatEdition", async () => ({
        ...await facts("edition/edition.json", "edition/edition.tlog-proof"), roster: b64(await read("roster.json")()),
        tiles: items.tiles.map(({ first, root }) => [first, hex(root)]) })));
    }
    for (const [tile, { lines: written }] of items ? items.tiles.entries() : []) {
      const path = `edition/items/${String(tile).padStart(3, "0")}.js`;
      made.set(path, await is(path, "tamizdatItems", async () => ({ lines: written, tile })));
    }
    for (const [path, holds] of exact) if (path.startsWith(NEXT) || items && items.digests.has(Number(path.split("/")[1]))) made.set(path, holds);
    for (const path of files.keys()) {
      if (BESIDE_CHECKPOINT.test(path)) made.set(path, true);
      if (!items && /^(items\/\d+\/(statement\.tlog-proof|proof\.js)|edition\/(edition|items\/\d+)\.js)$/.test(path)) made.set(path, true);
      if (!path.startsWith("ledger/tile/")) continue;
      if (!ledger || ledger.own.has(path.slice("ledger/".length))) { made.set(path, true); continue; }
      const expected = expectedTile(path.slice("ledger/".length), ledger);
      if (expected) made.set(path, await isTile(path, expected));
    }
    return made;
  }

  // ---- lists and tiles (C2SP tlog-tiles) -------------------------------------------------------------------------------
  function lines(data) {
    const all = text(data, "a list", "清单").split("\n");
    const last = all.pop();
    last === "" || refuse(`Expected a newline after every line of the list, found none after ${shown(last)}.`, `清单每行都应以换行结束，所见 ${shown(last)} 之后没有。`);
    return all;
  }
  const LISTS = "edition/files/";
  /** The one list of files that may name path. */
  function listOf(path) {
    const [folder, inside] = path.split("/");
    if (inside === undefined || folder === "edition") return "edition/files.txt";
    const [, number] = /^(?:[^/]+\/)?items\/(0|[1-9][0-9]{0,14})\//.exec(path) || [];
    return number === undefined ? `${LISTS}${folder}.txt` : `${LISTS}items-${Math.floor(Number(number) / 256)}.txt`;
  }
  /** The lists of an edition's files, each read when it is asked for; top is what edition/files.txt lists. */
  class FileLists {
    constructor(top, read, split) { Object.assign(this, { top, read, split, known: new Map() }); }
    which(path) { return this.split ? listOf(path) : "edition/files.txt"; }
    /** Path → SHA-256 of all that stands on the list of path. */
    async beside(path) {
      const name = this.which(path);
      if (!name.startsWith(LISTS)) return this.top;
      if (!this.known.has(name)) this.known.set(name, this.top.has(name) ? this.parsed(name) : Promise.resolve(new Map()));
      return this.known.get(name);
    }
    async get(path) { return (await this.beside(path)).get(path); }
    /** All that is listed, and path → why a list does not hold, or could not be read. */
    async every() {
      const [listed, wrong, unread] = [new Map(this.top), new Map(), new Map()];
      const names = this.split ? [...this.top.keys()].filter((name) => name.startsWith(LISTS)) : [];
      await pooled(names, async (name) => {
        try {
          for (const [path, digest] of await this.parsed(name)) listed.set(path, digest);
        } catch (error) { if (!(error instanceof Broken)) throw error; if (error instanceof Unjudged) unread.set(name, error); else wrong.set(name, error.detail); }
      });
      return { listed, wrong, unread };
    }
    async parsed(name) {
      const data = await this.read(name);
      need(data, ...noFile(name));
      const found = hex(await sha256(data));
      need(found === this.top.get(name), `Expected ${name} with the SHA-256 ${this.top.get(name)}, found ${found}.`, `${name} 的 SHA-256 应为 ${this.top.get(name)}，所见为 ${found}。`);
      const listed = readFiles(data);
      for (const path of listed.keys()) {
        this.which(path) === name || refuse(`Expected ${path} on the list ${this.which(path)}, found it on ${name}.`, `${path} 应在清单 ${this.which(path)} 上，所见在 ${name} 上。`);
      }
      return listed;
    }
  }
  function readFiles(data) {
    const listed = new Map();
    for (const line of lines(data)) {
      const [, digest, path] = /^([0-9a-f]{64}) {2}([^]+)$/.exec(line) || [];
      digest && !listed.has(path) || refuse(`Expected '<SHA-256>  <path>' on each line of a list of files, each path once; found ${shown(line)}.`,
        `文件清单每行应为“<SHA-256>  <path>”，路径不重复，所见为 ${shown(line)}。`);
      listed.set(checkedPath(path), digest);
    }
    return listed;
  }
  /** items.txt: number → SHA-256, its root, and its tiles of 256 lines; the root follows from their hashes. */
  async function readItems(data) {
    const digests = new Map();
    let before = -1;
    const all = lines(data);
    for (const line of all) {
      const [, number, sha] = /^(0|[1-9][0-9]{0,14}) ([0-9a-f]{64})$/.exec(line) || [];
      sha && Number(number) > before || refuse(`Expected '<number> <SHA-256>' on each line of items.txt, numbers rising; found ${shown(line)}.`, `items.txt 每行应为“<编号> <SHA-256>”，编号递增，所见为 ${shown(line)}。`);
      before = Number(number);
      digests.set(before, sha);
    }
    const tiles = [];
    for (let at = 0; at < all.length; at += 256) {
      const part = all.slice(at, at + 256);
      tiles.push({ first: Number(part[0].split(" ")[0]), lines: part.map((line) => `${line}\n`).join(""),
        root: await rootOver(await Promise.all(part.map((line) => leafHash(bytes(line))))) });
    }
    return { digests, tiles, root: await rootOver(tiles.map((each) => each.root)) };
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
  function entriesIn(data, width) {
    const entries = [];
    let at = 0;
    while (at < data.length) {
      const end = at + 2 + data[at] * 256 + (data[at + 1] || 0);
      entries.push(data.slice(at + 2, end));
      at = end;
    }
    need(at === data.length && entries.length === width, `Expected a bundle of ${width} whole entries, found ${entries.length} or one cut short.`, `应有 ${width} 条完整的记录，所见为 ${entries.length} 条，或有残缺。`);
    return entries;
  }
  /** What any tile over these entries holds; rows as of rowsOver. */
  function makeTiles(entries, rows) {
    return (level, number, width) => {
      const part = (level === "entries" ? entries : rows[8 * level]).slice(number * 256, number * 256 + width);
      return join(...(level === "entries" ? part.flatMap((each) => [[each.length >> 8, each.length & 255], each]) : part));
    };
  }
  /** All rows of nodes over leaves, up to the root; one without a partner is handed up unchanged. */
  async function rowsOver(leaves) {
    const rows = [leaves];
    for (let row = leaves; row.length > 1; rows.push(row)) {
      const pairs = [];
      for (let at = 0; at + 1 < row.length; at += 2) pairs.push(nodeHash(row[at], row[at + 1]));
      row = [...await Promise.all(pairs), ...row.slice(pairs.length * 2)];
    }
    return rows;
  }
  /** A ledger whose entries were read, and the nodes of its tree, and of that of any beginning of it. */
  class Ledger {
    /** own are the paths of those of its tiles that were found to follow from its entries. */
    constructor(entries, rows, tiles, own) { Object.assign(this, { entries, rows, tiles, own, edges: new Map() }); }
    /** Of the tree over the first size entries, the last node of each row that is not a whole one, or null. */
    edge(size) {
      if (!this.edges.has(size)) this.edges.set(size, this.edgeOf(size));
      return this.edges.get(size);
    }
    async edgeOf(size) {
      const edge = [null];
      for (let row = 0; 2 ** row < size; row++) {
        const wholeOnes = Math.floor(size / 2 ** row), last = this.rows[row][wholeOnes - 1];
        edge.push(size % 2 ** (row + 1) === 0 ? null : wholeOnes % 2 === 0 ? edge[row] : edge[row] ? await nodeHash(last, edge[row]) : last);
      }
      return edge;
    }
    async rootOfFirst(size) {
      if (!whole(size) || size > this.entries.length) return rootOver(this.rows[0].slice(0, size));
      const edge = await this.edge(size);
      return size ? edge.at(-1) || this.rows[edge.length - 1][0] : rootOver([]);
    }
    /** Whether an entry is the one at index, and the hashes those that lead from it to the root over the first size entries. */
    async proves(index, size, entry, hashes) {
      if (!(index < size && size <= this.entries.length && same(this.entries[index], entry))) return false;
      const edge = await this.edge(size), way = [];
      for (let row = 0, at = index; row < edge.length - 1; row++, at = half(at)) {
        const beside = at % 2 ? at - 1 : at + 1, wholeOnes = Math.floor(size / 2 ** row);
        if (beside < wholeOnes) way.push(this.rows[row][beside]);
        else if (beside === wholeOnes && edge[row]) way.push(edge[row]);
      }
      return way.length === hashes.length && way.every((each, at) => same(each, hashes[at]));
    }
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
    Broken, Report, Unjudged, b64, bytes, canonical, checkFile, checkFiles, checkFollows, checkItem, checkSite, commitment, fileOf, fingerprint, hex, leafHash, openCheckpoint, openNote,
    openRoster, parse, parseProof, parseVkey, peek, readItem, required, rootOver, safePath, saidOn, sha256, signers, spoken, unb64,
    same, say, shown, textIn, tileOf, verifyConsistency, verifyInclusion, witnessed, readItemFiles,
  };
})();

if (typeof module === "object") module.exports = tamizdat;
