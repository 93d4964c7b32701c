"""The frame sheet on the command line: a folder to look at in a browser, and the words that stand at the end of it.

::

    1.html, 2.html, …      240 frames each, the last line of which is the page's word, "7f3a91"
    frames/00004200.jpg    the frame at 4.2 s
    clip.mp4               the clip itself (sound.mp4, picture.jpg), as it would be published

Who approves gives the words of all pages. They follow from the copy's bytes and from what was proposed, so they are of
no use for another cover. They stand nowhere but at the end of a page, and prove no more than that it was opened.
"""

from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path
from typing import Final

from tamizdat.archive import Archive, Item
from tamizdat.archive.views.redactions import Redaction
from tamizdat.covering import Cover
from tamizdat.disk.files import copy_file, file_sha256, refusals, write_file
from tamizdat.encoding import sha256_hex
from tamizdat.errors import UsageError
from tamizdat.footage import decode
from tamizdat.footage.frame_sheet import instants, pages
from tamizdat.footage.probe import CLIP, SOUND, Form
from tamizdat.footage.reencode import kind_of_media
from tamizdat.publishing.derived.bare_copies import BareCopies
from tamizdat.transcripts.clock import written

LONGEST, QUALITY = 640, 80  #: of a frame: pixels, JPEG quality
LETTERS: Final = 6  #: of a page's word
WHAT: Final = "the frame sheet"
_FRAME: Final = Form(CLIP, "mov")
_PAGE: Final = """\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
body {{ margin: 2rem auto; max-width: 80rem; padding: 0 1rem; font: 1rem/1.5 system-ui, sans-serif; }}
ol {{ display: grid; grid-template-columns: repeat(auto-fill, minmax(14rem, 1fr)); gap: 1rem; padding: 0; }}
li {{ list-style: none; }}
img, video {{ max-width: 100%; height: auto; }}
</style>
<h1>{title}</h1>
<p>As it would be published, under what was proposed: {told}. Look for faces, reflections, names on walls and clothes;
listen for voices and names.</p>
{shown}
<p>{foot}</p>
<p>The word of this page: <b>{word}</b></p>
</html>
"""


def made(archive: Archive, item: Item, kind: str, cover: Cover) -> Path:
    """Return the copy of an item as it would be published under *cover*, made now if it is not there.

    Raises as :meth:`BareCopies.make_seen`.
    """
    with archive.objects.whole(item.original) as source:
        kind = kind_of_media(source) or kind  # a container of clips may hold sound alone
    return next(iter(BareCopies(archive).make_seen(item.original, kind, cover=cover).values()))


def copy_to_look_at(archive: Archive, item: Item, kind: str, cover: Cover) -> Path | None:
    """Return the copy of an item under *cover* as it would be published; None while it is not made."""
    copies = BareCopies(archive)
    found = copies.find_seen(item.original, kind, cover)
    if not found and kind == CLIP:
        found = copies.find(item.original, SOUND, cover)  # a container of clips may hold sound alone
    return next(iter(found.values()), None)


def pages_of(cover: Cover, copy: Path) -> list[Sequence[int]]:
    """Return the instants, in ms, of the frames on each page of the sheet of a *copy*; none of what is no clip."""
    if copy.name != "clip.mp4":
        return [()]
    return pages(instants(cover, int(1000 * decode.probe_clip(copy, _FRAME).seconds)))


def words_of(latest: Redaction, copy: Path, count: int) -> list[str]:
    """Return the word of each of so many pages of the sheet of what was proposed *latest*."""
    about = f"{latest.original} {latest.cover.digest} {file_sha256(copy)}"
    return [sha256_hex(f"{about} {at}".encode())[:LETTERS] for at in range(count)]


def write_sheet(
    latest: Redaction,
    copy: Path,
    every: Sequence[Sequence[int]],
    number: int,
    folder: Path,
    told: str,
    advance: Callable[[int], None],
) -> None:
    """Write the sheet with *every* page of it into the new or empty *folder*; *advance* is told each frame.

    Raises :class:`UsageError` for a folder with something in it, :class:`BadMedia` for a frame that does not decode.
    """
    with refusals(WHAT):
        folder.mkdir(mode=0o700, exist_ok=True)
        if there := next(folder.iterdir(), None):
            raise UsageError(f"Expected a new or empty folder for the frame sheet, found {there.name!r} in {folder}.")
        (folder / "frames").mkdir(mode=0o700)  # the folder may be open to others
    copy_file(copy, folder / copy.name, WHAT)
    words = words_of(latest, copy, len(every))
    for at, frames in enumerate(every):
        cells = []
        for instant in frames:
            name = f"frames/{instant:08}.jpg"
            image = decode.frame_jpeg(copy, _FRAME, instant, LONGEST, QUALITY)
            write_file(folder / name, image, WHAT)
            advance(1)
            cells.append(f'<li><a href="{name}"><img src="{name}" alt="" width="320"></a><br>{written(instant)}</li>')
        title = f"Item {number}, no. {latest.number}, page {at + 1} of {len(words)}"
        more = f'<a href="{at + 2}.html">The next page</a>' if at + 1 < len(words) else "This is the last page."
        shown = (_whole(copy) if at == 0 else "") + (f"<ol>{''.join(cells)}</ol>" if cells else "")
        page = _PAGE.format(title=title, told=escape(told), shown=shown, foot=more, word=words[at])
        write_file(folder / f"{at + 1}.html", page.encode(), WHAT)


def check_looked(latest: Redaction, copy: Path | None, said: Sequence[str], number: int) -> None:
    """Raise :class:`UsageError` unless *said* has the word of every page of the sheet of what was proposed."""
    how = f"'tamizdat redact {number} --sheet FOLDER' writes the sheet; the word of each page stands at its end."
    if copy is None:
        raise UsageError(f"Expected a frame sheet that was looked at, found none made yet. {how}")
    words, typed = words_of(latest, copy, len(pages_of(latest.cover, copy))), {each.lower() for each in said}
    lacking = [at for at, word in enumerate(words, 1) if word not in typed]
    if lacking:
        listed = ", ".join(map(str, lacking[:12])) + (", …" if len(lacking) > 12 else "")
        found = " ".join(said) or "none"
        raise UsageError(f"Expected --looked with the word of page {listed} of the frame sheet, found {found}. {how}")


def _whole(copy: Path) -> str:
    if copy.suffix == ".jpg":
        return f'<p><img src="{copy.name}" alt="The picture under its cover"></p>'
    tag = "video" if copy.name == "clip.mp4" else "audio"
    return f'<p><{tag} controls preload="metadata" src="{copy.name}"></{tag}></p>'
