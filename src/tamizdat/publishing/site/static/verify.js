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
    if (key.length !== 32 || signature.length !== 64 || !soundKey(key)) return false;
    const name = hex(key);
    if (!opened.has(name)) {
      try {
        opened.set(name, await subtle().importKey("raw", key, { name: "Ed25519" }, false, ["verify"]));
      } catch (error) {
        if (error.name === "NotSupportedError") {
          throw new Unjudged("This browser does not know Ed25519 signatures; use a newer one.", "此浏览器不支持 Ed25519 签名，请换用较新的版本。");
        }
        if (error instanceof Broken) throw error;
        opened.set(name, null);
      }
    }
    return opened.get(name) !== null && subtle().verify({ name: "Ed25519" }, opened.get(name), signature, message);
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
    const most = 1000; // each may cost a verification for each signature
    const count = [root.keys, said.witnesses && said.witnesses.keys, said.keys, said.successors].reduce((sum, each) => sum + list(each, 0).length, 0);
    need(count <= most, `Expected a roster of at most 1,000 keys, found ${count}.`, `名册最多可列 1000 个密钥，此处有 ${count} 个。`);
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
  // A shape takes a value from outside and gives it back, or refuses it; SHAPES is the format of publication.md, 4.
  const odd = (holds) => need(holds, "Expected each member of its own type.", "各项的类型应相符。");
  const plain = (value) => { odd(typeof value === "string"); return value; };
  const count = (value) => { odd(whole(value)); return value; };
  const flag = (value) => { odd(typeof value === "boolean"); return value; };
  const digestOf = (value) => hex(unhex(value));
  const like = (form) => (value) => { odd(typeof value === "string" && form.test(value)); return value; };
  const maybe = (shape) => (value) => (value === null ? null : shape(value));
  const several = (shape, least = 0) => (value) => list(value, least).map(shape);
  const object = (shapes) => (value) => {
    members(value, ...Object.keys(shapes));
    return Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, shape(value[name])]));
  };
  const LANGUAGE = /^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/;
  const byLanguage = (value) => {
    odd(value !== null && typeof value === "object" && !Array.isArray(value) && Object.keys(value).every((name) => LANGUAGE.test(name)));
    Object.values(value).forEach(plain);
    return value;
  };
  const named = object({ index: count, commitment: digestOf });
  const day = like(/^\d{4}-\d\d-\d\d$/);
  const media = several(object({ name: plain, size: count }));
  const footage = object({ item: count, source: named, kind: plain, title: plain, caption: plain, alt: plain, language: plain,
    how: plain, published: media, day });
  const SHAPES = {
    picture: footage,
    clip: footage,
    post: object({ item: count, source: named, kind: plain, how: plain, post: plain, url: like(/^(?:|https?:\/\/[^ ]+)$/),
      voice: object({ id: plain, handle: plain, name: plain }), published: maybe(plain), language: plain, summary: plain,
      text: plain, reply_to: maybe(count), thread: count, tags: several(plain),
      earlier: several(object({ index: count, commitment: digestOf, text: plain, as_of: day })),
      gone: maybe(object({ index: count, commitment: digestOf, word: like(/^(?:export|http)$/), deleted: maybe(plain),
        stood: maybe(count), as_of: day })),
      translations: several(object({ language: like(LANGUAGE), target: plain, notes: several(plain), credit: plain,
        reviewer: plain, day, translated: named, reviewed: several(named, 1) })),
      pictures: several(object({ names: several(plain, 1), alt: plain, source: named })), published_files: media, bytes: flag,
      reading: maybe(object({ slice: count, member: like(/^(?:\/[A-Za-z_]{1,40}){1,8}$/), escaped: flag })), day }),
    person: object({ item: count, source: named, kind: plain, how: plain, day,
      said: object({ name: plain, language: plain, names: byLanguage, age: plain, place: plain, school: plain, state: plain,
        note: plain, sources: several(count) }) }),
  };
  async function readItem(envelope) {
    const { act, subjects, said: written } = peek(envelope);
    need(act === "derived" && typeof written.kind === "string" && Object.hasOwn(SHAPES, written.kind),
      "Expected the statement of a picture, a clip, a post or a person.", "应为图片、影像、帖文或人物的声明。");
    const { kind } = written;
    const said = SHAPES[kind](written);
    const names = (kind === "person" ? [] : kind === "post" ? said.published_files : said.published).map((each) => each.name);
    const words = kind === "post" ? [["text", said.text], ...said.translations.map((each) => [`text.${each.language}`, each.target])]
      : kind === "person" ? [["record", null]] : [];
    const digests = new Map(subjects.map((each) => [each.name, each.sha256]));
    need(canonical([...digests.keys()]) === canonical([...words.map(([name]) => name), ...names])
      && names.every((name) => safePath(name) && !name.includes("/")),
    "Expected as subjects the words and the files that the statement names.", "对象应为声明所列的文字与文件。");
    for (const [name, each] of words) {
      need(each === null || digests.get(name) === hex(await sha256(bytes(each))), "Expected words with the digest of their subject.", "文字与其摘要不符。");
    }
    const [earlier, works, pictures] = [said.earlier || [], said.translations || [], said.pictures || []];
    need(said.source.index >= said.item && (said.source.index === said.item || kind === "post" || kind === "person")
      && earlier.every((each) => each.index >= said.item), "Expected an item whose number is that of the first statement about it.", "编号应为最早一条相关声明的编号。");
    need(kind !== "post" || canonical(pictures.flatMap((each) => each.names)) === canonical(names), "Expected the files of the post's pictures.", "应为帖文图片的文件。");
    return { number: said.item, kind, said, source: said.source, record: digests.get("record"), written,
      media: names.map((name) => ({ name, sha256: digests.get(name) })), pictures: pictures.map((each) => each.source),
      named: [said.source, ...earlier, ...(said.gone ? [said.gone] : []), ...pictures.map((each) => each.source),
        ...works.flatMap((each) => [each.translated, ...each.reviewed])] };
  }
  /** What is opened beside a post: its bytes (or null), and envelopes by the commitment that they open. */
  async function readOpenings(value) {
    if (value === null) return { raw: null, envelopes: new Map() };
    const { bytes: raw, openings } = object({ bytes: maybe(unb64), openings: several(object({ envelope: unb64, salt: (salt) => unb64(salt, 32) })) })(value);
    const envelopes = new Map();
    for (const each of openings) envelopes.set(hex(await commitment(each.salt, each.envelope)), each.envelope);
    return { raw, envelopes };
  }
  /** Where a post's own text may stand; a pointer to a quoted post's would make its words this voice's. */
  const OWN = new Set(["1/noteTweet/core/text", ...["/noteTweet/core/text", "/note_tweet/text", "/data/note_tweet/text",
    "/tweet/extended_tweet/full_text", "/extended_tweet/full_text", "/tweet/full_text", "/full_text", "/tweet/text", "/text",
    "/data/text", "/content_text", "/object/content", "/content"].map((member) => `0${member}`)]);
  function textIn(raw, lengths, { slice, member, escaped }) {
    need(OWN.has(`${slice}${member}`) && slice < lengths.length, "Expected the place of a post's own text, found another.", "应指向帖文自身的文字。");
    let at = 0, value;
    lengths.forEach((length, number) => {
      if (number === slice) value = raw.slice(at, at + length);
      at += length;
      need(at === raw.length ? number === lengths.length - 1 : raw[at] === 10, "Expected captured bytes of the lengths that were observed.", "字节长度与当时所见不符。");
      at += 1;
    });
    need(at === raw.length + 1, "Expected captured bytes of the lengths that were observed.", "字节长度与当时所见不符。");
    try { value = JSON.parse(text(value)); } catch { need(false, "Expected captured bytes that are JSON.", "所收存的字节应为 JSON。"); }
    for (const name of member.split("/").slice(1)) {
      value = value !== null && typeof value === "object" && !Array.isArray(value) && Object.hasOwn(value, name) ? value[name] : null;
    }
    need(typeof value === "string", "Expected a text there in the captured bytes.", "所收存的字节中该处没有文字。");
    return escaped ? value.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&") : value;
  }
  const ATTRIBUTE = /[ \t\n]+([a-z][a-z0-9-]*)(?:="([^"<]*)")?/g;
  const TAG = /<(\/?)([a-z][a-z0-9]*)((?:[ \t\n]+[a-z][a-z0-9-]*(?:="[^"<]*")?)*)[ \t\n]*>/g;
  const AROUND = new Set(["html", "body", "main", "article", "section", "div", "figure", "header"]);
  const INSIDE = new Set(["div", "span", "blockquote", "q", "b", "i", "em", "strong", "bdi", "cite", "mark"]);
  const VOID = new Set(["area", "br", "col", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]);
  const NEVER = new Set(["plaintext", "frameset", "template", "base"]);
  const REFERENCES = { "amp;": "&", "lt;": "<", "gt;": ">", "quot;": '"', "#39;": "'", "#34;": '"', "#13;": "\r" };
  /** Each data-said of a page with its text, [[says, text], …]; a page that could be read in two ways is refused. */
  function saidOn(data) {
    const oneWay = (holds) => need(holds, "Expected a page that can be read in one way only.", "网页应只有一种读法。");
    let written = text(data).replace(/\r\n?/g, "\n");
    if (written.startsWith("<!doctype html>")) written = written.slice("<!doctype html>".length);
    const tags = [...written.matchAll(TAG)];
    oneWay(tags.length === written.split("<").length - 1);
    const [found, stack] = [[], []];
    let [inside, words, before] = [0, "", 0];
    for (const tag of tags) {
      const [itself, closes, name, attributes] = tag;
      if (inside) words += written.slice(before, tag.index);
      before = tag.index + itself.length;
      if (closes) {
        oneWay(stack.pop() === name);
        if (inside === stack.length + 1) {
          found.at(-1)[1] = words.replace(/&([^;&]{0,8};?)/gu, (_, each) => { oneWay(Object.hasOwn(REFERENCES, each)); return REFERENCES[each]; });
          inside = 0;
        }
        continue;
      }
      const says = [...attributes.matchAll(ATTRIBUTE)].filter((each) => each[1] === "data-said").map((each) => each[2] || "");
      oneWay(!NEVER.has(name) && (!inside || (INSIDE.has(name) && !says.length)));
      if (says.length) {
        oneWay(INSIDE.has(name) && stack.every((each) => AROUND.has(each)) && says.length === 1);
        found.push([says[0], ""]);
        [inside, words] = [stack.length + 1, ""];
      }
      if (!VOID.has(name)) stack.push(name);
    }
    oneWay(!stack.length);
    return found;
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
    constructor(root = null) { this.report = new Report(); this.root = root; this.earlier = new Map(); this.sources = new Map(); }

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
    /** Whether this is the site of another root than the reader's, below which nothing is worth computing. */
    get elsewhere() { return this.root !== null && Boolean(this.roster) && !same(this.roster.fingerprint, this.root); }
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
      const proof = parseProof(data);
      const { size, root } = await this.checkpointOf(proof.note);
      await this.signed(envelope, proof.index);
      need(proof.salt !== null && proof.salt.length === 32, "Expected the salt in the proof's extra line.", "证明中缺少盐值。");
      await verifyInclusion(proof.index, size, await leafHash(await commitment(proof.salt, envelope)), proof.hashes, root);
      return proof.index;
    }
    /** The statement in envelope, signed by a desk key that counts at index. */
    async signed(envelope, index) {
      const { desk } = required(this.roster, "the roster", "名册");
      required(this.checkpoint, "the checkpoint", "检查点");
      const keys = await signers(envelope, [...new Map(desk.map((each) => [hex(each.key), each.key])).values()]);
      need(desk.some((each) => keys.some((key) => same(key, each.key)) && each.from <= index && index < each.until),
        `Expected a key of the desk that counts at entry ${index}.`, `密钥在第 ${index} 条处无效。`);
      return peek(envelope);
    }
    /** The checkpoint in a proof: the edition's, or an earlier one's, with whose ledger this one must begin. */
    async checkpointOf(note) {
      const head = required(this.checkpoint, "the checkpoint", "检查点");
      if (same(note, this.note)) return head;
      const key = text(note);
      if (!this.earlier.has(key)) {
        const found = await openCheckpoint(note, this.roster.log);
        need(found.size < head.size || (found.size === head.size && same(found.root, head.root)),
          "Expected a proof for this checkpoint or an earlier one, found one of another ledger.", "证明所依据的检查点并非本版或更早的：属于另一账本。");
        if (this.whole && !this.ledger) throw new Unjudged("The ledger's entries are needed to compare them with an earlier checkpoint.", "需要账本的各条记录，才能与较早的检查点比较。");
        need(!this.ledger || same(await this.ledger.rootOfFirst(found.size), found.root),
          "Expected a ledger that begins with the earlier one; it was forked.", "账本并非由较早的账本延续而来：它被分叉了。");
        this.earlier.set(key, found);
      }
      return this.earlier.get(key);
    }
    /** In a whole site, each commitment that is named is the ledger's entry at its index. */
    rightly(...all) {
      for (const { index, commitment: named } of this.ledger ? all : []) {
        const entry = this.ledger.entries[index];
        need(entry && hex(entry) === named, `Expected the commitment that is named as entry ${index}, found another there.`, `第 ${index} 条并非所指的承诺值。`);
      }
    }
    async published(envelope, proof) {
      await this.report.link("edition", ["root", "checkpoint"], async () => {
        const data = await envelope();
        const said = this.edition = readEdition(data);
        const way = await proof();
        required(this.checkpoint, "the checkpoint", "检查点");
        need(same(parseProof(way).note, this.note), "Expected the edition's proof for this checkpoint.", "本版的证明应依据此检查点。");
        const index = await this.disclosed(data, way);
        need(said.origin === this.checkpoint.origin, "Expected an edition of this ledger.", "不是此账本的出版物。");
        return { detail: say(`Edition ${said.number}, signed by the desk and unaltered since it became entry ${index}. Its date, ${said.date}, is the desk's word.`,
          `第 ${said.number} 版，由编辑部签署，自成为第 ${index} 条以来未被改动。日期 ${said.date} 为编辑部所言。`) };
      });
      await this.report.link("newest", ["edition"], async () => {
        required(this.edition, "the edition", "本版声明");
        return { verdict: "unknown", detail: say("This page remembers no earlier one; newer ones may exist.", "本页不记得以前各版；可能已有更新的一版。") };
      });
    }
    /**
     * One item. envelope(), proof(), openings(said) give its files (openings: JSON or null); listed(envelope) checks that the
     * edition lists it; media(name) gives the SHA-256 of a file, null if it is missing, undefined if it was not read;
     * pages() gives [[path, [[says, text], …]], …] for a post.
     */
    async item(number, ground, { envelope, proof, openings, listed, media, pages }) {
      const name = `item ${number}`;
      let item;
      await this.report.link(name, ["root", "checkpoint", ...ground], async () => {
        const data = await envelope();
        item = await readItem(data);
        need(item.number === number, `Expected the statement of item ${number}, found that of item ${item.number}.`,
          `应为第 ${number} 件的声明，却是第 ${item.number} 件的。`);
        await listed(data);
        const way = await proof();
        const index = await this.disclosed(data, way);
        need(item.named.every((each) => each.index < index), "Expected to be told of what entered the ledger earlier.", "所指各条应先于声明进入账本。");
        for (const each of [`${item.source.index} ${item.source.commitment}`, ...(item.kind === "post" ? [item.said.post] : [])]) {
          if (!this.sources.has(each)) this.sources.set(each, number);
          need(this.sources.get(each) === number, `Expected an item of its own, found what item ${this.sources.get(each)} shows already.`,
            `第 ${this.sources.get(each)} 件已展示相同的来源。`);
        }
        const earlier = !this.whole && !same(parseProof(way).note, this.note);
        return { detail: say(`Its statement is signed by the desk and unaltered since it became entry ${index}.${
          earlier ? " By an earlier checkpoint: that this ledger continues that one, the whole site shows." : ""}`,
        `声明由编辑部签署，自成为第 ${index} 条以来未被改动。${earlier ? "证明依据较早的检查点：本账本是否由其延续而来，须核验整个网站。" : ""}`) };
      });
      if (!item || item.kind !== "person") await this.media(name, item, media);
      if (item && item.kind === "post") await this.post(name, item, openings, pages);
      else if (item && item.kind === "person") await this.person(name, item);
      else {
        await this.report.link(`${name} source`, [name], async () => {
          this.rightly(required(item, "its statement", "声明").source);
          return { verdict: "vouched", detail: say(`That it was made from the withheld original, entry ${number}, is the desk's word.`,
            `它由未公开的原件（第 ${number} 条）制成，这一点为编辑部所言。`) };
        });
      }
    }
    async media(name, item, media) {
      await this.report.link(`${name} media`, [name], async () => {
        const names = required(item, "its statement", "声明").media;
        const found = await Promise.all(names.map((each) => media(each.name)));
        const wrong = names.filter((each, at) => found[at] !== undefined && found[at] !== each.sha256).map((each) => each.name);
        need(!wrong.length, `Expected the bytes that the statement names, found others: ${wrong.join(", ")}.`, `内容与声明不符：${wrong.join("、")}。`);
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
    async person(name, item) {
      await this.report.link(`${name} record`, [name], async () => {
        need(item.record === hex(await sha256(bytes(canonical(item.written.said)))), "Expected a record with the SHA-256 of its subject.", "记录与其摘要不符。");
        return { detail: say("The entry is the one that the statement's subject names.", "此记录正是声明对象所指。") };
      });
      await this.report.link(`${name} source`, [name], async () => {
        this.rightly(item.source);
        return { verdict: "vouched", detail: say("What the desk lists of this person, and from which sources, is its word.",
          "关于此人及其来源的记录，为编辑部所言。") };
      });
    }
    async post(name, item, openings, pages) {
      const { said } = item;
      const own = hex(await sha256(bytes(said.text)));
      let opened = null, why = null;
      try {
        opened = await readOpenings(await openings(said));
      } catch (error) { if (!(error instanceof Broken)) throw error; why = error; }
      /** The private statement that is named, opened beside the post. */
      const open = async (each, act) => {
        if (!opened) throw why;
        this.rightly(each);
        const envelope = opened.envelopes.get(each.commitment);
        need(envelope, `Expected what opens the commitment of entry ${each.index}, found nothing that does.`, `没有能打开第 ${each.index} 条承诺值的内容。`);
        const statement = await this.signed(envelope, each.index);
        need(statement.act === act, `Expected that entry ${each.index} is a statement “${act}”.`, `第 ${each.index} 条应为“${act}”声明。`);
        return statement;
      };
      const only = (statement, digest) => statement.subjects.length === 1 && statement.subjects[0].sha256 === digest;
      const raw = () => {
        if (!opened) throw why;
        need(opened.raw, "Expected the captured bytes that the statement says are shown, found none.", "声明称公开了所收存的字节，却没有。");
        return opened.raw;
      };

      await this.report.link(`${name} shown`, [name], async () => {
        const expected = new Map([["text", said.text], ...said.translations.map((each) => [`translation ${each.language}`, each.target])]);
        const found = await pages();
        for (const [path, pairs] of found) {
          need(new Set(pairs.map(([says]) => says)).size === expected.size && pairs.every(([says, shown]) => expected.get(says) === shown),
            `Expected ${path} to show the statement's text and translations, found others.`, `${path} 所示与声明的原文或译文不符。`);
        }
        if (!found.length) return { verdict: "unknown", detail: say("No page of it lies here.", "此处没有它的网页。") };
        return { detail: say("Its pages show exactly the statement's text and translations.", "网页所示与声明的原文和译文完全一致。") };
      });
      let lengths = null;
      await this.report.link(`${name} source`, [name], async () => {
        this.rightly(item.source);
        if (!said.bytes) {
          need(!opened || !opened.raw, "Expected no captured bytes, for the statement says that none are shown.", "声明称没有公开所收存的字节，却有。");
          return { verdict: "vouched", detail: say(`Its captured bytes, observed in entry ${item.source.index}, are withheld: the desk's word.`,
            `所收存的字节（第 ${item.source.index} 条）没有公开：为编辑部所言。`) };
        }
        const observed = await open(item.source, "observed");
        need(only(observed, hex(await sha256(raw()))), "Expected the captured bytes that were observed, found others.", "所公开的字节并非当时所收存的。");
        need(observed.said.text === own && observed.said.post === said.post, "Expected an observation of this post and this text.", "并非对此帖此文的收存记录。");
        const measured = list(observed.said.from).map((each) => (each === null ? each : each.length));
        need(measured.every(whole), "Expected the lengths of the slices that were observed.", "缺少各段的长度。");
        lengths = measured;
        return { detail: say(`The captured bytes are those that the desk observed in entry ${item.source.index}.`,
          `所公开的字节正是编辑部在第 ${item.source.index} 条所收存的。`) };
      });
      await this.report.link(`${name} text`, [name, `${name} source`], async () => {
        if (!said.bytes || !said.reading) {
          return { verdict: "vouched", detail: say("How its text was read from the captured bytes is the desk's word.",
            "文字如何由所收存的字节读出，为编辑部所言。") };
        }
        required(lengths, "the captured bytes", "所收存的字节");
        need(textIn(raw(), lengths, said.reading) === said.text, "Expected the text that stands in the captured bytes, found another.",
          "与所收存字节中的文字不符。");
        return { detail: say(`It stands in the captured bytes, at ${said.reading.member}.`, `它见于所收存的字节，位于 ${said.reading.member}。`) };
      });
      for (const each of said.translations) await this.translation(name, said.post, own, each, open, only);
      const told = async (what, all, en, zh) => this.report.link(`${name} ${what}`, [name], async () => {
        this.rightly(...all);
        const entries = all.map((each) => each.index);
        return { verdict: "vouched", detail: say(`${en}, is the desk's word; it was stated in ${entries.join(", ")}.`,
          `${zh}，为编辑部所言；见第 ${entries.join("、")} 条。`) };
      });
      if (said.gone) await told("gone", [said.gone], "That the platform removed it, and when", "平台将其移除及其时间");
      if (said.earlier.length) await told("earlier", said.earlier, "That it said something else before", "它从前另有所言");
    }
    async translation(name, post, own, shown, open, only) {
      const { language, translated } = shown;
      const words = hex(await sha256(bytes(shown.target)));
      let by;
      await this.report.link(`${name} translation ${language}`, [name], async () => {
        const statement = await open(translated, "translated");
        by = statement.said.by;
        need(statement.said.text === own && statement.said.post === post, "Expected a translation of this text of this post.", "并非此帖此文的译文。");
        need(["language", "target", "notes", "day"].every((each) => canonical(statement.said[each] ?? null) === canonical(shown[each]))
          && only(statement, words), "Expected the words, notes and day that were proposed, found others.", "与所提交的译文、注释或日期不符。");
        return { detail: say(`The words that one account proposed for this text, entry ${translated.index}. Whose it is, the desk knows.`,
          `一个账户为此文提交的译文，第 ${translated.index} 条。账户属于谁，为编辑部所言。`) };
      });
      await this.report.link(`${name} review ${language}`, [name, `${name} translation ${language}`], async () => {
        const reviews = [];
        for (const each of shown.reviewed) reviews.push(await open(each, "reviewed"));
        need(reviews.every(({ said }, at) => canonical(said.translated ?? null) === canonical(translated) && said.language === language
          && said.post === post && only(reviews[at], words)), "Expected a review of this translation, found one of another.", "并非对此译文的审阅。");
        const verdicts = reviews.map(({ said }) => said.verdict);
        const indexes = [translated, ...shown.reviewed].map((each) => each.index);
        need(verdicts.at(-1) === "approved" && verdicts.includes("reviewed") && verdicts.every((each) => each === "reviewed" || each === "approved")
          && indexes.every((each, at) => !at || indexes[at - 1] < each), "Expected a translation that was reviewed and then approved.", "译文应先经审阅，后经核准。");
        const tags = reviews.map(({ said }) => said.by);
        required(by, "the opened translation", "所公开的译文声明");
        need([by, ...tags].every((tag) => typeof tag === "string" && /^[0-9a-f]{32}$/.test(tag)) && !tags.includes(by),
          "Expected the word of other accounts, found the translator's own.", "应由他人审阅，却是译者自己。");
        return { verdict: "vouched", detail: say("Reviewed and approved by other accounts than the translator's. Whether by others, the desk knows.",
          "由译者以外的账户审阅并核准；账户背后确为他人，为编辑部所言。") };
      });
    }
  }

  /** The tile of edition.tiles ([[first number, hex], …]) that number would be listed in, counted from 0. */
  function tileOf(number, edition) {
    const tiles = edition && Array.isArray(edition.tiles) ? edition.tiles : [];
    return Math.max(0, tiles.filter((each) => Array.isArray(each) && each[0] <= number).length - 1);
  }
  /** That lines are the tile they say, and that its hash and the others' give the items' root of the edition. */
  async function listedIn({ tile, lines: written }, { tiles }, { items, itemsRoot }) {
    const hashes = several((each) => unhex(list(each, 2)[1]))(tiles);
    const listed = await readItems(bytes(plain(written)));
    need(whole(tile) && hashes.length === Math.ceil(items / 256) && listed.digests.size === Math.min(256, items - tile * 256)
      && same(listed.root, hashes[tile] || []) && same(await rootOver(hashes), itemsRoot),
    "Expected the list of items that the edition names, found another.", "藏品清单与本版声明不符。");
    return listed.digests;
  }

  /**
   * One item from its page's facts: proof.js, edition.js, and the tile of the list of items (tileOf). media(name) gives a
   * SHA-256, null if missing, undefined if not read; pages() what the page says, as in Check.item.
   */
  async function checkItem(number, facts, edition, tile, media, pages = async () => [], root = null) {
    const check = new Check(root);
    const later = (value, decode) => async () => decode(required(value, "its facts", "证明数据"));
    await check.trust(later(edition && edition.roster, unb64));
    if (check.elsewhere) return check.report;
    await check.head(later(edition && edition.proof, (proof) => parseProof(bytes(proof)).note));
    await check.published(later(edition && edition.envelope, unb64), later(edition && edition.proof, bytes));
    const listed = async (envelope) => {
      const digests = await listedIn(required(tile, "the list of items", "藏品清单"), edition, required(check.edition, "the edition", "本版声明"));
      need(digests.get(number) === hex(await sha256(envelope)), "Expected the statement that the edition lists, found another.", "不是本版清单所列的声明。");
    };
    await check.item(number, ["edition"], { envelope: later(facts && facts.envelope, unb64), proof: later(facts && facts.proof, bytes),
      openings: async () => { need(facts.openings !== undefined, "Expected what is opened, or null.", "缺少所公开的内容。"); return facts.openings; },
      listed, media, pages });
    return check.report;
  }

  /** One file that somebody sent: is its digest on this edition's list? read(path) gives a file of the site. */
  async function checkFile(name, digest, read, root = null) {
    const check = new Check(root);
    await check.trust(() => read("roster.json"));
    if (check.elsewhere) return check.report;
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
      const data = await file.bytes();
      if (!digests.has(path)) digests.set(path, hex(await sha256(data))); // it need not be read once more for that
      return data;
    };
    const LARGE = 256 << 20;
    const digests = new Map();
    const digest = async (path) => {
      if (!files.has(path)) return null;
      if (!digests.has(path)) digests.set(path, hex(await sha256(await files.get(path).bytes())));
      return digests.get(path);
    };
    await check.trust(read("roster.json"));
    if (check.elsewhere) return check.report;
    await check.head(read("ledger/checkpoint"));
    await check.published(read("edition/edition.json"), read("edition/edition.tlog-proof"));
    let items;
    check.whole = true;
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
      check.ledger = { entries: found, tiles: made, rootOfFirst: async (first) => rootOver([...(made.rows[1] || []).slice(0, Math.floor(first / 256)),
        ...(first % 256 ? [await rootOver(leaves.slice(first - (first % 256), first))] : [])]) };
      return { detail: say(`Its ${size} entries give the checkpoint's root.`, `${size} 条记录得出检查点的树根。`) };
    });
    await check.report.link("items", ["edition"], async () => {
      items = await readItems(await read("edition/items.txt", LARGE)());
      const said = required(check.edition, "the edition", "本版声明");
      need(items.digests.size === said.items && same(items.root, said.itemsRoot), "Expected the list of items that the edition names.", "藏品清单与本版声明不符。");
      return { detail: say(`${said.items} items, as the edition names them.`, `共 ${said.items} 件，与本版声明相符。`) };
    });
    const numbers = new Set(items ? items.digests.keys() : []);
    const pagesOf = new Map();
    for (const path of files.keys()) {
      const [, page] = /^(?:[^/]+\/)?items\/(0|[1-9][0-9]{0,14})\/index\.html$/.exec(path) || [];
      if (page !== undefined) pagesOf.set(Number(page), [...(pagesOf.get(Number(page)) || []), path]);
      const [, number] = /^items\/(0|[1-9][0-9]{0,14})\/statement\.json$/.exec(path) || [];
      if (number !== undefined) numbers.add(Number(number));
    }
    for (const number of [...numbers].sort((a, b) => a - b)) {
      const at = `items/${number}/`;
      const listed = async (envelope) => need(!items || items.digests.get(number) === hex(await sha256(envelope)),
        "Expected the statement that the edition lists, found another.", "不是本版清单所列的声明。");
      const openings = async (said) => (files.has(`${at}openings.json`) || said.bytes || said.translations.length
        ? parse(await read(`${at}openings.json`, 64 << 20)()) : null);
      const pages = () => Promise.all((pagesOf.get(number) || []).map(async (path) => [path, saidOn(await read(path)())]));
      await check.item(number, items ? ["items"] : [], { envelope: read(`${at}statement.json`), proof: read(`${at}statement.tlog-proof`),
        openings, listed, media: (name) => digest(at + name), pages });
    }
    await allFiles(check, files, read, digest, items, check.ledger);
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
    if (items) {
      made.set("edition/edition.js", await is("edition/edition.js", "tamizdatEdition", async () => ({
        ...await facts("edition/edition.json", "edition/edition.tlog-proof"), roster: b64(await read("roster.json")()),
        tiles: items.tiles.map(({ first, root }) => [first, hex(root)]) })));
    }
    for (const [tile, { lines: written }] of items ? items.tiles.entries() : []) {
      const path = `edition/items/${String(tile).padStart(3, "0")}.js`;
      made.set(path, await is(path, "tamizdatItems", async () => ({ lines: written, tile })));
    }
    for (const number of items ? items.digests.keys() : []) {
      const at = `items/${number}/`;
      made.set(`${at}statement.tlog-proof`, true);
      made.set(`${at}proof.js`, await is(`${at}proof.js`, "tamizdatProof", async () => ({
        ...await facts(`${at}statement.json`, `${at}statement.tlog-proof`),
        openings: files.has(`${at}openings.json`) ? parse(await read(`${at}openings.json`, 64 << 20)()) : null })));
    }
    for (const path of files.keys()) {
      if (!items && /^(items\/\d+\/(statement\.tlog-proof|proof\.js)|edition\/(edition|items\/\d+)\.js)$/.test(path)) made.set(path, true);
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
  /** items.txt: number → SHA-256, its root, and its tiles of 256 lines; the root follows from their hashes. */
  async function readItems(data) {
    const digests = new Map();
    let before = -1;
    const all = lines(data);
    for (const line of all) {
      const [, number, sha] = /^(0|[1-9][0-9]{0,14}) ([0-9a-f]{64})$/.exec(line) || [];
      need(sha && Number(number) > before, "Expected '<number> <SHA-256>' on each line, numbers rising.", "藏品清单格式有误。");
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
    return Object.assign((level, number, width) => {
      const part = (level === "entries" ? entries : rows[level]).slice(number * 256, number * 256 + width);
      return join(...(level === "entries" ? part.flatMap((each) => [[each.length >> 8, each.length & 255], each]) : part));
    }, { rows });
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
    openRoster, parse, parseProof, parseVkey, peek, readItem, rootOver, safePath, saidOn, sha256, signers, spoken, unb64,
    textIn, tileOf, verifyConsistency, verifyInclusion,
  };
})();

if (typeof module === "object") module.exports = tamizdat;
