// What is said in a clip: subtitles in one language or two, a transcript that follows and leads to the second.
//
// The subtitles are made of the words on the page, so they work from a disk too, where no other file may be read. Without
// this script the page has the same words as text, and each language as a file.
"use strict";

(() => {
  const player = document.querySelector(".plate video, .plate audio");
  const tracks = [...document.querySelectorAll(".track")];
  if (!player || !tracks.length) return;
  const cues = tracks.map((track) => [...track.querySelectorAll("li[data-from]")]);
  const choices = [document.getElementById("subtitles"), document.getElementById("second-subtitles")];

  const made = tracks.map((track, at) => {
    const list = track.querySelector("ol");
    if (player.tagName !== "VIDEO") return null;
    const text = player.addTextTrack("subtitles", track.querySelector("summary").textContent, list.lang);
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
  if (player.tagName === "VIDEO") {
    choices[0].closest("p").hidden = false;
    for (const each of choices) {
      tracks.forEach((track, at) => each.append(new Option(track.querySelector("summary").textContent, String(at))));
      each.addEventListener("change", show);
    }
    choices[0].value = "0"; // in the language of the page, if there is one
    show();
  }

  // Where a link leads: #t=61.2
  function go() {
    const found = /^#t=(\d+(?:\.\d+)?)$/.exec(location.hash);
    if (found) player.currentTime = Number(found[1]);
  }
  addEventListener("hashchange", go);
  if (player.readyState) go();
  else player.addEventListener("loadedmetadata", go, { once: true });
  if (location.hash) player.preload = "metadata";
  for (const link of document.querySelectorAll(".track a[href^='#t=']")) {
    link.addEventListener("click", () => { if (location.hash === link.hash) go(); player.play().catch(() => {}); });
  }

  player.addEventListener("timeupdate", () => {
    const at = player.currentTime * 1000;
    for (const each of cues.flat()) {
      const now = each.dataset.from <= at && at < each.dataset.to;
      if (now && !each.classList.contains("now")) {
        const list = each.parentElement;
        list.scrollTop = each.offsetTop - list.offsetTop - list.clientHeight / 3;
      }
      each.classList.toggle("now", now);
    }
  });
})();
