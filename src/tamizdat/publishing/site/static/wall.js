// A touch on the wall of names. Its tiles are links, and on a telephone much smaller than a finger: a touch opens a list of
// the names around it, the nearest first. A mouse, a keyboard and a reader without scripts follow the link itself.
"use strict";

(() => {
  const wall = document.querySelector(".tiles");
  const around = document.getElementById("wall-around");
  if (!wall || !around || !around.showModal) return;
  const FINGER = 24; // pixels that a finger hits
  const POINTER = 6; // pixels that a mouse hits
  const SHOWN = 24; // names in the list
  const list = around.querySelector("ul");
  let pointer = "";

  function nearest(x, y) {
    const far = ({ left, right, top, bottom }) => Math.hypot(Math.max(left - x, 0, x - right), Math.max(top - y, 0, y - bottom));
    return Array.from(wall.querySelectorAll("a"), (tile) => [far(tile.getBoundingClientRect()), tile])
      .sort(([one], [other]) => one - other).slice(0, SHOWN).map(([, tile]) => tile);
  }

  function row(tile) {
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = tile.getAttribute("href");
    link.textContent = tile.getAttribute("aria-label");
    if (tile.lang) link.lang = tile.lang;
    link.dir = "auto";
    item.append(link);
    return item;
  }

  wall.addEventListener("pointerdown", (event) => { pointer = event.pointerType; });
  wall.addEventListener("click", (event) => {
    if (!event.detail || event.ctrlKey || event.metaKey || event.shiftKey) return; // a key, or a wish for another tab
    const tile = wall.querySelector("a");
    const size = tile ? tile.getBoundingClientRect().width : FINGER;
    if (size >= (pointer === "mouse" ? POINTER : FINGER)) return;
    event.preventDefault();
    list.replaceChildren(...nearest(event.clientX, event.clientY).map(row));
    around.showModal();
  });
  around.querySelector("button").addEventListener("click", () => around.close());
  around.addEventListener("click", (event) => { if (event.target === around) around.close(); });
})();
