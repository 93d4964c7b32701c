"""A field device starts without what only a desk needs: on an old laptop that is seconds before the first parcel."""

import subprocess
import sys

VERBS = ("seal", "send", "wipe", "field", "panic")
PROGRAM = """
import importlib, sys
for verb in {verbs}:
    importlib.import_module(f"tamizdat.cli.{{verb}}")
importlib.import_module("tamizdat.field.page")
heavy = ("tamizdat.archive", "tamizdat.posts.formats", "sqlite3")
print(sorted(name for name in sys.modules if name.startswith(heavy)))
"""


def test_the_verbs_of_a_field_device_load_neither_the_archive_nor_the_formats_of_posts() -> None:
    program = PROGRAM.format(verbs=VERBS)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
