#!/bin/sh
# What: chrono-node 2.10.3 (npm), times as people write them, in Chinese (chrono.zh, chrono.zh.hans, chrono.zh.hant)
# Guess: what it does not know it leaves alone; a date that it gives has the year that stands there; hans and hant
#   differ in their letters, and chrono.zh knows both.
# Does: 去年 and 前年 ('last year', 'the year before last') are cut off, and the day is one of the running year; so is
#   'one and a half hours ago', which is half an hour ago. chrono.zh.hant writes a year with the usual zero (二〇二四年) as
#   the year 24, and the 24th of a month in words as the 20th. '3 days ago' is known to hans and hant and not to
#   chrono.zh. Nothing tells it but the matched text, which lacks the first letter.
# Seen: read on 10 June 2024: 去年6月4日 → 2024-06-04 ('年6月4日'), 前年6月4日 → 2024-06-04; 一个半小时前 → 11:30 for 10:30; hant
#   二〇二四年六月四日 → year 24, 十二月二十四日 → 20 December; 3天前: hans 7 June, zh nothing
# Source: chrono's README, 'Locales' (partial support of zh.hans and zh.hant; what is missing is not said).
# Instead: strict patterns of your own, against the time of capture; refuse a result before whose text a letter stands
#   that may belong to it, and keep the words.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
npm install --prefix . --silent --no-audit --no-fund chrono-node@2.10.3 >/dev/null || exit 2

cat > run.mjs <<'END'
import * as chrono from "chrono-node";
const now = new Date(2024, 5, 10, 12, 0, 0);
const read = (which, words) => {
  const [found] = which.parse(words, now);
  if (!found) return "nothing";
  const { start } = found;
  const two = (name) => String(start.get(name)).padStart(2, "0");
  return `${start.get("year")}-${two("month")}-${two("day")} ${two("hour")}:${two("minute")} ${found.text}`;
};
const { hans, hant } = chrono.zh;
const tries = [
  ["zh", chrono.zh, "2024年6月4日下午2点", "2024-06-04 14:00 2024年6月4日下午2点"],
  ["zh", chrono.zh, "去年6月4日", "2024-06-04 12:00 年6月4日"],
  ["hans", hans, "去年6月4日", "2024-06-04 12:00 年6月4日"],
  ["hant", hant, "去年6月4日", "2024-06-04 12:00 年6月4日"],
  ["hans", hans, "前年6月4日", "2024-06-04 12:00 年6月4日"],
  ["hans", hans, "一个半小时前", "2024-06-10 11:30 半小时前"],
  ["hans", hans, "二〇二四年六月四日", "2024-06-04 12:00 二〇二四年六月四日"],
  ["hant", hant, "二〇二四年六月四日", "24-06-04 12:00 二四年六月四日"],
  ["hant", hant, "十二月二十四日", "2024-12-20 12:00 十二月二十"],
  ["hans", hans, "3天前", "2024-06-07 12:00 3天前"],
  ["hant", hant, "3天前", "2024-06-07 12:00 3天前"],
  ["zh", chrono.zh, "3天前", "nothing"],
];
let changed = false;
for (const [name, which, words, expected] of tries) {
  const got = read(which, words);
  console.log(name, words, "→", got);
  if (got !== expected) { console.log(`changed: expected ${expected}`); changed = true; }
}
process.exit(changed ? 1 : 0);
END
node run.mjs
