#!/bin/sh
# Starts tamizdat from this stick: nothing is installed on this computer, and nothing is written to it but a folder that
# goes away when the page is closed (in memory, where the system has one).
stick=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd) || exit 1
program=$stick/program

stop() {
  printf '\n%s\n' "$1" >&2
  if test -t 0; then printf 'Press Enter to close this window. ' >&2 && read -r _; fi
  exit 1
}

# Every file is held against its digest before any of it runs.
if command -v sha256sum > /dev/null 2>&1; then
  check='sha256sum'
elif command -v shasum > /dev/null 2>&1; then
  check='shasum -a 256'
else
  stop 'Expected the program sha256sum or shasum, which checks this stick, found neither. Nothing was started.'
fi
echo 'Checking this stick, which takes some seconds …'
(cd "$program" && $check -c SHA256SUMS > /dev/null 2>&1) ||
  stop 'A file on this stick is damaged, missing, or was changed. Nothing was started. Ask your desk for another stick.'

case $(uname -s) in
  Linux) system=linux ;;
  Darwin) system=macos ;;
  *) stop "Expected Linux or macOS, found $(uname -s): this stick does not run here." ;;
esac

# Somewhere to unpack to: in memory, if there is such a folder and programs may run from it.
memory=
for folder in "${XDG_RUNTIME_DIR:-}" /dev/shm "${TMPDIR:-/tmp}"; do
  test -n "$folder" && test -d "$folder" && test -w "$folder" || continue
  for old in "$folder"/tamizdat.??????; do  # of a start that was killed
    test -f "$old/process" && ! kill -0 "$(cat "$old/process")" 2> /dev/null && rm -rf "$old"
  done
  made=$(umask 077 && mktemp -d "$folder/tamizdat.XXXXXX" 2> /dev/null) || continue
  printf '#!/bin/sh\n' > "$made/try" && chmod 700 "$made/try"
  if "$made/try" 2> /dev/null; then
    rm -f "$made/try"
    memory=$made
    break
  fi
  rm -rf "$made"
done
test -n "$memory" || stop 'Expected a folder for temporary files that programs may run from, found none.'
echo $$ > "$memory/process"
trap 'rm -rf "$memory"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# The stick's own Python, if it has one for this computer; else this computer's.
python=
for archive in "$program/python/$system-$(uname -m)"-*.tar.gz; do
  test -f "$archive" || continue
  echo 'Unpacking …'
  tar -xzf "$archive" -C "$memory" || stop 'The Python on this stick could not be unpacked: is enough memory free?'
  python=$memory/python/bin/python3
done
if test -z "$python"; then
  for candidate in python3.14 python3.13 python3.12 python3.11 python3; do
    if "$candidate" -I -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2> /dev/null; then
      python=$candidate
      break
    fi
  done
fi
test -n "$python" ||
  stop 'Expected Python 3.11 or newer on this computer, found none, and this stick has none for it. Ask your desk for a stick with one.'

# It has this process's number, gets its signals, and deletes the folder itself when it ends.
TMPDIR=$memory exec "$python" -I -B "$program/start.py" "$stick" "$memory" "$@"
