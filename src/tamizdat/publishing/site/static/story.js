// The clips of a story: each plays the part that is told of, with the subtitles that stand below it as text.
//
// A media fragment (#t=1,9) says the same to browsers; some forget where the part ends once somebody has moved in it. The
// subtitles are made of the words on the page, so they work from a disk too.
"use strict";

(() => {
  const mine = document.documentElement.lang.split("-")[0];
  for (const player of document.querySelectorAll(".shown :is(video, audio)")) {
    const [, from, to] = /#t=([\d.]+),([\d.]+)$/.exec(player.getAttribute("src") || "") || [];
    if (to !== undefined) {
      player.addEventListener("timeupdate", () => {
        if (player.paused || player.currentTime < Number(to) || player.currentTime > Number(to) + 1) return;
        player.pause();
      });
      player.addEventListener("play", () => { // once more from where the part begins
        if (player.currentTime >= Number(to) - 0.2 && player.currentTime <= Number(to) + 1) player.currentTime = Number(from);
      });
    }
    if (player.tagName !== "VIDEO") continue;
    const tracks = [...player.closest(".shown").querySelectorAll(".track")];
    const chosen = tracks.find((each) => each.dataset.language.split("-")[0] === mine) || tracks[0];
    for (const track of tracks) {
      const text = player.addTextTrack("subtitles", track.querySelector("summary").textContent, track.dataset.language);
      text.mode = track === chosen ? "showing" : "hidden";
      for (const each of track.querySelectorAll("li[data-from]")) {
        const speaker = each.querySelector("b"), words = each.querySelector(".words").textContent;
        const cue = new VTTCue(each.dataset.from / 1000, each.dataset.to / 1000, (speaker ? `${speaker.textContent}: ` : "")
          + words.replace(/&/g, "&amp;").replace(/</g, "&lt;"));
        text.addCue(cue);
      }
    }
  }
})();
