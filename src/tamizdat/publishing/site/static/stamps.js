// The reader's check of time stamps, in a browser: docs/spec/stamps.md. A part of verify.js, which loads before it.
//
// Tokens (RFC 3161), their chains, lists of revoked certificates (CRL) and answers about single ones (OCSP) are read and
// verified here, with the browser's own RSA and ECDSA. A browser tells no page which roots it trusts, so a chain counts
// if it ends at a root whose SHA-256 stands below; a chain to another root is "unknown", and that root is named. A proof
// of OpenTimestamps names a block of Bitcoin: it is proved by that block's header, if the reader gives it (80 bytes).
"use strict";

globalThis.tamizdatStamps = (() => {
  const { Broken, Unjudged, b64, bytes, canonical, hex, openCheckpoint, parseProof, same, say, sha256, shown } = tamizdat;
  const MOST = 1 << 20, MOST_MESSAGE = 4096, MOST_SAID = 8192, DEEPEST = 256, MOST_STEPS = 10000;
  const AGREE = 72 * 3600 * 1000, LEEWAY = 2 * 3600 * 1000; // milliseconds; by the latter a block's own time may be wrong
  /** Roots of the authorities that desks ask by default, as far as browsers' makers trust them too. */
  const ROOTS = new Set([
    "552f7bdcf1a7af9e6ce672017f4f12abf77240c78e761ac203d1d9d20ac89988", // DigiCert Trusted Root G4
    "3e9099b5015e8f486c00bcea9d111ee721faba355a89bcf1df69561e3dc6325c", // DigiCert Assured ID Root CA
    "e793c9b02fd8aa13e21c31228accb08119643b749c898964b1746d46c3d4cbd2", // USERTrust RSA (Sectigo)
    "5d56499be4d2e08bcfcad08a3e38723d50503bde706948e42f55603019e528ae", // IdenTrust Commercial Root CA 1
    "85666a562ee0be5ce925c1d8890a6f76a87ec16d4d7d5f29ea7419cf20123b69", // SSL.com Root Certification Authority RSA
    "fe7696573855773e37a95e7ad4d9cc96c30157c15d31765ba9b15704e1ae78fd", // Certum Trusted Root CA
    "b676f2eddae8775cd36cb0f63cd1d4603961f49e6265ba013a2f0307b6d0b804", // Certum Trusted Network CA 2
  ]);
  const broken = (en, zh) => { throw new Broken(en, zh); };
  const unknown = (en, zh) => ({ verdict: "unknown", detail: say(en, zh) });

  // ---- DER: a tag, a length, the content -----------------------------------------------------------------------------
  const [INTEGER, BITS, OCTETS, OID, ENUMERATED, UTC, TIME, SEQUENCE, SET] = [2, 3, 4, 6, 0x0a, 0x17, 0x18, 0x30, 0x31];
  function values(data) {
    const found = [];
    for (let at = 0; at < data.length;) {
      let length = data[at + 1], start = at + 2;
      const indefinite = length === 0x80;
      if (length > 0x80) {
        start += length & 0x7f;
        const long = data.slice(at + 2, start).reduce((sum, byte) => sum * 256 + byte, 0);
        length = long >= Math.max(0x80, 256 ** (start - at - 3)) && long < MOST ? long : -1;
      }
      const end = start + length;
      if ((data[at] & 0x1f) === 0x1f || !(length >= 0) || indefinite || end > data.length) {
        broken(`Expected DER, found bytes that are not from byte ${at} of ${data.length} on.`, `应为 DER，所见 ${data.length} 字节自第 ${at} 字节起不是。`);
      }
      found.push({ tag: data[at], content: data.slice(start, end), whole: data.slice(at, end) });
      at = end;
    }
    return found;
  }
  /** The values of a SEQUENCE or SET, taken in their order. */
  class Fields {
    constructor(content) { this.rest = values(content); }
    maybe(tag) { return this.rest.length && this.rest[0].tag === tag ? this.rest.shift() : null; }
    take(tag) {
      const code = (each) => `0x${hex([each])}`;
      const instead = this.rest.length ? code(this.rest[0].tag) : "nothing";
      return this.maybe(tag) || broken(`Expected the DER tag ${code(tag)} in a time stamp, found ${instead}.`, `时间戳中应为 DER 标签 ${code(tag)}，所见为 ${instead}。`);
    }
    inside(tag = SEQUENCE) { return new Fields(this.take(tag).content); }
  }
  function one(data, tag = SEQUENCE) {
    const outer = new Fields(data), found = outer.inside(tag);
    if (outer.rest.length) broken(`Expected one DER value, found ${1 + outer.rest.length}.`, `应为一个 DER 值，所见为 ${1 + outer.rest.length} 个。`);
    return found;
  }
  function oid(content) {
    const arcs = [];
    let number = 0n;
    for (const byte of content) {
      number = (number << 7n) | BigInt(byte & 0x7f);
      if (byte < 0x80) { arcs.push(number); number = 0n; }
    }
    if (!arcs.length) return "";
    const first = arcs[0] < 80n ? arcs[0] / 40n : 2n;
    return [first, arcs[0] - 40n * first, ...arcs.slice(1)].join(".");
  }
  const byte = (from, to) => (at) => at >= from && at <= to;
  /** Whether a whole number is written as short as can be. */
  const isWhole = (data) => data.length === 1 || (data.length > 1 && !((data[0] === 0 && data[1] < 0x80) || (data[0] === 0xff && data[1] > 0x7f)));
  const matches = (form) => (data) => form.test(new TextDecoder("latin1").decode(data));
  const FORMS = { // of each type, its one form: timestamps/der.py
    1: (data) => data.length === 1 && (data[0] === 0 || data[0] === 0xff), 2: isWhole, 0x0a: isWhole, 4: () => true, 5: (data) => data.length === 0,
    3: (data) => data.length > 0 && data[0] < 8 && (data[0] === 0 || (data.length > 1 && (data.at(-1) & ((1 << data[0]) - 1)) === 0)),
    6: (data) => data.length > 0 && data.at(-1) < 0x80 && data.every((each, at) => each !== 0x80 || (at > 0 && data[at - 1] > 0x7f)),
    0x0c: (data) => { try { return new TextDecoder("utf-8", { fatal: true }).decode(data) !== null; } catch { return false; } },
    0x17: matches(/^[0-9]{12}Z$/), 0x18: matches(/^[0-9]{14}(?:\.[0-9]{1,9})?Z$/), 0x12: matches(/^[0-9 ]*$/), 0x13: matches(/^[A-Za-z0-9 '()+,\-./:=?*@&_]*$/),
    0x14: () => true, 0x16: (data) => data.every(byte(0, 0x7f)), 0x1a: matches(/^[ -~]*$/), 0x1c: (data) => data.length % 4 === 0, 0x1e: (data) => data.length % 2 === 0 };
  /** Broken unless these are values in DER, each in the one form of its type, all the way down. */
  function checkForm(data, depth = 0) {
    for (const { tag, content } of values(data)) {
      const inner = tag === SEQUENCE || tag === SET || (tag & 0xe0) === 0xa0;
      if (inner && depth < 32) checkForm(content, depth + 1);
      else if (inner || ((tag & 0xe0) !== 0x80 && !(FORMS[tag] && FORMS[tag](content)))) {
        broken(`Expected a value in the form of its type, found the DER tag 0x${hex([tag])} with another.`, `应为其类型之式的值，所见 DER 标签 0x${hex([tag])} 不然。`);
      }
    }
  }
  /** Broken if something is left that nobody asked for. */
  const end = (fields) => { if (fields.rest.length) broken(`Expected nothing after what is known, found the DER tag 0x${hex([fields.rest[0].tag])}.`, `已知者之后不应另有内容，所见为 DER 标签 0x${hex([fields.rest[0].tag])}。`); };
  const odd = () => broken("Expected a certificate, or what was said of one, in its one form, found one that is not.", "证书或有关证书的内容应合其唯一之式，所见不然。");
  const must = (holds) => { if (!holds) odd(); };
  /** The algorithm, which must be the one that was signed, and the signature. */
  function sealed(outer, algorithm) {
    const again = outer.take(SEQUENCE);
    must(same(again.whole, algorithm));
    return [oid(new Fields(again.content).take(OID).content), whole(outer)];
  }
  function whole(fields) { const { content } = fields.take(BITS); must(content[0] === 0); return content.slice(1); }
  const STRINGS = [0x0c, 0x12, 0x13, 0x14, 0x16, 0x1a, 0x1c, 0x1e];
  function nameIn(fields) {
    const found = fields.take(SEQUENCE);
    for (const each of values(found.content)) {
      const parts = values(each.content);
      must(each.tag === SET && parts.length && new Set(parts.map((part) => hex(part.whole))).size === parts.length);
      for (const part of parts) { const said = one(part.whole); said.take(OID); must(said.rest.length === 1 && STRINGS.includes(said.rest[0].tag)); }
    }
    return found;
  }
  const small = (content) => content.reduce((sum, byte) => sum * 256 + byte, 0);

  // ---- tokens ----------------------------------------------------------------------------------------------------------
  const SHA2 = { "2.16.840.1.101.3.4.2.1": "SHA-256", "2.16.840.1.101.3.4.2.2": "SHA-384", "2.16.840.1.101.3.4.2.3": "SHA-512" };
  const SIGNATURES = { "1.2.840.113549.1.1.11": "SHA-256", "1.2.840.113549.1.1.12": "SHA-384", "1.2.840.113549.1.1.13": "SHA-512",
    "1.2.840.10045.4.3.2": "SHA-256", "1.2.840.10045.4.3.3": "SHA-384", "1.2.840.10045.4.3.4": "SHA-512" };
  /** What a revocation may be signed with: an old hash too, for to believe it only raises a doubt. */
  const REVOKING = { ...SIGNATURES, "1.2.840.113549.1.1.5": "SHA-1", "1.2.840.10045.4.1": "SHA-1" };
  const KEYS_ALONE = ["1.2.840.113549.1.1.1", "1.2.840.10045.2.1"];
  const TST_INFO = "1.2.840.113549.1.9.16.1.4";
  const digest = async (kind, data) => new Uint8Array(await crypto.subtle.digest(kind, data));
  function sha2(fields) {
    const found = oid(fields.take(OID).content);
    return SHA2[found] || broken(`Expected SHA-256, SHA-384 or SHA-512 in a time stamp, found the hash ${found.slice(0, 60)}.`, `时间戳的哈希应为 SHA-256、SHA-384 或 SHA-512，所见为 ${found.slice(0, 60)}。`);
  }
  function content(fields, kind) {
    const found = oid(fields.take(OID).content);
    if (found !== kind) broken(`Expected the content ${kind} in a time stamp, found ${found.slice(0, 60)}.`, `时间戳的内容应为 ${kind}，所见为 ${found.slice(0, 60)}。`);
    return fields.take(0xa0).content;
  }
  /** A time in DER: milliseconds, and as it was written; tokens have GeneralizedTime with fractions, certificates both kinds. */
  function timeOf(said) {
    const [form, y, mo, d, h, mi, s, fraction = ""] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.(\d{1,9}))?Z$/.exec(said) || [];
    const time = Date.UTC(y, mo - 1, d, h, mi, s);
    const again = Number.isNaN(time) ? "" : new Date(time).toISOString().replace(/[-T:]|\.000Z/g, "");
    if (!form || again !== said.slice(0, 14)) broken(`Expected an authority's time like 20261129030005Z, found ${shown(said)}.`, `时间应如 20261129030005Z，所见为 ${shown(said)}。`);
    return { time: time + (Number(fraction) ? 1000 : 0), written: `${y}-${mo}-${d}T${h}:${mi}:${s}${fraction && `.${fraction}`}Z` };
  }
  const text = (data) => String.fromCharCode(...data.slice(0, 60));

  async function readToken(data) {
    const answer = one(data);
    const status = small(new Fields(answer.take(SEQUENCE).content).take(INTEGER).content);
    if (status > 1) broken(`Expected a time stamp that was granted (status 0 or 1), found status ${status}.`, `时间戳应已获批准（状态 0 或 1），所见状态为 ${status}。`);
    const parts = one(content(answer.inside(), "1.2.840.113549.1.7.2"));
    parts.take(INTEGER);
    parts.take(SET);
    const stated = new Fields(content(new Fields(parts.take(SEQUENCE).content), TST_INFO)).take(OCTETS).content;
    const certificates = parts.maybe(0xa0);
    parts.maybe(0xa1);
    const signer = new Fields(parts.take(SET).content), info = signer.inside();
    if (signer.rest.length) broken(`Expected a time stamp signed by one authority, found ${1 + signer.rest.length} signers.`, `时间戳应由一个机构签署，所见为 ${1 + signer.rest.length} 个。`);
    const fields = one(stated);
    fields.take(INTEGER);
    fields.take(OID);
    const imprint = fields.inside(), kind = sha2(imprint.inside());
    fields.take(INTEGER);
    const when = timeOf(text(fields.take(TIME).content));
    return { kind, imprint: imprint.take(OCTETS).content, ...when, ...await readSignature(info, stated),
      certificates: certificates ? values(certificates.content).map((each) => each.whole) : [] };
  }
  async function readSignature(info, stated) {
    info.take(INTEGER);
    if (!info.maybe(SEQUENCE)) info.take(0x80);
    const hash = sha2(info.inside());
    const attributes = info.take(0xa0);
    const algorithm = oid(info.inside().take(OID).content), signature = info.take(OCTETS).content;
    const known = KEYS_ALONE.includes(algorithm) ? hash : SIGNATURES[algorithm];
    if (!known) broken(`Expected a signature by RSA (PKCS #1) or ECDSA, found the algorithm ${algorithm.slice(0, 60)}.`, `签名应为 RSA（PKCS #1）或 ECDSA，所见算法为 ${algorithm.slice(0, 60)}。`);
    const said = {};
    for (const each of values(attributes.content)) {
      const attribute = one(each.whole), name = oid(attribute.take(OID).content);
      said[name] = attribute.inside(SET);
    }
    const [type, named] = [said["1.2.840.113549.1.9.3"], said["1.2.840.113549.1.9.4"]];
    const expected = await digest(hash, stated);
    if (!named || !same(named.take(OCTETS).content, expected)) {
      broken(`Expected a time stamp whose signature names ${hex(expected)}, found none.`, `时间戳的签名应指明 ${hex(expected)}，所见没有。`);
    }
    if (!type || oid(type.take(OID).content) !== TST_INFO) broken("Expected a time stamp whose signature names its content type, found none.", "时间戳的签名应指明内容的类型，所见没有。");
    const signed = attributes.whole.slice();
    signed[0] = SET; // it is signed as the SET that it is
    return { hash: known, signature, signed, named: certificateNamed(said) };
  }
  function certificateNamed(said) {
    const [v1, v2] = ["1.2.840.113549.1.9.16.2.12", "1.2.840.113549.1.9.16.2.47"].map((each) => said[each]);
    if (!v1 && !v2) broken("Expected a time stamp that names its authority's certificate, found one that does not.", "时间戳应指明签署机构的证书，所见没有。");
    const first = (v2 || v1).inside().inside().inside();
    const kind = v2 ? first.maybe(SEQUENCE) : null;
    return { kind: !v2 ? "SHA-1" : kind ? sha2(new Fields(kind.content)) : "SHA-256", digest: first.take(OCTETS).content };
  }

  // ---- certificates ----------------------------------------------------------------------------------------------------
  const [COMMON_NAME, USAGE, EXTENDED, CONSTRAINTS] = ["2.5.4.3", "2.5.29.15", "2.5.29.37", "2.5.29.19"];
  function dateOf(fields) {
    const short = fields.maybe(UTC);
    const said = text(short ? short.content : fields.take(TIME).content);
    must(short || !said.includes(".")); // fractions
    return timeOf(short ? (Number(said.slice(0, 2)) < 50 ? "20" : "19") + said : said).time;
  }
  function readExtensions(listed) {
    const found = {};
    for (const each of listed) {
      const extension = one(each.whole), name = oid(extension.take(OID).content), critical = extension.maybe(1), { content: value } = extension.take(OCTETS);
      end(extension);
      must(!Object.hasOwn(found, name) && (!critical || critical.content[0] === 0xff)); // what goes without saying is not written
      found[name] = { critical: Boolean(critical), value };
    }
    must(listed.length);
    return found;
  }
  const checked = (value) => { checkForm(value); return new Fields(value); }, only = (value) => { checkForm(value); return one(value); };
  const EXTENSIONS = { // the form of those on which a verdict stands
    "2.5.29.14": (value) => { const fields = checked(value); fields.take(OCTETS); end(fields); },
    [USAGE]: (value) => { const fields = checked(value); must(fields.take(BITS).content.length > 1); end(fields); },
    [CONSTRAINTS]: (value) => {
      const fields = only(value), is = fields.maybe(1), most = fields.maybe(INTEGER);
      must((!is || is.content[0] === 0xff) && (!most || (is && most.content.length === 1 && most.content[0] < 0x80)));
      end(fields);
    },
    "2.5.29.35": (value) => { const fields = only(value); fields.maybe(0x80); fields.maybe(0xa1); fields.maybe(0x82); end(fields); },
    [EXTENDED]: (value) => { const those = only(value).rest; must(those.length && those.every((each) => each.tag === OID)); },
  };
  /** What of a certificate counts here; null for what is none. */
  async function readCertificate(data) {
    try {
      checkForm(data);
      const outer = one(data), within = outer.take(SEQUENCE), fields = new Fields(within.content);
      const version = fields.maybe(0xa0);
      must(!version || hex(version.content) === "020102"); // that of version 1 is not written, and nobody uses 2
      const serial = hex(fields.take(INTEGER).content), { whole: signing } = fields.take(SEQUENCE);
      const issuer = hex(nameIn(fields).whole), validity = fields.inside();
      const forms = validity.rest.map((each) => each.tag), from = dateOf(validity), until = dateOf(validity);
      const dated = [from, until].every((time, at) => forms[at] !== TIME || time >= Date.UTC(2050, 0)); // RFC 5280, 4.1.2.5
      end(validity);
      const subject = nameIn(fields), { whole: key } = fields.take(SEQUENCE), parts = one(key);
      const kinds1 = values(parts.take(SEQUENCE).content), tags = kinds1.map((each) => each.tag);
      must(tags[0] === OID && tags.length < 3 && (oid(kinds1[0].content) !== EC || tags.join() === "6,6"));
      parts.take(BITS);
      end(parts);
      fields.maybe(0x81);
      fields.maybe(0x82);
      const listed1 = fields.maybe(0xa3);
      end(fields);
      const [algorithm, signature] = sealed(outer, signing);
      end(outer);
      const extensions = listed1 ? readExtensions(one(listed1.content).rest) : {};
      for (const [name, form] of Object.entries(EXTENSIONS)) if (extensions[name]) form(extensions[name].value);
      const names = values(subject.content).flatMap((each) => values(each.content)).map((each) => one(each.whole));
      const common = names.map((each) => [oid(each.take(OID).content), each.rest[0]]).find(([name]) => name === COMMON_NAME);
      const name = common ? new TextDecoder().decode(common[1].content).replace(/[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu, "?").slice(0, 80) : "?";
      await opened(key, "SHA-256").catch((error) => { if (error instanceof Broken) throw error; odd(); });
      const judged = Boolean(version) && dated && Object.entries(extensions).every(([each, { critical }]) => !critical || [USAGE, CONSTRAINTS, EXTENDED].includes(each));
      return { data, signed: within.whole, signature, algorithm, serial, issuer, subject: hex(subject.whole), from, until,
        key, name, judged, digest: hex(await sha256(data)), extensions };
    } catch (error) {
      if (error instanceof Broken) return null;
      throw error;
    }
  }
  const EC = "1.2.840.10045.2.1";
  const CURVES = { "1.2.840.10045.3.1.7": ["P-256", 32], "1.3.132.0.34": ["P-384", 48], "1.3.132.0.35": ["P-521", 66] };
  /** The browser's reading of a key that is judged here, RSA or ECDSA; null of another. Fails for one that is none. */
  async function opened(key, hash) {
    const algorithm = one(key).inside(), kind = oid(algorithm.take(OID).content);
    const [curve, size] = kind === EC ? CURVES[oid((algorithm.maybe(OID) || { content: [] }).content)] || [] : [];
    if (!curve && kind !== "1.2.840.113549.1.1.1") return null;
    const way = curve ? { name: "ECDSA", namedCurve: curve, hash } : { name: "RSASSA-PKCS1-v1_5", hash };
    return { way, size, ready: await crypto.subtle.importKey("spki", key, way, false, ["verify"]) };
  }
  /** Whether the key of a certificate made a signature. */
  async function holds({ key }, signature, signed, hash) {
    const found = await opened(key, hash);
    if (!found) return false;
    const { way, size, ready } = found;
    let form = signature;
    if (size) {
      form = new Uint8Array(2 * size); // WebCrypto takes r and s one behind the other
      checkForm(signature);
      const pair = one(signature).rest;
      if (pair.length !== 2) return false;
      for (const [at, each] of pair.entries()) {
        const digits = each.content[0] === 0 ? each.content.slice(1) : each.content;
        if (each.tag !== INTEGER || each.content[0] > 0x7f || digits.length > size) return false;
        form.set(digits, (at + 1) * size - digits.length);
      }
    }
    return crypto.subtle.verify(way, ready, form, signed);
  }
  const kinds = (certificate) => {
    const usage = certificate.extensions[EXTENDED];
    return usage ? one(usage.value).rest.map((each) => oid(each.content)) : [];
  };
  const issued = (issuer, certificate) => certificate.issuer === issuer.subject && SIGNATURES[certificate.algorithm]
    && holds(issuer, certificate.signature, certificate.signed, SIGNATURES[certificate.algorithm]).catch(() => false);
  /** Whether a certificate may sign others, with so many authorities between it and the signer. */
  function maySign({ extensions }, between) {
    if (!extensions[CONSTRAINTS]) return false;
    const constraints = one(extensions[CONSTRAINTS].value), is = constraints.maybe(1), most = constraints.maybe(INTEGER);
    const usage = extensions[USAGE] && new Fields(extensions[USAGE].value).take(BITS).content;
    return Boolean(is && is.content[0]) && (!most || small(most.content) >= between) && (!usage || Boolean(usage[1] & 4));
  }
  /** The certificates from a signer to a root that is known here; or up to where it goes no further. */
  async function chainOf(signer, all, when, roots) {
    const others = [], known = new Set(); // at most 16 that may stand above it, the nearest first: whoever fills a folder would keep us busy
    const near = [signer];
    for (const lower of near) {
      for (const each of all) {
        const same1 = [each.subject, each.issuer, hex(each.key)].join();
        if (each.subject !== lower.issuer || known.has(same1) || others.length >= 16) continue;
        known.add(same1);
        others.push(each);
        near.push(each);
      }
    }
    const step = async (chain) => {
      const last = chain.at(-1);
      if (when < last.from || when > last.until) return { chain, ends: last };
      if (roots.has(last.digest)) return { chain, known: true };
      if (!last.judged) return { chain, ends: last };
      let best = { chain, ends: last };
      for (const each of others) {
        if (chain.length > 5 || chain.some((one1) => one1.digest === each.digest) || !maySign(each, chain.length - 1)) continue;
        if (!await issued(each, last)) continue;
        const found = await step([...chain, each]);
        if (found.known) return found;
        best = found;
      }
      return best;
    };
    return step([signer]);
  }
  const REASONS = ["unspecified", "keyCompromise", "cACompromise", "affiliationChanged", "superseded", "cessationOfOperation", "certificateHold", "", "removeFromCRL", "privilegeWithdrawn", "aACompromise"];
  const HARMLESS = ["unspecified", "affiliationChanged", "superseded", "cessationOfOperation"];
  const reasonOf = (value) => { const fields = checked(value), { content: number } = fields.take(ENUMERATED); end(fields); return number.length === 1 ? REASONS[number[0]] || "" : ""; };
  /** What can be read of a part whose bytes were signed: revoked is null where it cannot be, for the reason damage. */
  function part(step) {
    try { return { revoked: step() }; } catch (error) {
      if (!(error instanceof Broken)) throw error;
      return { revoked: null, damage: error };
    }
  }
  /** A list of revoked certificates; broken if not even whose it is can be read. */
  function readList(data) {
    const outer = one(data), within = outer.take(SEQUENCE), fields = new Fields(within.content);
    fields.maybe(INTEGER);
    const { whole: signing } = fields.take(SEQUENCE), issuer = hex(nameIn(fields).whole), [how, signature] = sealed(outer, signing);
    return { issuer, hash: REVOKING[how], signed: within.whole, signature, certificates: [], ...part(() => {
      checkForm(data);
      end(outer);
      dateOf(fields);
      if (fields.rest.length && [UTC, TIME].includes(fields.rest[0].tag)) dateOf(fields);
      const entries = fields.maybe(SEQUENCE), revoked = values(entries ? entries.content : new Uint8Array()).map((each) => {
        const entry = one(each.whole), serial = hex(entry.take(INTEGER).content), date = dateOf(entry), more = entry.maybe(SEQUENCE);
        end(entry);
        const reason = (more ? readExtensions(values(more.content)) : {})["2.5.29.21"];
        return { serial, date, reason: reason ? reasonOf(reason.value) : "" };
      });
      const more = fields.maybe(0xa0);
      if (more) readExtensions(one(more.content).rest);
      end(fields);
      return revoked;
    }) };
  }
  /** An answer about single certificates (RFC 6960); null for one that says nothing: too busy, not allowed. */
  async function readAnswer(data) {
    checkForm(data);
    const outer = one(data);
    if (hex(outer.take(ENUMERATED).content) !== "00") return null;
    const basic = one(outer.take(0xa0).content);
    end(outer);
    must(oid(basic.take(OID).content) === "1.3.6.1.5.5.7.48.1.1");
    const answer = one(basic.take(OCTETS).content);
    end(basic);
    const within = answer.take(SEQUENCE), how = oid(answer.inside().take(OID).content), signature = whole(answer), beside = answer.maybe(0xa0);
    end(answer);
    const found = beside ? one(beside.content).rest : [];
    const certificates = (await Promise.all(found.map((each) => readCertificate(each.whole)))).filter(Boolean);
    return { issuer: null, hash: REVOKING[how], signature, signed: within.whole, certificates, ...part(() => {
      checkForm(within.whole);
      const fields = new Fields(within.content);
      fields.maybe(0xa0); // version
      if (!fields.maybe(0xa1)) fields.take(0xa2); // who answers, by name or key: whose signature holds is found out below
      fields.take(TIME);
      const revoked = [];
      for (const each of fields.inside().rest) {
        const about = one(each.whole), id = about.inside();
        id.take(SEQUENCE);
        id.take(OCTETS);
        id.take(OCTETS);
        const serial = hex(id.take(INTEGER).content), told = about.maybe(0xa1);
        end(id);
        if (told) {
          const state = new Fields(told.content), date = timeOf(text(state.take(TIME).content)).time, reason = state.maybe(0xa0);
          end(state);
          revoked.push({ serial, date, reason: reason ? reasonOf(reason.content) : "" });
        } else if (!about.maybe(0x80)) about.take(0x82); // good; unknown
        about.take(TIME);
        about.maybe(0xa0);
        about.maybe(0xa1);
        end(about);
      }
      fields.maybe(0xa1);
      end(fields);
      return revoked;
    }) };
  }
  const ANSWERS = "1.3.6.1.5.5.7.3.9"; // the usage of a key that answers for its issuer
  /** Whether the issuer signed a list or an answer, or for an answer whom it named for that. */
  async function isBy(issuer, { issuer: named, hash, signature, signed, certificates }) {
    if (!hash || (named !== null && named !== issuer.subject)) return false;
    for (const each of [issuer, ...certificates]) {
      if (each !== issuer && !(await issued(issuer, each) && kinds(each).includes(ANSWERS))) continue;
      if (await holds(each, signature, signed, hash).catch(() => false)) return true;
    }
    return false;
  }
  /** Which revocation makes doubtful what a chain's signer signed; "" if none that is known. */
  async function revocation(chain, when, said) {
    for (const [at, certificate] of chain.slice(0, -1).entries()) {
      for (const each of said) {
        if (each.revoked === null && await isBy(chain[at + 1], each)) return "what was said of its certificates cannot be read";
        for (const { serial, date, reason } of each.revoked || []) {
          if (serial === certificate.serial && (date <= when || !HARMLESS.includes(reason)) && await isBy(chain[at + 1], each)) {
            return `the certificate of ${certificate.name} was revoked on ${new Date(date).toISOString().slice(0, 10)} (${reason || "no reason given"})`;
          }
        }
      }
    }
    return "";
  }

  // ---- OpenTimestamps --------------------------------------------------------------------------------------------------
  const MAGIC = [0, ...bytes("OpenTimestamps"), 0, 0, ...bytes("Proof"), 0, 0xbf, 0x89, 0xe2, 0xe8, 0x84, 0xe8, 0x92, 0x94];
  class Reader {
    constructor(data) { this.data = data; this.at = 0; this.steps = 0; }
    take(size) {
      if (this.at + size > this.data.length) broken("Expected a whole OpenTimestamps proof, found one that was cut short.", "应为完整的 OpenTimestamps 证明，所见有残缺。");
      this.at += size;
      return this.data.slice(this.at - size, this.at);
    }
    number() {
      let value = 0n;
      for (let shift = 0n; shift < 63n; shift += 7n) {
        const byte = this.take(1)[0];
        value |= BigInt(byte & 0x7f) << shift;
        if (byte < 0x80) return value;
      }
      return broken("Expected a number below 2⁶³ in an OpenTimestamps proof, found a larger one.", "OpenTimestamps 证明中的数应小于 2⁶³，所见更大。");
    }
    text(most) {
      const size = this.number();
      if (size > most) broken(`Expected at most ${most} bytes in an OpenTimestamps proof, found ${size}.`, `OpenTimestamps 证明中此处应不超过 ${most} 字节，所见为 ${size}。`);
      return this.take(Number(size));
    }
  }
  /** What a proof is about, the blocks that it names, and the calendars that it waits for. */
  function readOts(data) {
    if (!same(data.slice(0, MAGIC.length), Uint8Array.from(MAGIC))) broken("Expected an OpenTimestamps proof, found a file that does not begin as one.", "应为 OpenTimestamps 证明，所见文件开头不是。");
    const reader = new Reader(data.slice(MAGIC.length)), version = reader.number();
    if (version !== 1n) broken(`Expected an OpenTimestamps proof of version 1, found version ${version}.`, `应为第 1 版的 OpenTimestamps 证明，所见为第 ${version} 版。`);
    const [kind] = reader.take(1);
    if (![2, 3, 8].includes(kind)) broken(`Expected an OpenTimestamps proof about a digest, found one about 0x${hex([kind])}.`, `应为关于摘要的 OpenTimestamps 证明，所见为 0x${hex([kind])}。`);
    const about = reader.take(kind === 8 ? 32 : 20), [blocks, calendars, ends] = [new Set(), new Set(), []];
    /** What follows from a message: size is that of the message, way the steps that lead to it, the last one first. */
    const tree = (size, depth, way) => {
      if (depth > DEEPEST) broken(`Expected a way of at most ${DEEPEST} steps in an OpenTimestamps proof, found a longer one.`, `OpenTimestamps 证明应不超过 ${DEEPEST} 步，所见更长。`);
      for (let more = true; more;) {
        let [step] = reader.take(1);
        more = step === 0xff;
        if (more) [step] = reader.take(1);
        if (++reader.steps > MOST_STEPS) broken(`Expected at most ${MOST_STEPS.toLocaleString("en")} steps in an OpenTimestamps proof, found more.`, `OpenTimestamps 证明的步数应不超过 ${MOST_STEPS}，所见更多。`);
        if (step === 0) {
          const name = hex(reader.take(8)), said = new Reader(reader.text(MOST_SAID));
          if (name === "0588960d73d71901") {
            const height = said.number();
            blocks.add(height);
            ends.push({ height, way });
          }
          if (name !== "83dfe30d2ef90c8e") continue;
          const address = said.text(MOST_MESSAGE), plain = String.fromCharCode(...address.slice(0, 1000));
          if (!/^https?:\/\/[A-Za-z0-9._:/-]{1,900}$/.test(plain)) broken(`Expected a calendar's address in an OpenTimestamps proof, found ${shown(plain)}.`, `OpenTimestamps 证明中应有日历的地址，所见为 ${shown(plain)}。`);
          calendars.add(plain);
          continue;
        }
        const more1 = [0xf0, 0xf1].includes(step) ? reader.text(MOST_MESSAGE) : null;
        const long = more1 ? size + more1.length : { 0xf2: size, 0xf3: 2 * size, 2: 20, 3: 20, 8: 32, 0x67: 32 }[step];
        if (long === undefined) broken(`Expected a step of an OpenTimestamps proof, found 0x${hex([step])}.`, `应为 OpenTimestamps 证明的一步，所见为 0x${hex([step])}。`);
        if (long > MOST_MESSAGE) broken(`Expected at most ${MOST_MESSAGE} bytes after a step, found ${long}.`, `一步之后应不超过 ${MOST_MESSAGE} 字节，所见为 ${long}。`);
        tree(long, depth + 1, { step, more: more1, before: way });
      }
    };
    tree(about.length, 0, { message: Promise.resolve(about) });
    if (reader.at < reader.data.length) broken("Expected an OpenTimestamps proof to end after its last way, found bytes after it.", "OpenTimestamps 证明应止于最后一条路径，其后尚有字节。");
    return { kind, about, ends, blocks: [...blocks].sort((a, b) => (a < b ? -1 : 1)), calendars: [...calendars].sort() };
  }
  /** What the steps of a way lead to; null if a browser cannot compute one of them. Each is computed once. */
  function messageOf(way) {
    way.message = way.message || messageOf(way.before).then(async (given) => {
      if (given === null) return null;
      const does = { 0xf0: () => join(given, way.more), 0xf1: () => join(way.more, given), 0xf2: () => given.slice().reverse(),
        0xf3: () => bytes(hex(given)), 2: () => digest("SHA-1", given), 8: () => sha256(given) }[way.step];
      return does ? does() : null;
    });
    return way.message;
  }
  const join = (one1, other) => { const both = new Uint8Array(one1.length + other.length); both.set(one1); both.set(other, one1.length); return both; };
  const HEADER = 80;
  /** A block's header: its time, Merkle root and hash; broken for what is none, or has not the work that it claims. */
  async function readHeader(data) {
    if (data.length !== HEADER) broken(`Expected a block's header of ${HEADER} bytes, found ${data.length}.`, `区块头应为 ${HEADER} 字节，所见为 ${data.length}。`);
    const number = (at) => new DataView(data.buffer, data.byteOffset).getUint32(at, true), bits = number(72);
    const name = hex((await sha256(await sha256(data))).reverse());
    if (BigInt(`0x${name}`) > BigInt(bits & 0x7fffff) << BigInt(8 * Math.max(0, (bits >>> 24) - 3))) {
      broken("Expected the header of a block with the work that it claims, found one without it.", "区块头应有其所声明的工作量，所见没有。");
    }
    return { time: number(68) * 1000, root: data.slice(36, 68), name };
  }

  // ---- links -----------------------------------------------------------------------------------------------------------
  const PLACE = /^ledger\/checkpoints\/(0|[1-9][0-9]{0,14})\/(?:checkpoint|stamps\.json|stamps\/([a-z0-9](?:[a-z0-9.-]{0,60}[a-z0-9])?\.(?:tsr|ots)))$/;
  const CERTIFICATE = /^ledger\/certificates\/([0-9a-f]{64})\.(der|crl|ocsp)$/;
  const and = (names) => names.join(" and ");
  const second = (time) => new Date(Math.ceil(time / 1000) * 1000).toISOString().replace(".000Z", "Z");

  class Stamps {
    constructor(check, read, { roots = ROOTS, headers = [] } = {}) {
      Object.assign(this, { check, read, roots, headers, found: [], blocks: new Set(), certificates: [], said: [], there: [] });
    }

    async readCertificates(paths) {
      for (const path of paths) {
        const [, named, kind] = CERTIFICATE.exec(path) || [];
        if (!named) continue;
        this.there.push(`${named}.${kind}`);
        try {
          const data = await this.read(path, MOST), digest1 = hex(await sha256(data));
          if (digest1 !== named) broken(`Expected a file with the SHA-256 of its name, found ${digest1}.`, `文件的 SHA-256 应如其名，所见为 ${digest1}。`);
          if (kind === "der") this.certificates.push(await readCertificate(data) || broken(`Expected DER, found bytes that are not from byte 0 of ${data.length} on.`, `应为证书，所见 ${data.length} 字节不是。`));
          const said = kind === "crl" ? readList(data) : kind === "ocsp" ? await readAnswer(data) : null;
          if (said) this.said.push(said);
          if (said && said.damage) throw said.damage;
        } catch (error) {
          if (!(error instanceof Broken)) throw error;
          await this.check.report.link(`file ${path}`, [], async () => { if (error instanceof Unjudged) throw error; broken(`Expected what was said of a certificate, found what is none: ${error.message}`, `应为有关证书的内容，所见不是：${error.detail.zh}`); });
        }
      }
    }
    /** The three lines that stamps of the ledger at a size are on. */
    async lines(size) {
      const { checkpoint: head, ledger } = this.check;
      if (!head) throw new Unjudged("It cannot be judged without the checkpoint, which could not be read or does not hold.", "缺少检查点，无法判断：它无法读取，或不成立。");
      if (!ledger) throw new Unjudged("The ledger's entries are needed to compare them with an earlier checkpoint.", "需要账本的各条记录才能与较早的检查点相比。");
      if (size > head.size) broken(`Expected stamps of a ledger of at most ${head.size} entries, found some of ${size}.`, `应为至多 ${head.size} 条账本的时间戳，所见为 ${size} 条的。`);
      return bytes(`${head.origin}\n${size}\n${b64(await ledger.rootOfFirst(size))}\n`);
    }
    async judge(size, names, list, expected) {
      let lines;
      try {
        lines = expected || await this.lines(size);
        const path = `ledger/checkpoints/${size}/stamps.json`, named = canonical({ certificates: this.there, stamps: [...names].sort() });
        if (list instanceof Unjudged) throw list;
        if (list && !same(list, bytes(named))) broken(`Expected ${path} to name the files that lie there, found a list that does not.`, `${path} 应列出此处的文件，所见不符。`);
      } catch (error) {
        if (!(error instanceof Broken)) throw error;
        await this.check.report.link(`checkpoint ${size}`, [], async () => { throw error; });
        return;
      }
      for (const name of [...names].sort()) {
        await this.check.report.link(`stamp ${size} ${name}`, expected ? ["checkpoint"] : ["checkpoint", "ledger"], async () => {
          const data = await this.read(`ledger/checkpoints/${size}/stamps/${name}`, MOST);
          return name.endsWith(".tsr") ? this.token(size, lines, data) : this.proof(size, lines, data);
        });
      }
    }
    async token(size, lines, data) {
      const token = await readToken(data);
      if (!same(await digest(token.kind, lines), token.imprint)) broken(`Expected a time stamp on this checkpoint, found one on ${hex(token.imprint)}.`, `应为此检查点的时间戳，所见盖在 ${hex(token.imprint)} 上。`);
      const others = [...(await Promise.all(token.certificates.map(readCertificate))).filter(Boolean), ...this.certificates];
      let signer = null;
      for (const each of others) signer = signer || (same(await digest(token.named.kind, each.data), token.named.digest) ? each : null);
      if (!signer) return unknown(`Its time is ${token.written}; the certificate of who signed it does not lie here.`, `其时间为 ${token.written}；签署者的证书不在此处。`);
      if (!await holds(signer, token.signature, token.signed, token.hash).catch(() => false)) {
        broken("Expected a time stamp that its authority signed, found a signature that fails.", "时间戳应由其机构签署，所见签名不符。");
      }
      const usage = signer.extensions[EXTENDED], alone = usage && usage.critical && kinds(signer).join() === "1.3.6.1.5.5.7.3.8";
      const { chain, known, ends } = await chainOf(signer, others, token.time, this.roots);
      if (!alone || !known) {
        const why = alone ? say(`it leads to ${ends.name}, SHA-256 ${ends.digest}, which is no root that this page knows`, `其链至 ${ends.name}（SHA-256 ${ends.digest}），并非本页所知的根证书`)
          : say("its certificate is not for time stamps alone", "其证书并非只用于时间戳");
        return unknown(`${signer.name} says ${token.written}, and nobody here vouches for it: ${why.en}`, `${signer.name} 说是 ${token.written}，此处无人为其担保：${why.zh}`);
      }
      const why = await revocation(chain, token.time, this.said);
      if (why) return unknown(`${signer.name} says ${token.written}, but ${why}.`, `${signer.name} 说是 ${token.written}，但是其证书已被吊销：${why}。`);
      this.found.push({ size, time: token.time, by: signer.name, keys: new Set(chain.map((each) => hex(each.key))) });
      const way = chain.slice(1).map((each) => each.name).join(", ");
      const until = new Date(signer.until).toISOString().slice(0, 10);
      return { verdict: "vouched", detail: say(`Existed before ${token.written}, says ${signer.name} (whose certificate is good until ${until}), by ${way} (SHA-256 ${chain.at(-1).digest}).`,
        `${token.written} 之前已存在：${signer.name}（其证书有效至 ${until}）所言，经 ${way}（SHA-256 ${chain.at(-1).digest}）。`) };
    }
    async proof(size, lines, data) {
      const { kind, about, ends, blocks, calendars } = readOts(data);
      if (kind !== 3 && !same(await digest(kind === 8 ? "SHA-256" : "SHA-1", lines), about)) {
        broken(`Expected an OpenTimestamps proof of this checkpoint, found one of ${hex(about)}.`, `应为此检查点的 OpenTimestamps 证明，所见关于 ${hex(about)}。`);
      }
      blocks.forEach((each) => this.blocks.add(each));
      for (const header of this.headers) {
        const { time, root, name } = await readHeader(header), before = time + LEEWAY;
        for (const { height, way } of ends) {
          const message = await messageOf(way);
          if (!message || !same(message, root)) continue;
          this.found.push({ size, time: before, by: `Bitcoin's block ${height}`, keys: new Set(["Bitcoin"]) });
          return { detail: say(`It is in Bitcoin's block ${height} by the header you gave, ${name}: existed before ${second(before)}. Look that block up.`,
            `按您给出的区块头 ${name}，它在比特币的第 ${height} 区块中：${second(before)} 之前已存在。请查证该区块。`) };
        }
      }
      if (!blocks.length) return unknown(`It waits for ${and(calendars) || "what nobody here knows"}.`, `尚待 ${calendars.join("、") || "此处无人知晓者"}。`);
      return unknown(`It names Bitcoin's block ${blocks.join(", ")}; with that block's header (--block-header) it can be proved.`,
        `它指明比特币的第 ${blocks.join("、")} 区块；有该区块头时可用命令（--block-header）证明。`);
    }
    /** Before when the first entries existed, by whom, and how that is known; null if nothing says it. */
    earliest(size) {
      const those = this.found.filter((each) => each.size >= size).sort((a, b) => a.time - b.time);
      let best = null;
      for (const [at, first] of those.entries()) {
        for (const other of those.slice(at + 1)) {
          if ([...first.keys].some((key) => other.keys.has(key)) || other.time - first.time > AGREE) continue;
          if (!best || other.time < best.time) best = { time: other.time, by: [first.by, other.by], verdict: "proved" };
        }
      }
      return best || (those.length ? { time: those[0].time, by: [those[0].by], verdict: "vouched" } : null);
    }
  }

  /** All stamps of a site: files is a Map whose keys are its paths, read(path, most) gives bytes. */
  async function judgeSite(check, files, read, trust) {
    const stamps = new Stamps(check, (path, most) => read(path, most)(), trust), sizes = new Map();
    await stamps.readCertificates([...files.keys()].sort());
    for (const path of files.keys()) {
      const [, size, name] = PLACE.exec(path) || [];
      if (size !== undefined) sizes.set(Number(size), [...(sizes.get(Number(size)) || []), ...(name ? [name] : [])]);
    }
    const inOrder = [...sizes.keys()].sort((a, b) => a - b);
    for (const size of inOrder) {
      const list = `ledger/checkpoints/${size}/stamps.json`;
      await stamps.judge(size, sizes.get(size), files.has(list) ? await stamps.read(list, MOST).catch((error) => (error instanceof Unjudged ? error : new Uint8Array())) : null);
    }
    check.report.blocks = [...stamps.blocks].sort((a, b) => (a < b ? -1 : 1));
    const stamped = inOrder.filter((size) => sizes.get(size).length);
    if (!stamped.length) return;
    await check.report.link("stamps", ["checkpoint", "ledger"], async () => {
      const good = stamped.map((size) => [size, stamps.earliest(size)]).filter(([, each]) => each);
      if (!good.length) return unknown("None that proves anything here: when this ledger existed is the desk's word.", "没有一个能在此证明什么：账本何时存在，只是编辑部所言。");
      const [[first, { time, by, verdict }], [last, end]] = [good[0], good.at(-1)];
      const size = second(end.time) === second(time) ? last : first;
      const more = last === size ? say("", "") : say(` All ${last} entries before ${second(end.time)}.`, `全部 ${last} 条在 ${second(end.time)} 之前。`);
      return { verdict, detail: say(`The first ${size} entries existed before ${second(time)}, by the word of ${and(by)}.${more.en}`,
        `前 ${size} 条在 ${second(time)} 之前已存在：${by.join("、")} 所言。${more.zh}`) };
    });
  }
  /** The stamps on the checkpoint that an item's proof carries: read(path) gives bytes, null if there are none, undefined if unread. */
  async function judgeItem(check, number, proof, read, trust) {
    let head, listed;
    try {
      head = await openCheckpoint(parseProof(bytes(proof)).note, check.roster.log);
      const data = await read(`ledger/checkpoints/${head.size}/stamps.json`);
      if (!data) return; // there are none, or this page may not read them
      listed = JSON.parse(new TextDecoder().decode(data));
      if (Array.isArray(listed.stamps) && !listed.stamps.length) return;
      listed.data = data;
    } catch { return; } // its statement's own link tells that; and a list that is none names nothing
    const names = (value, form) => (Array.isArray(value) ? value.filter((each) => typeof each === "string" && form.test(each)) : []);
    const stamps = new Stamps(check, async (path) => await read(path) || broken(`Expected the file ${path}, found no such file.`, `应有文件 ${path}，所见没有。`), trust);
    await stamps.readCertificates(names(listed.certificates, /^/).map((each) => `ledger/certificates/${each}`));
    const lines = bytes(`${head.origin}\n${head.size}\n${b64(head.root)}\n`);
    await stamps.judge(head.size, names(listed.stamps, /^[a-z0-9][a-z0-9.-]{0,61}\.(tsr|ots)$/), listed.data, lines);
    await check.report.link(`item ${number} stamps`, [`item ${number}`], async () => {
      const good = stamps.earliest(head.size);
      if (!good) return unknown("None that proves anything here: when it existed is the desk's word.", "没有一个能在此证明什么：它何时存在，只是编辑部所言。");
      return { verdict: good.verdict, detail: say(`It existed before ${second(good.time)}, by the word of ${and(good.by)}.`, `它在 ${second(good.time)} 之前已存在：${good.by.join("、")} 所言。`) };
    });
  }
  return { ROOTS, Stamps, chainOf, judgeItem, judgeSite, readCertificate, readHeader, readOts, readToken, second };
})();
