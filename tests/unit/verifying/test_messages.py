"""Reasons are the same words in Python and JavaScript, and say what was expected and what was found.

A *template* is a message with ``{}`` for each value in it.
"""

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

import tamizdat

SOURCE = Path(tamizdat.__file__).parent
VERIFY_JS = SOURCE / "publishing/site/static/verify.js"
STAMPS_JS = VERIFY_JS.with_name("stamps.js")
JOINED_JS = VERIFY_JS.with_name("joined.js")
READ = (
    "timestamps/*.py",
    "verifying/*.py",
    "statements/*.py",
    "ledger/*.py",
    "encoding.py",
)  #: what a verifier imports

#: What only the command can meet: a memory, folders and links on a disk, a path that the reader gave.
COMMAND = (
    "It is the root you saw here before", "under which you saw", "this item does not come with it", "you saw these",
    "you saw that;", "that you saw,", "the root you saw,", "which you saw;", "entries you saw", "with the one you saw",
    "compare its ledger", "But the system", "the system refused", "symbolic link", "plain file with a plain name",
    "This item was checked by itself", "No edition lies above", "where its edition has it", "Expected one {}",
    "the folder of a site", "files that the statement names ({})", "As it follows", "which it does not list.",
    "It is made after the list of files", "vidence of a fork", "The ledger {} was forked",
    "The root you saw here before",
)  # fmt: skip
#: What says of a format of the ledger how it is written; what was found is the file itself.
BARE = (
    "with the members {} and no others.", "digits.", "in standard base64.", "Expected a name for each subject.",
    "Expected at least one subject", "Expected a C2SP tlog-proof", "Expected a note of at most", "Expected a text, an",
    "Expected a checkpoint of three lines", "Expected different root keys", "Expected whole numbers in the roster.",
    "Expected a role in small letters", "Expected names that do not end", "Expected a path without",
    "Expected a verifier key NAME", "Expected '— NAME BASE64'", "Expected a roster signed by its root. {}",
)  # fmt: skip
#: What only a browser can meet: no https, an old browser, files that it may not read or that a person chooses, and
#: the tiles in which it reads the list of items.
BROWSER = (
    "This browser", "Not read", "tile", "Expected what is opened, or null", "Expected a number that this browser",
    "No file of this edition", "Byte for byte {}, on which", "It has the form of a file that is made after the list",
)  # fmt: skip


def in_python(paths: Iterable[Path]) -> set[str]:
    """The templates of what is raised or said, which is all but docstrings."""
    found = set()
    for path in paths:
        tree = ast.parse(path.read_text("utf-8"))
        explained = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        found |= {written(node) for node in ast.walk(tree) if id(node) not in explained}
    return {each for each in found if is_message(each)}


def written(node: ast.AST) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(each.value if isinstance(each, ast.Constant) else "{}" for each in node.values)  # type: ignore[misc]
    return ""


def in_javascript(path: Path) -> set[str]:
    return {each for each in strings(path.read_text("utf-8")) if is_message(each)}


def in_browser() -> set[str]:
    return in_javascript(VERIFY_JS) | in_javascript(STAMPS_JS) | in_javascript(JOINED_JS)


def strings(text: str) -> Iterator[str]:
    """The templates of all strings of a script, those inside of others too."""
    text = re.sub(r"^ *(//|/?\*).*$", "", text, flags=re.MULTILINE)
    at = 0
    while at < len(text):
        if text[at] == '"':
            end = re.compile(r'"(?:[^"\\\n]|\\.)*"').match(text, at)
            if end:
                yield end[0][1:-1]
                at = end.end()
                continue
        elif text[at] == "`":
            end_at, parts, inner = at + 1, "", []
            while text[end_at] != "`":
                if text.startswith("${", end_at):
                    depth, start = 1, end_at + 2
                    end_at = start
                    while depth:
                        depth += {"{": 1, "}": -1}.get(text[end_at], 0)
                        end_at += 1
                    inner.append(text[start : end_at - 1])
                    parts += "{}"
                else:
                    parts += text[end_at]
                    end_at += 1
            yield parts
            for each in inner:
                yield from strings(each)
            at = end_at
        at += 1


def is_message(text: str) -> bool:
    return bool(re.match("(Expected|A|An|It|Its|The|That|No|None|Not|Only|What|How|Version|Compare|Edition|Byte|By"
                         "|Witnessed|Reviewed|This|And|Check) ?[^ ]* .*[.}]$", text.replace("\n", " ")))  # fmt: skip


def everything(*patterns: str) -> Iterator[Path]:
    return (path for pattern in patterns for path in SOURCE.glob(pattern))


def lacking(some: set[str], others: set[str], but: tuple[str, ...]) -> set[str]:
    """Those of *some* that *others* do not have; a value of the one may be written out in the other."""
    forms = [re.compile(form(each)) for each in others]
    left = {each for each in some if not any(few in each for few in but)}
    return {
        each
        for each in left
        if not any(other.fullmatch(each) for other in forms)
        and not any(re.fullmatch(form(each), other) for other in others)
    }


def form(template: str) -> str:
    """A pattern; of what has hardly a word of its own, one for itself alone."""
    parts = template.split("{}")
    return (".+" if sum(map(len, parts)) > 28 else r"\{\}").join(map(re.escape, parts))


def test_every_reason_of_the_browser_is_one_of_the_command_word_for_word() -> None:
    browser = in_browser()
    assert len(browser) > 100
    assert lacking(browser, in_python(everything(*READ)), BROWSER) == set()


def test_every_reason_of_the_command_is_one_of_the_browser_word_for_word() -> None:
    command = in_python(everything("verifying/*.py"))
    assert len(command) > 60
    assert lacking(command, in_browser(), COMMAND) == set()


@pytest.mark.parametrize(
    "path", [*everything("verifying/*.py"), VERIFY_JS, STAMPS_JS, JOINED_JS], ids=lambda path: path.name
)
def test_a_reason_says_what_was_expected_and_what_was_found(path: Path) -> None:
    messages = in_javascript(path) if path.suffix == ".js" else in_python([path])
    vague = re.compile("found another|found others|found something|found one of another|stands on|others, the desk")
    assert [each for each in messages if vague.search(each)] == []
    expected = [each for each in messages if each.startswith("Expected ")]
    bare = [each for each in expected if not re.search("found|but the system|;|each of its type|{}$", each)]
    assert {each for each in bare if not any(few in each for few in BARE)} == set()


def test_no_message_with_a_costly_number_is_written_for_each_file_that_holds() -> None:
    """``need(holds, message)`` writes its message first: numbers in a language's form took a sixth of a thread."""
    calls = re.findall(r"\bneed\(.*?\);\n", VERIFY_JS.read_text("utf-8"), re.DOTALL)
    assert len(calls) > 50
    assert not [call for call in calls if "toLocaleString" in call]
