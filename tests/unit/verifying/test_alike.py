"""What is written like others is compared with them; however it was altered, it is read as if there were no others."""

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from support.attacks.base import two_editions
from support.html_samples import ODD, TEXTS, page
from support.site_maker import words
from tamizdat.errors import CheckFailed, DamagedInput
from tamizdat.verifying import alike, item_file, page_text
from tamizdat.verifying.untrusted_folder import Folder

PIECES = (b'"', b"<", b">", b"\\", b"\\n", b"\n", b"\r", b"=", b" ", b"\xff", b"\xc2", b"&amp;", b"0", b"A", b"{}", b"")
SALT = b'"salt":"'


class Never(alike.Pages):
    """Pages of which each is read by itself."""

    def said_on(self, _: bytes) -> list[tuple[str, str]]:
        """Nothing is known of it."""
        return []


def told(read: Callable[[], object]) -> object:
    try:
        return read()
    except (CheckFailed, DamagedInput) as error:
        return type(error), str(error)


def altered(data: bytes, chance: random.Random) -> bytes:
    """The same with one or two pieces of it exchanged, doubled or taken out."""
    for _ in range(chance.randint(1, 2)):
        at = chance.randrange(len(data))
        end = at + chance.choice((0, 1, 1, 2, 8))
        data = data[:at] + chance.choice((*PIECES, data[at:end] * 2)) + data[end:]
    return data


def pages() -> Iterator[bytes]:
    for number, text in enumerate([*(f"Day {each} & night" for each in range(40)), *TEXTS]):
        yield page(f'<p title="{number}">{number * 7}</p>{words("text", text)}<i>{number}</i>')


def test_a_page_like_others_is_read_as_alone_however_it_was_altered(monkeypatch: pytest.MonkeyPatch) -> None:
    chance, known = random.Random(74), alike.Pages()
    samples = [*pages(), *(page(f'<p title="1">7</p>{odd}<i>1</i>') for odd in ODD)]
    samples += [altered(each, chance) for each in [*pages()] * 15]
    same = 0
    for each in samples:
        monkeypatch.setattr(page_text, "PAGES", Never())
        alone = told(lambda data=each: page_text.said_on(data))  # type: ignore[misc]
        monkeypatch.setattr(page_text, "PAGES", known)
        same += bool(known.said_on(each.removeprefix(page_text.DOCTYPE)))
        assert told(lambda data=each: page_text.said_on(data)) == alone  # type: ignore[misc]
    assert same > len(samples) // 20, "none was like others: nothing was tried"


def test_an_items_file_is_read_as_without_shortcut_however_it_was_altered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    two_editions(tmp_path)
    chance, folder, path = random.Random(74), tmp_path / "items/0", tmp_path / "items/0/proof.js"
    whole = [each.read_bytes() for each in sorted(tmp_path.glob("items/*/proof.js"))]
    assert all(alike.item_file(each) for each in whole)
    samples = whole + [altered(each, chance) for each in whole * 60]
    samples += [each.replace(b"\\n", b"\\u000a", 1) for each in whole]
    samples += [each.replace(b'"}],', b'"}],', 1).replace(SALT, b'"salt" :"', 1) for each in whole]

    def read(data: bytes) -> object:
        path.write_bytes(data)
        found = item_file.read(Folder(folder), "")
        return found.data, found.envelope, found.proof, told(lambda: found.openings)

    for each in samples:
        quick = told(lambda data=each: read(data))  # type: ignore[misc]
        with monkeypatch.context() as patched:
            patched.setattr(alike, "item_file", lambda _: None)
            assert told(lambda data=each: read(data)) == quick  # type: ignore[misc]
