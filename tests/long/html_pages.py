"""Have the Nu HTML Checker read every kind of page of a site and every screen; its Java machine is slow to start.

::

    npm install --prefix build/html --ignore-scripts --no-audit --no-fund vnu-jar    32 MB
    .venv/bin/python tests/long/html_pages.py

Exit code 1 if it finds an error beyond :data:`NEEDED`.
"""

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from support.sample_site import people, site, told  # noqa: E402 -- found by the line above
from support.transcribing_desk import approve, capture, transcribe  # noqa: E402
from support.visitor import Room  # noqa: E402
from tamizdat.archive.acts.items import catalogue  # noqa: E402
from tamizdat.publishing.site import pages  # noqa: E402
from tamizdat.statements.catalogued import CataloguedItem, Release  # noqa: E402
from tamizdat.workbench.screens import ROUTES  # noqa: E402

JAR = ROOT / "build/html/node_modules/vnu-jar/build/dist/vnu.jar"
#: a folder cannot be chosen otherwise; signed words that hold a carriage return would lose it otherwise
NEEDED = ("Attribute “webkitdirectory” not allowed", "A numeric character reference expanded to carriage return.")
#: addresses behind which no page is
PICTURES = re.compile(r"/(?:media|preview|original|play|copy|poster|levels|give|frame|covered|picture|replay|static)\b")


def main() -> int:
    """Write the pages, have them read, and tell what is wrong with each."""
    if not JAR.is_file():
        print(f"The checker is not installed: npm install --prefix {ROOT / 'build/html'} --ignore-scripts vnu-jar")
        return 2
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        count = 0
        for name, page in (*_site(), *_workbench(folder / "room")):
            (folder / f"{name}.html").write_bytes(page)
            count += 1
        run = subprocess.run(
            ["java", "-jar", JAR, "--errors-only", "--format", "json", *sorted(folder.glob("*.html"))],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
    messages = json.loads(run.stderr)["messages"]
    found = sorted({(each["url"].rpartition("/")[2], each["message"]) for each in messages})
    found = [(page, what) for page, what in found if not what.startswith(NEEDED)]
    print(*(f"{page}: {what}" for page, what in found), sep="\n", end="\n" if found else "")
    print(f"{count} pages read, {len(found)} errors")
    return int(bool(found))


def _site() -> Iterator[tuple[str, bytes]]:
    """Yield a page of each kind, in two directions of writing, with the name that it is told by."""
    rendered = dict(pages.render(site(), told(people=people(60))))
    seen: set[str] = set()
    for path, data in rendered.items():
        kind = re.sub(r"[0-9a-f]{16}|\d[\d-]*", "N", path)
        if (
            path.endswith(".html")
            and (path.startswith("ar/") or not re.match(r"[a-z]{2}(-\w+)?/", path))
            and (kind not in seen or path.startswith("items/"))
        ):
            seen.add(kind)
            yield "site-" + re.sub(r"\W+", "-", path.removesuffix("/index.html")), data


def _workbench(folder: Path) -> Iterator[tuple[str, bytes]]:
    folder.mkdir()
    room = Room(folder)
    clip = capture(room.archive, room.bench.key)
    catalogue(room.archive, room.bench.key, CataloguedItem(clip, release=Release.PUBLIC))
    approve(room.archive, room.bench.key, transcribe(room.archive, room.bench.key, clip))
    editor = room.visitor("editor")
    yield "desk-sign-in", room.visitor().get("/sign-in").body
    for route in ROUTES:
        if route.method == "GET" and route.action and not PICTURES.search(route.path):
            number = clip if route.path.startswith("/clips") or "cover" in route.path else room.number(2)
            path = route.path.replace("{number:int}", str(number)).replace("{language}", "ar")
            answer = editor.get(re.sub(r"\{[^}]*\}", "0", path))
            if answer.headers.get("content-type", "").startswith("text/html") and answer.status == 200:
                yield "desk-" + re.sub(r"\W+", "-", path), answer.body
    room.close()


if __name__ == "__main__":
    sys.exit(main())
