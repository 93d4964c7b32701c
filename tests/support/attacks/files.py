"""Attacks on one page or file of a site that is checked by itself: a day, a feed, what they load, the list above them.

Such a page tells of items in the desk's arrangement. No statement is about it; the edition's list of files is.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from support.altering import Attack, flip
from support.attacks.posts import replaced
from support.attacks.sites import a_whole_site_made_by_a_stranger, an_edition_signed_with_a_stranger_s_key
from support.site_maker import Desk, put
from tamizdat.encoding import sha256_hex

DAY, FEED = "days/2013-05-12/index.html", "feed.xml"
DAYS = "edition/files/days.txt"  # the list of all days


@dataclass(frozen=True)
class OneFile:
    """One attack, the file that a reader asks about, and which link must break.

    *by_itself*: whether the file's own bytes are what was altered, so that a browser, which is handed only these, finds
    them on no list.
    """

    attack: Attack
    path: str
    broken: str
    by_itself: bool = False


ONE_FILE: dict[str, OneFile] = {}


def breaks_file(path: str, broken: str = "", by_itself: bool = False) -> Callable[[Attack], Attack]:
    """Enter an attack into the table; *broken* is the link that must break, that of the file if it is not given."""

    def enter(attack: Attack) -> Attack:
        ONE_FILE[attack.__name__] = OneFile(attack, path, broken or f"file {path}", by_itself)
        return attack

    return enter


@breaks_file(DAY, by_itself=True)
def a_post_left_out_of_a_day(out: Path, desk: Desk) -> None:
    replaced(out, DAY, "<p>Five years</p>", "")


@breaks_file(f"zh/{DAY}", by_itself=True)
def other_words_on_a_day_of_another_language(out: Path, desk: Desk) -> None:
    replaced(out, f"zh/{DAY}", "Five years", "Six years")


@breaks_file(FEED, by_itself=True)
def other_words_in_a_feed(out: Path, desk: Desk) -> None:
    replaced(out, FEED, "Five years", "Six years")


@breaks_file("index.html", by_itself=True)
def a_front_page_that_leads_elsewhere(out: Path, desk: Desk) -> None:
    replaced(out, "index.html", "<h1>Front</h1>", '<h1><a href="https://elsewhere.example/">Front</a></h1>')


@breaks_file("days/1989-06-04/index.html", by_itself=True)
def a_day_that_no_list_names(out: Path, desk: Desk) -> None:
    put(out, "days/1989-06-04/index.html", (out / DAY).read_bytes().replace(b"Five years", b"Nothing"))


@breaks_file(DAY)
def a_script_of_a_day_that_does_more(out: Path, desk: Desk) -> None:
    path = out / "static/page.js"
    path.write_text(path.read_text() + "document.body.textContent = '';\n")


@breaks_file(DAY)
def a_script_of_a_day_that_is_missing(out: Path, desk: Desk) -> None:
    (out / "static/page.js").unlink()


@breaks_file(DAY)
def a_checking_script_of_a_day_that_always_agrees(out: Path, desk: Desk) -> None:
    path = out / "static/verify.js"
    path.write_text(path.read_text() + "tamizdat.checkFile = () => {};\n")


@breaks_file(DAY)
def a_list_of_files_that_allows_the_altered_day(out: Path, desk: Desk) -> None:
    before = sha256_hex((out / DAY).read_bytes())
    replaced(out, DAY, "Five years", "Six years")
    replaced(out, DAYS, before, sha256_hex((out / DAY).read_bytes()))


@breaks_file(DAY, "files")
def two_lists_of_files_that_allow_the_altered_day(out: Path, desk: Desk) -> None:
    before = sha256_hex((out / DAYS).read_bytes())
    a_list_of_files_that_allows_the_altered_day(out, desk)
    replaced(out, "edition/files.txt", before, sha256_hex((out / DAYS).read_bytes()))


@breaks_file(DAY, "files")
def no_list_of_files_above_a_day(out: Path, desk: Desk) -> None:
    (out / "edition/files.txt").unlink()


@breaks_file(DAY, "checkpoint")
def one_bit_of_the_checkpoint_above_a_day(out: Path, desk: Desk) -> None:
    flip(out / "ledger/checkpoint", 60)


breaks_file(DAY, "edition")(an_edition_signed_with_a_stranger_s_key)
breaks_file("index.html", "root")(a_whole_site_made_by_a_stranger)
