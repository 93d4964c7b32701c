#!/bin/sh
# What: deepgram-captions 2.0.0 (PyPI) and @deepgram/captions 1.2.0 (npm), captions made of what services of speech
#   recognition answer, here with their own class for AssemblyAI
# Guess: a class that is there for the answers of one service knows in what unit that service counts.
# Does: AssemblyAI counts in milliseconds, all others that the packages read in seconds. The numbers are taken as they are:
#   what was said at 2.4 s is shown at 40 minutes, and after 86 s of recording the day is full and times begin anew, so
#   that the captions are not even in order. Nothing is raised; words, numbers and notation are right.
# Seen: words from 2400 to 3000 ms: '00:40:00,000 --> 00:50:00,000'; one at 90 s: 01:00:00,000, an hour of the second day
# Source: AssemblyAI's documentation, 'Does your API return timestamps for individual words?' (milliseconds); the README of
#   both packages, which names AssemblyAI among what they convert.
# Instead: divide start and end of every word by 1000 first; compare the last caption with the length of the recording.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq deepgram-captions==2.0.0 || exit 2
npm install --prefix . --silent --no-audit --no-fund @deepgram/captions@1.2.0 >/dev/null || exit 2

cat > answer.json <<'END'
{"words": [
  {"text": "They", "start": 2400, "end": 2600, "confidence": 0.9, "speaker": "A"},
  {"text": "left.", "start": 2700, "end": 3000, "confidence": 0.9, "speaker": "A"},
  {"text": "Later.", "start": 90000, "end": 90300, "confidence": 0.9, "speaker": "A"}
]}
END
cat > run.mjs <<'END'
import fs from "fs";
import { AssemblyAiConverter, srt } from "@deepgram/captions";

const answer = JSON.parse(fs.readFileSync("answer.json"));
fs.writeFileSync("npm.srt", srt(new AssemblyAiConverter(answer), 2));
END
node run.mjs || exit 2
venv/bin/python - <<'END' || exit $?
import json
import sys

from deepgram_captions import AssemblyAIConverter, srt

with open("answer.json") as file:
    made = {"PyPI": srt(AssemblyAIConverter(json.load(file)), 2)}
with open("npm.srt") as file:
    made["npm"] = file.read()
for name, text in made.items():
    times = [line for line in text.splitlines() if "-->" in line]
    print(name, times)
    if times != ["00:40:00,000 --> 00:50:00,000", "01:00:00,000 --> 01:05:00,000"]:
        sys.exit(f"changed: {name}: {times}")
END
