#!/bin/sh
# What: aws-transcription-to-srt 1.0.6, aws-transcription-to-vtt 2.0.0, @deepgram/captions 1.2.0 (npm): captions made of
#   what services of speech recognition answer
# Guess: the captions have the text that stands in the answer beside its words ('transcript'); Chinese has no spaces there.
# Does: all three take the words and put a space between each two, whatever the language. Amazon's are words, Deepgram's
#   single characters; so a caption reads '他们 没有 走' or '他 们 没 有 走', no search for 没有走 finds it, and a
#   translation memory or a comparison with another transcript sees other text. English is right, so a test with it shows
#   nothing. And the SubRip file of the first has points where SubRip has commas in its times, and who speaks (in
#   'speaker_labels') is in neither.
# Seen: transcript '他们没有走。': '他们 没有 走。' in SubRip and WebVTT; Deepgram's '他 们 没 有 走'
# Source: Amazon Transcribe, 'Data input and output' (results.transcripts, results.items); SubRip has 00:00:00,000.
# Instead: put words together with spaces only where both are of a script that has them; compare with the transcript, all
#   spaces taken out of both.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
npm install --prefix . --silent --no-audit --no-fund aws-transcription-to-srt@1.0.6 aws-transcription-to-vtt@2.0.0 \
  @deepgram/captions@1.2.0 >/dev/null || exit 2

cat > run.mjs <<'END'
import { DeepgramConverter, srt } from "@deepgram/captions";
import toSrt from "aws-transcription-to-srt";
import toVtt from "aws-transcription-to-vtt";

const word = (content, start) => ({
  type: "pronunciation", start_time: String(start), end_time: String(start + 0.3),
  alternatives: [{ confidence: "0.9", content }],
});
const end = { type: "punctuation", alternatives: [{ confidence: "0.0", content: "。" }] };
const text = "他们没有走。";
const amazon = {
  results: { transcripts: [{ transcript: text }], items: [word("他们", 1), word("没有", 1.5), word("走", 2), end] },
};
const words = [...text.slice(0, 5)].map((sign, at) => ({ word: sign, start: at, end: at + 0.5, confidence: 0.9 }));
const deepgram = { results: { channels: [{ alternatives: [{ transcript: text, words }] }] } };
const made = [toSrt(amazon), toVtt(amazon), srt(new DeepgramConverter(deepgram))];
for (const captions of made) console.log(captions);
const wrong = ["他们 没有 走。", "他们 没有 走。", "他 们 没 有 走"];
const changed = made.map((captions) => captions.split("\n").find((line) => line.includes("走")).trim());
if (changed.join() !== wrong.join()) {
  console.log("changed:", changed);
  process.exit(1);
}
if (!made[0].includes("00:00:01.000 --> 00:00:02.300")) {
  console.log("changed: times in SubRip");
  process.exit(1);
}
END
node run.mjs || exit $?
