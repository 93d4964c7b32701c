"""The catalogue of words: complete, current, in English where nothing else is there, and read only when needed."""

import subprocess
import sys
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from tamizdat.publishing.site.l10n import LANGUAGES, TAGS
from tamizdat.text import catalogue
from tamizdat.text.catalogue import LOCALES, counted, messages, translations

SCRIPT = Path(__file__).parents[3] / "scripts" / "messages"


def _script() -> Any:
    spec = spec_from_loader("messages_script", SourceFileLoader("messages_script", str(SCRIPT)))
    assert spec is not None
    assert spec.loader is not None
    made = module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


script = _script()


def catalog(text: str, locale: str = "pl") -> Catalog:
    return read_po([b'msgid ""\n', b'msgstr ""\n', *text.encode().splitlines(True)], locale=locale)


@pytest.mark.long  # scripts/check says it too
def test_every_file_is_complete_and_current(capsys: pytest.CaptureFixture[str]) -> None:
    assert script.main(check=True) == 0, capsys.readouterr().out


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_of_the_site_has_a_file_of_its_own(language: str) -> None:
    assert catalogue._path(language).stem.replace("_", "-") == TAGS[language]
    assert set(messages(language)) == set(messages("en"))


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('msgctxt "a"\nmsgid "A {count}"\nmsgstr ""\n', "a: not translated"),
        ('msgctxt "a"\nmsgid "A {count}"\nmsgstr "B"\n', "a: other placeholders"),
        ('msgctxt "a"\nmsgid "A {count}"\nmsgstr "B {number}"\n', "a: other placeholders"),
        ('msgid "A %(x)s"\nmsgstr "B %(y)s"\n', "other placeholders"),
        ('msgid "A"\nmsgstr "B 100%%"\n', "other placeholders"),
        ('msgid "A"\nmsgstr "<i>B</i>"\n', "other placeholders or tags"),
        ('msgid "A <b>b</b>"\nmsgstr "A <b>b"\n', "other placeholders or tags"),
        ('msgid "A"\nmsgstr "B\\""\n', "other placeholders or tags"),
        ('#, fuzzy\nmsgid "A"\nmsgstr "B"\n', "fuzzy"),
        (
            'msgid "{n} a"\nmsgid_plural "{n} as"\nmsgstr[0] "{n} b"\nmsgstr[1] ""\nmsgstr[2] "{n} b"\n',
            "an empty form",
        ),
        (
            'msgid "{n} a"\nmsgid_plural "{n} as"\nmsgstr[0] "{n} b"\nmsgstr[1] "b"\nmsgstr[2] "{n} b"\n',
            "other placeholders",
        ),
        ('msgid "1 a"\nmsgid_plural "{n} as"\nmsgstr[0] ""\nmsgstr[1] ""\nmsgstr[2] ""\n', "one and many differ"),
    ],
)
def test_what_gettexts_own_check_lets_pass_is_told(text: str, fault: str) -> None:
    assert any(fault in each for each in script.faults(catalog(text), False))


def test_words_of_the_workbench_may_wait_for_their_translation() -> None:
    assert list(script.faults(catalog('msgid "Sign out"\nmsgstr ""\n'), False)) == []


def test_a_language_is_added_by_adding_a_file() -> None:
    made = script.merged(script.updated_source(script.read_catalog(LOCALES / "en.po")), Catalog("ar"))
    again = read_po(script.written(made).splitlines(True), locale="ar")
    assert again.num_plurals == 6
    assert len(again) == len(made) == len(script.read_catalog(LOCALES / "zh_Hans.po"))
    assert {each.context for each in again if each.context} >= set(messages("en"))


def test_a_translation_stays_when_its_english_changes_and_is_marked() -> None:
    new = catalog('msgctxt "a"\nmsgid "A better text"\nmsgstr ""\n\nmsgid "A text of ours."\nmsgstr ""\n', "en")
    old = catalog('msgctxt "a"\nmsgid "A text"\nmsgstr "T"\n\nmsgid "A text of ours"\nmsgstr "O"\n')
    made = script.merged(new, old)
    assert [(each.string, "fuzzy" in each.flags) for each in made if each.id] == [("T", True), ("O", True)]


def test_what_is_not_translated_is_shown_in_english() -> None:
    assert translations("zh").gettext("Nobody translated this.") == "Nobody translated this."
    assert messages("tlh") == messages("en")
    assert counted("posts", 1, "tlh") == "1 post"


@pytest.mark.parametrize("language", ["../text/locales/zh_Hans", "*", "", "zhx"])
def test_only_files_of_the_catalogue_are_read(language: str) -> None:
    assert catalogue._path(language) == LOCALES / "en.po"


def test_counts_have_the_forms_of_their_language() -> None:
    assert [counted("posts", count, "en") for count in (0, 1, 2, 1234)] == [
        "0 posts",
        "1 post",
        "2 posts",
        "1,234 posts",
    ]
    assert [counted("posts", count, "zh") for count in (1, 1234)] == ["1 条", "1,234 条"]


@pytest.mark.parametrize(
    "code",
    [
        "import tamizdat.cli.main",
        "import tamizdat.publishing, tamizdat.publishing.site.pages, tamizdat.workbench.app",
        "from tamizdat.workbench.l10n import gettext, word; assert gettext('Saved.') + word('post') == 'Saved.post'",
    ],
)
def test_babel_is_loaded_only_by_who_needs_it(code: str) -> None:
    asked = f"{code}; import sys; print('babel' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout == "False\n"
