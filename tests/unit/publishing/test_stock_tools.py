"""What the check page tells people to type in an item's folder works, in a shell, with nothing of ours."""

import re
import shutil
import subprocess
from html import unescape
from pathlib import Path

import pytest

from support.item_files import facts
from support.media_samples import needs_exiftool
from support.published_desk import House

TOOLS = ("bash", "jq", "base64", "sha256sum", "xxd", "openssl", "sed")
missing = [tool for tool in TOOLS if shutil.which(tool) is None]
pytestmark = [needs_exiftool, pytest.mark.skipif(bool(missing), reason=f"not installed: {', '.join(missing)}")]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    house = House(tmp_path)
    number = house.picture()
    house.publish()
    copy = tmp_path / "copy"
    shutil.copytree(house.site, copy)
    return copy / "items" / str(number)


def typed(folder: Path) -> "subprocess.CompletedProcess[str]":
    """Runs the commands for stock tools that are for any item, and those for a picture, in the *folder* of one."""
    assert 'href="../../check/index.html#links"' in (folder / "index.html").read_text("utf-8")
    page = (folder.parents[1] / "check/index.html").read_text("utf-8").partition('id="links"')[2]
    told = re.findall(r"<pre[^>]*><code>(.*?)</code>", page, re.DOTALL)
    commands = "\n".join(each for each in told if re.search("&gt; payload.json|sha256sum -c|openssl", each))
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", unescape(commands)], cwd=folder, capture_output=True, text=True, check=False
    )


def test_the_commands_on_the_page_prove_files_signature_and_commitment(folder: Path) -> None:
    done = typed(folder)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[:3] == ["picture.jpg: OK", "small.jpg: OK", "Signature Verified Successfully"]
    commitment = bytes.fromhex(done.stdout.split()[-2])
    entries = (folder.parents[1] / "ledger/tile/entries/000").read_bytes()
    index = int(re.search(r"^index (\d+)$", facts(folder)["proof"], re.MULTILINE)[1])  # type: ignore[index]
    assert entries[34 * index + 2 : 34 * index + 34] == commitment


def test_the_commands_find_an_altered_picture(folder: Path) -> None:
    picture = folder / "picture.jpg"
    picture.write_bytes(picture.read_bytes()[:-3] + b"???")
    assert typed(folder).returncode != 0


def test_the_commands_find_an_altered_statement(folder: Path) -> None:
    statement = folder / "proof.js"
    data = statement.read_bytes()
    at = data.index(b'"sig":"') + 20
    statement.write_bytes(data[:at] + (b"A" if data[at : at + 1] != b"A" else b"B") + data[at + 1 :])
    assert typed(folder).returncode != 0
