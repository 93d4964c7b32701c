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
    const [, y, mo, d, h, mi, s, fraction = ""] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.(\d{1,9}))?Z$/.exec(said) || [];
    const time = Date.UTC(y, mo - 1, d, h, mi, s);
    const again = Number.isNaN(time) ? "" : new Date(time).toISOString().replace(/[-T:]|\.000Z/g, "");
    if (again !== said.slice(0, 14)) broken(`Expected an authority's time like 20261129030005Z, found ${shown(said)}.`, `时间应如 20261129030005Z，所见为 ${shown(said)}。`);
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
    return timeOf(short ? (Number(said.slice(0, 2)) < 50 ? "20" : "19") + said : said).time;
  }
  function readExtensions(fields) {
    const found = {};
    for (const each of fields ? values(fields.content) : []) {
      const extension = one(each.whole), name = oid(extension.take(OID).content), critical = extension.maybe(1);
      found[name] = { critical: Boolean(critical && critical.content[0]), value: extension.take(OCTETS).content };
    }
    return found;
  }
  /** What of a certificate counts here; null for what is none. */
  async function readCertificate(data) {
    try {
      const outer = one(data), whole = outer.take(SEQUENCE), fields = new Fields(whole.content);
      const version = fields.maybe(0xa0);
      if (version && hex(version.content) !== "020102") return null; // that of version 1 is not written, and nobody uses 2
      const serial = hex(fields.take(INTEGER).content);
      fields.take(SEQUENCE);
      const issuer = hex(fields.take(SEQUENCE).whole), validity = fields.inside();
      const from = dateOf(validity), until = dateOf(validity), subject = fields.take(SEQUENCE), key = fields.take(SEQUENCE).whole;
      fields.maybe(0x81);
      fields.maybe(0x82);
      const extensions = fields.maybe(0xa3), algorithm = oid(outer.inside().take(OID).content);
      const names = values(subject.content).flatMap((each) => values(each.content)).map((each) => one(each.whole));
      const common = names.map((each) => [oid(each.take(OID).content), each.rest[0]]).find(([name]) => name === COMMON_NAME);
      const name = common ? new TextDecoder().decode(common[1].content).replace(/[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu, "?").slice(0, 80) : "?";
      return { data, signed: whole.whole, signature: outer.take(BITS).content.slice(1), algorithm, serial, issuer, subject: hex(subject.whole), from, until,
        key, name, digest: hex(await sha256(data)), extensions: readExtensions(extensions && new Fields(extensions.content).take(SEQUENCE)) };
    } catch (error) {
      if (error instanceof Broken) return null;
      throw error;
    }
  }
  const CURVES = { "1.2.840.10045.3.1.7": ["P-256", 32], "1.3.132.0.34": ["P-384", 48], "1.3.132.0.35": ["P-521", 66] };
  /** Whether the key of a certificate made a signature. Other keys than RSA and ECDSA make none that is known here. */
  async function holds({ key }, signature, signed, hash) {
    const algorithm = one(key).inside(), kind = oid(algorithm.take(OID).content);
    let [way, form] = [{ name: "RSASSA-PKCS1-v1_5", hash }, signature];
    if (kind === "1.2.840.10045.2.1") {
      const [curve, size] = CURVES[oid(algorithm.take(OID).content)] || [];
      if (!curve) return false;
      way = { name: "ECDSA", namedCurve: curve, hash };
      form = new Uint8Array(2 * size); // WebCrypto takes r and s one behind the other
      for (const [at, each] of one(signature).rest.entries()) {
        const digits = each.content[0] === 0 ? each.content.slice(1) : each.content;
        if (each.tag !== INTEGER || at > 1 || digits.length > size) return false;
        form.set(digits, (at + 1) * size - digits.length);
      }
    } else if (kind !== "1.2.840.113549.1.1.1") return false;
    const opened = await crypto.subtle.importKey("spki", key, way, false, ["verify"]);
    return crypto.subtle.verify(way, opened, form, signed);
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
  const reasonOf = (field) => (field ? REASONS[small(field.content)] || "" : "");
  /** A list of revoked certificates: who signed it, and what it says of each, unread. */
  function readList(data) {
    const outer = one(data), whole = outer.take(SEQUENCE), fields = new Fields(whole.content);
    fields.maybe(INTEGER);
    fields.take(SEQUENCE);
    const issuer = hex(fields.take(SEQUENCE).whole);
    dateOf(fields);
    if (fields.rest.length && [UTC, TIME].includes(fields.rest[0].tag)) dateOf(fields);
    const entries = fields.maybe(SEQUENCE), hash = REVOKING[oid(outer.inside().take(OID).content)];
    return { issuer, hash, signed: whole.whole, signature: outer.take(BITS).content.slice(1), entries: values(entries ? entries.content : new Uint8Array()) };
  }
  async function* listed(certificate, issuer, lists) {
    for (const each of lists) {
      if (each.issuer !== issuer.subject || !each.hash) continue;
      const entry = each.entries.map((found) => one(found.whole)).find((found) => hex(found.take(INTEGER).content) === certificate.serial);
      if (!entry || !await holds(issuer, each.signature, each.signed, each.hash)) continue;
      const date = dateOf(entry), code = readExtensions(entry.maybe(SEQUENCE))["2.5.29.21"];
      yield [date, code ? reasonOf(new Fields(code.value).take(ENUMERATED)) : ""];
    }
  }
  /** An answer about single certificates (RFC 6960); null for one that says nothing: too busy, not allowed. */
  async function readAnswer(data) {
    const outer = one(data);
    if (small(outer.take(ENUMERATED).content) !== 0) return null;
    const basic = new Fields(outer.take(0xa0).content).inside();
    if (oid(basic.take(OID).content) !== "1.3.6.1.5.5.7.48.1.1") return null;
    const answer = one(basic.take(OCTETS).content), whole = answer.take(SEQUENCE), fields = new Fields(whole.content);
    fields.maybe(0xa0); // version
    if (!fields.maybe(0xa1)) fields.take(0xa2); // who answers, by name or key: whose signature holds is found out below
    fields.take(TIME);
    const said = values(fields.take(SEQUENCE).content).map((each) => {
      const about = one(each.whole), id = about.inside();
      id.take(SEQUENCE);
      id.take(OCTETS);
      id.take(OCTETS);
      const serial = hex(id.take(INTEGER).content), revoked = about.maybe(0xa1);
      if (!revoked) return { serial };
      const how = new Fields(revoked.content), date = dateOf(how), reason = how.maybe(0xa0);
      return { serial, date, reason: reasonOf(reason && new Fields(reason.content).take(ENUMERATED)) };
    });
    const hash = REVOKING[oid(answer.inside().take(OID).content)], signature = answer.take(BITS).content.slice(1);
    const beside = answer.maybe(0xa0), found = beside ? values(new Fields(beside.content).take(SEQUENCE).content) : [];
    const certificates = (await Promise.all(found.map((each) => readCertificate(each.whole)))).filter(Boolean);
    return { said, hash, signature, signed: whole.whole, certificates };
  }
  const ANSWERS = "1.3.6.1.5.5.7.3.9"; // the usage of a key that answers for its issuer
  /** Whether the issuer signed an answer, or whom it named for that. */
  async function answersFor(issuer, { hash, signature, signed, certificates }) {
    for (const each of hash ? [issuer, ...certificates] : []) {
      if (each !== issuer && !(await issued(issuer, each) && kinds(each).includes(ANSWERS))) continue;
      if (await holds(each, signature, signed, hash).catch(() => false)) return true;
    }
    return false;
  }
  async function* answered(certificate, issuer, answers) {
    for (const answer of answers) {
      for (const each of answer.said) {
        if (each.serial === certificate.serial && each.date !== undefined && await answersFor(issuer, answer)) yield [each.date, each.reason];
      }
    }
  }
  /** Which revocation makes doubtful what a chain's signer signed; "" if none that is known. */
  async function revocation(chain, when, { lists, answers }) {
    for (const [at, certificate] of chain.slice(0, -1).entries()) {
      for (const said of [listed(certificate, chain[at + 1], lists), answered(certificate, chain[at + 1], answers)]) {
        for await (const [date, reason] of said) {
          if (date <= when || !HARMLESS.includes(reason)) {
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
      Object.assign(this, { check, read, roots, headers, found: [], blocks: new Set(), certificates: [], revoked: { lists: [], answers: [] }, there: [] });
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
          if (kind === "crl") this.revoked.lists.push(readList(data));
          const answer = kind === "ocsp" && await readAnswer(data);
          if (answer) this.revoked.answers.push(answer);
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
      const why = await revocation(chain, token.time, this.revoked).catch((error) => {
        if (error instanceof Broken) return "what was said of its certificates cannot be read";
        throw error;
      });
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
