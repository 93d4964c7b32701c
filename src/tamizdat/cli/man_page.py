"""The page ``docs/tamizdat.1`` for man(1): what each job begins with, all verbs, codes and variables.

It is made from what the parsers know, as :mod:`tamizdat.cli.cli_reference` makes the manual; what a verb takes its
``--help`` says. The layout is that of man(7): a line that begins with ``.`` is a request, all else is text.
"""

import re
from collections.abc import Iterable, Iterator

from tamizdat.cli.cli_reference import ENVIRONMENT
from tamizdat.cli.main import DESCRIPTION, EXIT_CODES, FIRST
from tamizdat.cli.parser import VERBS


def man_page() -> str:
    """Return the whole text of ``docs/tamizdat.1``."""
    lines = [
        '.\\" made by scripts/cli-docs; change the files under src/tamizdat/cli instead',
        '.TH TAMIZDAT 1 "" tamizdat "User Commands"',
        ".SH NAME",
        "tamizdat \\- carry words and footage out from under threat, and publish them",
        ".SH SYNOPSIS",
        ".B tamizdat",
        ".I VERB",
        "[options]",
        ".SH DESCRIPTION",
        _text(DESCRIPTION),
        ".PP",
        _text("What a verb does and takes, 'tamizdat VERB --help' says."),
        *(line for heading, commands in FIRST.items() for line in _begin(heading, commands)),
        ".SH VERBS",
        *_terms((verb.name, verb.summary) for verb in VERBS),
        ".SH EXIT STATUS",
        *_terms((str(code), meaning) for code, meaning in EXIT_CODES.items()),
        ".SH ENVIRONMENT",
        *_terms(ENVIRONMENT.items()),
        ".PP",
        _text("Passphrases are never read from the environment."),
        ".SH SEE ALSO",
        _text("Where tamizdat came as a package, the manual, the threat model and the formats lie in"),
        ".I /usr/share/doc/tamizdat",
    ]
    return "\n".join(lines) + "\n"


def _begin(heading: str, commands: Iterable[tuple[str, str]]) -> Iterator[str]:
    yield f".SS {_text(heading)}"
    yield from _terms((f"tamizdat {command}", meaning) for command, meaning in commands)


def _terms(pairs: Iterable[tuple[str, str]]) -> Iterator[str]:
    for term, meaning in pairs:
        yield from (".TP", f".B {_text(term)}", _text(meaning))


def _text(text: str) -> str:
    """Return *text* so that nothing of it is a request or an escape, and hyphens can be copied to a shell."""
    escaped = text.replace("`", "").replace("\\", "\\e").replace("-", "\\-").replace('"', "\\(dq")
    return re.sub(r"^(?=\.)", r"\\&", escaped.replace("'", "\\(aq"))
