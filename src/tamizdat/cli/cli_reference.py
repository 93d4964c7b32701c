"""The manual ``docs/cli.md``, made from the parsers and the tree of errors, so that it cannot drift from them.

It is built from what the parsers know and not from their ``--help``, because the layout of that changes from one
Python to the next. ``scripts/cli-docs`` writes it, ``scripts/cli-docs --check`` fails if it is out of date.
"""

import argparse
import inspect
import re
from collections.abc import Iterable, Iterator, Sequence

from tamizdat import errors
from tamizdat.cli.main import DESCRIPTION, EXIT_CODES, fill
from tamizdat.cli.parser import VERBS, Parser, Verb, add_common, defaults
from tamizdat.errors import TamizdatError

JSON_LINES = (
    "`tamizdat VERB --help` says the same at a terminal. Every verb takes `--json`: one JSON object per line on "
    'standard output, progress (`{"progress": …}`) and errors (`{"error": …}`) too, and nothing else.'
)
COMMON = frozenset(defaults({}))
ENVIRONMENT = {
    "TAMIZDAT_HOME": "the field or desk folder when `--home` is not given",
    "XDG_RUNTIME_DIR": "a folder in memory, where the browser of `field` has its profile (else `/dev/shm`)",
    "XAUTHORITY": "handed on to the browser of `field` (else `~/.Xauthority`)",
    "XDG_STATE_HOME": "where `verify` remembers what it has seen (else `~/.local/state`)",
    "TAMIZDAT_TRACEBACK": "set to 1: the whole traceback of a fault in tamizdat itself; it may contain file names",
}


def manual() -> str:
    """Return the whole text of ``docs/cli.md``."""
    parts = [
        "# The command line",
        "<!-- made by scripts/cli-docs; change the files under src/tamizdat/cli instead -->",
        DESCRIPTION,
        JSON_LINES,
        _table(("verb", "what it does"), [(f"[`{verb.name}`](#{verb.name})", verb.summary) for verb in VERBS]),
        *(part for verb in VERBS for part in _verb(verb)),
        "## Common options",
        "They mean the same wherever they occur, and stand anywhere after the verb.",
        _table(("option", "meaning"), _rows(_everything_common())),
        "## Exit codes",
        _table(("code", "meaning"), [(f"`{code}`", meaning) for code, meaning in EXIT_CODES.items()]),
        "## Environment",
        _table(("variable", "meaning"), [(f"`{name}`", meaning) for name, meaning in ENVIRONMENT.items()]),
        "Passphrases are never read from the environment.",
        "## Errors",
        "The name is the value of `error` in the last line of `--json`.",
        _table(("error", "exit code", "meaning"), [_error(kind) for kind in error_classes()]),
    ]
    return "\n\n".join(parts) + "\n"


def verb_parser(verb: Verb) -> Parser:
    """Return the parser of *verb*, as ``tamizdat VERB`` uses it."""
    parser = Parser(prog=f"tamizdat {verb.name}")
    fill(parser, verb)
    return parser


def actions_of(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    """Return the second words of a verb (``places add``) and their parsers."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            return dict(action.choices)
    return {}


def arguments_of(parser: argparse.ArgumentParser) -> list[argparse.Action]:
    """Return every argument and option of one parser, ``--help`` and second words aside."""
    unlisted = (argparse._HelpAction, argparse._SubParsersAction)
    return [
        action for action in parser._actions if not isinstance(action, unlisted) and action.help != argparse.SUPPRESS
    ]


def error_classes() -> list[type[TamizdatError]]:
    """Return every error of the tree, in the order in which the file defines them."""
    found = (value for value in vars(errors).values() if inspect.isclass(value))
    return [kind for kind in found if issubclass(kind, TamizdatError)]


def _verb(verb: Verb) -> Iterator[str]:
    parser = verb_parser(verb)
    common = [f"`{_spelled(argument)}`" for argument in arguments_of(parser) if argument.dest in COMMON]
    yield f"## {verb.name}"
    yield from _parser(parser)
    for action in actions_of(parser).values():
        yield f"### {action.prog.removeprefix('tamizdat ')}"
        yield from _parser(action)
    yield f"[Common options](#common-options) here: {', '.join(common)}."


def _parser(parser: argparse.ArgumentParser) -> Iterator[str]:
    yield f"    {usage(parser)}"
    yield re.sub(r"^  ", "    ", parser.description or "", flags=re.M)  # lists as they are, in Markdown
    own = [argument for argument in arguments_of(parser) if argument.dest not in COMMON]
    if own:
        yield _table(("argument or option", "meaning"), _rows(own))


def _rows(arguments: Iterable[argparse.Action]) -> list[tuple[str, str]]:
    return [(f"`{_spelled(argument)}`", argument.help or "") for argument in arguments]


def _everything_common() -> list[argparse.Action]:
    parser = argparse.ArgumentParser()
    add_common(parser, Verb("any", "", changes=True, home=True, secret=True, swap=True))
    return arguments_of(parser)


def usage(parser: argparse.ArgumentParser) -> str:
    """Return how a verb is called, on one line: ``tamizdat places add [options] NAME ADDRESS``."""
    words, optional = [], False
    for argument in arguments_of(parser):
        if not argument.option_strings:
            words.append(_positional(argument))
        elif argument.required:
            words.insert(0, f"{argument.option_strings[-1]} {_metavar(argument)}")
        else:
            optional = True
    middle = ["ACTION"] if actions_of(parser) else []
    return " ".join([parser.prog, *middle, *(["[options]"] if optional else []), *words])


def _positional(argument: argparse.Action) -> str:
    name = _metavar(argument)
    return {"?": f"[{name}]", "*": f"[{name} …]", "+": f"{name} …"}.get(str(argument.nargs), name)


def _metavar(argument: argparse.Action) -> str:
    name = argument.metavar or argument.dest.upper()
    return name if isinstance(name, str) else " ".join(name)


def _spelled(argument: argparse.Action) -> str:
    if not argument.option_strings:
        return _metavar(argument)
    value = "" if argument.nargs == 0 else f" {_metavar(argument)}"
    return f"{', '.join(argument.option_strings)}{value}"


def _error(kind: type[TamizdatError]) -> tuple[str, str, str]:
    return f"`{kind.__name__}`", str(kind.exit_code), " ".join((inspect.getdoc(kind) or "").replace("``", "`").split())


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(
        "| " + " | ".join(cell.replace("|", "\\|").replace("%%", "%") for cell in line) + " |" for line in lines
    )
