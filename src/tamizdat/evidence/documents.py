"""What people read in a package: the chronology, the form of an affidavit, how to check it all; in each language."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from tamizdat.dataclass import dataclass
from tamizdat.evidence.words import Words, written_from
from tamizdat.publishing import site

TEMPLATES: Final = Path(__file__).parent / "templates"
SCRIPTS: Final = Path(site.__file__).parent / "static"
STEPS: Final = ("files", "root", "ledger", "originals", "stamps")


@dataclass(frozen=True)
class About:
    """What every document names."""

    day: str
    version: str
    origin: str
    fingerprint: bytes
    spoken: str
    earlier: Sequence[str]  #: fingerprints of the roots before, as they are spoken; the newest first


def chronology(
    about: About,
    exhibits: Sequence[Mapping[str, object]],
    heads: Iterable[Mapping[str, object]],
    left_out: Iterable[str],
    words: Words,
) -> str:
    """Return the chronology as a page of its own; it prints as it stands."""
    return _render("chronology.html", about, words, exhibits=exhibits, heads=list(heads), left_out=list(left_out))


def affidavit(about: About, exhibits: Sequence[Mapping[str, object]], words: Words) -> str:
    """Return a form to be filled in by whoever hands the package over."""
    numbers = ", ".join(str(each["number"]) for each in exhibits[:40]) + (" …" if len(exhibits) > 40 else "")
    return _render("affidavit.html", about, words, exhibits=exhibits, numbers=numbers)


def how_to_check(about: About, words: Words) -> str:
    """Return the page that checks a package in a browser, and gives the commands that do it without one."""
    return _render(
        "check.html", about, words, steps=steps(),
        scripts=[Markup(each) for each in (*_of_sites(), _source("check.js"))],  # noqa: S704 -- our own files
        script_words=Markup(_json(_script_words(words))),  # noqa: S704 -- escaped for a script
    )  # fmt: skip


def steps() -> dict[str, str]:
    """Return the commands, block by block, as the page shows them."""
    parts = re.split(r"^#@ (\w+)\n", _source("steps.sh"), flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


def _script_words(words: Words) -> dict[str, str]:
    _ = words.gettext
    return {
        "wait": _("Checking …"),
        "none": _("This is not the folder of a package: bagit.txt or manifest-sha256.txt is not in it."),
        "missing": _("Missing: {path}"),
        "changed": _("Changed: {path}"),
        "extra": _("One too many, no list names it: {path}"),
        "files": _("Files that are as the lists say: {count}"),
        "roster": _("The list of keys, version {version}, is not signed by the root."),
        "root": _("SHA-256 of the root, to be compared: {digest}"),
        "entry": _("Entry {index}: its proof does not lead to a checkpoint that the log signed."),
        "statement": _("Entry {index}: not the statement that the entry stands for, or not signed by the desk."),
        "ledger": _("Entries that stand in the ledger: {count}"),
        "proved": _("Proved: entry {index} is about these bytes: {path}"),
        "papers": _(
            "No signature covers what people read here: the chronology, the other papers, the order of things. They "
            "are the desk’s if it told you this number over another way: {digest}"
        ),
        "unproved": _("Not proved: no opened statement is about {path}"),
        "later": _("Not proved: nothing here shows that entry {index} stands in the ledger"),
        "stamp": _("The stamp {name} on the checkpoint of {size} entries. {detail}"),
        "witnesses": _("Who witnessed the checkpoint of {size} entries. {detail}"),
        "stamps": _("Since when the checkpoint of {size} entries exists. {detail}"),
        "header": _(
            "Header of Bitcoin’s block {number}, which a stamp names (not needed): 160 hexadecimal digits, from a node"
            " that you trust"
        ),
        "digits": _("Expected 160 hexadecimal digits."),
        "beside": _("What was said of a certificate, {name}. {detail}"),
        "good": _("Nothing is broken."),
        "awaited": _(
            "Not witnessed yet. The desk signed this, and of what was checked nothing was altered; when this "
            "package was made, those who watch that the desk keeps one ledger had not signed. Ask for one that is "
            "made after they signed. If there is none by tomorrow, do not rely on it before you know why: they "
            "may have been shown another ledger."
        ),
        "partly": _(
            "Nothing is broken, but not all of it is proved. Of so many files and entries nothing here shows that the "
            "desk has them, anyone could have put them in: {count}"
        ),
        "bad": _("This does not hold: {count}"),
        "old": _("This browser cannot check Ed25519 signatures. Take a newer one, or the commands."),
        "unreadable": _("The lists or proofs cannot be read: the package is damaged."),
    }  # fmt: skip


def _json(value: Mapping[str, str]) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True).replace("<", "\\u003c")


def _render(template: str, about: About, words: Words, **values: object) -> str:
    return _environment().get_template(template).render(
        _=words.gettext, tag=words.tag, css=Markup(_source("page.css")),  # noqa: S704 -- our own file
        day=about.day, version=about.version, origin=about.origin, fingerprint=about.spoken,
        fingerprint_hex=about.fingerprint.hex(), earlier=about.earlier, **values,
    )  # fmt: skip


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True, keep_trailing_newline=True,
    )  # fmt: skip
    made.filters["dir"] = written_from
    made.filters["blanks"] = _blanks
    return made


def _blanks(text: str) -> Markup:
    """Return *text* with a line to write on in place of each ``{…}``."""
    parts = re.split(r"\{\w+\}", text)
    return Markup('<span class="blank">&nbsp;</span>').join(parts)


@cache
def _of_sites() -> tuple[str, ...]:
    """Return the scripts by which a site's pages judge stamps and witnesses, as a package's page does too."""
    return tuple((SCRIPTS / name).read_text("utf-8") for name in ("verify.js", "stamps.js"))


@cache
def _source(name: str) -> str:
    return (TEMPLATES / name).read_text("utf-8")
