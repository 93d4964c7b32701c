"""docs/spec/posts.md: its worked bytes and its table of chains, computed again."""

import re
from pathlib import Path

from tamizdat.encoding import sha256_hex
from tamizdat.posts.export import Bytes
from tamizdat.posts.formats import Found, x_archive
from tamizdat.posts.parts import read_parts
from tamizdat.posts.report import IngestReport

SPEC = (Path(__file__).resolve().parents[3] / "docs" / "spec" / "posts.md").read_text(encoding="utf-8")


def test_the_worked_bytes() -> None:
    part = SPEC.split("### Worked bytes")[1].split("\n## ")[0]
    source, slice_digest, text_digest = (block.strip("\n") for block in re.findall(r"```\n(.*?)```", part, re.S))
    data = source.encode()
    assert f"{len(data)} bytes" in part
    offset, length = map(int, re.findall(r"offset (\d+), length (\d+)", part)[0])
    report, export = IngestReport(), Bytes("tweets.js", data)
    [found] = x_archive.read(x_archive.plan(export, report), export.open, report)
    assert isinstance(found, Found)
    assert [(piece.offset, piece.length) for piece in found.slices] == [(offset, length)]
    raw = data[offset : offset + length]
    post = x_archive.post([raw], {"account": "12", "handle": "lin", "name": "林"})
    assert sha256_hex(raw) == slice_digest
    assert sha256_hex(post.text.encode()) == text_digest
    assert f"`{post.id}`" in part
    assert f"`{post.published}`" in part


def test_the_table_of_chains() -> None:
    rows = re.findall(r"^\| `([^`]+)` \| (author .*) \|$", SPEC, re.M)
    assert len(rows) == 7
    for text, speakers in rows:
        said = [each.strip() for each in speakers.split("›")]
        for part, told in zip(read_parts(text).chain(), said, strict=True):
            assert told.startswith(part.speaker or "author")
            found = re.search(r"`([^`]*)`", told)
            assert part.text == (found[1] if found else text if told == "author alone" else "")


def test_every_format_is_in_the_spec() -> None:
    from tamizdat.posts.formats import FORMATS

    for format in FORMATS:
        assert f"| `{format.NAME}` |" in SPEC
