// The reading of names: a name that is touched is heard, the name that is heard is marked.
//
// All of it is made of what stands on the page, so it works from a disk too. Without this script each time is a link to the
// second in the file.
"use strict";

(() => {
  const player = document.getElementById("reading");
  if (!player) return;
  const now = document.querySelector(".listen .now");
  const names = Array.from(document.querySelectorAll(".voice [data-said^='reads ']"), (name) => {
    const [, , from, to] = name.dataset.said.split(" ");
    return { row: name.parentElement, text: name.textContent, lang: name.lang, dir: name.dir, from: from / 1000, to: to / 1000 };
  });
  let heard = null;

  function go(seconds) {
    const seek = () => { player.currentTime = seconds; };
    if (player.readyState) seek();
    else {
      player.addEventListener("loadedmetadata", seek, { once: true });
      player.preload = "auto";
      player.load();
    }
  }
  const play = (name) => { go(name.from + 0.001); player.play().catch(() => {}); };

  for (const name of names) {
    name.row.classList.add("heard-by-touch");
    name.row.addEventListener("click", (event) => {
      const link = event.target.closest("a");
      if ((link && !link.classList.contains("at")) || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      play(name);
    });
  }

  player.addEventListener("timeupdate", () => {
    const at = player.currentTime, found = names.find((each) => each.from <= at && at < each.to + 0.5) || null;
    if (found === heard) return;
    if (heard) heard.row.classList.remove("now");
    heard = found;
    now.textContent = found ? found.text : "";
    if (!found) return;
    now.hidden = false;
    now.lang = found.lang;
    now.dir = found.dir;
    found.row.classList.add("now");
  });

  // Where a link leads: #t=61.2
  function follow() {
    const found = /^#t=(\d+(?:\.\d+)?)$/.exec(location.hash);
    if (found) go(Number(found[1]));
  }
  follow();
  addEventListener("hashchange", follow);
})();
