// "Take this page along": an item's page as one file that checks itself wherever it is opened, without a network. It holds
// the page's words, the proof, the small pictures that find room, the style, and the scripts that judge them. It is put
// together here, in the reader's browser, from the files of the site; page.js loads this when it is asked for.
"use strict";

window.tamizdatTake = async ({ base, number, proof, items, said }) => {
  const MOST = 290_000; // bytes of the file; what is sent on by telephone should be small
  const NONCE = "tamizdat";

  const read = async (path) => {
    const answer = await fetch(base + path, { cache: "no-cache" });
    if (!answer.ok) throw new Error(path);
    return answer;
  };
  const text = async (path) => (await read(path)).text();
  const base64 = (data) => {
    let letters = "";
    for (let at = 0; at < data.length; at += 0x8000) letters += String.fromCharCode(...data.subarray(at, at + 0x8000));
    return btoa(letters);
  };
  // nothing in a script may end it: posts say what they like
  const script = (source) => `<script nonce="${NONCE}">${source.replace(/<\/(?=script)/gi, "<\\/").replace(/<!--/g, "<\\!--")}</script>\n`;
  // Scripts are most of the file, and pictures need the room: they are in it compressed. Whoever has the signatures that
  // are checked has this too; who has not is told so, for a report that stays empty would look like consent.
  const packed = async (sources) => base64(new Uint8Array(await new Response(
    new Blob([JSON.stringify(sources)]).stream().pipeThrough(new CompressionStream("gzip"))).arrayBuffer()));
  const unpack = `(async () => {
  try {
    const data = Uint8Array.from(atob(document.getElementById("packed").textContent), (each) => each.charCodeAt(0));
    const stream = new Blob([data]).stream().pipeThrough(new DecompressionStream("gzip"));
    for (const source of await new Response(stream).json()) {
      const script = document.createElement("script");
      script.nonce = "${NONCE}";
      script.textContent = source;
      document.body.append(script);
    }
  } catch {
    document.getElementById("proof-report").textContent = ${JSON.stringify(said.old)};
  }
})();`;
  const escaped = (words) => words.replace(/[&<>"]/g, (each) => `&#${each.charCodeAt(0)};`);

  const here = await (await fetch(location.href.split("#")[0], { cache: "no-cache" })).text(); // as it was published
  const page = new DOMParser().parseFromString(here, "text/html");
  const main = page.querySelector("main");
  for (const each of main.querySelectorAll(".take, .acts, .yourself, .thread-way, .neighbours, .beside-clip, .subtitles, script, noscript")) each.remove();
  for (const each of main.querySelectorAll("a[href]")) { // the site's other pages are not in the file
    if (!/^https?:/.test(each.getAttribute("href"))) each.replaceWith(...each.childNodes);
  }
  for (const each of main.querySelectorAll("video, audio")) {
    const poster = page.createElement("img");
    poster.setAttribute("src", each.getAttribute("poster") || "");
    poster.setAttribute("alt", each.getAttribute("aria-label") || "");
    each.replaceWith(...(each.localName === "video" ? [poster] : []));
  }

  const notice = page.createElement("p");
  notice.className = "taken note";
  notice.textContent = said.notice;
  main.prepend(notice);
  const { lang } = page.body.dataset;
  const wording = here.includes(`words/${lang}.js`) ? [text(`words/${lang}.js`)] : []; // in all languages but English
  const scripts = await Promise.all([text("verify.js"), ...wording, text("page.js"), text("edition/edition.js"), text(proof), text(items)]);
  const style = await text("style.css"), judging = await packed(scripts);
  const size = (pieces) => new TextEncoder().encode(pieces).length;
  let room = MOST - judging.length - size(style) - size(main.outerHTML) - 3000;

  // pictures are those in small: each, if there is room for it
  for (const image of Array.from(main.querySelectorAll("img"))) {
    const name = image.getAttribute("src").split("/").pop().replace(/^picture/, "small").replace(/^poster/, "small");
    const data = await read(`items/${number}/${name}`).then((answer) => answer.arrayBuffer()).then((found) => base64(new Uint8Array(found))).catch(() => null);
    if (data && data.length < room) {
      room -= data.length;
      for (const each of ["width", "height", "loading", "decoding", "srcset"]) image.removeAttribute(each);
      image.setAttribute("src", `data:image/jpeg;base64,${data}`);
      image.dataset.file = name;
    } else {
      const words = page.createElement("p");
      words.className = "facts";
      words.textContent = `${said.without} ${image.alt}`;
      image.replaceWith(words);
    }
  }

  const root = page.documentElement;
  const policy = `default-src 'none'; img-src data:; style-src 'nonce-${NONCE}'; script-src 'nonce-${NONCE}'; base-uri 'none'; form-action 'none'`;
  const html = [
    `<!doctype html>\n<html lang="${escaped(root.lang)}" dir="${escaped(root.dir || "ltr")}">\n<head>\n<meta charset="utf-8">\n`,
    `<meta http-equiv="Content-Security-Policy" content="${policy}">\n<meta name="viewport" content="width=device-width, initial-scale=1">\n`,
    `<meta name="referrer" content="no-referrer">\n<meta name="color-scheme" content="light dark">\n<title>${escaped(page.title)}</title>\n`,
    `<style nonce="${NONCE}">\n${style}</style>\n</head>\n<body class="${escaped(page.body.className)}" data-base="" data-lang="${escaped(lang)}" data-item="${Number(number)}" data-alone="${escaped(said.alone)}">\n`,
    main.outerHTML.replace(/\r/g, "&#13;"), `\n<script type="text/plain" id="packed">${judging}</script>\n`, script(unpack), "</body>\n</html>\n",
  ].join("");

  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([html], { type: "text/html" }));
  link.download = `item-${number}.html`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
};
