"""What is written about the program is what the program is."""

import argparse
import importlib
import inspect
import json
import re
import subprocess
from collections import Counter
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from tamizdat import errors
from tamizdat.cli import cli_reference, man_page
from tamizdat.cli.main import EXIT_CODES
from tamizdat.cli.parser import VERBS, Verb
from tamizdat.errors import TamizdatError
from tamizdat.posts.formats import EARLIER, FORMATS

ROOT = Path(__file__).resolve().parents[1]
CODE = ROOT / "src" / "tamizdat"
MANUAL = ROOT / "docs" / "cli.md"
FILES = {"age", "js", "json", "log", "md", "sqlite", "toml", "txt"}  #: how names of files end that are no modules
DECISIONS = sorted((ROOT / "docs" / "adr").glob("[0-9]*.md"))
by_name = pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.name)


def _section(verb: Verb) -> str:
    found = re.search(rf"^## {verb.name}\n(.*?)(?=^## |\Z)", MANUAL.read_text(encoding="utf-8"), re.M | re.S)
    assert found, f"docs/cli.md has no section on {verb.name}; run scripts/cli-docs"
    return found[1]


def _parsers(verb: Verb) -> list[argparse.ArgumentParser]:
    parser = cli_reference.verb_parser(verb)
    return [parser, *cli_reference.actions_of(parser).values()]


def test_the_manual_is_what_the_parsers_say() -> None:
    assert MANUAL.read_text(encoding="utf-8") == cli_reference.manual(), (
        "docs/cli.md is out of date; run scripts/cli-docs"
    )


def test_the_page_for_man_is_what_the_parsers_say_and_none_of_its_words_is_a_request() -> None:
    page = (ROOT / "docs/tamizdat.1").read_text(encoding="utf-8")
    assert page == man_page.man_page(), "docs/tamizdat.1 is out of date; run scripts/cli-docs"
    requests = {line.split(" ")[0] for line in page.splitlines() if line.startswith((".", "'"))}
    assert requests == {'.\\"', ".TH", ".SH", ".SS", ".PP", ".TP", ".B", ".I"}
    assert not re.search(r"(?<!\\)-", re.sub(r"^\..*", "", page, flags=re.M)), "a hyphen that a shell does not know"


@by_name
def test_every_option_of_a_verb_is_in_the_manual(verb: Verb) -> None:
    section = _section(verb)
    for parser in _parsers(verb):
        for argument in cli_reference.arguments_of(parser):
            for option in argument.option_strings:
                assert f"{option}" in section, f"{verb.name} {option} is not in docs/cli.md; run scripts/cli-docs"


@by_name
def test_every_argument_is_explained_in_a_few_words(verb: Verb) -> None:
    for parser in _parsers(verb):
        for argument in cli_reference.arguments_of(parser):
            assert argument.help, f"{parser.prog} {argument.dest} has no help"
            assert argument.help[0].islower() or not argument.help[0].isalpha(), "help begins without a capital letter"
            assert not argument.help.endswith("."), "and ends without a full stop"


@by_name
def test_every_verb_has_json_and_every_one_that_changes_something_a_dry_run(verb: Verb) -> None:
    for parser in _parsers(verb)[1:] or _parsers(verb):
        options = {option for argument in cli_reference.arguments_of(parser) for option in argument.option_strings}
        assert "--json" in options
        assert ("--dry-run" in options) == verb.changes


@by_name
def test_the_help_fits_80_columns(verb: Verb) -> None:
    for parser in _parsers(verb):
        assert [line for line in parser.format_help().splitlines() if len(line) > 80] == []


@by_name
def test_a_passphrase_is_no_argument(verb: Verb) -> None:
    for parser in _parsers(verb):
        for argument in cli_reference.arguments_of(parser):
            if argument.nargs != 0 and re.search("pass(phrase|word)|secret", argument.dest):
                assert argument.option_strings == ["--passphrase-fd"]


@pytest.mark.parametrize("code", EXIT_CODES)
def test_every_exit_code_is_documented(code: int) -> None:
    section = MANUAL.read_text(encoding="utf-8").split("## Exit codes")[1]
    assert f"| `{code}` |" in section


def _classes() -> list[type[TamizdatError]]:
    found, queue = [], [TamizdatError]
    while queue:
        kind = queue.pop()
        found.append(kind)
        queue += kind.__subclasses__()
    return [kind for kind in found if kind.__module__.startswith("tamizdat.")]


def test_every_error_is_documented_with_its_exit_code() -> None:
    import tamizdat.cli.main  # noqa: F401 -- whatever defines errors of its own is loaded by the verbs

    text = MANUAL.read_text(encoding="utf-8")
    for kind in _classes():
        if kind.__module__ == errors.__name__:
            assert f"| `{kind.__name__}` | {kind.exit_code} |" in text
            assert inspect.getdoc(kind)
        assert kind.exit_code in EXIT_CODES


def test_the_tree_at_the_top_of_errors_is_the_tree() -> None:
    drawn: dict[str, tuple[str, int]] = {}
    stack: list[str] = ["TamizdatError"]
    for line in (errors.__doc__ or "").splitlines():
        found = re.match(r"    ([│ ]*)[├└]── (\w+) +(\d)", line)
        if found:
            depth = len(found[1]) // 4 + 1
            stack = [*stack[:depth], found[2]]
            drawn[found[2]] = (stack[depth - 1], int(found[3]))
    real = {kind.__name__: (kind.__bases__[0].__name__, kind.exit_code) for kind in cli_reference.error_classes()[1:]}
    assert drawn == real


def test_every_environment_variable_that_is_read_is_documented() -> None:
    text = MANUAL.read_text(encoding="utf-8")
    for path in (ROOT / "src").rglob("*.py"):
        for name in re.findall(r"[\"']((?:TAMIZDAT|XDG)_[A-Z_]+)[\"']", path.read_text(encoding="utf-8")):
            assert f"`{name}`" in text, f"{name} is read in {path.name} and not in docs/cli.md"


def _files_of_the_project() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode == 0:
        names = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    else:
        names = [
            path for part in ("src", "tests", "docs", "scripts", "bench", ".ci") for path in (ROOT / part).rglob("*")
        ]
        names += [path for path in ROOT.iterdir() if path.is_file()]
    return [path for path in names if path.is_file() and "__pycache__" not in path.parts]


# Written in pieces, so that this file does not find itself.
HOSTS = ("files.python" + "hosted.org", "py" + "pi.org", "registry.npm" + "js.org", "proxy.golang" + ".org")
PLACES = ("/wo" + "rk/", "/ro" + "ot/", "/tmp/bash" + "_jobs", "/ho" + "me/")


def test_no_file_names_a_package_registry_or_a_folder_of_the_machine_it_was_written_on() -> None:
    for path in _files_of_the_project():
        data = path.read_bytes()
        for words in (*HOSTS, *PLACES):
            assert words.encode() not in data, f"{path.relative_to(ROOT)} contains {words!r}"


def test_every_package_is_pinned_with_hashes_and_no_address() -> None:
    both = ("constraints.txt", "constraints-models.txt")
    text = "".join((ROOT / name).read_text(encoding="utf-8") for name in both)
    assert "://" not in text
    pinned = re.findall(r"^([a-z0-9-]+)==[0-9][0-9a-z.]*(?: ;[^\\]*)? \\$", text, re.M)
    blocks = re.split(r"^(?=[a-z])", text, flags=re.M)[1:]
    assert len(pinned) == len(blocks)
    assert all("--hash=sha256:" in block for block in blocks)
    wanted = re.findall(r'^    "([A-Za-z0-9-]+)>=', (ROOT / "pyproject.toml").read_text(encoding="utf-8"), re.M)
    assert {name.lower() for name in wanted} <= set(pinned), "run scripts/constraints"


def test_links_between_documents_lead_somewhere() -> None:
    for path in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8")):
            assert (path.parent / target).exists(), f"{path.relative_to(ROOT)} links to {target}, which is not there"


# -- decisions -------------------------------------------------------------------------------------------------


def test_no_passage_stands_twice_in_a_document() -> None:
    """Two changes of one passage, put together, leave both."""
    twice = []
    for path in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]:
        lines = path.read_text("utf-8").splitlines()
        pairs = Counter(
            pair for pair in pairwise(lines) if min(map(len, pair)) > 70 and not pair[0].startswith(("| ", "— "))
        )
        twice += [f"{path.relative_to(ROOT)}: {pair[0]}" for pair, count in pairs.items() if count > 1]
    assert not twice


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.stem)
def test_every_decision_tells_status_date_context_options_decision_and_consequences(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    head = re.match(r"# \d+\. .+\n\n\* Status: (.+)\n\* Date: (\d{4}-\d\d-\d\d).*\n\n## ", text)
    assert head, f"{path.name} does not begin as docs/adr/README.md says: title, status, date"
    assert re.fullmatch(r"proposed|accepted|superseded by \d+", head[1]), f"{path.name} has the status {head[1]!r}"
    date.fromisoformat(head[2])
    sections = re.split(r"^## (.+)\n", text, flags=re.M)[1:]
    assert sections[::2] == ["Context", "Options", "Decision", "Consequences"]
    assert all(words.strip() for words in sections[1::2]), f"a section of {path.name} is empty"


def test_decisions_bear_the_number_of_their_file_and_stand_in_the_index_word_for_word() -> None:
    rows = []
    for path in DECISIONS:
        number = int(path.name[:4])
        text = path.read_text(encoding="utf-8")
        told = re.match(r"# (\d+)\. (.+)\n\n\* Status: (.+)\n\* Date: (\S{10})", text)
        assert told
        assert (told[1], path.name[:5]) == (str(number), f"{number:04}-"), (
            f"{path.name} should have the number {number}"
        )
        rows.append(f"| {number} | [{told[2]}]({path.name}) | {told[3]} | {told[4]} |")
    index = (ROOT / "docs" / "adr" / "README.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| \d.*$", index, re.M) == rows


def test_the_specification_names_every_format_of_posts_and_describes_those_that_are_read_today() -> None:
    text = (ROOT / "docs" / "spec" / "posts.md").read_text(encoding="utf-8")
    named = re.search(r"^\| `format` \| the reader of its posts: (.*); in older archives (.*) \|$", text, re.M)
    assert named
    names = [set(re.findall("`(.*?)`", part)) for part in named.groups()]
    assert names == [{each.NAME for each in FORMATS}, {each.NAME for each in EARLIER}]
    described = re.search(r"^\| format \| a post's slices .*?\n\n", text, re.M | re.S)
    assert described
    assert set(re.findall(r"^\| `(.*?)` \|", described[0], re.M)) == names[0]


# -- the glossary, the architecture, and the tree --------------------------------------------------------------


def _packages() -> set[str]:
    """Packages and modules directly under src/tamizdat."""
    inside = [path.parent.name for path in CODE.glob("*/__init__.py")]
    return {*inside, *(path.stem for path in CODE.glob("[!_]*.py"))}


def _is_there(name: str) -> bool:
    """Whether a path, or a dotted name of a module or of something in it, is in the tree."""
    if "/" in name or name.endswith(".py"):
        return any((folder / name).exists() for folder in (CODE, ROOT))
    module, rest = CODE, name.split(".")
    while rest and ((module / rest[0] / "__init__.py").is_file() or (module / f"{rest[0]}.py").is_file()):
        module /= rest.pop(0)
    if module == CODE:
        return False
    found: object = importlib.import_module(".".join(["tamizdat", *module.relative_to(CODE).parts]))
    for part in rest:
        if not hasattr(found, part):
            return False
        found = getattr(found, part)
    return True


def _names_of_code(text: str) -> set[str]:
    """What is written as code and looks like a path or a dotted name; in drawings, only what begins with a package."""
    drawings = re.findall(r"^```.*?^```", text, re.M | re.S)
    for drawing in drawings:
        text = text.replace(drawing, "")
    named = set(re.findall(r"`(\w+(?:/[\w.-]+)+/?|\w+/)`", text))
    dotted = re.findall(r"`([a-z_]\w*(?:\.\w+)+)`", text)
    drawn = [name for drawing in drawings for name in re.findall(r"(?<![\w./])[a-z_]+(?:\.[a-z_]+)+", drawing)]
    dotted += [name for name in drawn if name.partition(".")[0] in _packages()]
    return named | {name for name in dotted if name.rpartition(".")[2] not in FILES}


@pytest.mark.parametrize("name", ["glossary", "architecture"])
def test_every_package_and_module_that_is_named_exists(name: str) -> None:
    text = (ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8")
    named = _names_of_code(text)
    assert named, f"docs/{name}.md names no part of the code"
    missing = sorted(each for each in named if not _is_there(each))
    assert not missing, f"docs/{name}.md names {', '.join(missing)}: not there, moved or renamed"


def test_the_names_of_code_in_a_document_are_found() -> None:
    text = (
        "`ledger/note.py`, `archive/log/` and `encoding.safe_path`, not `index.sqlite`\n```\n carrying.fetch, a.b\n```"
    )
    assert _names_of_code(text) == {"ledger/note.py", "archive/log/", "encoding.safe_path", "carrying.fetch"}
    assert all(map(_is_there, ("ledger/note.py", "archive/log/", "encoding.safe_path", "carrying.fetch")))
    assert not any(map(_is_there, ("desk/gate.py", "encoding.safe_house", "desk.gate", "archive.log.books")))


def test_the_table_of_rooms_has_every_package_once_and_no_other() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    rooms = re.search(r"^## The rooms\n(.*?)(?=^## |\Z)", text, re.M | re.S)
    assert rooms, "docs/architecture.md has no section 'The rooms' with the table of packages"
    first_cells = re.findall(r"^\| (`.*?) \|", rooms[1], re.M)
    told = Counter(name for cell in first_cells for name in re.findall(r"`(\w+)`", cell))
    assert sorted(told) == sorted(_packages())
    assert set(told.values()) == {1}


def test_every_word_of_the_glossary_has_the_fields_word_one_sentence_and_a_place() -> None:
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8").partition("\n## Words we avoid")[0]
    rows = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| ")]
    rows = [row for row in rows if row[0] != "our word"]
    for row in rows:
        assert len(row) == 4, f"expected four cells, found {row}"
        _, theirs, what, where = row
        assert theirs.strip()
        assert what.endswith("."), f"{row[0]}: what it is is told in a sentence"
        assert re.match("`|nowhere", where), f"{row[0]}: where it lives is a path"
    assert [word for word, count in Counter(row[0] for row in rows).items() if count > 1] == []


def test_files_that_documents_name_are_there() -> None:
    for path in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]:
        if path.name == "CHANGELOG.md":  # tells of what was
            continue
        for name in re.findall(r"(?<![\w/.-])(?:src|tests|bench|docs)/[\w./*<>-]*", path.read_text(encoding="utf-8")):
            whole = re.match(r"[^*<>]*", name)
            assert whole
            stem = whole[0].rstrip(".") if whole[0] == name else whole[0].rpartition("/")[0]
            assert (ROOT / stem).exists(), f"{path.relative_to(ROOT)} names {name}, which is not there"


def test_contributing_tells_every_folder_of_tests_and_every_script() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    files = {path.relative_to(ROOT) for path in _files_of_the_project()}
    folders = {"/".join(path.parts[:2]) for path in files if path.parts[0] == "tests" and len(path.parts) > 2}
    scripts = {"/".join(path.parts[:2]) for path in files if path.parts[0] == "scripts"}
    assert len(folders) > 4
    assert len(scripts) > 4
    assert [each for each in sorted(folders | scripts) if f"`{each}" not in text] == []


# -- what the decisions promise of the code --------------------------------------------------------------------


def test_every_finding_can_be_run_and_stands_once_in_their_list() -> None:
    scripts = sorted((ROOT / "findings").glob("*.sh"))
    listed = re.findall(
        r"^\| \[([^\]]+)\]\(\1\.sh\) \|", (ROOT / "findings/README.md").read_text(encoding="utf-8"), re.M
    )
    assert sorted(listed) == [script.stem for script in scripts]
    assert [script.name for script in scripts if not script.stat().st_mode & 0o100] == []


def test_nothing_is_logged() -> None:
    """ADR 14. What serves the workbench imports logging only to silence its library."""
    logs = re.compile(r"^\s*(?:import|from) (?:logging|syslog|loguru|structlog)\b", re.M)
    found = [path for path in sorted(CODE.rglob("*.py")) if logs.search(path.read_text(encoding="utf-8"))]
    assert [path.name for path in found] == ["server.py"]


FIELD = ("sealing", "carrying", "home", "places", "ledger", "keys.py")


def test_a_message_of_the_way_out_says_what_was_found_and_not_that_it_was_another() -> None:
    vague = re.compile(r"found (?:another|something else|others?)\b")
    source = ROOT / "src/tamizdat"
    files = [
        path
        for name in FIELD
        for path in ((source / name).rglob("*.py") if (source / name).is_dir() else [source / name])
    ]
    assert len(files) > 50
    assert [path.name for path in files if vague.search(path.read_text())] == []


INSTALLS = re.compile(
    r"(?:pipx? +install|uv +(?:add|pip +install|tool +install)|uvx|pipx +run)[^\n]*[ '\"=]tamizdat\b"
    r"|\btamizdat\[(?:desk|speech|machine|test)\b",  # said without a command, whoever reads it types one
    re.I,
)
TEXTS = {".py", ".md", ".toml", ".txt", ".html", ".js", ".sh", ".yml", ".yaml", ""}


def test_nothing_tells_anyone_to_install_a_package_of_our_name_which_anyone_may_register() -> None:
    folders = ("src", "docs", "tests", "bench", "scripts")
    files = [*ROOT.glob("*"), *(path for folder in folders for path in (ROOT / folder).rglob("*"))]
    texts = {path: path.read_text("utf-8", "replace") for path in files if path.suffix in TEXTS and path.is_file()}
    assert len(texts) > 300
    for each in ("pip" + " install 'tamizdat'", "Install tamizdat" + "[desk]."):
        assert INSTALLS.search(each), "the pattern finds what it is for"
    assert [str(path.relative_to(ROOT)) for path, text in texts.items() if INSTALLS.search(text)] == []


def test_what_tests_and_tools_fetch_is_held_to_digests_and_runs_no_script_of_a_package() -> None:
    lock = json.loads((ROOT / "scripts/npm/package-lock.json").read_text())
    wanted = json.loads((ROOT / "scripts/npm/package.json").read_text())["dependencies"]
    packages = {name: each for name, each in lock["packages"].items() if name}
    assert lock["packages"][""]["dependencies"] == wanted
    assert all(each["integrity"].startswith("sha512-") for each in packages.values())
    assert not any("resolved" in each or each.get("hasInstallScript") for each in packages.values())
    assert "http" not in (ROOT / "scripts/npm/package-lock.json").read_text()
    tools = (ROOT / "scripts/npm-tools").read_text()
    assert tools.count("--ignore-scripts") == len(re.findall(r"npm (?:ci|install) ", tools)) == 2
    assert "--require-hashes" in (ROOT / "scripts/constraints").read_text()
    assert "--hash=sha256:" in (ROOT / "scripts/constraints-uv.txt").read_text()
