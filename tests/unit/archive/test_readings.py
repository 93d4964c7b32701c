"""Of what was said of recordings the latest true word counts: about its own file, and a person there is."""

from dataclasses import replace
from pathlib import Path

import pytest

from support.published_desk import House
from support.recordings import DAY, Memorial
from tamizdat.archive.acts.state import state
from tamizdat.errors import BadStatement
from tamizdat.ledger.statement import Statement, Subject
from tamizdat.statements.recited import Recited, read
from tamizdat.statements.reference import Reference


def test_a_word_about_another_file_another_entry_or_nobody_counts_for_nothing(tmp_path: Path) -> None:
    memorial = Memorial(House(tmp_path))
    archive, desk = memorial.house.archive, memorial.house.desk
    number = memorial.read(0)
    before = archive.index.readings.of(number)
    item = archive.index.item(number)
    assert before
    assert item
    said = Recited(archive.reference(number), archive.reference(memorial.people[1]), "given", DAY, item.original)
    for false in (
        replace(said, original="ab" * 32),
        replace(said, recording=Reference(number, bytes(32))),
        replace(said, person=Reference(memorial.people[1], bytes(32))),
        replace(said, person=archive.reference(number)),  # no person
        replace(said, recording=archive.reference(memorial.people[1])),  # no recording
    ):
        state(archive, desk, [false.to_statement()])
        assert archive.index.readings.of(number) == before
    [index] = state(archive, desk, [said.to_statement()])
    latest = archive.index.readings.of(number)
    assert latest
    assert (latest.number, latest.person) == (index, memorial.people[1])
    assert archive.index.readings.all() == [latest]
    archive.index.make_anew()
    assert archive.index.readings.all() == [latest]


@pytest.mark.parametrize("change", [{"consent": "yes"}, {"day": "2026-13-01"}, {"person": 31}, {"account": "lin"}, {}])
def test_a_statement_of_another_form_is_none(change: dict[str, object]) -> None:
    whole = {
        "consent": "given",
        "day": DAY,
        "person": None,
        "recording": {"commitment": "ab" * 32, "index": 3},
    } | change
    names = ("original",) if change else ("recording",)
    with pytest.raises(BadStatement):
        read(Statement("recited", tuple(Subject(each, "cd" * 32) for each in names), whole))  # type: ignore[arg-type]
