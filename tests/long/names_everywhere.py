"""Put a withheld name in every place where somebody can type one, publish, and look for it in every byte that goes out.

::

    .venv/bin/python tests/long/names_everywhere.py          some minutes

The name is five: in Latin with accents, Chinese, Tibetan, Uyghur, Arabic. Each place is tried alone: either ``publish``
refuses and names all five, or the name may be nowhere. What was let through is then put in all at once, and an edition,
a book, a ZIM file, a torrent and a folder for the cutting room are made of it: every file, also what ZIM, EPUB, gzip
and data URLs hold, is searched in UTF-8 and UTF-16, composed and decomposed, as entities and escapes of HTML, JSON and
addresses. A package for a court may have names, and whoever makes it has to be told of each. Exit code 1 if one is
found, or not told.
"""

import base64
import contextlib
import gzip
import html
import io
import re
import sys
import tempfile
import unicodedata
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, unquote

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from libzim.reader import Archive as Zim  # noqa: E402 -- found by the line above

from support import ghost_exports, matrix_rooms  # noqa: E402 -- found by the line above
from support.collecting_desk import tweet  # noqa: E402 -- found by the line above
from support.media_samples import loaded_clip, loaded_jpeg_bytes  # noqa: E402 -- found by the line above
from support.published_desk import NOON, TODAY, House, status  # noqa: E402 -- found by the line above
from support.storytelling import compose, retell, story_text  # noqa: E402 -- found by the line above
from support.transcribing_desk import approve, capture, transcribe  # noqa: E402 -- found by the line above
from tamizdat.archive.acts.items import catalogue  # noqa: E402 -- found by the line above
from tamizdat.archive.acts.people import state_person, state_wall  # noqa: E402 -- found by the line above
from tamizdat.archive.acts.releases import state_release  # noqa: E402 -- found by the line above
from tamizdat.archive.ingest.followed import Following  # noqa: E402 -- found by the line above
from tamizdat.archive.ingest.refused_answers import keep  # noqa: E402 -- found by the line above
from tamizdat.cutting_room.choice import chosen as chosen_shots  # noqa: E402 -- found by the line above
from tamizdat.cutting_room.folder import write_folder  # noqa: E402 -- found by the line above
from tamizdat.errors import Leak, TamizdatError  # noqa: E402 -- found by the line above
from tamizdat.evidence.contents import Contents  # noqa: E402 -- found by the line above
from tamizdat.evidence.package import write  # noqa: E402 -- found by the line above
from tamizdat.evidence.selection import choose  # noqa: E402 -- found by the line above
from tamizdat.offline.edition import read_edition  # noqa: E402 -- found by the line above
from tamizdat.offline.torrent import make_torrent  # noqa: E402 -- found by the line above
from tamizdat.offline.zim import make_zim  # noqa: E402 -- found by the line above
from tamizdat.publishing.book import items_of, make_book  # noqa: E402 -- found by the line above
from tamizdat.statements.catalogued import CataloguedItem, CataloguedPost, PersonEntry, TermEntry  # noqa: E402
from tamizdat.statements.transcribed import Cue  # noqa: E402 -- found by the line above
from tamizdat.transcripts.files import read as read_transcript  # noqa: E402 -- found by the line above
from tamizdat.translation.glossary import state_term  # noqa: E402 -- found by the line above

NAMES: Final = ("Jürgen Müstafa", "鄧玉嬌", "དཔལ་ལྡན་ཆོས་གྲགས", "ئەسقەر مەمەتجان", "فاطمة الزهراء")
ALL: Final = " · ".join(NAMES)
HOST: Final = NAMES[0].replace(" ", "").encode("idna").decode()
Plant = Callable[[House], object]  #: returns what is given to ``publish`` besides, if it is a dict


def picture(**said: str) -> Plant:
    return lambda house: house.picture(**said)


def came(path: str, data: Callable[[], bytes]) -> Plant:
    return lambda house: house.capture(path, data(), title="x")


def person(**said: Any) -> Plant:
    entry = PersonEntry(**{"name": "Somebody Shown", "release": "public", **said})
    return lambda house: state_person(house.archive, house.desk, entry)


def post(number: int, text: str = "五年了", **said: Any) -> Plant:
    def plant(house: House) -> None:
        more = said.pop("more", {})
        house.take(tweet(number, text, **more))
        house.release(number, **said)

    return plant


def translated(number: int, target: str, **more: Any) -> Plant:
    def plant(house: House) -> None:
        house.take(tweet(number, "五年了"))
        house.release(number)
        house.translate(number, target, **more)

    return plant


def track(house: House, cues: list[Cue], is_approved: bool = True) -> None:
    made = loaded_clip(house.folder / "clip.mp4").read_bytes()
    clip = capture(house.archive, house.desk, made, path=f"DCIM/{house.archive.size}.MP4")
    said = transcribe(house.archive, house.desk, clip, cues, "zh")
    if is_approved:
        approve(house.archive, house.desk, said)
    catalogue(house.archive, house.desk, CataloguedItem(clip, release="public", covering="nobody"))


def document() -> list[Cue]:
    """A document in which a style hides all names."""
    word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    said = f'<w:r><w:t>五年了</w:t></w:r><w:r><w:rPr><w:rStyle w:val="S"/></w:rPr><w:t>{ALL}</w:t></w:r>'
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as packed:
        packed.writestr("word/document.xml", f'<w:document xmlns:w="{word}"><w:p>{said}</w:p></w:document>')
        style = '<w:style w:styleId="S"><w:rPr><w:vanish/></w:rPr></w:style>'
        packed.writestr("word/styles.xml", f'<w:styles xmlns:w="{word}">{style}</w:styles>')
    return [*read_transcript(held.getvalue(), ".docx", length=900).cues]


def gated() -> str:
    ends = "<!--kg-gated-block:end-->"
    return f"<p>五年了</p><!--kg-gated-block:begin nonMember:false --><p>{ALL}</p>{ends}"


def let_out(house: House, post: str) -> None:
    """Releases a post with its bytes, whatever these tell."""
    said = CataloguedPost(post, release="public", bytes_shown=True)
    state_release(house.archive, house.desk, said, ("people", "members-only"))


def blog(house: House, name: str = "林", other: str = "王", html: str = "<p>五年了</p>", **said: Any) -> None:
    ours, others = house.archive.size, house.archive.size + 1  # other posts each time
    users = [{"id": ghost_exports.LIN, "name": name}, {"id": ghost_exports.WANG, "name": other}]
    wrote = [*ghost_exports.wrote(ours, ghost_exports.LIN), *ghost_exports.wrote(others, ghost_exports.WANG)]
    rows = (ghost_exports.post(ours, "A", html, **said.get("more", {})),
            ghost_exports.post(others, "B", "<p>y</p>", visibility="members"))  # fmt: skip
    house.take_files({"b.json": ghost_exports.export(*rows, users=users, posts_authors=wrote)})
    let_out(house, f"urn:ghost:{ghost_exports.number(ours)}")


FIVE: Final = matrix_rooms.said(0, "五年了")


def room(house: House, *said: dict[str, Any], named: str = "校舍名单", of: str = "") -> str:
    """A room, another one each time unless it is named; its first message is released, if it is not yet."""
    where = of or f"!{house.archive.size}:a.example"
    data = matrix_rooms.export(*matrix_rooms.OPEN, *said).decode()
    data = data.replace(matrix_rooms.ROOM, where).replace("校舍名单", named)
    house.take_files({"export.json": data.encode()})
    if not of:
        let_out(house, f"matrix:roomid/{where[1:]}/e/{matrix_rooms.number(0)[1:]}")
    return where


def edited(house: House) -> None:
    """A message that was released, and that is edited after its room was closed."""
    closed = matrix_rooms.rule(1, "join_rules", "invite")
    room(house, FIVE, closed, matrix_rooms.edit(2, 0, ALL), of=room(house, FIVE))


def refused(house: House) -> None:
    """What answers under an address that is somebody else's now."""
    feed = (
        f"<rss><channel><title>{ALL}</title><item><guid>1</guid><description>{ALL}</description></item></channel></rss>"
    )
    followed = Following(house.archive).of("https://a.example/feed")
    keep(house.archive, house.desk, followed, feed.encode(), [], {"title": ALL}, NOON)


def story(house: House, **changed: str) -> None:
    house.take(tweet(71, "One"), tweet(72, "Two"))
    house.release(71, 72)
    shown = state_person(house.archive, house.desk, PersonEntry("Another", release="public"))
    text = story_text(house, shown, 71, 72)
    for old, new in changed.items():
        text = text.replace(old, new)
    compose(house, text)


def twice(house: House, say: Callable[[], object]) -> None:
    """An edition, after which something is said of what it shows."""
    house.take(tweet(81, "五年了"))
    house.release(81)
    house.publish()
    say()


def withdrawn(house: House, reason: str) -> None:
    twice(house, lambda: state_release(
        house.archive, house.desk, CataloguedPost(status(81), release="withdrawn", reason=reason), ("device",)
    ))  # fmt: skip


def story_translated(house: House) -> None:
    story(house)
    [number] = house.archive.index.stories.numbers()
    retell(house, number, mark=f"{ALL}：")


#: where somebody can type, by what it is called; what it returns is given to ``publish``
PLACES: Final[dict[str, Plant]] = {
    "title of a picture": picture(title=ALL),
    "caption of a picture": picture(caption=f"left of {ALL}"),
    "description of a picture": picture(alt=ALL),
    "reason of a picture": picture(reason=ALL),
    "name of a file on a card": picture(path=f"DCIM/{NAMES[0]}_{NAMES[1]}.jpg"),
    "metadata of a picture": came("a.jpg", lambda: tagged()),
    "text of a card": came("notes.txt", lambda: f"with {ALL}\n".encode()),
    "text of a card in UTF-16": came("wide.txt", lambda: f"with {ALL}".encode("utf-16")),
    "title of what is not released": picture(title=ALL, release="restricted"),
    "tag of a post": post(1, tags=[ALL]),
    "reason of a release": post(2, reason=ALL),
    "post that is not released": lambda house: house.take(tweet(3, ALL)),
    "post under an embargo": post(4, ALL, until="2030-01-01"),
    "program of a post": post(5, more={"source": f"<a>{ALL}</a>"}),
    "translation": translated(6, f"Five years, {ALL}"),
    "translation that nobody approved": translated(7, ALL, verdicts=()),
    "note on a translation": translated(8, "Five years", notes=(f"PUBLISH: of {ALL}",)),
    "credit": lambda house: (translated(10, "Five")(house), {"credit": lambda *_: ALL})[1],
    "speaker in subtitles": lambda house: track(house, [Cue(0, 900, ALL, "…")]),
    "words in subtitles": lambda house: track(house, [Cue(0, 900, "", f"{ALL}。")]),
    "subtitles that nobody approved": lambda house: track(house, [Cue(0, 900, ALL, ALL)], is_approved=False),
    "hidden words of a document": lambda house: track(house, document()),
    "by-line of a blog": lambda house: blog(house, name=ALL),
    "by-line of what a blog shows to members": lambda house: blog(house, other=ALL),
    "parts of a post that members were shown": lambda house: blog(house, html=gated()),
    "what a blog keeps of a post": lambda house: blog(house, more={"codeinjection_head": ALL, "plaintext": ALL}),
    "account in a room": lambda house: room(house, matrix_rooms.said(0, "五年了", f"@{NAMES[1]}:a.example")),
    "name of a room": lambda house: room(house, matrix_rooms.said(0, "五年了"), named=ALL),
    "member of a room": lambda house: room(
        house, matrix_rooms.event(-1, "m.room.member", {"displayname": ALL}, state_key="@x:a.example"), FIVE
    ),
    "who is answered in a room": lambda house: room(
        house, matrix_rooms.said(0, f"> <@{NAMES[1]}:a.example> x\n\n五年了")
    ),
    "what was said behind a message": lambda house: room(house, matrix_rooms.said(0, "五年了", unsigned={
        "m.relations": {"m.thread": {"latest_event": matrix_rooms.said(9, ALL, matrix_rooms.WANG)}}})),
    "message of a room that was closed": lambda house: room(
        house, FIVE, matrix_rooms.rule(1, "join_rules", "invite"), matrix_rooms.said(2, ALL)
    ),
    "edit in a room that was closed": lambda house: edited(house),
    "answer that was refused": lambda house: refused(house),
    "title of a story": lambda house: story(house, **{"A list": ALL}),
    "author of a story": lambda house: story(house, Robin=ALL),
    "heading of a story": lambda house: story(house, **{"The first day": ALL}),
    "words of a story": lambda house: story(house, **{"Nobody answered": ALL}),
    "place on a map": lambda house: story(house, **{"Beichuan's gate": ALL.replace(":", "")}),
    "translation of a story": story_translated,
    "story that is not released": lambda house: compose(house, f"# {ALL}\nlanguage: en\n\n## A\n\nB.\n", "draft"),
    "name of somebody shown": person(name=f"{ALL} junior"),
    "name of somebody shown, elsewhere": person(names={"fr": f"{ALL} junior"}),
    "age": person(age=ALL), "place": person(place=ALL), "school": person(school=ALL), "note": person(note=ALL),
    "reason": person(reason=ALL), "what somebody is called": person(known_as=(f"{ALL} junior",)),
    "words that are another's": person(elsewhere=(f"{ALL} Street",)),
    "term": lambda house: state_term(house.archive, house.desk, TermEntry("zh", ("五",), {"en": (ALL,)}, ALL)),
    "wall": lambda house: state_wall(house.archive, house.desk, ALL, "en"),
    "reason of a withdrawal": lambda house: withdrawn(house, ALL),
    "name of the site": lambda house: {"name": ALL},
    "account": lambda house: {"private": [("the name of an account", each) for each in NAMES]},
    "address": lambda house: {"addresses": [f"https://desk.example/{quote(NAMES[0].replace(' ', ''))}/"]},
    "host": lambda house: {"addresses": [f"https://{HOST}.example/"]},
}  # fmt: skip
#: that have one name alone, for not all of them can stand there
SOME: Final = ("account in a room", "who is answered in a room", "address", "host", "name of a file on a card")


def tagged() -> bytes:
    """A picture in whose notes all names stand."""
    from PIL import Image

    made, image = io.BytesIO(), Image.open(io.BytesIO(loaded_jpeg_bytes()))
    notes = Image.Exif()
    notes[0x013B], notes[0x010E], notes[0x9C9D] = ALL, ALL, ALL.encode("utf-16-le")
    image.save(made, "JPEG", exif=notes, comment=ALL.encode())
    return made.getvalue()


def desk(folder: Path) -> House:
    """A desk that withholds all five."""
    house = House(folder)
    house.archive.append([house.roster])
    for name in NAMES:
        state_person(house.archive, house.desk, PersonEntry(name))
    return house


def unpacked(name: str, data: bytes, depth: int = 0) -> Iterator[tuple[str, bytes]]:
    """Yield a file and all that is in it, however it is packed."""
    yield name, data
    if depth > 3:
        return
    if data.startswith(b"\x1f\x8b"):
        yield from unpacked(f"{name}!gz", gzip.decompress(data), depth + 1)
    if data.startswith(b"PK\3\4"):
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            yield f"{name}!names", "\n".join(packed.namelist()).encode()
            for each in packed.namelist():
                yield from unpacked(f"{name}!{each}", packed.read(each), depth + 1)
    for match in re.finditer(rb"[A-Za-z0-9+/]{24,}={0,2}", data if len(data) < 1 << 22 else b""):
        with contextlib.suppress(ValueError):
            yield f"{name}!base64", base64.b64decode(match[0] + b"=" * (-len(match[0]) % 4))


def forms(name: str) -> set[str]:
    """Every writing of a name in which a byte of it could go out."""
    small = {name, name.lower(), name.upper(), name.replace(" ", ""), name.replace(" ", "-").lower()}
    return {unicodedata.normalize(form, each) for each in small for form in ("NFC", "NFD")}


def units(escapes: str) -> str:
    return bytes.fromhex(escapes.replace("\\u", "")).decode("utf-16-be", "replace")


def found(name: str, data: bytes) -> list[str]:
    """Return the names that stand in some bytes."""
    text = data.decode("utf-8", "replace")
    plain = html.unescape(text)
    texts = {text, plain, unquote(text), unquote(plain), re.sub(r"<[^<>]*>", "", plain)}
    texts.add(re.sub(r"(?:\\u[0-9a-fA-F]{4})+", lambda each: units(each[0]), text))
    texts |= {re.sub(r"\s+", " ", each) for each in texts}
    hits = []
    for each in NAMES:
        wide = (each == NAMES[0] and HOST in text) or any(
            form.encode(code) in data for form in forms(each) for code in ("utf-16-le", "utf-16-be")
        )
        if wide or any(form in every for form in forms(each) for every in texts):
            hits.append(f"{each} in {name}")
    return hits


def outside(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Yield every file below a folder by its path, with the path itself."""
    for path in sorted(folder.rglob("*")):
        yield "a path", path.relative_to(folder).as_posix().encode()
        if path.is_file():
            yield from unpacked(path.relative_to(folder).as_posix(), path.read_bytes())


def copies(house: House, folder: Path) -> Iterator[tuple[str, bytes]]:
    """Yield what a ZIM file, its torrent and a book of the edition hold."""
    zim, edition = folder / "site.zim", read_edition(house.site)
    make_zim(edition, zim)
    yield "site.torrent", make_torrent(zim).data
    made = Zim(zim)
    for key in made.metadata_keys:
        yield f"site.zim!{key}", bytes(made.get_metadata(key))
    for number in range(made.all_entry_count):
        entry = made._get_entry_by_id(number)
        yield "site.zim!title", f"{entry.title}\n{entry.path}".encode()
        if not entry.is_redirect:
            yield from unpacked(f"site.zim!{entry.path}", bytes(entry.get_item().content))
    book, _ = make_book(house.site, dict(items_of(house.site)), "", "en")
    yield from unpacked("book.epub", book)
    numbers = list(map(str, dict(items_of(house.site))))
    shots = chosen_shots(house.archive, house.site, numbers, TODAY.isoformat()).shots
    write_folder(house.archive, shots, folder / "cut", lambda done: None)
    yield from outside(folder / "cut")


def untold(house: House, folder: Path) -> list[str]:
    """Return the names that a package of what an edition shows has, and that nobody is told of who makes it."""
    exhibits = choose(house.archive, [str(number) for number in dict(items_of(house.site))])
    contents = Contents(house.archive, exhibits, frozenset(("manifest", "salts", "times")), house.site, str(TODAY))
    told = " ".join(contents.named)
    write(contents, folder / "package", with_pdf=False)
    hits = dict.fromkeys(hit for name, data in outside(folder / "package") for hit in found(name, data))
    numbers = {each.name: each.number for each in house.archive.index.people.all()}
    return [hit for hit in hits if f"person {numbers[hit.partition(' in ')[0]]}," not in told]


def given(made: object) -> dict[str, Any]:
    return made if isinstance(made, dict) else {}


def main() -> int:
    """Try each place; return 1 if a name went out."""
    failed, through = list[str](), list[str]()
    chosen = {name: plant for name, plant in PLACES.items() if not sys.argv[1:] or name in sys.argv[1:]}
    for place, plant in chosen.items():
        with tempfile.TemporaryDirectory() as folder:
            house = desk(Path(folder) / "desk")
            try:
                more = given(plant(house))
                house.publish(**more)
            except Leak as refused:
                said = " ".join(str(refused).split())
                lacking = [each for each in NAMES if each not in said] if place not in SOME else []
                print(f"refused  {place}{f': but not told of {lacking}' if lacking else ''}", flush=True)
                continue
            except TamizdatError as error:
                print(f"?        {place}: {error}", flush=True)
                failed.append(place)
                continue
            hits = [hit for name, data in outside(house.site) for hit in found(name, data)]
            print(f"{'OUT' if hits else 'nowhere':8} {place}: {hits[:6]}", flush=True)
            (failed if hits else through).append(place)
    with tempfile.TemporaryDirectory() as folder:
        house = desk(Path(folder) / "desk")
        more = dict[str, Any]()
        for place in through:
            more |= given(chosen[place](house))
        house.publish(**more)
        hits = [hit for name, data in (*outside(house.site), *copies(house, Path(folder))) for hit in found(name, data)]
        print(f"all of these together, and copies: {hits[:9] or 'nowhere'}")
        lacking = untold(house, Path(folder))
        print(f"in a package for a court, and not told: {lacking[:9] or 'nothing'}")
    return 1 if failed or hits or lacking else 0


if __name__ == "__main__":
    sys.exit(main())
