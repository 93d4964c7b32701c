"""Wherever a passphrase is asked for, the advice is the same sentence and the same number of words."""

import re
from pathlib import Path

import pytest

from tamizdat.cli.passphrase import new_passphrase
from tamizdat.errors import UsageError
from tamizdat.text.passphrases import ADVICE, composed
from tamizdat.workbench.auth.passphrases import check_new

ROOT = Path(__file__).resolve().parents[3]
NUMBER = re.compile(r"(?i)\b(four|five|six|seven|eight)(?: or \w+)? (?:random )?words\b")


def test_the_terminal_and_the_workbench_give_the_same_advice(tmp_path: Path) -> None:
    (tmp_path / "short").write_bytes(b"short\n")
    with (tmp_path / "short").open("rb") as file, pytest.raises(UsageError, match=re.escape(ADVICE)):
        new_passphrase(file.fileno(), "this desk")
    with pytest.raises(UsageError, match=re.escape(ADVICE)):
        check_new("short", "magpie")


def test_what_people_read_about_passphrases_says_six_words() -> None:
    read = ["README.md", "docs/workbench.md", "docs/threat-model.md", "docs/cli.md", "docs/adr/0002*.md"]
    read += ["src/tamizdat/**/*.html", "src/tamizdat/text/locales/*.po"]
    read += [f"src/tamizdat/{each}/*.py" for each in ("cli", "sealing", "workbench/auth")]
    found = set()
    for path in (path for pattern in read for path in ROOT.glob(pattern)):
        lines = (line for line in path.read_text("utf-8").split("\n") if "passphrase" in line or "guess" in line)
        found |= {each.lower() for line in lines for each in NUMBER.findall(line)}
    assert found == {"six"}


def test_a_letter_composed_by_the_keyboard_or_not_is_the_same() -> None:
    assert composed("su\u0308ss") == composed("s\u00fcss") == "s\u00fcss"


@pytest.mark.parametrize("slip", ["\x0c", "\x1b[D"], ids=["ctrl with a letter", "an arrow"])
def test_a_key_that_writes_nothing_is_in_no_new_passphrase(tmp_path: Path, slip: str) -> None:
    (tmp_path / "new").write_text(f"a long way{slip} to the gate\n")
    with (tmp_path / "new").open("rb") as file, pytest.raises(UsageError, match="found a key that writes none"):
        new_passphrase(file.fileno(), "this desk")
    with pytest.raises(UsageError, match="found a key that writes none"):
        check_new(f"a long way{slip} to the gate", "magpie")
