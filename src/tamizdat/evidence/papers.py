"""The papers of a package in each language, as pages and as PDF, with pictures for the contact sheets."""

import base64
from collections.abc import Iterator, Mapping
from dataclasses import field
from functools import cached_property
from itertools import islice
from typing import Final

from tamizdat import __version__
from tamizdat.dataclass import dataclass
from tamizdat.encoding import spoken
from tamizdat.errors import BadMedia, ToolMissing
from tamizdat.evidence import documents, pdf
from tamizdat.evidence.contents import Contents
from tamizdat.evidence.custody import chronology
from tamizdat.evidence.device_told import caution, commands, sentences
from tamizdat.evidence.device_words import DeviceWords, Judged
from tamizdat.evidence.layout import STAMPS
from tamizdat.evidence.proofs import DEVICE, SAID, TIMES, Head
from tamizdat.evidence.selection import Exhibit, device_of
from tamizdat.evidence.words import LANGUAGES, Words
from tamizdat.footage import decode
from tamizdat.footage.probe import CLIP, PICTURE, recognise
from tamizdat.statements.derived import Post
from tamizdat.text.catalogue import N_

SMALL: Final = (480, 70)  #: longer side in pixels and quality of a picture on a contact sheet
PICTURES: Final = 12  #: of one exhibit, on its contact sheet
LEFT_OUT: Final = {
    "salts": N_("What opens the private entries of the ledger (salts)."),
    "said": N_("What the devices said of their own files: ProofMode, Tella, C2PA (said)."),
    "times": N_("Times finer than a day (times)."),
    "tags": N_("By which account a transcript, translation or review was made (tags)."),
    "device": N_("The key, the certificate and the name of the device that sealed it (device)."),
    "manifest": N_("The closing manifest of the card, which lists every file on it (manifest)."),
}


@dataclass
class Papers:
    """The papers about *contents*; *places* has the path in the bag of each original and working copy."""

    contents: Contents
    originals: Mapping[str, str]
    copies: Mapping[tuple[int, str], str]
    _sheets: dict[int, list[dict[str, str]]] = field(default_factory=dict)
    _judged: dict[int, list[Judged]] = field(default_factory=dict)

    def pages(self) -> Iterator[tuple[str, str, bool]]:
        """Yield name, page, and whether it is printed too."""
        contents = self.contents
        fingerprint, *before = dict.fromkeys(each.root.fingerprint for each in reversed(contents.rosters))
        origin = contents.archive.origin
        earlier = [spoken(each) for each in before]
        about = documents.About(contents.day, __version__, origin, fingerprint, spoken(fingerprint), earlier)
        heads = [_head(each) for each in contents.used]
        for tag in LANGUAGES:
            words = Words(tag)
            exhibits = [self._told_of(each, words) for each in contents.exhibits]
            left = [_left_out(part, count, words) for part, count in contents.left_out()]
            yield f"chronology.{tag}", documents.chronology(about, exhibits, heads, left, words), True
            yield f"affidavit.{tag}", documents.affidavit(about, exhibits, words), True
            yield f"check.{tag}", documents.how_to_check(about, words), False

    @cached_property
    def scripts_without_font(self) -> list[str]:
        """Return the scripts that the PDFs need and no font here has."""
        texts = [text for each in self.contents.exhibits for text in self._texts(each)]
        return pdf.scripts_without_font([*texts, *(Words(tag).gettext("Custody chronology") for tag in LANGUAGES)])

    def _texts(self, exhibit: Exhibit) -> Iterator[str]:
        yield exhibit.title
        yield from (each.path for each in exhibit.originals)
        yield from (each["words"] for each in self._words_of(exhibit))

    def _words_of(self, exhibit: Exhibit) -> list[dict[str, str]]:
        item = self.contents.shown.get(exhibit.number)
        if not isinstance(item, Post):
            return []
        told = [{"words": item.text, "language": item.language}]
        return told + [{"words": each.target, "language": each.language} for each in item.translations]

    def _told_of(self, exhibit: Exhibit, words: Words) -> dict[str, object]:
        contents = self.contents
        told = [contents.told[index] for index in exhibit.statements if index in contents.told]
        about = {
            subject.sha256: each.index
            for each in reversed(told)
            if each.envelope is not None
            for subject in each.statement.subjects
        }

        def listed(path: str, size: int, digest: str, modified: str = "") -> dict[str, object]:
            return {"path": path, "size": size, "sha256": digest, "proved": about.get(digest), "modified": modified}

        exact = TIMES in contents.asked
        files = [
            listed(self.originals[each.path], each.size, each.sha256, each.modified if exact else "")
            for each in exhibit.originals
        ]
        item, objects = contents.shown.get(exhibit.number), contents.archive.objects
        for subject in item.media if item else ():
            if path := self.copies.get((exhibit.number, subject.name)):
                files.append(listed(path, objects.size(subject.sha256), subject.sha256))
        device = ""
        if exhibit.card is not None and DEVICE in contents.asked:
            device = f"{exhibit.card.device} ({device_of(contents.archive, exhibit.card)})"
        return {
            "number": exhibit.number, "title": exhibit.title, "files": files, "missing": exhibit.missing,
            "unheard": exhibit.unheard, "device": device, "pictures": self._pictures(exhibit),
            "texts": self._words_of(exhibit), "said": self._said_of(exhibit, words), "caution": caution(words.gettext),
            "entries": chronology(told, contents.editions, contents.asked, words),
        }  # fmt: skip

    def _said_of(self, exhibit: Exhibit, words: Words) -> list[dict[str, object]]:
        """Return what devices said of a file, if it was asked for, and how it is checked in the folder ``data``."""
        if SAID not in self.contents.asked or not exhibit.words:
            return []
        archive = self.contents.archive
        item = archive.index.item(exhibit.number)
        assert item is not None, "only files have words of devices"
        if exhibit.number not in self._judged:
            finder = DeviceWords(archive, item)
            self._judged[exhibit.number] = [finder.judge(item, each) for each in exhibit.words]
        paths = {each.statement: self.originals[each.path] for each in exhibit.originals}
        return [
            {
                "lines": sentences(each, words.gettext),
                "facts": each.facts,
                "commands": commands(each, paths[item.number], paths) if item.number in paths else "",
            }
            for each in self._judged[exhibit.number]
        ]

    def _pictures(self, exhibit: Exhibit) -> list[dict[str, str]]:
        """Return small pictures for the contact sheet: the edition's, else made now, in the box."""
        if exhibit.number not in self._sheets:
            self._sheets[exhibit.number] = list(islice(self._small(exhibit), PICTURES))
        return self._sheets[exhibit.number]

    def _small(self, exhibit: Exhibit) -> Iterator[dict[str, str]]:
        if exhibit.unheard:
            return
        item, objects = self.contents.shown.get(exhibit.number), self.contents.archive.objects
        small = [each for each in (item.media if item else ()) if each.name.startswith("small")]
        for subject in small:
            if objects.has(subject.sha256):
                with objects.open(subject.sha256) as file:
                    yield _picture(subject.name, file.read())
        if small or decode.why_no_box():
            return
        for original in exhibit.originals:
            if original.data is None:
                try:
                    with objects.whole(original.sha256) as path:
                        form = recognise(path)
                        if form is not None and form.kind in (CLIP, PICTURE):
                            yield _picture(original.path.rpartition("/")[2], decode.jpegs(path, form, [SMALL])[0])
                except (BadMedia, ToolMissing):
                    continue


def _picture(name: str, data: bytes) -> dict[str, str]:
    return {"name": name, "data": base64.b64encode(data).decode()}


def _head(head: Head) -> dict[str, object]:
    stamps = (path.removeprefix(f"{STAMPS}/") for path, _ in head.files if path.startswith(STAMPS))
    return {"size": head.size, "root": base64.b64encode(head.root).decode(), "stamps": ", ".join(stamps)}


def _left_out(part: str, count: int, words: Words) -> str:
    said = words.gettext(LEFT_OUT[part])
    if not count:
        return said
    closed = words.ngettext(
        "%(count)s statement stays closed without it.", "%(count)s statements stay closed without it.", count
    )
    return f"{said} {closed}"
