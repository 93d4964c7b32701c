#!/bin/sh
# What:    Chromium (Debian's, 156), headless, with a new profile
# Guess:   with --disable-background-networking, --disable-component-update and --disable-sync a browser that shows one
#          page asks only for that page
# Does:    within seconds it asks the proxy for hosts of its maker
# Seen:    asked: accounts.google.com, clients2.google.com, update.googleapis.com
# Source:  chrome/common/chrome_switches.cc: kDisableBackgroundNetworking "Disable several subsystems which run network
#          requests in the background"
# Instead: give it a proxy that refuses hosts that the page does not name, and look at what was asked
set -eu
browser=$(command -v chromium || command -v chromium-browser || true)
test -n "$browser" || { echo "chromium is missing"; exit 2; }
"$browser" --version
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cat > "$folder/ask.py" <<'PY'
import socket, subprocess, sys, threading, time

browser, folder = sys.argv[1:]
listening = socket.create_server(("127.0.0.1", 0))
asked = set()

def take():
    while True:
        connected, _ = listening.accept()
        first = connected.recv(4096).split(b"\r\n")[0].decode("ascii", "replace")
        asked.add(first.split(" ")[1].removeprefix("http://").split("/")[0].removesuffix(":443"))
        connected.sendall(b"HTTP/1.1 502 No\r\nContent-Length: 0\r\n\r\n")
        connected.close()

threading.Thread(target=take, daemon=True).start()
flags = ["--headless=new", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder}/profile", "--no-first-run",
         f"--proxy-server=http://127.0.0.1:{listening.getsockname()[1]}", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--remote-debugging-pipe"]
running = subprocess.Popen(["sh", "-c", 'exec "$0" "$@" 3<&0 4>/dev/null', browser, *flags, "data:text/html,<p>one page"],
                           stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
until = time.monotonic() + 25
while time.monotonic() < until and not asked:
    time.sleep(0.2)
time.sleep(2)
running.kill()
running.wait()
print("asked:", ", ".join(sorted(asked)) or "nothing")
PY
found=$(python3 "$folder/ask.py" "$browser" "$folder")
echo "$found"
test "$found" != "asked: nothing" || { echo "changed: it asked for nothing"; exit 1; }
