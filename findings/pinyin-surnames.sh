#!/bin/sh
# What: pypinyin 0.55.0 (PyPI), pinyin-pro 3.29.4 (npm)
# Guess: libraries with dictionaries of phrases write the name of a person as it is spoken.
# Does: surnames with a reading of their own come out as the common word: 单 dan (Shan), 区 qu (Ou), and the name on a
#   passport or a petition is not found.
# Seen: 单小明 → dan xiao ming, 区小明 → qu xiao ming; both agree, 重庆 is right in both.
# Source: GB/T 28039 (names in Pinyin) and any dictionary: 单 as a surname is Shàn, 区 Ōu; pinyin-pro has a switch for
#   it, off.
# Instead: never make the Latin form of a name; take it from the list of people, search for all readings.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq pypinyin==0.55.0 || exit 2

venv/bin/python - <<'END'
import sys
from pypinyin import lazy_pinyin

for word, expected in (("单小明", "dan xiao ming"), ("区小明", "qu xiao ming"), ("重庆", "chong qing")):
    got = " ".join(lazy_pinyin(word))
    print(word, got)
    if got != expected:
        sys.exit(f"changed: pypinyin gives {got} for {word}")
END

npm install --prefix . --silent --no-audit --no-fund pinyin-pro@3.29.4 >/dev/null || exit 2

cat > run.mjs <<'END'
import { pinyin } from "pinyin-pro";
const read = (word, mode) => pinyin(word, { toneType: "none", surname: mode });
const got = [read("单小明", "off"), read("区小明", "off"), read("单小明", "head")].join(", ");
console.log(got);
if (got !== "dan xiao ming, qu xiao ming, shan xiao ming") {
  console.log(`changed: pinyin-pro gives ${got}`);
  process.exit(1);
}
END
node run.mjs
