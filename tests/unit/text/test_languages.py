"""Languages: one table for the workbench, the site and its feeds, right by the script in which each is written."""

import unicodedata
from pathlib import Path

import pytest

from support.sample_site import content, post, site
from tamizdat.publishing.site import renderer
from tamizdat.publishing.site.feeds import feeds
from tamizdat.publishing.site.site_index import SiteIndex
from tamizdat.text import languages
from tamizdat.text.languages import (
    ANY_TAG,
    LEFT_TO_RIGHT,
    RIGHT_TO_LEFT,
    RIGHT_TO_LEFT_IN,
    RIGHT_TO_LEFT_SCRIPTS,
    direction,
    language_and_script,
    language_name,
    normal_language,
)
from tamizdat.workbench.templating import environment


@pytest.mark.parametrize("written", ["zh-CN", "zhCn", "zh_CN", "zh-cn", " zh_cn ", "ZH-CN"])
def test_every_writing_of_a_language_is_one_tag(written: str) -> None:
    assert normal_language(written) == "zh-CN"


@pytest.mark.parametrize("written", ["art", "und", "zxx", "qme", "", "x", "<b>", "a" * 40, "art-x-foo", "a (b)"])
def test_what_names_no_language_is_none(written: str) -> None:
    assert normal_language(written) == ""


def _tags(tags: str, way: str) -> dict[str, str]:
    return dict.fromkeys(tags.split(), way)


TABLE = {
    **_tags("ar ar-EG arz fa prs ps ur pnb ks lrc mzn ug ckb sd dv yi he iw ji syr arc aii nqo", "rtl"),
    **_tags("pa-Arab uz-Arab az-Arab ku-Arab kk-Arab ky-Arab ms-Arab ha-Arab ks-Arab", "rtl"),
    **_tags("ff-Adlm bm-Nkoo rhg-Rohg rhg smp-Samr mid-Mand und-Hebr und-Thaa tlh-Arab AR pa-ARAB", "rtl"),
    **_tags("kk-CN ky-CN pa-PK uz-AF az-IR ar-aao zh-Arab ar-Aran", "rtl"),
    **_tags("pa pa-IN uz az ku kk ky ha ms ff bm tg zh zh-Hans zh-Hant-HK bo en mn-Mong ii", "ltr"),
    **_tags("ug-Latn ug-Cyrl ar-Latn ks-Deva sd-Deva sd-IN fa-Latn he-Latn yi-Latn uz-Latn-AF", "ltr"),
    **_tags("zh-yue-Hant yue nl fi in id en-t-ar-latn", "ltr"),
    **_tags("und xx tlh und-Zyyy xx-Zzzz xx-Qaaa ar_EG a <b> i-klingon", "auto"),
    "": "auto",
    "ar\n": "auto",
}
KNOWN = sorted({*TABLE, *RIGHT_TO_LEFT, *RIGHT_TO_LEFT_IN, *LEFT_TO_RIGHT})
LETTERS = {  # one of each script that Unicode has in this Python
    "adlm": 0x1E900, "arab": 0x627, "aran": 0x627, "armi": 0x10840, "avst": 0x10B00, "chrs": 0x10FB0, "cprt": 0x10800,
    "elym": 0x10FE0, "hatr": 0x108E0, "hebr": 0x5D0, "hung": 0x10C80, "khar": 0x10A10, "lydi": 0x10920, "mand": 0x840,
    "mani": 0x10AC0, "mend": 0x1E800, "merc": 0x109A0, "mero": 0x10980, "narb": 0x10A80, "nbat": 0x10880, "nkoo": 0x7CA,
    "orkh": 0x10C00, "ougr": 0x10F70, "palm": 0x10860, "phli": 0x10B60, "phlp": 0x10B80, "phnx": 0x10900,
    "prti": 0x10B40, "rohg": 0x10D00, "samr": 0x800, "sarb": 0x10A60, "sogd": 0x10F30, "sogo": 0x10F00, "syrc": 0x710,
    "syre": 0x710, "syrj": 0x710, "syrn": 0x710, "thaa": 0x780, "yezi": 0x10E80,
}  # fmt: skip
NEWER = {"gara", "sidt"}  #: Unicode 16 and 17


@pytest.mark.parametrize("tag", TABLE)
def test_a_script_runs_its_own_way(tag: str) -> None:
    assert direction(tag) == TABLE[tag]


def test_workbench_site_and_feeds_agree_about_every_language() -> None:
    written, on_site = (each.from_string("{{ tag|direction }}") for each in (environment(), renderer.environment("en")))
    posts = tuple(post(number, "一。", language=tag) for number, tag in enumerate(KNOWN))
    made = dict(feeds(site(), SiteIndex(content(posts=posts))))
    for tag in KNOWN:
        assert written.render(tag=tag) == direction(tag)
        assert on_site.render(tag=tag) == direction(tag)
        if ANY_TAG.fullmatch(tag) and tag.split("-")[0].lower() != "und":
            assert f'lang="{tag}" dir="{direction(tag)}"'.encode() in made[f"feeds/{tag.split('-')[0].lower()}.xml"]


def test_the_scripts_that_run_from_right_to_left_are_unicodes() -> None:
    assert set(LETTERS) == RIGHT_TO_LEFT_SCRIPTS - NEWER
    assert {unicodedata.bidirectional(chr(each)) for each in LETTERS.values()} == {"R", "AL"}


def test_no_language_runs_both_ways_and_every_one_with_a_name_is_known() -> None:
    assert not RIGHT_TO_LEFT & LEFT_TO_RIGHT
    assert set(languages.NAMES) <= RIGHT_TO_LEFT | LEFT_TO_RIGHT


def test_every_language_runs_as_its_likely_script_in_the_cldr() -> None:
    core = pytest.importorskip("babel.core")
    likely: dict[str, str] = core.get_global("likely_subtags")
    wrong = {}
    for tag, whole in likely.items():
        script = whole.split("_")[1].lower()
        way = "rtl" if script in RIGHT_TO_LEFT_SCRIPTS else "ltr"
        if not tag.startswith("und") and direction(tag.replace("_", "-")) not in (way, "auto" if way == "ltr" else way):
            wrong[tag] = whole
    assert not wrong


@pytest.mark.parametrize(
    ("tag", "en", "zh"),
    [
        ("zh-Hant", "Chinese", "中文"),
        ("bo", "Tibetan", "藏文"),
        ("NL", "Dutch", "荷兰文"),
        ("xx-Latn", "xx-Latn", "xx-Latn"),
        ("und", "", ""),
        ("und-Arab", "", ""),
        ("", "", ""),
    ],
)
def test_a_language_without_a_name_of_ours_is_called_by_its_tag(tag: str, en: str, zh: str) -> None:
    assert (language_name(tag, "en"), language_name(tag, "zh")) == (en, zh)


def test_translators_are_told_the_script_where_the_tag_does() -> None:
    tags = ("zh-Hant", "zh-hans-CN", "ug-Cyrl", "zh", "xx-Latn", "ar-Aran")
    told = [language_and_script(tag, "en") for tag in tags]
    assert told[:3] == ["Chinese (traditional)", "Chinese (simplified)", "Uyghur (Cyrillic script)"]
    assert told[3:] == ["Chinese", "xx-Latn", "Arabic"]
    assert language_and_script("zh-Hant", "zh") == "中文 (繁体)"


@pytest.mark.parametrize("tag", ["--", "../x", "a", "en/", "en-", "<b>", "en\n", "en-" + "a" * 40, "", "zh_CN"])
def test_what_is_no_tag_names_no_file(tag: str) -> None:
    assert not ANY_TAG.fullmatch(tag)


def test_the_form_of_a_tag_stands_in_one_module() -> None:
    source = Path(languages.__file__).parents[1]
    holds = [path.name for path in source.rglob("*.py") if "[a-z]{2,3}(-[A-Za-z0-9]{2,8})*" in path.read_text("utf-8")]
    assert holds == ["encoding.py"]
