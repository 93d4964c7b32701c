"""Hold a ZIM to the programs of readers: zimcheck and kiwix-serve of Debian, which refuse what a newer libzim writes.

::

    apt-get install zim-tools kiwix-tools
    .venv/bin/python tests/long/zim_readers.py      installs libzim 3.6.0 beside, and writes with that

Exit code 1 if zimcheck finds anything, a word is not found by Kiwix' own search, or a page comes out otherwise; 2 if a
program is missing.
"""

import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OLD = "libzim==3.6.0"
MAKE = """
import sys
from pathlib import Path
sys.path[:0] = [sys.argv[1], sys.argv[2]]
import libzim
assert libzim.__file__.startswith(sys.argv[1]), libzim.__file__
from support.published_desk import House
from tamizdat.offline.edition import read_edition
from tamizdat.offline.zim import make_zim
folder = Path(sys.argv[3])
house = House(folder / "desk")
from support.collecting_desk import tweet
house.take(tweet(57, "云溪镇的校舍塌了"))
house.release(57)
house.translate(57, "The school of Yunxi fell")
house.publish()
make_zim(read_edition(house.site), folder / "edition.zim")
"""


def main() -> int:
    """Make a ZIM with the older libzim and let both programs read it."""
    if missing := [name for name in ("zimcheck", "kiwix-serve") if not shutil.which(name)]:
        print(f"not installed: {', '.join(missing)}")
        return 2
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "--target", folder / "old", OLD], check=True)
        subprocess.run([sys.executable, "-c", MAKE, folder / "old", ROOT / "tests", folder], check=True)
        checked = subprocess.run(
            ["zimcheck", "-A", folder / "edition.zim"], capture_output=True, text=True, check=False
        )
        passed = "Overall Test Status: Pass" in checked.stdout
        print("zimcheck:", "pass" if passed else checked.stdout)
        return int(not (passed and served(folder)))


def served(folder: Path) -> bool:
    """Tell whether Kiwix finds words of both languages in it, and gives out a page as it is."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = ["kiwix-serve", "--address=127.0.0.1", f"--port={port}", str(folder / "edition.zim")]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            good = True
            for word in ("Yunxi", "校舍"):
                said = asked(port, f"search?content=edition&pattern={urllib.parse.quote(word)}").decode()
                found = "items/" in said
                print(f"{word}: {'found' if found else 'not found'}")
                good &= found
            page = next(folder.glob("desk/site/items/*/index.html"))
            path = page.relative_to(folder / "desk/site").as_posix()
            same = asked(port, f"raw/edition/content/{path}") == page.read_bytes()
            print(f"{path}: {'the same bytes' if same else 'other bytes'}")
            return good and same
        finally:
            server.terminate()


def asked(port: int, path: str) -> bytes:
    """Return what the server on this computer gives out; it needs a moment to begin."""
    for _ in range(50):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/{path}", timeout=10) as answer:
                data: bytes = answer.read()
                return data
        except ConnectionError:
            time.sleep(0.1)
        except urllib.error.URLError as error:
            if not isinstance(error.reason, ConnectionError):
                raise
            time.sleep(0.1)
    raise TimeoutError(path)


if __name__ == "__main__":
    sys.exit(main())
