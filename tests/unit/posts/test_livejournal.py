"""A journal of LiveJournal or Dreamwidth: for whom each entry was, whose it is, and what its words are."""

from pathlib import Path

import pytest

from support.collecting_desk import NOW, Desk, in_folder
from support.journals import dumped, entry, month
from tamizdat.archive.ingest.exports import Owned
from tamizdat.errors import UsageError
from tamizdat.posts.export import Several
from tamizdat.posts.formats import Found, livejournal, recognise
from tamizdat.posts.formats.format import Context
from tamizdat.posts.formats.livejournal import OTHERS
from tamizdat.posts.post import KEPT, Post
from tamizdat.posts.report import IngestReport

NAME = "2013-05.xml"


def read(files: dict[str, bytes], owner: str = "") -> tuple[list[Post], IngestReport]:
    """The posts of an export; each is also read again from its own bytes."""
    report, held = IngestReport(), Several(files)
    reader = recognise(held)
    assert reader.NAME == livejournal.NAME
    plan = (Owned(reader, owner) if owner else reader).plan(held, report)
    found = [each for each in reader.read(plan, held.open, report) if isinstance(each, Found)]
    for each in found:
        [(source, offset, length)] = each.slices
        assert reader.post([files[source][offset : offset + length]], plan.context_of(source)) == each.post
    return [each.post for each in found], report


def of_month(*entries: str, owner: str = "lin") -> list[Post]:
    return read({NAME: month(*entries)}, owner)[0]


@pytest.mark.parametrize(
    ("security", "audience"),
    [("public", "public"), ("usemask", "followers"), ("private", KEPT), ("", KEPT), (None, KEPT), ("PUBLIC ", "public"),
     ("open", KEPT)],
)  # fmt: skip
def test_only_what_is_said_to_be_public_is_for_everybody(security: str | None, audience: str) -> None:
    [made] = of_month(entry(14592, "x", security))
    assert made.audience == audience


def test_of_several_words_the_least_open_counts() -> None:
    two = entry(1, "x").replace("</event>", "</event><security>private</security>")
    [made] = of_month(two)
    assert made.audience == KEPT


@pytest.mark.parametrize(
    ("owner", "address"),
    [("lin", "https://lin.livejournal.com/14592.html"), ("li_n", "https://li-n.livejournal.com/14592.html"),
     ("lin.dreamwidth.org", "https://lin.dreamwidth.org/14592.html")],
)  # fmt: skip
def test_with_its_owner_an_entry_has_its_address(owner: str, address: str) -> None:
    [made] = of_month(entry(14592, "校舍塌了", subject="五年了"), owner=owner)
    assert (made.id, made.url, made.summary, made.kind) == (address, address, "五年了", "Article")
    assert f"{made.author.id}/14592.html" == address
    assert made.published == "2013-05-12T14:28:00"


def test_without_its_owner_the_entries_of_two_journals_are_two(tmp_path: Path) -> None:
    mine, report = read({NAME: month(entry(256, "mine"))})
    [theirs] = of_month(entry(256, "theirs", logtime="2014-01-01 00:00:00"), owner="")
    [edited] = of_month(entry(256, "edited"), owner="")
    assert mine[0].id == edited.id != theirs.id
    assert mine[0].author.id == ""
    assert any("--owner NAME" in each for each in report.notes)


def test_lines_that_were_typed_are_lines_and_a_name_is_a_name() -> None:
    words = (
        'one\ntwo &amp; <lj user="wang_x">\n\n<lj-cut text="more"><b>three</b></lj-cut> <user name=li site="a.example">'
    )
    [made] = of_month(entry(1, words + ' <img src="https://a.example/w.jpg" alt="wall">'))
    assert made.text == "one\ntwo & wang_x\n\nthree li [wall]"
    assert [each.url for each in made.attachments] == ["https://a.example/w.jpg"]


def test_what_ljdump_fetched_knows_its_own_address_and_is_public_if_nothing_is_said() -> None:
    properties = "<taglist>校舍, 五年</taglist><revtime>1368343680</revtime><current_location>x</current_location>"
    files = {"lin/L-57": dumped(57, "a", properties), "lin/L-58": dumped(58, "b", security="usemask"),
             "lin/L-59": dumped(59, "c", security="private"),
             "lin/C-57": b"<?xml version='1.0'?><comments><comment>SECRET</comment></comments>"}  # fmt: skip
    made, report = read(files)
    assert [each.audience for each in made] == ["public", "followers", KEPT]
    first = made[0]
    assert (first.id, first.author.id) == ("https://lin.livejournal.com/14599.html", "https://lin.livejournal.com")
    assert (first.tags, first.updated) == (("校舍", "五年"), "2013-05-12T07:28:00+00:00")
    assert first.private_details == ("place",)
    assert report.left[OTHERS] == 1


def test_a_damaged_file_of_ljdump_is_never_public_by_silence() -> None:
    whole = dumped(57, "five", security="private")
    for data in (whole[: whole.index(b"<security>")], whole.replace(b"<security>", b"<secu\x00ity>"), whole[:-12]):
        made, _ = read({"lin/L-57": data})
        assert [each.audience for each in made] in ([KEPT], [])


def test_who_wrote_in_a_community_has_their_own_voice_and_nobody_else_lets_their_closed_words_out() -> None:
    made, _ = read({"x/L-1": dumped(1, "a", poster="wang", security="private"), "x/L-2": dumped(2, "b", poster="lin"),
                    "x/L-3": dumped(3, "c", poster="wang")})  # fmt: skip
    assert [(each.author.handle, each.audience) for each in made] == [
        ("wang", "direct"), ("lin.livejournal.com", "public"), ("wang", "public")
    ]  # fmt: skip


def test_comments_alone_are_named_and_not_taken() -> None:
    data = (
        b"<?xml version='1.0'?><livejournal><comments><comment id='1'><body>x</body></comment></comments></livejournal>"
    )
    with pytest.raises(UsageError, match="other people's words"):
        recognise(Several({"c.xml": data}))
    with pytest.raises(UsageError, match="once more, as XML"):
        recognise(
            Several(
                {"lin-2013-05.csv": b"itemid,eventtime,logtime,subject,event,security,allowmask\n1,x,x,x,x,private,0\n"}
            )
        )


def test_comments_are_not_kept_beside_the_months(tmp_path: Path) -> None:
    comments = b"<livejournal><comments><comment id='1'><body>SECRET</body></comment></comments></livejournal>"
    desk = Desk.make(there := tmp_path / "archive")
    taken = desk.take(in_folder(tmp_path / "in", {NAME: month(entry(1, "a")), "comments.xml": comments}), NOW)
    assert (taken.new, taken.left[OTHERS], taken.damaged) == (1, 1, False)
    assert not [path for path in there.rglob("*") if path.is_file() and b"SECRET" in path.read_bytes()]
    assert desk.archive.check().sound
    desk.archive.close()


def test_a_later_export_with_other_words_is_an_edit_and_the_same_one_says_nothing(tmp_path: Path) -> None:
    old = {NAME: month(entry(1, "one"), entry(2, "stays"))}
    later = entry(3, "later", time="2013-05-30 08:00:00", logtime="2013-05-30 04:00:00")
    new = {NAME: month(entry(1, "two"), entry(2, "stays"), later)}
    for name, files in (("rising", [old, new, new]), ("falling", [new, old])):
        desk = Desk.make(tmp_path / name)
        for place, each in enumerate(files):
            desk.take(in_folder(tmp_path / f"{name}{place}", each), NOW)
        assert sorted(each.text for each in desk.archive.index.posts.latest()) == ["later", "stays", "two"]
        assert len(desk.said("edited")) == 1
        assert desk.archive.check().sound
        desk.archive.close()


def test_encodings_and_damage(tmp_path: Path) -> None:
    for encoding in ("windows-1251", "koi8-r", "utf-8"):
        made, report = read({NAME: month(entry(1, "Школа упала"), encoding=encoding)})
        assert ([each.text for each in made], report.damaged) == (["Школа упала"], False)
    whole = month(entry(1, "a"), entry(2, "b"), entry(3, "c", "private"))
    cut, report = read({NAME: whole[:-60]})
    assert ([each.text for each in cut], report.damaged) == (["a", "b"], True)
    control = whole.replace(b"<event>b", b"<event>b\x07")
    made, report = read({NAME: control})
    assert ([each.text for each in made], [each.audience for each in made], report.damaged) == (
        ["a", "b\ufffd", "c"], ["public", "public", KEPT], True
    )  # fmt: skip
    open_tag = whole.replace(b"<event>b</event>", b"<event>b &lt;i> <security>public</security>")
    assert [each.audience for each in read({NAME: open_tag})[0]][-1] == KEPT
    declared = whole.replace(b"<livejournal>", b'<!DOCTYPE x [<!ENTITY y "SECRET">]><livejournal>').replace(
        b">a<", b">&y;<"
    )
    assert all("SECRET" not in each.text for each in read({NAME: declared})[0])


@pytest.mark.parametrize("bad", [{"itemid": "x"}, {"itemid": ""}, {"event": ""}, {"event": "x" * 300_000}])
def test_what_is_wrong_with_one_entry_costs_no_other(bad: dict[str, str]) -> None:
    made, report = read({NAME: month(entry(1, "a"), entry(2, words="x", **bad), entry(3, "c"))})
    assert [each.text for each in made] == ["a", "c"]
    assert len(report.problems) == 1


@pytest.mark.parametrize("time", ["", "0000-00-00 00:00:00", "2013-13-40 25:00:00", "yesterday"])
def test_a_time_that_cannot_be_is_none(time: str) -> None:
    [made] = of_month(entry(1, "a", time=time))
    assert (made.published, bool(made.doubts)) == (None, True)


def test_other_files_are_no_journals() -> None:
    for data in (b"", b"<livejournal>", b"<livejournal></livejournal>", b"<event><itemid", b"<rss><channel/></rss>"):
        assert not livejournal.recognises(Several({"x.xml": data}))
    context: Context = {"open": "<livejournal>", "encoding": "utf-8"}
    with pytest.raises(ValueError, match="entry"):
        livejournal.post([b"<x/>"], context)
