#!/bin/sh
# What: meeteval 0.4.3 (PyPI), how many words of a transcript are wrong, from segments with times (STM)
# Guess: it reads STM as sclite does, whose format it is: between the times and the words may stand a label
#   ('<o,f0,male>', whose voice, over which sound), which is not spoken; a stretch that is not to be judged says
#   IGNORE_TIME_SEGMENT_IN_SCORING. Its README names one thing that it does not do: alternate transcripts.
# Does: label and sign are words that the listener should have written. Each labelled segment has one error more, each
#   stretch left out another, and one more speaker who was missed. Nothing is told. References with labels are those
#   of public evaluations, and the shorter the segments, the worse a faultless transcript looks.
# Seen: the same words on both sides: 0 of 5 wrong; with labels 2 of 7 (0.286); with a stretch that is not to be
#   judged 1 of 6
# Source: SCTK (NIST), doc/infmts.htm, 'stm': STM :== <F> <C> <S> <BT> <ET> [ <LABEL> ] transcript; README of
#   meeteval, which refers to it and, where it gives the line itself, has no label.
# Instead: take the sixth field out where it stands in angle brackets, and the stretches out of both files, before
#   scoring.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq meeteval==0.4.3 || exit 2

printf 'f 1 x 0.00 3.00 he was not taken\nf 1 y 3.00 5.00 yes\n' > heard.stm
printf 'f 1 A 0.00 3.00 he was not taken\nf 1 B 3.00 5.00 yes\n' > plain.stm
printf 'f 1 A 0.00 3.00 <o,f0,male> he was not taken\nf 1 B 3.00 5.00 <o,f0,female> yes\n' > labels.stm
cp plain.stm stretch.stm
printf 'f 1 inter_segment_gap 5.00 9.00 IGNORE_TIME_SEGMENT_IN_SCORING\n' >> stretch.stm
venv/bin/python - <<'EOF'
import sys
import meeteval

expected = {"plain": (0, 5, 0), "labels": (2, 7, 0), "stretch": (1, 6, 1)}
for name, counts in expected.items():
    rate = meeteval.wer.cpwer(f"{name}.stm", "heard.stm")["f"]
    found = rate.errors, rate.length, rate.missed_speaker
    print(name, found, round(rate.error_rate, 3))
    if found != counts:
        sys.exit(f"changed: {name}: {found}")
EOF
