"""Messages that name commands, as a browser shows them."""

import ast
import re
from pathlib import Path

import pytest

import tamizdat
from support.visitor import Room
from tamizdat.workbench import command_pages
from tamizdat.workbench.command_pages import told_to_script
from tamizdat.workbench.l10n import speak
from tamizdat.workbench.screens import ROUTES
from tamizdat.workbench.templating import linked

SOURCE = Path(tamizdat.__file__).parent
COMMAND = re.compile(r"['`“]tamizdat (?![a-z]+ v\d)([a-z-]+[^'`”]*)['`”]")  #: and not the first line of a file of ours
NO_MESSAGES = ("cli", "field", "demo")  #: what is shown in no workbench


def without_docstrings(source: str) -> ast.Module:
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            node.body = [each for each in node.body if not isinstance(getattr(each, "value", None), ast.Constant)]
    return tree


def messages() -> list[str]:
    """Every text of the program that names a command."""
    found = []
    for path in SOURCE.rglob("*.py"):
        if path.relative_to(SOURCE).parts[0] in NO_MESSAGES or path.name == "command_pages.py":
            continue
        text = path.read_text()
        if "tamizdat " not in text:
            continue
        for node in ast.walk(without_docstrings(text)):
            if isinstance(node, ast.JoinedStr):
                parts = (str(each.value) if isinstance(each, ast.Constant) else "7" for each in node.values)
                found.append("".join(parts))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.append(node.value)
    return found


def test_every_command_in_a_message_has_a_page_or_is_said_to_be_done_elsewhere() -> None:
    known = {*command_pages.PAGES, *command_pages.OF_ITEM, *command_pages.AT_THE_DESK, *command_pages.IN_THE_FIELD}
    commands = [words for message in messages() for words in COMMAND.findall(message)]
    assert len(commands) > 50
    for words in commands:
        assert any(f"{words} ".startswith(f"{each} ") for each in known), f"no page is named for {words!r}"


def test_every_page_is_one_that_the_workbench_has() -> None:
    paths = {each.path for each in ROUTES if each.method == "GET"}
    assert {address for address, _name in command_pages.PAGES.values()} <= paths
    assert {address.replace("{}", "{number:int}") for address, _name in command_pages.OF_ITEM.values()} <= paths


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        ("Run 'tamizdat publish' first.", 'Run <a href="/publish">“Publish”</a> first.'),
        ("`tamizdat find` lists them.", '<a href="/search">“Search”</a> lists them.'),
        (
            "Say it with 'tamizdat redact 17 --nobody'.",
            'Say it with <a href="/items/17/cover">“Cover people in it” of item 17</a>.',
        ),
        (
            "Say so on its page in the workbench, or with 'tamizdat publish release 17 --sound none'.",
            'Say so <a href="/items/17">on its page in the workbench</a>.',
        ),
        ("Run 'tamizdat check --repair'.", "Run &#39;tamizdat check --repair&#39; (at the desk’s computer)."),
        (  # the page of that name would refuse again
            "then say 'tamizdat publish --although-restored'.",
            "then say &#39;tamizdat publish --although-restored&#39; (at the desk’s computer).",
        ),
        ("Run 'tamizdat check --stamp --agree'.", 'Run <a href="/publish/stamps">“Time stamps”</a>.'),
        ("Seal it: 'tamizdat seal --whole'.", "Seal it: &#39;tamizdat seal --whole&#39; (on the field device)."),
        (
            "If it is theirs: tamizdat keys accept tamizdatdevice1xyz NAME",
            'If it is theirs: <a href="/deliveries">“Deliveries and devices”</a>',
        ),
        ("<b> found 'x', item 3.", '&lt;b&gt; found &#39;x&#39;, <a href="/items/3">item 3</a>.'),
    ],
)
def test_a_command_is_shown_as_the_page_that_does_the_same(message: str, shown: str) -> None:
    assert linked(message) == shown
    assert "<a" not in told_to_script(message)


@pytest.mark.parametrize(
    "message",
    [
        "There is no such account. 'tamizdat desk accounts' lists all accounts.",
        "There is no account of this name that may work here. 'tamizdat desk accounts' lists all.",
    ],
)
def test_a_message_that_names_a_command_is_told_to_a_script_in_the_readers_language(message: str) -> None:
    speak("zh")
    try:
        told = told_to_script(message)
    finally:
        speak("en")
    assert told.startswith("没有"), "the catalogue has it as it is written, command and all"
    assert "tamizdat desk" not in told, "a page stands in its place"


def test_a_refusal_in_the_browser_names_a_page(room: Room) -> None:
    editor = room.visitor("editor")
    assert editor.post("/export", do="torrent").status == 303
    room.bench.jobs.wait()
    page = editor.get("/export").text
    assert 'found none. <a href="/publish">“Publish”</a> makes it.' in page
    assert "&#39;tamizdat publish" not in page
