"""From the words typed to the exit code."""

import errno
import io
import json
import os
import resource
import socket
import ssl
import subprocess
import sys
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

import tamizdat
from tamizdat import errors
from tamizdat.cli import main as cli
from tamizdat.cli.console import Out
from tamizdat.cli.main import main, storage_error
from tamizdat.cli.parser import VERBS, Parser, Verb, defaults
from tamizdat.disk.installed import REMEDY, _models, _remedy
from tamizdat.home.setup import create_desk
from tamizdat.text.excerpt import columns


def call(*argv: str) -> tuple[int, str, str]:
    stdout, stderr = io.StringIO(), io.StringIO()
    return main(argv, stdout, stderr), stdout.getvalue(), stderr.getvalue()


@pytest.mark.parametrize("argv", [("--home", "desk", "status"), ("--json",), ("--dry-run", "seal")])
def test_an_option_before_the_verb_is_told_where_it_belongs(argv: tuple[str, ...]) -> None:
    code, _, wrong = call(*argv)
    assert code == 2
    assert f"found '{argv[0]}'. Options stand after it:" in wrong


@pytest.mark.parametrize(
    ("typed", "words"),
    [("sael", "Expected a verb, found 'sael'. Is 'seal' meant?"), ("zzzz", "Expected a verb, found 'zzzz'.\nRun")],
)
def test_a_verb_that_is_none_is_told_with_the_one_that_is_spelled_like_it(typed: str, words: str) -> None:
    code, _, wrong = call(typed, "card")
    assert code == 2
    assert words in wrong


def test_a_folder_of_the_other_role_or_set_up_before_is_told_as_what_it_is(tmp_path: Path) -> None:
    create_desk(tmp_path / "desk", "ourdesk", b"")
    code, _, wrong = call("setup", "desk", "--name", "other", "--allow-swap", "--home", str(tmp_path / "desk"))
    assert code == 2
    assert "found one that is a desk already. Nothing was changed." in wrong
    (tmp_path / "field").mkdir()
    (tmp_path / "field" / "role").write_text("field\n")
    used = str(tmp_path / "invitation.txt")  # a first run deleted it
    code, _, wrong = call("setup", "field", "--invitation", used, "--allow-swap", "--home", str(tmp_path / "field"))
    assert (code, "found one that is a field device already" in " ".join(wrong.split())) == (2, True)
    code, _, wrong = call("receive", "--allow-swap", "--home", str(tmp_path / "field"))
    assert code == 2
    assert f"Expected a desk in {tmp_path / 'field'}, found a field device." in " ".join(wrong.split())


@pytest.mark.parametrize(
    ("argv", "told"),
    [
        (("keys", "catch-up"), "Expected one of --site --never-published, found none."),
        (("setup", "field", "--invitation", "a", "--invitation-fd", "3"),
         "Expected --invitation-fd or --invitation, found both."),
    ],
)  # fmt: skip
def test_options_of_which_one_is_needed_are_told_as_every_error_is(argv: tuple[str, ...], told: str) -> None:
    code, _, wrong = call(*argv)
    assert (code, told in " ".join(wrong.split())) == (2, True), wrong


def test_a_window_that_closed_at_once_is_not_told_as_open_beside_the_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def serves(folder: Path, port: int, browser: bool, ready: Callable[[str, bool, bool], None]) -> None:
        for started in (True, False):
            ready("http://127.0.0.1:1/#x", started, True)

    monkeypatch.setattr("tamizdat.field.server.serve", serves)
    code, told, _ = call("field", "--allow-swap", "--home", str(tmp_path))
    assert (code, "The window did not stay open. Open this address" in " ".join(told.split())) == (0, True)


class Trial(ModuleType):
    """A verb that does what a test tells it to: a real module, found where verbs are found."""

    def __init__(self, name: str, raises: BaseException | None, code: int = 0) -> None:
        super().__init__(name, "Try something.")
        self.raises, self.code = raises, code
        self.args = Namespace()

    def add(self, parser: Parser) -> None:
        parser.action("go", "go there").add_argument("place", metavar="PLACE", help="where")

    def run(self, args: Namespace, out: Out) -> int:
        self.args = args
        if self.raises:
            raise self.raises
        return self.code


def trial(monkeypatch: pytest.MonkeyPatch, raises: BaseException | None = None, code: int = 0) -> Trial:
    module = Trial("tamizdat.cli.trial", raises, code)
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setattr(cli, "VERBS", (*VERBS, Verb("trial", "try something", changes=True, secret=True, swap=True)))
    return module


@pytest.mark.parametrize(
    ("raised", "code"),
    [
        (errors.UsageError("Expected."), 2),
        (errors.NotSetUp("Expected."), 2),
        (errors.BadParcel("Expected."), 3),
        (errors.NotForUs("Expected."), 3),
        (errors.CheckFailed("Expected."), 1),
        (errors.WorkRemains("Expected."), 1),
        (errors.PlaceUnreachable("Expected."), 1),
        (OSError(errno.ENOSPC, "No space left on device", "/media/card/source-name.mp4"), 1),
        (OSError(errno.EDQUOT, "Quota", "/media/card/source-name.mp4"), 1),
        (PermissionError(errno.EACCES, "Permission denied", "/media/card/source-name.mp4"), 1),
        (OSError(errno.EROFS, "Read-only", "/media/card/source-name.mp4"), 1),
        (OSError(errno.EIO, "I/O", "/media/card/source-name.mp4"), 1),
        (FileNotFoundError(errno.ENOENT, "No such file", "/media/card/source-name.mp4"), 1),
        (OSError("without a number: source-name"), 1),
        (KeyboardInterrupt(), 130),
    ],
)
def test_an_error_becomes_its_exit_code_and_no_file_name_is_told(
    monkeypatch: pytest.MonkeyPatch, raised: BaseException, code: int
) -> None:
    trial(monkeypatch, raised)
    for argv in (("trial", "go", "there"), ("trial", "go", "there", "--json")):
        returned, stdout, stderr = call(*argv)
        assert returned == code
        assert "source-name" not in stdout + stderr
        assert stderr.strip()
        assert all(columns(line) <= 80 for line in stderr.splitlines())
    assert json.loads(stdout.splitlines()[-1])["exit"] == code


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (errno.ENOSPC, errors.StorageFull),
        (errno.EDQUOT, errors.StorageFull),
        (errno.EFBIG, errors.StorageFull),  # a file larger than a FAT disk can hold
        (errno.EACCES, errors.StorageRefused),
        (errno.EROFS, errors.StorageRefused),
        (errno.EIO, errors.StorageRefused),
        (errno.EMFILE, errors.StorageRefused),
    ],
)
def test_a_full_disk_is_not_taken_for_a_refusal(number: int, kind: type[errors.TamizdatError]) -> None:
    assert type(storage_error(OSError(number, os.strerror(number)))) is kind


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (TimeoutError("timed out"), "it did not answer in time"),
        (ConnectionRefusedError(errno.ECONNREFUSED, "no"), "nobody answers at its address"),
        (socket.gaierror(socket.EAI_NONAME, "no"), "its name was not found"),
        (ssl.SSLError(1, "no"), "it does not speak TLS"),
    ],
)
def test_who_does_not_answer_is_not_taken_for_a_disk(error: OSError, words: str) -> None:
    told = storage_error(error)
    assert (type(told), words in str(told)) == (errors.PlaceUnreachable, True), told
    assert "it does not say why" in str(storage_error(OSError("what has no number")))


@pytest.mark.parametrize(
    "argv",
    [
        (),
        ("seel",),
        ("verify",),
        ("verify", "a", "b"),
        ("verify", "a", "--js"),  # no guessing from the beginning of an option
        ("verify", "a", "--passphrase", "secret"),
        ("verify", "a", "--root"),
        ("trial",),
        ("trial", "fly"),
        ("trial", "go", "there", "--passphrase-fd", "x"),
    ],
)
def test_wrong_usage_is_exit_code_2_and_says_where_the_help_is(
    monkeypatch: pytest.MonkeyPatch, argv: tuple[str, ...]
) -> None:
    trial(monkeypatch)
    code, stdout, stderr = call(*argv)
    assert code == 2
    assert "--help' to see" in stderr
    assert stdout == ""


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (("verify", "a", "--js"), "'tamizdat verify --help'"),
        (("setup", "field", "--no-passphrase"), "'tamizdat setup field --help'"),
    ],
)
def test_an_option_that_is_not_there_names_the_help_of_its_own_verb(argv: tuple[str, ...], words: str) -> None:
    code, _, stderr = call(*argv)
    assert code == 2
    assert f"Unrecognized arguments: {argv[-1]}." in stderr
    assert words in stderr


def test_wrong_usage_with_json_is_a_json_line_too() -> None:
    code, stdout, _ = call("verify", "--json")
    assert code == 2
    assert json.loads(stdout)["error"] == "UsageError"


@pytest.mark.parametrize(
    "argv",
    [
        ("trial", "--home", "h", "--json", "--dry-run", "go", "there", "--passphrase-fd", "5", "--allow-swap"),
        ("trial", "go", "--passphrase-fd", "5", "there", "--home", "h", "--allow-swap", "--json", "--dry-run"),
    ],
)
def test_common_options_stand_before_or_after_the_second_word(
    monkeypatch: pytest.MonkeyPatch, argv: tuple[str, ...]
) -> None:
    module = trial(monkeypatch, code=1)
    assert call(*argv)[0] == 1
    found = module.args
    assert (found.home, found.json, found.dry_run, found.passphrase_fd, found.allow_swap) == (
        Path("h"),
        True,
        True,
        5,
        True,
    )
    assert (found.action, found.place) == ("go", "there")


def test_home_is_the_option_else_the_environment_else_the_hidden_folder() -> None:
    assert defaults({"TAMIZDAT_HOME": "/field"})["home"] == Path("/field")
    assert defaults({"TAMIZDAT_HOME": ""})["home"] == Path("~/.tamizdat").expanduser()


def run_in(folder: Path, code: str, **options: object) -> "subprocess.CompletedProcess[bytes]":
    settings = {"capture_output": True, "timeout": 60, "cwd": folder, **options}
    return subprocess.run([sys.executable, "-c", code], check=False, **settings)  # type: ignore[call-overload,no-any-return]


FAULT = """
import sys, types
from tamizdat.cli import main
def fail(args, out):
    name = "the-source-of-the-clip"
    raise KeyError(name)
verb = types.ModuleType("tamizdat.cli.verify", "x"); verb.add = lambda parser: None; verb.run = fail
sys.modules["tamizdat.cli.verify"] = verb
sys.argv = ["tamizdat", "verify"]
main.run()
"""


def test_a_fault_of_our_own_tells_where_it_is_and_none_of_the_values(tmp_path: Path) -> None:
    done = run_in(tmp_path, FAULT)
    assert done.returncode == 1
    assert b"KeyError" in done.stderr
    assert b"in fail" in done.stderr
    assert b"the-source-of-the-clip" not in done.stderr


def test_whoever_mends_a_fault_can_ask_for_everything(tmp_path: Path) -> None:
    done = run_in(tmp_path, FAULT, env={**os.environ, "TAMIZDAT_TRACEBACK": "1"})
    assert b"the-source-of-the-clip" in done.stderr


def _allow_core_dumps() -> None:
    most = resource.getrlimit(resource.RLIMIT_CORE)[1]
    resource.setrlimit(resource.RLIMIT_CORE, (most, most))


def test_core_dumps_are_off_also_for_handlers_that_take_them_through_a_pipe(tmp_path: Path) -> None:
    """These get a whole dump at a limit of 0 (core(5)), and none at 1: the kernel keeps that for its own helpers."""
    code = FAULT.replace(
        "raise KeyError(name)", "import resource; print(resource.getrlimit(resource.RLIMIT_CORE)); return 0"
    )
    done = run_in(tmp_path, code, preexec_fn=_allow_core_dumps)
    assert done.stdout.strip() == (b"(1, 1)" if sys.platform == "linux" else b"(0, 0)")


def test_a_reader_that_goes_away_is_met_in_silence(tmp_path: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    code = FAULT.replace("raise KeyError(name)", "out.say(name); return 0")
    done = run_in(tmp_path, code, capture_output=False, stdout=writer, stderr=subprocess.PIPE)
    os.close(writer)
    assert done.returncode == 1
    assert done.stderr == b""


def test_a_name_that_is_no_unicode_can_be_printed(tmp_path: Path) -> None:
    code = FAULT.replace("raise KeyError(name)", "out.say('\\udcff 地震'); return 0")
    done = run_in(tmp_path, code, env={**os.environ, "PYTHONIOENCODING": "ascii"})
    assert (done.returncode, done.stderr) == (0, b"")


def test_verifying_loads_nothing_of_the_other_rooms(tmp_path: Path) -> None:
    code = """
import sys
from tamizdat.cli.main import build_parser
build_parser("verify")
print(sorted(name for name in sys.modules if name.startswith("tamizdat.")))
"""
    done = run_in(tmp_path, code)
    assert done.returncode == 0, done.stderr
    for room in (b"sealing", b"places", b"carrying", b"archive", b"publishing", b"footage", b"keys"):
        assert b"tamizdat." + room not in done.stdout


def test_who_has_a_package_of_debians_is_not_sent_to_the_source() -> None:
    where = Path("/usr/lib/tamizdat/lib/python3/site-packages/tamizdat")
    assert "make setup" not in _remedy(where)
    assert "scripts/setup" not in _models(where, "speech")
    assert f"'make setup' in {Path(tamizdat.__file__).parents[2]}" in REMEDY


def test_without_the_workbenchs_packages_every_verb_is_there_and_desk_says_what_to_do(tmp_path: Path) -> None:
    """As on a field device. Importing them fails, as it would there."""
    create_desk(tmp_path / "desk", "desk", b"", 8)
    code = """
import sys
for name in ("argon2", "multipart", "python_multipart", "starlette", "uvicorn"):
    sys.modules[name] = None
from tamizdat.cli.main import build_parser, main
from tamizdat.cli.parser import VERBS
for verb in VERBS:
    build_parser(verb.name)
sys.exit(main(["desk", "--home", "desk"], sys.stdout, sys.stderr))
"""
    done = run_in(tmp_path, code)
    assert (done.returncode, done.stdout) == (2, b""), done.stderr
    assert b"The workbench needs packages that are not installed. Run 'make setup'" in done.stderr


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (("setup",), "Expected what to do, one of: desk, field. Found nothing."),
        (("setup", "dsk"), "; found 'dsk'."),
        (("keys", "invite"), "Expected NAME, found nothing."),
        (("export",), "Expected WHAT and FOLDER, found nothing."),
    ],
)
def test_a_missing_or_wrong_word_is_told_with_those_that_are_expected(argv: tuple[str, ...], words: str) -> None:
    code, _, stderr = call(*argv)
    assert code == 2
    assert words in " ".join(stderr.split())


def test_what_only_a_desk_has_asks_for_a_desk(tmp_path: Path) -> None:
    code, _, stderr = call("find", "x", "--home", str(tmp_path))
    assert code == 2
    assert "'tamizdat setup desk'" in " ".join(stderr.split())
