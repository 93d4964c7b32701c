"""A field device starts without what only a desk needs: on an old laptop that is seconds before the first parcel.

A desk that takes in a card, or checks its archive, starts without the formats of posts.
"""

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
for verb in ("receive", "check", "publish"):
    importlib.import_module(f"tamizdat.cli.{{verb}}")
print(sorted(name for name in sys.modules if name.startswith("tamizdat.posts.formats")))
"""


def test_the_field_loads_neither_the_archive_nor_the_formats_of_posts_and_the_desk_no_formats_for_a_card() -> None:
    program = PROGRAM.format(verbs=VERBS)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    field, desk = done.stdout.splitlines()
    assert field == "[]"
    assert desk == "[]"
