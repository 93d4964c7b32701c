"""What the check page tells people to type in an item's folder works, in a shell, with nothing of ours."""

import json
import re
import shutil
import subprocess
from html import unescape
from pathlib import Path

import pytest

from support.collecting_desk import tweet
from support.item_files import facts
from support.media_samples import loaded_jpeg_bytes, needs_exiftool
from support.published_desk import House, key, status
from tamizdat.ledger.roster import RoleKey
from tamizdat.ledger.statement import keyid
from tamizdat.verifying import verify

TOOLS = ("bash", "jq", "base64", "sha256sum", "xxd", "openssl", "sed")
missing = [tool for tool in TOOLS if shutil.which(tool) is None]
pytestmark = [needs_exiftool, pytest.mark.skipif(bool(missing), reason=f"not installed: {', '.join(missing)}")]


@pytest.fixture
def post(tmp_path: Path) -> Path:
    """The folder of a post with a picture and a translation, in a copy of a site."""
    house = House(tmp_path)
    media = {"extended_entities": {"media": [{"type": "photo", "media_url_https": "https://pbs.x/F0.jpg"}]}}
    house.take(tweet(1, "校舍塌了", **media), files={"tweets_media/1-F0.jpg": loaded_jpeg_bytes()})
    house.release(1)
    house.translate(1, "The school fell")
    house.publish()
    copy = tmp_path / "copy"
    shutil.copytree(house.site, copy)
    return copy / "items" / str(house.number(status(1)))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    house = House(tmp_path)
    number = house.picture()
    house.publish()
    copy = tmp_path / "copy"
    shutil.copytree(house.site, copy)
    return copy / "items" / str(number)


def typed(folder: Path, before: str = "") -> "subprocess.CompletedProcess[str]":
    """Runs the commands for stock tools that are for any item, and those for its files, in the *folder* of one."""
    assert 'href="../../check/index.html#links"' in (folder / "index.html").read_text("utf-8")
    page = (folder.parents[1] / "check/index.html").read_text("utf-8").partition('id="links"')[2]
    told = re.findall(r"<pre[^>]*><code>(.*?)</code>", page, re.DOTALL)
    commands = before + "\n".join(
        each for each in told if re.search("&gt; payload.json|sha256sum -c|openssl|rm ", each)
    )
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


def test_of_a_post_they_judge_its_files_alone_and_leave_nothing_that_a_site_does_not_list(post: Path) -> None:
    assert verify(post.parents[1]).holds
    done = typed(post)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[:2] == ["picture-1.jpg: OK", "small-1.jpg: OK"]
    assert verify(post.parents[1]).holds


def test_what_makes_a_citation_finds_the_item_in_whose_folder_it_is_typed(post: Path) -> None:
    page = (post.parents[1] / "check/index.html").read_text("utf-8")
    [told] = re.findall(r"<code># BibLaTeX\n(.*?) \| pandoc [^<|]*</code>", page, re.DOTALL)
    made = subprocess.run(["bash", "-c", unescape(told)], cwd=post, capture_output=True, check=True).stdout
    assert [each["title"] for each in json.loads(made)] == ["校舍塌了"]


def test_with_two_keys_of_a_desk_each_item_is_checked_with_the_one_that_signed_it(tmp_path: Path) -> None:
    house = House(tmp_path)
    first = house.picture()
    house.publish()
    old, house.desk, size = house.desk, key(8), house.archive.size
    house.roster = house.sign_roster(RoleKey("desk", old.public, 0, size), RoleKey("desk", house.desk.public, size))
    second = house.picture("b.jpg")
    house.publish()
    for number in (first, second):
        done = typed(house.site / "items" / str(number))
        assert done.returncode == 0, done.stderr
        assert "Signature Verified Successfully" in done.stdout
    signed = [
        facts(house.site / "items" / str(number))["envelope"]["signatures"][0]["keyid"] for number in (first, second)
    ]
    assert signed == [keyid(old.public), keyid(house.desk.public)]


def test_a_key_that_the_page_does_not_name_checks_nothing(tmp_path: Path) -> None:
    """Neither an unknown key nor the one of the command before is used in its place."""
    house = House(tmp_path)
    number = house.picture()
    house.publish()
    folder = house.site / "items" / str(number)
    data = (folder / "proof.js").read_bytes()
    (folder / "proof.js").write_bytes(data.replace(keyid(house.desk.public).encode(), b"0123456789abcdef"))
    done = typed(folder, f"key={house.desk.public.hex()}\n")
    assert done.returncode != 0
    assert "Signature Verified Successfully" not in done.stdout
