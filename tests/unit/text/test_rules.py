"""Which characters a person may type: judged by themselves, and alike through every door of the desk."""

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.archive_samples import captured
from support.visitor import WORDS, Room, Visitor
from tamizdat.archive import Archive
from tamizdat.cli.main import main
from tamizdat.errors import UsageError
from tamizdat.home.home import ARCHIVE
from tamizdat.text.rules import checked_text, visible_text
from tamizdat.translation.xliff import export_xliff

FLAG = "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"
WELCOME = (
    "王小明的名单，༄༅།། བོད་ཡིག",
    "می\u200cخواهم ۱۲۳ (ABC)\u200f!",
    "\u200eABC\u061c، क्\u200dष ခမ\u200bရ a\u2060b \ufeffc",
    "the word \u2068שלום\u2069 and \u2067a \u2066b\u2069 c\u2069",
    f"👩\u200d👩\u200d👧 {FLAG} 葛\U000e0100 ✌\ufe0e \u00ad",
    "\ue000 \U0003fffd \u0378",  # for private use, and not assigned yet
)
NASTY = {  # what the message says → a text
    "U+0000": "a\0b",
    "U+001B": "a\x1b[2Jb",
    "U+007F": "a\x7f",
    "U+0085": "a\x85b",
    "U+D83D": "a\ud83d",
    "U+DC80": "a\udc80b",
    "U+2028": "a\u2028b",
    "U+2029": "a\u2029b",
    "U+202A": "\u202aa\u202c",
    "U+202B": "a\u202bb",
    "U+202D": "a\u202db",
    "U+202E": "photo\u202egpj.exe",
    "U+2066": "a\u2066b",
    "U+2067": "\u2067a \u2068b\u2069",
    "U+2068": "a\u2068b\u2069\u2068c",
    "U+2069": "\u2067a\u2069\u2069",
    "U+206A": "a\u206ab",
    "U+E0041": "a\U000e0041b",
    "U+E007F": "🏴\U000e007f",
    "U+FFF9": "a\ufff9b\ufffac\ufffb",
    "U+FDD0": "a\ufdd0b",
    "U+FFFE": "a\ufffeb",
    "U+10FFFF": "a\U0010ffffb",
}
LONE = {"U+D83D", "U+DC80"}  #: no UTF-8 holds them
EACH_KIND = ("U+0000", "U+DC80", "U+2028", "U+202E", "U+2067", "U+E0041", "U+FFFE")  #: tried at every door in every run
ODD = st.text(
    st.one_of(st.sampled_from(sorted({*"".join(NASTY.values()), *"".join(WELCOME), *"\r\n\t"})), st.characters())
)


@pytest.mark.parametrize("text", WELCOME)
def test_every_script_and_what_it_is_typed_with_is_welcome(text: str) -> None:
    assert checked_text("title", text, 200) == text
    assert checked_text("caption", f"{text}\n\t{text}", 200, lines=True) == f"{text}\n\t{text}"


@pytest.mark.parametrize("code", NASTY)
@pytest.mark.parametrize("lines", [False, True])
def test_what_does_not_read_as_it_is_stored_is_refused_by_its_number(code: str, lines: bool) -> None:
    with pytest.raises(UsageError, match=rf"^caption: expected .*, found {re.escape(code)} as character \d") as told:
        checked_text("caption", NASTY[code], 200, lines=lines)
    assert "gpj" not in str(told.value), "a message never repeats the text"


def test_lines_are_line_feeds_and_only_where_there_may_be_some() -> None:
    assert checked_text("note", "a\r\nb\rc\n", 10, lines=True) == "a\nb\nc\n"
    with pytest.raises(UsageError, match="name: expected one line, found 3"):
        checked_text("name", "a\r\nb\n", 10)
    with pytest.raises(UsageError, match=r"name: expected one line without tabs, found U\+0009 as character 2"):
        checked_text("name", "a\tb", 10)


def hidden(words: str) -> str:
    """Words as variation selectors, a byte each: no program shows them, and every copy carries them along."""
    return "".join(chr(0xFE00 + byte if byte < 16 else 0xE0100 + byte - 16) for byte in words.encode())


def test_words_hidden_behind_a_letter_as_variation_selectors_pass_nobody() -> None:
    text = f"All is well{hidden('by Lin, Chengdu')}."
    assert visible_text(text) == "All is well\ufffd."
    with pytest.raises(UsageError, match=r"at most three characters in a row.*U\+E0152 as character 12"):
        checked_text("the note", text, 1000)


def test_a_long_text_is_told_its_length() -> None:
    assert checked_text("name", "x" * 300, 300)
    with pytest.raises(UsageError, match=r"name: expected at most 300 characters, found 1,301\. Shorten it\."):
        checked_text("name", "x" * 1301, 300)


def test_an_isolate_ends_with_its_line() -> None:
    with pytest.raises(UsageError, match=r"U\+2067 as character 1"):
        checked_text("note", "\u2067a\nb\u2069", 10, lines=True)


@given(ODD)
def test_what_passes_is_text_whose_direction_stays_its_own(text: str) -> None:
    """Judged anew, by the categories and classes of Unicode."""
    try:
        passed = checked_text("note", text, 10_000, lines=True)
    except UsageError as error:
        code = re.search(r"found U\+([0-9A-F]{4,6}) as character ([\d,]+)\.", str(error))
        assert code
        assert ord(text.replace("\r\n", "\n").replace("\r", "\n")[int(code[2]) - 1]) == int(code[1], 16)
        return
    passed.encode()  # no half of a character
    assert checked_text("note", passed, 10_000, lines=True) == passed
    kinds = {unicodedata.category(each) for each in passed.replace("\n", "").replace("\t", "")}
    assert not kinds & {"Cc", "Cs", "Zl", "Zp"}
    for line in passed.split("\n"):
        depth = 0
        for each in line:
            turn = unicodedata.bidirectional(each)
            assert turn not in ("LRE", "RLE", "LRO", "RLO", "PDF")
            depth += (turn in ("LRI", "RLI", "FSI")) - (turn == "PDI")
            assert depth >= 0
        assert depth == 0


# -- every door -----------------------------------------------------------------------------------------------------


class Doors:
    """A desk, and every way in which somebody can type a text at it. Each returns what went wrong, "" if nothing."""

    def __init__(self, room: Room) -> None:
        self.room = room
        room.archive.append([captured("A")])
        room.join("everybody", "translator", "reviewer", "editor")
        [item] = room.archive.index.items()
        self.file = item.number
        self.post = room.number(1)
        assert not self.cli("people", "add", "name=陈")
        self.person = room.archive.index.people.all()[-1].number
        self.visitor: Visitor = room.visitor("everybody")
        self.path = room.folder / "sent.csv"
        self.count = 0

    def cli(self, *argv: str) -> str:
        out, err = io.StringIO(), io.StringIO()
        code = main([*argv, "--home", str(self.room.home.folder)], out, err)
        return "" if code == 0 else " ".join((out.getvalue() + err.getvalue()).split())

    def form(self, path: str, **fields: str) -> str:
        answer = self.visitor.post(path, **fields)
        return "" if answer.status == 303 else answer.text

    def table(self, *verb: str, **cells: str) -> str:
        out = io.StringIO()
        csv.writer(out).writerows([list(cells), list(cells.values())])
        self.path.write_bytes(out.getvalue().encode("utf-8", "surrogatepass"))
        return self.cli(*verb, str(self.path))

    def xliff(self, text: str, note: str = "") -> str:
        packet = export_xliff(self.room.archive, [self.room.post(3)], "en").decode()
        packet = re.sub("<target[^>]*>[^<]*</target>", lambda _: f"<target>{text}</target>", packet).replace(
            "</header>", f'<note from="publication">{note}</note></header>'
        )
        path = self.path.with_suffix(".xlf")
        path.write_bytes(packet.encode("utf-8", "surrogatepass"))
        return self.cli("translate", "import", str(path), "--account", "everybody")

    def form_of(self) -> str:
        """A written form that no term has yet."""
        self.count += 1
        return f"x{self.count}"

    def propose(self, **typed: str) -> str:
        number = self.room.number(2)
        page = self.visitor.get(f"/translate/{number}/en").text
        fields = dict.fromkeys(re.findall(r'name="(target-\d+)"', page), "Something.")
        seen = dict(re.findall(r'name="(seen-[^"]+|version|latest)" value="([^"]*)"', page))
        problem = self.form(f"/translate/{number}/en/propose", **{**fields, **seen, **typed})
        self.form(f"/translate/{number}/en/drop")
        return problem

    def join(self, name: str) -> str:
        code = self.room.bench.accounts.invite(["translator"], [], self.room.now.date())
        self.room.now += timedelta(minutes=1)  # or there are too many tries
        stranger = Visitor(self.room)
        stranger.get("/join")
        answer = stranger.post("/join", code=code, name=name, passphrase=WORDS, again=WORDS)
        return "" if answer.status == 303 else answer.text

    def size(self) -> int:
        with Archive.open(self.room.home.folder / ARCHIVE) as archive:
            return archive.size


Door = Callable[[Doors, str], str]
DOORS: dict[str, Door] = {
    "command line: name": lambda at, text: at.cli("people", "add", f"name={text}"),
    "command line: name in a language": lambda at, text: at.cli("people", "add", "name=x", f"name:en={text}"),
    "command line: note": lambda at, text: at.cli("people", "set", str(at.person), f"note={text}"),
    "command line: wall": lambda at, text: at.cli("people", "wall", "--sentence", text, "--language", "zh"),
    "command line: withdraw a person": lambda at, text: at.cli("people", "withdraw", str(at.person), "--reason", text),
    "command line: caption": lambda at, text: at.cli("publish", "release", str(at.file), "--caption", text),
    "command line: title": lambda at, text: at.cli("publish", "release", str(at.file), "--title", text),
    "command line: alt of a file": lambda at, text: at.cli("publish", "release", str(at.file), "--alt", text),
    "command line: alt of a post": lambda at, text: at.cli("publish", "release", str(at.post), "--alt", text),
    "command line: tag": lambda at, text: at.cli("publish", "release", str(at.post), "--tag", text),
    "command line: withdraw a post": lambda at, text: at.cli("publish", "withdraw", str(at.post), "--reason", text),
    "command line: withdraw a file": lambda at, text: at.cli("publish", "withdraw", str(at.file), "--reason", text),
    "command line: correct": lambda at, text: at.cli("publish", "correct", str(at.post), "--reason", text),
    "form: name": lambda at, text: at.form("/people/new", name=text),
    "form: note": lambda at, text: at.form("/people/new", name="x", note=text),
    "form: wall": lambda at, text: at.form("/people/wall", sentence=text, **{"wall-language": "zh"}),
    "form: caption": lambda at, text: at.form(f"/items/{at.file}", caption=text),
    "form: reason": lambda at, text: at.form(f"/items/{at.post}", reason=text),
    "form: tag": lambda at, text: at.form(f"/items/{at.post}", tags=text),
    "form: alt": lambda at, text: at.form(f"/items/{at.post}", **{"alt-0": text}),
    "form: term": lambda at, text: at.form("/glossary/new", language="zh", variants=text, kind="term"),
    "form: term into": lambda at, text: at.form(
        "/glossary/new", language="zh", variants=at.form_of(), targets=f"en {text}", kind="term"
    ),
    "form: term's note": lambda at, text: at.form(
        "/glossary/new", language="zh", variants=at.form_of(), note=text, kind="term"
    ),
    "form: translation": lambda at, text: at.propose(**{"target-0": text}),
    "form: note to a translation": lambda at, text: at.propose(notes=text),
    "form: private note": lambda at, text: at.form(f"/translate/{at.room.number(2)}/en/note", note=text),
    "form: credit": lambda at, text: at.form("/account", do="credit", credit=text),
    "form: account's name": lambda at, text: at.join(text),
    "table: name": lambda at, text: at.table("people", "import", name=text),
    "table: note": lambda at, text: at.table("people", "import", name="y", **{"public note": text}),
    "table: term": lambda at, text: at.table(
        "translate", "glossary", "import", number="", language="zh", variants=text, kind="term", note="", retired="no"
    ),
    "table: term's note": lambda at, text: at.table(
        "translate", "glossary", "import", number="", language="zh", variants="z", kind="term", note=text, retired="no"
    ),
    "packet: translation": lambda at, text: at.xliff(text),
    "packet: note": lambda at, text: at.xliff("Something.", text),
}


@pytest.fixture(scope="module")
def doors(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Doors]:
    room = Room(tmp_path_factory.mktemp("doors"))
    yield Doors(room)
    room.close()


@pytest.mark.parametrize("codes", [EACH_KIND, pytest.param(tuple(NASTY), marks=pytest.mark.long)], ids=["some", "all"])
@pytest.mark.parametrize("door", DOORS)
def test_every_door_refuses_the_same_and_says_which_character(doors: Doors, door: str, codes: tuple[str, ...]) -> None:
    size = doors.size()
    for code in codes:
        text = NASTY[code]
        problem = DOORS[door](doors, text)
        assert problem, f"{door} let {code} in"
        carried = code not in LONE or door.startswith("command line")
        if carried and not (door.startswith("packet") and not _xml_holds(text)):
            assert code in problem, f"{door} did not name {code}: {problem}"
    assert doors.size() == size


@pytest.mark.parametrize("door", DOORS)
def test_every_door_lets_the_same_in(doors: Doors, door: str) -> None:
    for text in ("بازار", "می\u200cخواهم", "a \u2068שלום\u2069 b", f"葛\U000e0100{FLAG}"):
        if door != "form: account's name" or text.isalpha():
            assert not DOORS[door](doors, text), f"{door} refused {text!a}"


def _xml_holds(text: str) -> bool:
    return not re.search("[\x00-\x1f\ufffe\uffff]", text)
