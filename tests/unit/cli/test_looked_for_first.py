"""What a command names is looked for before anybody types a passphrase, and the error says which name was wrong."""

import io
from pathlib import Path

import pytest

from support.field_and_desk import NOW, PASSPHRASE, WORK
from tamizdat.cli.main import main
from tamizdat.home.setup import create_desk, create_field, invite

COMMANDS = """
seal nowhere|wipe nowhere|collect nowhere|setup field --invitation nowhere|story add nowhere|redact 1 --cover nowhere|
transcript add 1 nowhere --language zh --account a|reading add nowhere|translate import nowhere --account a|
translate glossary import nowhere|people import nowhere|keys roster --root nowhere|keys rotate --root nowhere|
keys invite x --places nowhere
"""


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("homes")
    desk = create_desk(folder / "desk", "ourdesk", PASSPHRASE, WORK)
    create_field(folder / "field", invite(desk, "anna", PASSPHRASE, NOW), PASSPHRASE, WORK)
    return folder


def test_a_name_of_nothing_is_told_before_a_passphrase_is_asked_for(
    homes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def asked(*_: object) -> bytes:
        raise AssertionError("a passphrase was asked for")

    monkeypatch.setattr("tamizdat.cli.open_home.ask_passphrase", asked)
    monkeypatch.setattr("tamizdat.cli.setup.new_passphrase", asked)
    for command in COMMANDS.replace("\n", "").split("|"):
        verb, *words = command.split()
        home = {"seal": "field", "wipe": "field", "setup": "new"}.get(verb, "desk")
        told = io.StringIO()
        code = main([verb, *words, "--home", str(homes / home), "--allow-swap"], io.StringIO(), told)
        assert (code, "found none called 'nowhere'" in " ".join(told.getvalue().split())) == (2, True), command
