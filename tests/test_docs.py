"""What is written about the program is what the program is."""

import argparse
import inspect
import json
import re
import subprocess
from pathlib import Path

import pytest

from tamizdat import errors
from tamizdat.cli import cli_reference
from tamizdat.cli.main import EXIT_CODES
from tamizdat.cli.parser import VERBS, Verb
from tamizdat.errors import TamizdatError

ROOT = Path(__file__).resolve().parents[1]
MANUAL = ROOT / "docs" / "cli.md"
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
    text = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    assert "://" not in text
    pinned = re.findall(r"^([a-z0-9-]+)==[0-9.]+(?: ;[^\\]*)? \\$", text, re.M)
    blocks = re.split(r"^(?=[a-z])", text, flags=re.M)[1:]
    assert len(pinned) == len(blocks)
    assert all("--hash=sha256:" in block for block in blocks)
    wanted = re.findall(r'^    "([A-Za-z0-9-]+)>=', (ROOT / "pyproject.toml").read_text(encoding="utf-8"), re.M)
    assert {name.lower() for name in wanted} <= set(pinned), "run scripts/constraints"


def test_links_between_documents_lead_somewhere() -> None:
    for path in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8")):
            assert (path.parent / target).exists(), f"{path.relative_to(ROOT)} links to {target}, which is not there"


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
    r"(?:pipx? +install|uv +(?:add|pip +install|tool +install)|uvx|pipx +run)[^\n]*[ '\"=]tamizdat\b", re.I
)
TEXTS = {".py", ".md", ".toml", ".txt", ".html", ".js", ".sh", ".yml", ".yaml", ""}


def test_nothing_tells_anyone_to_install_a_package_of_our_name_which_anyone_may_register() -> None:
    folders = ("src", "docs", "tests", "bench", "scripts")
    files = [*ROOT.glob("*"), *(path for folder in folders for path in (ROOT / folder).rglob("*"))]
    texts = {path: path.read_text("utf-8", "replace") for path in files if path.suffix in TEXTS and path.is_file()}
    assert len(texts) > 300
    assert INSTALLS.search("pip" + " install 'tamizdat[desk]'"), "the pattern finds what it is for"
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
