// The reader's check of the reading of names, in a browser: docs/spec/readings.md. A part of verify.js, which loads before it.
//
// Many recordings as one sound: the frames of each, as they are, one recording after the other, silence in between. Nothing is
// decoded or encoded, so the very same bytes can be made again of the published recordings, as verifying/joined_sound.py does.
"use strict";

globalThis.tamizdatReading = (() => {
  const { Broken, bytes, hex, required, saidOn, say, sha256, shown } = tamizdat;
  const RATE = 48000, FRAME = 1024, GAP = 28; // samples a second, samples of a frame, silent frames after each recording
  const SILENT = [0x21, 0x10, 0x04, 0x60, 0x8c, 0x1c], STREAM = [0x11, 0x90, 0x56, 0xe5, 0x00];
  const WITHIN = ["moov", "trak", "mdia", "minf", "stbl"];
  const FOLDER = "reading/", MISSING = `${FOLDER}missing/`, JOINT = `${FOLDER}reading.mp4`;
  const milliseconds = (frames) => Math.floor((frames * FRAME * 1000) / RATE);
  const silence = Array.from({ length: GAP }, () => SILENT).flat();
  const sum = (sizes) => sizes.reduce((all, each) => all + each, 0);

  /** Kind, beginning and end of the payload of each box. */
  function* boxes(data, at, end) {
    const view = new DataView(data.buffer, data.byteOffset);
    while (at + 8 <= end) {
      const length = view.getUint32(at);
      if (length < 8 || at + length > end) break;
      yield [String.fromCharCode(...data.subarray(at + 4, at + 8)), at + 8, at + length];
      at += length;
    }
  }
  function tables(data, start, end, level = 1) {
    const found = new Map();
    for (const [kind, from, to] of boxes(data, start, end)) {
      if (found.has(kind)) throw new Broken(`Expected a recording of one stream, found two boxes ${shown(kind)} in it.`, `录音应只有一条声轨，所见有两个 ${shown(kind)}。`);
      found.set(kind, data.subarray(from, to));
      if (kind === WITHIN[level]) for (const [inner, each] of tables(data, from, to, level + 1)) found.set(inner, each);
    }
    return found;
  }
  const numbers = (box, from) => {
    const view = box ? new DataView(box.buffer, box.byteOffset, box.length) : null;
    return Array.from({ length: view ? Math.max(0, Math.floor((box.length - from) / 4)) : 0 }, (_, at) => view.getUint32(from + 4 * at));
  };

  /** The size of each frame of a published recording, and where the first begins. */
  function framesOf(data) {
    let [found, start, end, all] = [new Map(), 0, 0, 0];
    for (const [kind, from, to] of boxes(data, 0, data.length)) {
      if (kind === "mdat") [start, end] = [from, to];
      else if (kind === "moov") found = tables(data, from, to);
      all = to;
    }
    const [one, count, ...several] = numbers(found.get("stsz"), 4), chunks = numbers(found.get("stco"), 8);
    const sizes = one ? Array(Math.min(count, data.length)).fill(one) : several;
    const inOrder = chunks.length && chunks[0] === start && chunks.every((each, at) => !at || chunks[at - 1] <= each);
    if (!sizes.length || sizes.length !== count || sum(sizes) !== end - start || !inOrder || all !== data.length) {
      throw new Broken(`Expected a recording whose ${end - start} bytes of sound are its frames, one after the other, found ${sizes.length} frames of ${sum(sizes)} bytes.`,
        `录音的 ${end - start} 字节应为依次相连的各帧，所见为 ${sizes.length} 帧，共 ${sum(sizes)} 字节。`);
    }
    const described = found.get("stsd") || [], at = described.findIndex((each, where) => each === 5 && [1, 2, 3].every((on) => described[where + on] === 0x80));
    const begins = at < 0 ? [] : [...described.subarray(at + 5, at + 7)];
    if (begins[0] !== STREAM[0] || begins[1] !== STREAM[1]) {
      throw new Broken(`Expected AAC of two channels with 48,000 samples a second, found a description that begins with ${hex(new Uint8Array(begins)) || "nothing"}.`,
        `应为双声道、每秒 48,000 个样本的 AAC，所见描述以 ${hex(new Uint8Array(begins)) || "空"} 开始。`);
    }
    return [sizes, start];
  }
  const word = (number) => [24, 16, 8, 0].map((shift) => (number >>> shift) & 255);
  const long = (number) => [...word(Math.floor(number / 2 ** 32)), ...word(number % 2 ** 32)];
  const zeroes = (count) => Array(count).fill(0);
  const box = (kind, ...parts) => {
    const each = parts.map((part) => (typeof part === "number" ? word(part) : part)), data = new Uint8Array(8 + sum(each.map(({ length }) => length)));
    data.set(word(data.length));
    data.set(bytes(kind), 4);
    let at = 8;
    for (const part of each) { data.set(part, at); at += part.length; }
    return data;
  };
  const words = (list) => {
    const data = new Uint8Array(4 * list.length), view = new DataView(data.buffer);
    list.forEach((each, at) => view.setUint32(4 * at, each));
    return data;
  };
  function moov(every, frames, start) {
    const played = milliseconds(frames), unity = [1 << 16, 0, 0, 0, 1 << 16, 0, 0, 0, 1 << 30].flatMap(word);
    let at = start;
    const offsets = every.flatMap((sizes) => { const here = at; at += sum(sizes) + silence.length; return long(here); });
    const counts = words(every.flatMap((sizes, index) => [index + 1, sizes.length + GAP, 1]));
    const sizes = words(every.flatMap((each) => [...each, ...Array(GAP).fill(SILENT.length)]));
    const decoder = [0x40, 0x15, ...zeroes(11), 5, STREAM.length, ...STREAM], inner = [0, 1, 0, 4, decoder.length, ...decoder, 6, 1, 2];
    const esds = box("esds", 0, [3, inner.length, ...inner]);
    const stsd = box("stsd", 0, 1, box("mp4a", zeroes(6), [0, 1], zeroes(8), [0, 2, 0, 16], 0, (RATE << 16) >>> 0, esds));
    const table = box("stbl", stsd, box("stts", 0, 1, frames, FRAME), box("stsc", 0, every.length, counts), box("stsz", 0, 0, frames, sizes), box("co64", 0, every.length, offsets));
    const dinf = box("dinf", box("dref", 0, 1, box("url ", 1)));
    const media = box("mdia", box("mdhd", 1 << 24, zeroes(16), RATE, long(frames * FRAME), [0x55, 0xc4, 0, 0]), box("hdlr", 0, 0, bytes("soun"), zeroes(12), bytes("SoundHandler\0")),
      box("minf", box("smhd", 0, 0), dinf, table));
    const header = box("tkhd", 3, 0, 0, 1, 0, played, zeroes(8), [0, 0, 0, 1, 1, 0, 0, 0], unity, 0, 0);
    return box("moov", box("mvhd", 0, 0, 0, 1000, played, [0, 1, 0, 0, 1, 0, ...zeroes(10)], unity, zeroes(24), 2), box("trak", header, media));
  }
  /** The joined sound; sounds are recordings, each read when its turn comes, every their frames. */
  async function joined(sounds, every) {
    const frames = sum(every.map((sizes) => sizes.length + GAP)), size = sum(every.map((sizes) => sum(sizes) + silence.length));
    const ftyp = box("ftyp", bytes("isom"), 0x200, bytes("isommp41"));
    const start = ftyp.length + moov(every, frames, 0).length + 16, data = new Uint8Array(start + size);
    data.set(ftyp);
    data.set(moov(every, frames, start), ftyp.length);
    data.set([0, 0, 0, 1, ...bytes("mdat"), ...long(size + 16)], start - 16);
    let at = start;
    for (const each of sounds) {
      const sound = await each(), [sizes, from] = framesOf(sound), length = sum(sizes);
      data.set(sound.subarray(from, from + length), at);
      data.set(silence, at + length);
      at += length + silence.length;
    }
    return data;
  }

  /** The link "reading" of a whole site (verifying/reading_links.py). item(number) gives what a statement says. */
  async function judgeSite(check, { files, read, digestAt, items, item }) {
    const below = ["", ...new Set([...files.keys()].map((path) => /^[^/]+\/(?=items\/)/.exec(path)).filter(Boolean).map(([folder]) => folder))].sort();
    const pages = new Map(below.filter((each) => files.has(`${each}${FOLDER}index.html`)).map((each) => [each, pagesIn(files, each)]));
    const isRead = check.report.links.some(({ name }) => name.endsWith(" reads"));
    if (!pages.size && !files.has(JOINT) && !isRead) return;
    await check.report.link("reading", ["items"], async () => {
      const lacking = below.find((each) => files.has(`${each}index.html`) && !pages.has(each));
      if (lacking !== undefined) {
        throw new Broken(`Expected ${lacking}${FOLDER}index.html, for names are read in recordings of this site, found no such file.`,
          `本站的录音中有人念出名字，故应有 ${lacking}${FOLDER}index.html，所见没有。`);
      }
      const [people, recordings] = [new Map(), new Map()];
      for (const number of required(items, "the list of items", "藏品清单").digests.keys()) {
        const { kind, said, media } = await item(number);
        if (kind === "person") people.set(number, said.said.name);
        else if (said.reads) recordings.set(said.reads.person, [...(recordings.get(said.reads.person) || []), [number, media[0].sha256]]);
      }
      const inOrder = [...people.keys()].sort((a, b) => a - b);
      const every = inOrder.flatMap((person) => (recordings.get(person) || []).sort(([a], [b]) => a - b).map(([number, digest]) => [person, number, digest]));
      const sounds = every.map(([, number, digest]) => async () => {
        const path = `items/${number}/sound.mp4`, data = await read(path)(), found = hex(await sha256(data));
        if (found !== digest) throw new Broken(`Expected ${path} with the SHA-256 ${digest}, found ${found}.`, `${path} 的 SHA-256 应为 ${digest}，所见为 ${found}。`);
        return data;
      });
      const frames = [];
      for (const each of sounds) frames.push(framesOf(await each())[0]);
      if (every.length || files.has(JOINT)) {
        const [expected, found] = [hex(await sha256(await joined(sounds, frames))), await digestAt(JOINT)];
        if (found === null) throw new Broken(`Expected the file ${JOINT}, found no such file.`, `应有文件 ${JOINT}，所见没有。`);
        if (found !== expected) throw new Broken(`Expected ${JOINT} with the SHA-256 ${expected}, found ${found}.`, `${JOINT} 的 SHA-256 应为 ${expected}，所见为 ${found}。`);
      }
      let at = 0;
      const [heard, expected] = [new Set(), []];
      every.forEach(([person, number], index) => {
        const end = at + frames[index].length;
        expected.push([`reads ${number} ${milliseconds(at)} ${milliseconds(end)}`, people.get(person)]);
        heard.add(person);
        at = end + GAP;
      });
      for (const person of inOrder) if (!heard.has(person)) expected.push([`unread ${person}`, people.get(person)]);
      for (const [language, paths] of pages) {
        const found = [];
        for (const path of paths) found.push(...saidOn(await read(path)()));
        const wrong = Array.from({ length: Math.max(found.length, expected.length) }, (_, each) => each)
          .find((each) => !found[each] || !expected[each] || found[each][0] !== expected[each][0] || found[each][1] !== expected[each][1]);
        if (wrong === undefined) continue;
        const [wanted, instead] = [expected, found].map((each) => shown(wrong < each.length ? each[wrong].join(" ") : "nothing more"));
        throw new Broken(`Expected the pages in ${language}${FOLDER} to tell ${wanted} as no. ${wrong + 1}, found ${instead}.`, `${language}${FOLDER} 各页的第 ${wrong + 1} 项应为 ${wanted}，所见为 ${instead}。`);
      }
      const missing = people.size - heard.size;
      return { detail: say(`Joined of the published recordings in the order of the wall (recordings: ${every.length}, names: ${heard.size}). The pages tell each at its second, and the names that nobody has read yet (${missing}).`,
        `由所发布的录音依墙上次序相连（录音 ${every.length} 段，名字 ${heard.size} 个）。各页所示每个名字的秒数，以及尚未有人念过的名字（${missing} 个），均与此相符。`) };
    });
  }
  /** The paths of the pages in one language, in order. */
  function pagesIn(files, below) {
    const found = [];
    for (const folder of [FOLDER, MISSING]) {
      for (let number = 1; ; number += 1) {
        const path = `${below}${folder}${number > 1 ? `${number}/` : ""}index.html`;
        if (!files.has(path)) break;
        found.push(path);
      }
    }
    return found;
  }

  return { framesOf, joined, judgeSite };
})();
