"""docs/spec/translation.md: its worked example, computed again, and its lists."""

import re
from pathlib import Path

from support.translating_desk import Bureau
from tamizdat.encoding import sha256_hex
from tamizdat.statements.catalogued import TermEntry
from tamizdat.statements.reviewed import VERDICTS
from tamizdat.translation import glossary, packet_xml
from tamizdat.translation.proposals import tag
from tamizdat.translation.segments import SPACELESS, joined, segments

SPEC = (Path(__file__).resolve().parents[3] / "docs" / "spec" / "translation.md").read_text(encoding="utf-8")


def test_the_worked_example() -> None:
    part = SPEC.split("### Worked example")[1].split("\n## ")[0]
    text, digests, tags = (block.strip("\n") for block in re.findall(r"```\n(.*?)```", part, re.S))
    rows = re.findall(r"^\| `([^`]*)` \| `([^`]*)` \| (\w*) ?\| `([^`]*)` \|$", part, re.M)
    found, tail = segments(text, "zh")
    assert [(each.lead, each.source, each.speaker) for each in found] == [row[:3] for row in rows]
    assert f"the tail `{tail}`" in part
    target = joined(found, tail, [row[3] for row in rows], "en")
    assert digests.splitlines() == [sha256_hex(text.encode()), target, sha256_hex(target.encode())]
    assert tags.splitlines() == [tag(bytes([number]) * 32, "https://x.com/i/status/57", "en") for number in (0, 1)]


def test_the_members_are_those_that_are_written(tmp_path: Path) -> None:
    bureau = Bureau.of(tmp_path, "五年了")
    bureau.approved(1, "Five years")
    [translated] = bureau.said("translated")
    table = SPEC.split("`translated` —")[1].split("`reviewed` —")[0]
    assert set(re.findall(r"^\| `(\w+)` \|", table, re.M)) == set(translated.predicate)
    part = SPEC.split("`reviewed` —")[1].split("\n## ")[0]
    for member in bureau.said("reviewed")[0].predicate:
        assert f"`{member}`" in part
    glossary.state_term(bureau.archive, bureau.key, TermEntry(language="zh", variants=("名单",)))
    [term] = [each for each in bureau.said("catalogued") if each.subjects[0].name == "term"]
    said = term.predicate["said"]
    assert isinstance(said, dict)
    table = SPEC.split("## Glossary")[1].split("\n## ")[0]
    assert set(re.findall(r"^\| `(\w+)` \|", table, re.M)) == set(said)


def test_the_lists_and_bounds_are_those_of_the_code() -> None:
    assert all(f"`{each}`" in SPEC for each in (*VERDICTS, *SPACELESS, *glossary.KINDS))
    assert (
        f"{packet_xml.MAX_BYTES >> 20} MiB, {packet_xml.MAX_DEPTH} levels or {packet_xml.MAX_ELEMENTS:,} elements"
        in SPEC
    )
    assert f"at most {glossary.MAX_WORDS} characters" in SPEC
    assert f"from 1 to {glossary.MAX_MANY} ways" in SPEC
    assert f"at most {glossary.MAX_NOTE:,} characters" in SPEC
