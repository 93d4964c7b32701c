"""Languages by their BCP 47 tags: what they are called, and which way their script runs.

The direction is that of the script, and a tag names the script or leaves it to the language and region. In this order:

====================  ========================================  =================================
the script's subtag   ``az-Arab`` rtl, ``ug-Latn`` ltr          :data:`RIGHT_TO_LEFT_SCRIPTS`
the region's custom   ``kk-CN`` rtl, ``pa-PK`` rtl              :data:`RIGHT_TO_LEFT_IN`
the language's own    ``ks`` rtl, ``pa`` ltr                    :data:`RIGHT_TO_LEFT`, :data:`LEFT_TO_RIGHT`
none of them known    ``und``, ``tlh``, what is no tag: auto    a browser goes by the first letter
====================  ========================================  =================================

Which script a language is written in is that of CLDR's likely subtags; a test holds the tables against them.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final, Literal

from tamizdat.encoding import LANGUAGE_TAG
from tamizdat.errors import UsageError
from tamizdat.text.catalogue import SOURCE, messages

LANGUAGE: Final = re.compile(LANGUAGE_TAG)  #: a tag as our statements hold it
#: a tag as platforms give it, of any language: no markup, no part of a path, as long as RFC 5646 (4.4.1) has them
ANY_TAG: Final = re.compile("(?=.{2,35}$)[A-Za-z0-9]{2,8}(-[A-Za-z0-9]{1,8})*")


def checked_language(tag: str) -> str:
    """Return *tag* if it is one as our statements hold it. Raises :class:`UsageError`."""
    if not LANGUAGE.fullmatch(tag):
        raise UsageError(f"Expected a language tag such as en, zh-Hans, bo or ar, found {tag!r}.")
    return tag


def _codes(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: ISO 15924 codes in lower case, also of scripts that only scholars write
RIGHT_TO_LEFT_SCRIPTS: Final = _codes("""
    adlm arab aran armi avst chrs cprt elym gara hatr hebr hung khar lydi mand mani mend merc mero narb nbat nkoo orkh
    ougr palm phli phlp phnx prti rohg samr sarb sidt sogd sogo syrc syre syrj syrn thaa yezi
""")
#: languages whose script, unless a tag says otherwise, runs from right to left
RIGHT_TO_LEFT: Final = _codes("""
    aao abh abv acm acq acw acx adf ae aeb aec aee aeq afb aib aii aij aiq amw apc apd ar arc arq ars ary arz ask atn
    auj auz avd avl ayh ayl ayn ayp azb bal bdz bej bft bgn bgp bhe bhm bhn bjf bjm bqi brh brk bsh bsk chg cja ckb
    clh czk dcc def deh dgl dmk dml dv ecy esh fa fay faz fia fub gbz ggg gha ghr gig gjk gju glh glk grr gwc gwf gwt
    gzi hac haz hbo he hkh hnd hno hoh hrt hrz hss huy isk itk iw jad jat jbe jbn jdg ji jnd jog jpa jpr jrb jye kbu
    kby kcy kfm khw klj kmz kqd ks ktl kvx kxp lad lah lhs lki lrc lrk lrl lsa lsd lss luv luz mby mde mey mfa mfi mhj
    mid mki mnj mve mvy myz mzb mzn nli nlm nqo ntz nyq oar obm odk omy oru ota otk oui pal pbt pes pgd phl phn phr
    phv plk pnb prc prd prs prx ps psh psi pst qxq rdb rhg rmt sam sbn scl sd sdb sdf sdg sdh sds sgr sgy shd shm shu
    shv siy siz skr smp smy sog sqo sqt srh srz ssh sts swb syc syn syr tjo tks tmr tov tra trg trm trw ug ur ush uzs
    vaf vgr vmh wbk wne wni wsv xco xhe xka xkc xkj xkp xld xly xmn xmr xna xpr xsa xsd xvi ydg yhd yi yih yud zba zdj
    zrp zum
""")
#: language and region where the script is another one than elsewhere, and runs from right to left
RIGHT_TO_LEFT_IN: Final = _codes("""
    az-iq az-ir ha-cm ha-sd kk-af kk-cn kk-ir kk-mn ku-iq ku-ir ku-lb ky-cn ms-cc pa-pk tg-pk uz-af
""")
_LEFT_TO_RIGHT_IN: Final = frozenset(("mey-sn", "sd-in", "ug-kz", "ug-mn"))
#: every other language with two letters, those of old that platforms still give, and Chinese ones with three
LEFT_TO_RIGHT: Final = _codes("""
    aa ab af ak am an as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dz ee el en eo es et eu
    ff fi fj fo fr fy ga gd gl gn gu gv ha hi ho hr ht hu hy hz ia id ie ig ii ik in io is it iu ja jv jw ka kg ki kj
    kk kl km kn ko kr ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mo mr ms mt my na nb nd ne ng nl nn no
    nr nv ny oc oj om or os pa pi pl pt qu rm rn ro ru rw sa sc se sg sh si sk sl sm sn so sq sr ss st su sv sw ta te
    tg th ti tk tl tn to tr ts tt tw ty uk uz ve vi vo wa wo xh yo za zh zu cmn fil hak nan wuu yue
""")


#: names in English; the catalogue has them in the other languages (``language_ar``, ``script_arab``)
NAMES: Final[Mapping[str, str]] = {
    "ar": "Arabic",
    "bo": "Tibetan",
    "de": "German",
    "en": "English",
    "es": "Spanish",
    "fa": "Persian",
    "fi": "Finnish",
    "fr": "French",
    "he": "Hebrew",
    "id": "Indonesian",
    "it": "Italian",
    "ja": "Japanese",
    "kk": "Kazakh",
    "km": "Khmer",
    "ko": "Korean",
    "mn": "Mongolian",
    "my": "Burmese",
    "nl": "Dutch",
    "pl": "Polish",
    "pt": "Portuguese",
    "ru": "Russian",
    "th": "Thai",
    "tr": "Turkish",
    "ug": "Uyghur",
    "uk": "Ukrainian",
    "vi": "Vietnamese",
    "yue": "Cantonese",
    "zh": "Chinese",
}
SCRIPT_NAMES: Final[Mapping[str, str]] = {
    "arab": "Arabic script",
    "cyrl": "Cyrillic script",
    "hans": "simplified",
    "hant": "traditional",
    "latn": "Latin script",
    "mong": "Mongolian script",
}
_PARTS: Final = re.compile(  # RFC 5646, 2.1: language, up to three extended ones, script, region
    r"(?P<language>[a-z]{2,3})(?:-[a-z]{3}){0,3}(?:-(?P<script>[a-z]{4}))?(?:-(?P<region>[a-z]{2}|\d{3}))?"
    r"(?:-[a-z\d]{1,8})*",
    re.ASCII,
)
_NO_SCRIPT: Final = re.compile("z(?:inh|mth|sym|sye|xxx|yyy|zzz)|qa[a-b][a-z]")  #: symbols, unwritten, private use


#: what platforms write where they know no language, or where the words are in none: X's own codes among them
_NO_LANGUAGE: Final = _codes("art mis mul qam qct qht qme qst root und unknown zxx")
_OLD: Final[Mapping[str, str]] = {
    "in": "id",
    "iw": "he",
    "ji": "yi",
    "jw": "jv",
    "mo": "ro",
    "no-nyn": "nn",
    "zh-min-nan": "nan",
}
_JOINED: Final = re.compile("([a-z]{2,3})([A-Z][a-z]{1,3})")  #: ``zhCn``, ``zhHans``


@lru_cache(1 << 10)
def normal_language(tag: str) -> str:
    """Return a platform's name of a language as a tag of BCP 47, "" where it names none.

    >>> [normal_language(each) for each in ("zhCn", "zh_TW", "ZH-hans", "in", "art", "pt-br", "<b>")]
    ['zh-CN', 'zh-TW', 'zh-Hans', 'id', '', 'pt-BR', '']
    """
    found = _JOINED.fullmatch(tag.strip())
    written = (f"{found[1]}-{found[2]}" if found else tag.strip()).replace("_", "-")
    written = _OLD.get(written.lower(), written)
    if not ANY_TAG.fullmatch(written):
        return ""
    first, *others = written.split("-")
    first = _OLD.get(first.lower(), first.lower())
    if first in _NO_LANGUAGE:
        return ""
    cased = [each.upper() if len(each) == 2 else each.title() if len(each) == 4 and each.isalpha() else each.lower()
             for each in others]  # fmt: skip
    return "-".join([first, *cased])


@lru_cache(1 << 10)  # a hundred times for each post, of a few tags
def primary_subtag(tag: str) -> str:
    """Return the language of *tag* without script and region, in lower case: ``zh`` of ``zh-Hant``."""
    return tag.partition("-")[0].lower()


def language_name(tag: str, language: str) -> str:
    """Return the name, in *language* (of the catalogue), of the language of *tag*.

    It is the tag itself where we have no name for it, and "" where it says that the language is not known (``und``).
    """
    first = primary_subtag(tag)
    if first == "und":
        return ""
    if first not in NAMES:
        return tag
    return NAMES[first] if language == SOURCE else messages(language)[f"language_{first}"]


#: letters whose script tells at least what the words are not: a name, a class of :class:`re`, and languages written so
_SCRIPTS_OF: Final = (
    ("zh", "[\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af]", _codes("zh yue nan wuu cmn hak ja ko")),
    ("bo", "[\u0f00-\u0fff]", _codes("bo dz")),
    ("", "[\u0590-\u08ff\ufb1d-\ufefc]", RIGHT_TO_LEFT),
)


def written_in(text: str, tag: str) -> str:
    """Return *tag* if the first letters of *text* can be of its language, else that of their script, "" if unknown.

    A Chinese place in a Tibetan entry is Chinese; a Latin one is nobody's.

    >>> [written_in(text, "bo") for text in ("ལྷ་ས", "拉萨", "Lhasa")]
    ['bo', 'zh', '']
    """
    first = next((each for each in text if each.isalpha()), "")
    spoken = primary_subtag(tag)
    for language, letters, written in _SCRIPTS_OF:
        if re.match(letters, first):
            return tag if spoken in written else language
    return "" if any(spoken in written for *_, written in _SCRIPTS_OF) else tag


def known_languages() -> list[str]:
    """Return the tags of the languages that we have names for, in order; Chinese by its scripts."""
    return sorted(each for tag in NAMES for each in (("zh-Hans", "zh-Hant") if tag == "zh" else (tag,)))


def language_and_script(tag: str, language: str) -> str:
    """Return the name of the language with its script, where *tag* tells it: ``Chinese (traditional)``."""
    name, found = language_name(tag, language), _PARTS.fullmatch(tag.lower())
    script = found["script"] or "" if found else ""
    if script not in SCRIPT_NAMES or name == tag:
        return name
    told = SCRIPT_NAMES[script] if language == SOURCE else messages(language)[f"script_{script}"]
    return f"{name} ({told})"


def is_traditional(tag: str) -> bool:
    """Tell whether *tag* says that Chinese is in traditional characters, by script or by region."""
    found = _PARTS.fullmatch(tag.lower())
    if found is None or found["language"] not in ("zh", "yue"):
        return False
    return found["script"] == "hant" or (not found["script"] and found["region"] in ("tw", "hk", "mo"))


@lru_cache(256)
def direction(tag: str) -> Literal["rtl", "ltr", "auto"]:
    """Return HTML's ``dir`` for text in the language of *tag*; ``auto`` where its first letter must decide."""
    found = _PARTS.fullmatch(tag.lower())
    if found is None:
        return "auto"
    language, script, region = found["language"], found["script"], found["region"]
    if script and not _NO_SCRIPT.fullmatch(script):
        return "rtl" if script in RIGHT_TO_LEFT_SCRIPTS else "ltr"
    custom = f"{language}-{region}"
    if custom in RIGHT_TO_LEFT_IN or (language in RIGHT_TO_LEFT and custom not in _LEFT_TO_RIGHT_IN):
        return "rtl"
    return "ltr" if language in LEFT_TO_RIGHT or custom in _LEFT_TO_RIGHT_IN else "auto"
