// A clip or sound on its page: which file plays, its frames and its wave form lead to the second; subtitles in one language or
// two, a transcript that follows, and a sentence quoted with its frame.
//
// All of it is made of what stands on the page, so it works from a disk too, where no other file may be read. Without this
// script the page has the same words as text, each size and each language as a file, and frames that open the clip there.
"use strict";

(() => {
  const MANY = 500; // milliseconds in which a cue that begins still is the one a link means
  const make = (tag, name, ...children) => {
    const made = document.createElement(tag);
    if (name) made.className = name;
    made.append(...children);
    return made;
  };
  const written = (seconds) => {
    const whole = Math.floor(seconds), two = (each) => String(each).padStart(2, "0");
    const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
    return hours ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
  };

  /** Go to a second of *player*, which may have loaded nothing yet; answers when the picture there is shown. */
  function go(player, seconds) {
    return new Promise((done) => {
      player.addEventListener("seeked", done, { once: true });
      const seek = () => { player.currentTime = seconds; };
      if (player.readyState) { seek(); return; }
      player.addEventListener("loadedmetadata", seek, { once: true });
      if (player.preload !== "auto") { player.preload = "auto"; player.load(); }
    });
  }
  const play = (player, seconds) => { go(player, seconds); player.play().catch(() => {}); };

  /** What stands beside a clip: its sizes, its wave form, its frames. */
  function beside(player, part) {
    const links = [...part.querySelectorAll(".sizes a")], source = player.querySelector("source");
    const mark = (chosen) => links.forEach((each) => (each === chosen ? each.setAttribute("aria-current", "true") : each.removeAttribute("aria-current")));
    for (const link of links.length > 1 ? links : []) {
      link.addEventListener("click", (event) => {
        event.preventDefault();
        if (source.src === link.href) return;
        const [at, runs] = [player.currentTime, !player.paused];
        source.src = link.href;
        mark(link);
        player.load();
        if (runs) play(player, at); else if (at) go(player, at);
      });
    }
    if (links.length > 1) mark(links[0]);
    for (const link of part.querySelectorAll("[data-at]")) {
      link.addEventListener("click", (event) => { event.preventDefault(); play(player, Number(link.dataset.at)); player.scrollIntoView({ block: "nearest" }); });
    }
    const wave = part.querySelector(".wave"), seconds = Number(part.dataset.seconds);
    if (!wave) return;
    const hand = make("span", "hand");
    wave.append(hand);
    wave.addEventListener("click", (event) => {
      const box = wave.getBoundingClientRect();
      play(player, ((event.clientX - box.left) / box.width) * seconds);
    });
    player.addEventListener("timeupdate", () => { hand.style.left = `${Math.min(100, (100 * player.currentTime) / seconds)}%`; });
  }

  /** What is said in it. */
  function spoken(player, part) {
    const tracks = [...part.querySelectorAll(".track")];
    const cues = tracks.map((track) => [...track.querySelectorAll("li[data-from]")]);
    const choices = [...part.querySelectorAll(".subtitles select")], moves = player.tagName === "VIDEO";

    const made = tracks.map((track, at) => {
      if (!moves) return null;
      const text = player.addTextTrack("subtitles", track.querySelector("summary").textContent, track.querySelector("ol").lang);
      text.mode = "hidden";
      for (const each of cues[at]) {
        const speaker = each.querySelector("b"), words = each.querySelector("span").textContent;
        text.addCue(new VTTCue(each.dataset.from / 1000, each.dataset.to / 1000, (speaker ? `${speaker.textContent}: ` : "") + words.replace(/&/g, "&amp;").replace(/</g, "&lt;")));
      }
      return text;
    });
    const show = () => made.forEach((text, at) => {
      if (text) text.mode = choices.some((each) => each.value === String(at)) ? "showing" : "hidden";
    });
    if (moves) {
      choices[0].closest("p").hidden = false;
      for (const each of choices) {
        tracks.forEach((track, at) => each.append(new Option(track.querySelector("summary").textContent, String(at))));
        each.addEventListener("change", show);
      }
      choices[0].value = "0"; // in the language of the page, if there is one
      show();
    }

    // A sentence with its frame and the way to it, below the sentence; the picture is only drawn, so a disk will do too.
    const canonical = document.querySelector("link[rel=canonical]");
    async function quote(cue) {
      for (const each of document.querySelectorAll(".quoted")) each.remove();
      const speaker = cue.querySelector("b"), words = cue.querySelector("span").textContent, list = cue.parentElement;
      const link = `${(canonical || location).href.split("#")[0]}${cue.querySelector("a").getAttribute("href")}`;
      const title = document.querySelector("main h1").textContent.trim(), seconds = cue.dataset.from / 1000;
      const lines = make("p", "words");
      lines.lang = list.lang;
      lines.dir = list.dir;
      lines.textContent = `“${words.replace(/\s+/g, " ")}”${speaker ? ` – ${speaker.textContent}` : ""}`;
      const about = make("figcaption", "facts", make("bdi", "", title), " · ", make("bdi", "", written(seconds)), make("br"), make("bdi", "address", link));
      const copy = make("button", "", part.dataset.copy);
      const box = make("figure", "quoted", lines, about, copy);
      copy.type = "button";
      copy.addEventListener("click", async () => {
        const text = `${lines.textContent}\n${title}, ${written(seconds)}\n${link}`;
        try {
          await navigator.clipboard.writeText(text);
          copy.textContent = part.dataset.copied;
        } catch { // where nothing may be copied it can be marked, and copied by hand
          getSelection().selectAllChildren(box);
        }
      });
      cue.append(box);
      if (!moves) return;
      player.pause();
      await go(player, seconds + 0.04); // the first frame after its beginning
      if (!player.videoWidth || !box.isConnected) return;
      const frame = make("canvas");
      frame.width = Math.min(640, player.videoWidth);
      frame.height = Math.round((frame.width * player.videoHeight) / player.videoWidth);
      frame.getContext("2d").drawImage(player, 0, 0, frame.width, frame.height);
      box.prepend(frame);
    }
    for (const cue of cues.flat()) {
      const button = make("button", "quote", part.dataset.quote);
      button.type = "button";
      button.setAttribute("aria-label", `${part.dataset.quote}: ${cue.querySelector("span").textContent.slice(0, 60)}`);
      button.addEventListener("click", () => quote(cue));
      cue.querySelector("a").after(button);
      cue.querySelector("a").addEventListener("click", () => play(player, cue.dataset.from / 1000));
    }

    player.addEventListener("timeupdate", () => {
      const at = player.currentTime * 1000;
      for (const each of cues.flat()) {
        const now = each.dataset.from <= at && at < each.dataset.to;
        if (now && !each.classList.contains("now") && !player.paused) {
          const list = each.parentElement;
          list.scrollTop = each.offsetTop - list.offsetTop - list.clientHeight / 3;
        }
        each.classList.toggle("now", now);
      }
    });

    /** The cue that a link to these seconds means, in the language that stands first. */
    return (seconds) => {
      const near = (each) => each.dataset.from - MANY <= seconds * 1000 && seconds * 1000 < each.dataset.to;
      const cue = cues.map((row) => row.filter(near).pop()).find(Boolean);
      if (cue) { cue.closest("details").open = true; quote(cue); cue.scrollIntoView({ block: "center" }); }
      return Boolean(cue);
    };
  }

  const places = new Map(); // place on the page → {player, find}
  for (const player of document.querySelectorAll("[data-clip]:is(video, audio)")) {
    const place = player.dataset.clip, at = (name) => document.querySelector(`${name}[data-clip="${place}"]`);
    if (at(".beside-clip")) beside(player, at(".beside-clip"));
    places.set(place, { player, find: at(".spoken") ? spoken(player, at(".spoken")) : () => false });
  }

  // Where a link leads: #t=61.2, on a page with several clips #t=61.2&clip=3
  function follow() {
    const found = /^#t=(\d+(?:\.\d+)?)(?:&clip=(\d+))?$/.exec(location.hash);
    const there = found && (found[2] ? places.get(found[2]) : places.values().next().value);
    if (there && !there.find(Number(found[1]))) go(there.player, Number(found[1]));
  }
  follow();
  addEventListener("hashchange", () => { if (![...places.values()].some(({ player }) => !player.paused)) follow(); });
})();
