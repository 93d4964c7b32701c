"""Whatever a post and its translation say, a packet of them reads back as it was written, in each format."""

import string

from hypothesis import given
from hypothesis import strategies as st

from tamizdat.translation.packet_csv import import_packet_csv, written_table
from tamizdat.translation.packet_xml import fit
from tamizdat.translation.packets import PostOut, UnitOut
from tamizdat.translation.po import import_po, written_po
from tamizdat.translation.tables import read_table, write_table
from tamizdat.translation.xliff import import_xliff, written_xliff

ODD = "=+-@'\";,\t\n\r\\#|%<>&\u2028\x85\x00\x1b…、。“”文བོདعربي"
TEXTS = st.text(st.sampled_from(ODD + string.ascii_letters + " ") | st.characters(), min_size=1, max_size=40)
WORDS = TEXTS.filter(lambda text: bool("".join(each for each in text if each > " " and each.isprintable()).strip()))
TYPED = WORDS.map(lambda text: "".join(each for each in text if each.isprintable() or each in "\n\t").strip())
UNITS = st.lists(st.tuples(WORDS, TYPED), min_size=1, max_size=4)
POSTS = st.lists(st.tuples(UNITS, st.booleans()), max_size=4)
FORMATS = ((written_xliff, import_xliff), (written_po, import_po), (written_table, import_packet_csv))


def alike(text: str) -> list[str]:
    """What is left of a text when programs have done to white space and control characters what they do."""
    return fit(text).split()


@given(POSTS)
def test_a_packet_reads_back_as_it_was_written(posts: list[tuple[list[tuple[str, str]], bool]]) -> None:
    going = [
        PostOut(
            f"https://a.example/{place}", "zh", f"{place:064}", 41 if known else None, ("told",), (),
            tuple(UnitOut(number, *pair, "translated", (), ()) for number, pair in enumerate(units, 1)),
        )
        for place, (units, known) in enumerate(posts)
    ]  # fmt: skip
    for write, read in FORMATS:
        if not going and read is import_xliff:
            continue  # a packet without posts has no language there
        back = read(write(going, "en"))
        assert back.language == "en"
        assert [(each.post, each.text, each.after) for each in back.posts] == [
            (each.post, each.text, "" if each.after is None else "41") for each in going
        ]
        for sent, found in zip(going, back.posts, strict=True):
            assert [unit.id for unit in found.units] == [str(unit.number) for unit in sent.units]
            assert [alike(unit.source) for unit in found.units] == [alike(unit.source) for unit in sent.units]
            targets = [alike(unit.target) if alike(unit.target) != alike(unit.source) else [] for unit in sent.units]
            assert [alike(target) for target in found.targets] == targets


@given(st.lists(st.lists(TEXTS | st.just(""), min_size=3, max_size=3), max_size=5), st.sampled_from(",;\t"))
def test_no_cell_of_a_table_begins_a_formula_and_all_read_back(rows: list[list[str]], separator: str) -> None:
    rows = [["one", "two", "three"], *rows]
    rows = [[cell.replace("\r", " ").encode("utf-8", "replace").decode() for cell in row] for row in rows]
    data = write_table(rows)
    assert read_table(data, "a table") == rows
