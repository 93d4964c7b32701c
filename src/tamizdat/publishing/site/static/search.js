// Searching without a server: words are looked up in small scripts (search/<segment>/…), newest segment first, and the
// texts that can hold all of them are read and compared. Works from a disk, where a page may load scripts and nothing
// else. What is typed goes nowhere; it stands in the address, so that a search can be passed on.
//
// Words are cut and folded as in tamizdat/text/tokens.py; a test holds the two together.
"use strict";

const tamizdatSearch = (() => {
  const SEGMENT = 1024, TEXTS = 32, SCRIPTS = 32, LONGEST = 64;
  const HAN = "\u2e80-\u2fdf\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u{20000}-\u{323af}";
  const JOINED = HAN + "\u3041-\u3096\u309d-\u309f\u30a1-\u30ff\u3105-\u312f\u31a0-\u31bf\u31f0-\u31ff\ua000-\ua48c\uac00-\ud7a3";
  const CLUSTERED = "\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0ecd\u0edc-\u0edf\u1000-\u103f\u1050-\u109d\ua9e0-\ua9fe\uaa60-\uaa7f\u1780-\u17d3\u17dc";
  const CLUSTER_MARKS = "\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ecd\u102b-\u103e\u1056-\u1059\u105e-\u1060\u1062-\u1064\u1067-\u106d\u1071-\u1074\u1082-\u108d\u109a-\u109d\u17b4-\u17d3";
  const TIBETAN = "\u0f00\u0f18\u0f19\u0f35\u0f37\u0f39\u0f40-\u0f6c\u0f71-\u0f84\u0f86-\u0fbc";
  const SIGNS = "\u2600-\u27bf\u{1f000}-\u{1faff}";
  const WITH_MARKS = "\u0700-\u074f\u0780-\u07b1\u07c0-\u07f5\u0900-\u0963\u0966-\u0df3\u1800-\u180a\u1810-\u18aa";
  const RUN = new RegExp(`([${JOINED}]+)|([${CLUSTERED}]+)|([${TIBETAN}]+)|([${SIGNS}])`
    + `|((?<![\\p{L}\\p{N}])[a-z](?:\\+\\+|#)(?![\\p{L}\\p{N}])|(?:(?![${JOINED}${CLUSTERED}${TIBETAN}])[\\p{L}\\p{N}]|[${WITH_MARKS}])+)`, "gu");
  const CLUSTER = new RegExp(`[^${CLUSTER_MARKS}][${CLUSTER_MARKS}]*|[${CLUSTER_MARKS}]+`, "gu");
  const ENDING = /([^])འ(?:ིས?|ོ|ང|མ)$/u;
  // a number in a query with its thousands apart (tamizdat/archive/search/query.py has the same), and without
  const APART = /(?<![0-9A-Za-z])(?<![0-9][\s,.'’٬،])[0-9]{1,3}(?:[\s,.'’٬،][0-9]{3}){1,4}(?![0-9A-Za-z])/gu;
  const NUMBER = /^[0-9]{4,15}$/;
  const ARTICLE = /^(?:و?ال|[بكف]ال|لل)(?=...)/u;
  const DIGITS = new Map(Array.from("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", (each, at) => [each, at]));
  const same = new Map(); // character → what it is compared as

  function setFold({ pairs, others }) {
    const row = Array.from(pairs);
    for (let at = 0; at < row.length; at += 2) same.set(row[at], row[at + 1]);
    for (const [each, target] of Object.entries(others)) same.set(each, target);
    known.clear(); // what was compared before the table was here
  }

  function letter(each) {
    let known = same.get(each);
    if (known === undefined) { // once for each letter: transcripts are long
      known = /\p{Cf}/u.test(each) ? "" : /\p{C}/u.test(each) ? " " : each.toLowerCase();
      same.set(each, known);
    }
    return known;
  }

  function fold(text) {
    let folded = "";
    for (const each of text.normalize("NFKC")) folded += letter(each);
    return folded.normalize("NFC");
  }

  // the runs of a text: {kind, run (folded), tokens}
  const runs = (text) => cut(fold(text));

  function cut(folded) {
    return Array.from(folded.matchAll(RUN), (match) => {
      const kind = match.slice(1).findIndex((each) => each !== undefined);
      const run = match[0];
      if (kind > 1) {
        const word = kind === 2 ? run.replace(ENDING, "$1") : Array.from(run).slice(0, LONGEST).join("").replace(ARTICLE, "")
          .replace(/[+#]/g, (each) => (each === "+" ? "\uff0b" : "\uff03")); // C++ and C# are no c
        return { kind, run: word, tokens: [word] };
      }
      const letters = kind ? Array.from(run.matchAll(CLUSTER), (each) => each[0]) : Array.from(run);
      return { kind, run, tokens: letters.map((each, at) => each + (letters[at + 1] || "")) };
    });
  }

  const tokens = (text) => runs(text).flatMap((each) => each.tokens);

  // the runs of a query. A number of four digits or more may also stand *apart*, in groups of three
  function wantedOf(query) {
    return cut(fold(query).replace(APART, (each) => each.replace(/[^0-9]/g, ""))).map((each) => (
      each.kind === 4 && NUMBER.test(each.run) ? { ...each, apart: each.run.split(/(?=(?:[0-9]{3})+$)/) } : each));
  }

  // what a query asks for: for each word the ways in which it may be written, each a list of tokens to look up, whole or
  // as a beginning
  function asked(query) {
    return wantedOf(query).flatMap(({ kind, tokens: found, apart }) => {
      const beginning = kind !== 2 && kind !== 3;
      if (apart) return [[[{ token: found[0], beginning }], apart.map((token, at) => ({ token, beginning: at === apart.length - 1 }))]];
      if (kind === 4 || found.length === 1) return found.map((token) => [[{ token, beginning }]]);
      return found.slice(0, -1).map((token) => [[{ token, beginning: false }]]);
    });
  }

  const shard = (token) => (token.codePointAt(0) % SCRIPTS).toString(16).padStart(2, "0");

  function places(written) {
    const found = new Set();
    for (let at = 0; at < written.length; at += 2) found.add(DIGITS.get(written[at]) * 64 + DIGITS.get(written[at + 1]));
    return found;
  }

  function lookedUp(words, { token, beginning }) {
    if (!beginning) return places(Object.hasOwn(words, token) ? words[token] : "");
    const found = new Set();
    for (const [word, written] of Object.entries(words)) {
      if (word.startsWith(token)) for (const place of places(written)) found.add(place);
    }
    return found;
  }

  const known = new Map(); // text → its lines as they are compared, and what was found in them; of hits looked at last

  // whether words stand one after the other, of the last perhaps only the beginning
  const inRow = (words, row, from) => row.every((each, at) => from + at < words.length
    && (at === row.length - 1 ? words[from + at].startsWith(each) : words[from + at] === each));

  // the lines of a text in which a run of the query stands, from 0 on. Of most lines their letters tell that it does not,
  // and they need not be cut into words
  function linesWith(text, { kind, run, apart }) {
    if (!known.has(text)) {
      if (known.size > 256) known.clear();
      known.set(text, { lines: text.split("\n").map(fold), found: new Map() });
    }
    const { lines, found } = known.get(text);
    if (!found.has(run)) {
      const letters = run.replace(/[\uff0b\uff03]/g, (each) => (each === "\uff0b" ? "+" : "#"));
      const is = kind === 4 ? (token) => token.startsWith(run) : (token) => token === run;
      const stands = (line) => line.includes(letters) && (kind < 2 || cut(line).some((each) => each.tokens.some(is)));
      const standsApart = (line) => {
        if (!apart || !line.includes(apart[0])) return false;
        const words = cut(line).flatMap((each) => each.tokens);
        return words.some((each, at) => inRow(words, apart, at));
      };
      found.set(run, Array.from(lines.keys()).filter((at) => stands(lines[at]) || standsApart(lines[at])));
    }
    return found.get(run);
  }

  // whether the texts of an entry hold every run of the query
  const holds = (texts, wanted) => wanted.every((each) => texts.some(([, text]) => linesWith(text, each).length));

  const number = (written) => Array.from(written).reduce((sum, each) => sum * 64 + DIGITS.get(each), 0);
  const TRAITS = ["kind", "voice", "language", "state", "year"]; // in the order of the index

  // what a segment says of each of its things: place → {time, traits}
  function thingsOf({ places: row, since, wide, when, narrow, of, traits }) {
    const found = new Map();
    let at = 0;
    for (const [first, count] of row) {
      for (let place = first; place < first + count; place += 1, at += 1) {
        found.set(place, { time: since + number(when.slice(at * wide, (at + 1) * wide)), traits: traits[number(of.slice(at * narrow, (at + 1) * narrow))] });
      }
    }
    return found;
  }

  // load what a search for this begins with: of the segments that are looked into before anything is told, which are as
  // new as the newest, all at once. Of words that are still being typed the first letter tells where they are
  function foresee(query, segments, load) {
    const shards = asked(query).flat(2).map((word) => shard(word.token));
    for (const [segment, newest] of segments) {
      if (newest < segments[0][1]) break;
      for (const part of ["facts", ...shards]) load(`${segment}/${part}`).catch(() => null);
    }
  }

  // A search: its hits one after the other, the newest first, and how many there are. load(part) gives the facts of
  // search/<part>.js; segments are numbers, each with the time of its newest thing; filters are {trait: value}
  function search(query, segments, filters, load) {
    const wanted = wantedOf(query), words = asked(query);
    const inOrder = words.length < 2 && words.every((ways) => ways.length < 2); // what is looked up needs no reading
    const chosen = TRAITS.map((each, at) => [at, filters[each]]).filter(([, value]) => value);
    const closed = words.length || chosen.length ? Array.from(segments) : [];
    let open = []; // [time, number], the newest first
    const ahead = new Map(); // segment that was only counted → how many
    let candidates = 0, told = 0;

    if (words.length) foresee(query, closed, load);

    // where in a segment the things stand that can hold all words; null if none are asked for
    async function placesIn(segment) {
      if (!words.length) return null;
      const inAll = (held) => held.reduce((one, other) => new Set(Array.from(one).filter((place) => other.has(place))));
      const one = async (word) => lookedUp((await load(`${segment}/${shard(word.token)}`)).words, word);
      const held = await Promise.all(words.map(async (ways) => {
        const found = await Promise.all(ways.map(async (way) => inAll(await Promise.all(way.map(one)))));
        return new Set(found.flatMap((each) => Array.from(each)));
      }));
      return Array.from(inAll(held.sort((one, other) => one.size - other.size)));
    }

    // the things of a segment that can hold all words, and have the traits that were asked for
    async function look([segment]) {
      const both = await placesIn(segment);
      ahead.delete(segment);
      if (both && !both.length) return;
      const things = thingsOf(await load(`${segment}/facts`));
      const kept = (both || Array.from(things.keys())).filter((place) => things.has(place)
        && chosen.every(([at, value]) => things.get(place).traits[at].split(" ").includes(value)));
      candidates += kept.length;
      open = open.concat(kept.map((place) => [things.get(place).time, segment * SEGMENT + place]));
      open.sort((one, other) => other[0] - one[0] || other[1] - one[1]);
    }

    // the next hit, null after the last; a segment is looked into before anything older than its newest is told
    async function next() {
      for (;;) {
        while (closed.length && (!open.length || closed[0][1] >= open[0][0])) await look(closed.shift());
        if (!open.length) return null;
        const [, found] = open.shift();
        const { texts } = await load(`${Math.floor(found / SEGMENT)}/t${Math.floor(found % SEGMENT / TEXTS)}`);
        const entry = texts.find(([each]) => each === found);
        if (entry && holds(entry[4], wanted)) { told += 1; return entry; }
        candidates -= 1; // the words stand in it, but not in this order
      }
    }

    // how many there are, after looking into *most* more segments: {count, exact, whole}. Without filters that takes the
    // words alone
    async function total(most) {
      const simple = words.length && !chosen.length;
      for (let step = 0; step < most; step += 1) {
        const next = simple ? closed.find(([segment]) => !ahead.has(segment)) : closed[0];
        if (!next) break;
        if (simple) ahead.set(next[0], (await placesIn(next[0])).length);
        else await look(closed.shift());
      }
      const counted = Array.from(ahead.values()).reduce((sum, each) => sum + each, candidates);
      return { count: counted, exact: counted === told || inOrder, whole: closed.every(([segment]) => ahead.has(segment)) };
    }

    // one after the other, for both take segments away from the same list
    let turn = Promise.resolve();
    const inTurn = (work) => { turn = turn.then(work, work); return turn; };
    return { next: () => inTurn(next), total: (most) => inTurn(() => total(most)) };
  }

  // the lines of a text in which any run of the query stands, in their order
  const touched = (text, wanted) => Array.from(new Set(wanted.flatMap((each) => linesWith(text, each)))).sort((one, other) => one - other);

  // where in the text, as it was written, the runs of the query stand: [start, end]
  function marks(text, wanted) {
    const from = [], to = [];
    let plain = "", at = 0;
    for (const each of text) {
      const part = Array.from(each.normalize("NFKC"), letter).join("");
      for (let step = 0; step < part.length; step += 1) { from.push(at); to.push(at + each.length); }
      plain += part;
      at += each.length;
    }
    const found = [];
    const words = wanted.some((each) => each.kind > 1) ? Array.from(plain.matchAll(RUN)) : [];
    for (let { kind, run, apart } of wanted) { // eslint-disable-line prefer-const
      if (kind > 1) {
        run = run.replace(/[\uff0b\uff03]/g, (each) => (each === "\uff0b" ? "+" : "#"));
        for (const word of words) { // an article before the word is passed over, as in runs()
          const start = word.index + (kind === 4 ? word[0].length - word[0].replace(ARTICLE, "").length : 0);
          if (plain.startsWith(run, start) && start + run.length <= word.index + word[0].length) found.push([from[start], to[start + run.length - 1]]);
        }
        const written = apart ? words.map((each) => each[0]) : [];
        for (const at of written.keys()) {
          if (!inRow(written, apart, at)) continue;
          found.push([from[words[at].index], to[words[at + apart.length - 1].index + apart[apart.length - 1].length - 1]]);
        }
      } else {
        for (let start = plain.indexOf(run); start >= 0 && run; start = plain.indexOf(run, start + run.length)) {
          found.push([from[start], to[start + run.length - 1]]);
        }
      }
    }
    return found.sort((one, other) => one[0] - other[0]);
  }

  return { fold, tokens, runs, wantedOf, foresee, search, marks, touched, setFold };
})();
window.tamizdatFold = tamizdatSearch.setFold;

(() => {
  const form = document.getElementById("search");
  if (!form) return;
  const MANY = 20, AROUND = 70, LONGEST = 24; // letters of a word that is left whole
  const SENTENCES = 3; // of one clip in one language that a hit shows
  const COUNTED = 4; // segments that are looked into for the count alone, without being asked: somebody pays for them
  const tongue = document.documentElement.lang;
  const said = form.dataset;
  const { base, lang } = document.body.dataset;
  const wording = window.tamizdatWording; // of words/<language>.js, for all but English
  // Whether words with this tag are in the language of the page: the same as is_written_in of l10n.py.
  const isMine = (language) => language.split("-")[0].toLowerCase() === lang.split("-")[0]
    && (lang !== "zh-Hant" || /-hant\b/i.test(language) || (/-(tw|hk|mo)$/i.test(language) && !/-hans\b/i.test(language)));
  // The page of an item is there in this language if it has words in it; else another stands in for it.
  const wayTo = (number, texts) => {
    const here = !wording || wording.instead === null || texts.some(([language]) => isMine(language));
    return `${here ? "../" : base + wording.instead}items/${number}/index.html`;
  };
  const query = document.getElementById("query");
  const count = document.getElementById("search-count");
  const list = document.getElementById("search-found");
  const more = document.getElementById("search-more");
  const all = document.getElementById("search-all");
  const choosers = Array.from(form.querySelectorAll("select"));
  const segments = said.segments.split(" ").filter(Boolean).map((each) => each.split(":").map(Number));
  const waiting = new Map(); // part → {promise, done}
  let running = 0, going = null, shown = 0;

  const arrived = (facts) => waiting.get(facts.part).done(facts);
  window.tamizdatWords = arrived;
  window.tamizdatTexts = arrived;

  function load(part) {
    if (!waiting.has(part)) {
      const held = {};
      held.promise = new Promise((done, failed) => {
        held.done = done;
        const script = document.createElement("script");
        script.src = `${base}search/${part}.js`;
        script.onload = () => script.remove();
        script.onerror = () => { waiting.delete(part); script.remove(); failed(new Error(part)); };
        document.head.append(script);
      });
      waiting.set(part, held);
    }
    return waiting.get(part).promise;
  }

  function make(tag, name, ...children) {
    const made = document.createElement(tag);
    if (name) made.className = name;
    made.append(...children);
    return made;
  }

  // days as the pages write them, where the browser knows the language
  const tag = tongue === "en" ? "en-GB" : tongue;
  const days = Intl.DateTimeFormat.supportedLocalesOf(tag).length
    ? new Intl.DateTimeFormat(tag, { dateStyle: "long", timeZone: "UTC", calendar: "gregory" }) : null;
  const inOrder = (year, month, day) => wording.day.replace("{year}", year).replace("{month}", wording.months[month - 1]).replace("{day}", day);
  const written = (time) => wording ? inOrder(...time.slice(0, 10).split("-").map(Number)) : (days ? days.format(new Date(`${time.slice(0, 10)}T00:00:00Z`)) : time.slice(0, 10));
  const figure = (value) => value.toLocaleString(`${tag}-u-nu-latn`);
  const filled = (text, facts) => text.replace(/\{(\w+)\}/g, (whole, name) => (name in facts ? figure(facts[name]) : whole));

  // a place in a clip, as its page writes it
  function clock(seconds) {
    const whole = Math.floor(seconds), two = (each) => String(each).padStart(2, "0");
    const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
    return hours ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
  }

  /** Where a text may be cut, from this place on: at a space that is near, else between two letters with their marks. */
  function seam(text, at) {
    let place = at + Math.max(0, text.slice(at, at + LONGEST).search(/\s/));
    while (place < text.length && /^[\p{M}\udc00-\udfff]/u.test(text[place])) place += 1;
    return place;
  }

  function excerpt(text, wanted) {
    const found = tamizdatSearch.marks(text, wanted);
    const [first] = found.length ? found[0] : [0];
    const start = first > AROUND ? Math.min(first, seam(text, first - AROUND)) : 0;
    const end = seam(text, Math.min(text.length, (found.length ? found[0][1] : 0) + 2 * AROUND));
    const pieces = [start ? "…" : ""];
    let at = start;
    for (const [from, to] of found) {
      if (from < at || to > end) continue;
      pieces.push(text.slice(at, from), make("mark", "", text.slice(from, to)));
      at = to;
    }
    pieces.push(text.slice(at, end), end < text.length ? "…" : "");
    return pieces;
  }

  function words(language, kind, ...pieces) {
    const made = make("div", kind, ...pieces);
    made.lang = language;
    made.dir = /^(ar|ckb|dv|fa|he|ps|sd|ug|ur|yi)\b/.test(language) ? "rtl" : "auto";
    return made;
  }

  function row([number, kind, time, who, texts], wanted) {
    const link = make("a");
    link.href = wayTo(number, texts);
    const when = make("p", "entry-when facts");
    const held = make("div", "entry-texts one");
    if (kind === "person") { // the name leads, what else is known stands behind it
      const [[language, name], ...others] = texts;
      link.append(...excerpt(name, wanted));
      held.append(words(language, "said", link));
      if (others.length) held.append(make("p", "facts", ...others.flatMap(([, text], at) => [at ? " · " : "", ...excerpt(text, wanted)])));
      when.append(said.person);
      return make("li", "entry", when, held);
    }
    link.append(time ? written(time) : said.undated);
    when.append(link);
    if (kind === "post") when.append(make("span", "entry-voice", make("bdi", "", who)));
    // what is said in a clip: the sentences in which the words stand, each a way to its second
    const spoken = ([language, text, seconds, place], most) => {
      const lines = text.split("\n");
      return tamizdatSearch.touched(text, wanted).slice(0, most).map((at) => {
        const way = make("a", "at", clock(seconds[at]));
        way.href = `${link.getAttribute("href")}#t=${seconds[at]}${place ? `&clip=${place}` : ""}`;
        way.dir = "ltr";
        return words(language, "said sentence", way, " ", ...excerpt(lines[at], wanted));
      });
    };
    // the texts in which the words stand, the reader's own language first; then what the reader can read of it
    const mine = texts.find(([language]) => isMine(language));
    const found = texts.filter(([, text]) => tamizdatSearch.touched(text, wanted).length);
    found.sort((one, other) => (other === mine) - (one === mine));
    for (const each of found) {
      const [language, text] = each, sentences = each.length > 2 ? spoken(each, SENTENCES) : [];
      held.append(...(sentences.length ? sentences : [words(language, "said", ...excerpt(text, wanted))]));
    }
    const [language, text] = mine || texts[0] || [];
    if (text && !found.includes(mine || texts[0]) && (mine || !found.length)) {
      held.append(words(language, found.length ? "said other" : "said", ...excerpt(text, wanted)));
    }
    return make("li", "entry", when, held);
  }

  async function tell(mine, most, failed) {
    const total = failed ? null : await going.total(most).catch(() => null);
    if (mine !== running) return;
    all.hidden = !total || total.whole;
    if (!total) { count.textContent = said.missing; return; }
    const key = more.hidden ? "found" : !total.whole ? "soFar" : total.exact ? "newest" : "about";
    count.textContent = filled(said[key], { shown, count: more.hidden ? shown : total.count });
  }

  async function next(mine) {
    const wanted = tamizdatSearch.wantedOf(query.value);
    let failed = false, over = false;
    for (let step = 0; step < MANY && !over; step += 1) {
      const entry = await going.next().catch(() => { failed = true; return null; });
      if (mine !== running) return;
      over = !entry;
      if (entry) { list.append(row(entry, wanted)); shown += 1; }
    }
    more.hidden = over;
    await tell(mine, over ? 0 : COUNTED, failed);
  }

  function start() {
    running += 1;
    list.replaceChildren();
    more.hidden = true;
    all.hidden = true;
    shown = 0;
    const filters = Object.fromEntries(choosers.map((each) => [each.name, each.value]));
    if (tamizdatSearch.runs(query.value).length || Object.values(filters).some(Boolean)) {
      count.textContent = said.going;
      going = tamizdatSearch.search(query.value, segments, filters, load);
      next(running);
    } else count.textContent = "";
    // last, for browsers take their time with it, and the index is loaded meanwhile
    const address = new URL(location.href);
    for (const [name, value] of [["q", query.value], ...Object.entries(filters)]) {
      if (value) address.searchParams.set(name, value); else address.searchParams.delete(name);
    }
    history.replaceState(null, "", address);
  }

  let typing = 0;
  query.addEventListener("input", (event) => {
    if (!event.isComposing) tamizdatSearch.foresee(query.value, segments, load);
    clearTimeout(typing);
    typing = setTimeout(start, 180);
  });
  for (const each of choosers) each.addEventListener("change", start);
  form.addEventListener("submit", (event) => { event.preventDefault(); clearTimeout(typing); start(); });
  more.addEventListener("click", () => next(running));
  all.addEventListener("click", () => tell(running, segments.length, false));
  form.hidden = false;
  const given = new URL(location.href).searchParams;
  query.value = given.get("q") || "";
  for (const each of choosers) { // a value that is not among the choices, from a link, leaves the choice open
    each.value = given.get(each.name) || "";
    if (each.selectedIndex < 0) each.value = "";
  }
  // when fold.js is here, too: without its table 學校 is not 学校
  document.addEventListener("DOMContentLoaded", () => {
    if (query.value || choosers.some((each) => each.value)) start();
    else tamizdatSearch.foresee("", segments, load);
  });
})();
