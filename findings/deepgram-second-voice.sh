#!/bin/sh
# What: deepgram-captions 2.0.0 (PyPI) and @deepgram/captions 1.2.0 (npm), captions made of Deepgram's own answers
# Guess: an interview with a microphone for each of two people (two channels) has both in its captions.
# Does: only the first channel is looked at: all answers are missing, and the caption file looks whole. The same answer
#   with 'utterances', which have to be asked for, has both. And where voices are told apart on one channel, captions are
#   made only if the first to speak is number 0: with number 1 first, as a cut of a longer recording has it, 'no
#   transcript' is raised in Python and a TypeError in Node, though all words are there.
# Seen: two channels: 'Who was there?' alone; with utterances both lines. First voice 1: EmptyTranscriptException, TypeError
# Source: Deepgram's documentation, Multichannel ('a separate transcript for each channel', in 'channels'), Diarization.
# Instead: ask with utterances=true; or give each channel to the package as an answer of its own and merge by time.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq deepgram-captions==2.0.0 || exit 2
npm install --prefix . --silent --no-audit --no-fund @deepgram/captions@1.2.0 >/dev/null || exit 2

venv/bin/python - <<'END' || exit $?
import json


def words(text, start, speaker=None):
    made = []
    for word in text.split():
        made.append({"word": word, "punctuated_word": word, "start": start, "end": start + 0.3, "confidence": 0.9})
        if speaker is not None:
            made[-1]["speaker"] = speaker
        start += 0.4
    return made


def answer(*channels, **more):
    made = [{"alternatives": [{"transcript": "some", "words": spoken}]} for spoken in channels]
    return {"metadata": {"channels": len(made)}, "results": {"channels": made, **more}}


asked, told = words("Who was there?", 1.0), words("My brother.", 4.0)
heard = [{"transcript": "some", "words": spoken, "channel": n} for n, spoken in enumerate((asked, told))]
answers = {
    "two channels": answer(asked, told),
    "utterances": answer(asked, told, utterances=heard),
    "voice 0 first": answer(words("Who was there?", 1.0, 0) + words("My brother.", 4.0, 1)),
    "voice 1 first": answer(words("Who was there?", 1.0, 1) + words("My brother.", 4.0, 0)),
}
with open("answers.json", "w") as file:
    json.dump(answers, file)
END
cat > run.mjs <<'END'
import fs from "fs";
import { DeepgramConverter, srt } from "@deepgram/captions";

const found = {};
for (const [name, answer] of Object.entries(JSON.parse(fs.readFileSync("answers.json")))) {
  try {
    found[name] = srt(new DeepgramConverter(answer)).replace(/\s+/g, " ");
  } catch (error) {
    found[name] = error.constructor.name;
  }
}
fs.writeFileSync("npm.json", JSON.stringify(found));
END
node run.mjs || exit 2
venv/bin/python - <<'END' || exit $?
import json
import sys

from deepgram_captions import DeepgramConverter, srt

python = {}
with open("answers.json") as file:
    answers = json.load(file)
for name, answer in answers.items():
    try:
        python[name] = " ".join(srt(DeepgramConverter(answer)).split())
    except Exception as error:
        python[name] = type(error).__name__
with open("npm.json") as file:
    npm = json.load(file)
for where, found, error in ("PyPI", python, "EmptyTranscriptException"), ("npm", npm, "TypeError"):
    print(where, found)
    for name, text in found.items():
        both = "Who was there?" in text and "My brother." in text
        if both != (name in ("utterances", "voice 0 first")):
            sys.exit(f"changed: {where}, {name}: {text}")
    if found["voice 1 first"] != error or "Who was there?" not in found["two channels"]:
        sys.exit(f"changed: {where}: {found}")
END
