"""The search of the published site: an index in small scripts, which a page loads as it needs them, from a disk too.

Everything that has a number is in a *segment*, 1,024 numbers wide; each segment has 32 scripts of words and, for every
32 numbers, one of texts::

    search/9/0a.js        tamizdatWords({"part":"9/0a","words":{"地震":"AEBP","earthquake":"AE"}});
    search/9/t31.js       tamizdatTexts({"part":"9/t31","texts":[[9001,"post","2020-05-12T14:28:00+08:00",
                                         "林夏",[["zh-Hans","地震十二年。"],["en","Twelve years since …"]]]]});

A word's script is the code point of its first character modulo 32, so that all words with one beginning are together.
Where it occurs are two base64 digits each: the number modulo 1,024. Words are those of :mod:`tamizdat.text.tokens`,
cut and folded the same way in ``search.js`` (with ``fold.js``, its table of characters, made by :func:`fold_table`).
A page looks up the words of a query, in segments with the newest things first, and reads the few texts that can hold
all of them. Numbers are not in the order of time (some exports have the newest first), and a reader may ask for one
voice, year, language, state or kind alone: ``search/9/facts.js`` tells of each thing its place (as runs: the first, and
how many), when it was written (seconds after *since*, in *wide* digits each) and which *traits* it has (in *narrow*)::

    tamizdatTexts({"part":"9/facts","places":[[4,1],[79,1]],"since":1589264880,"wide":1,"when":"A4","narrow":1,"of":"AB",
                   "traits":[["post picture","7d0c…","zh en","present edited","2020"],["person","","zh","",""]]});

What is said in a clip is a text whose lines are its cues; the seconds at which they begin stand behind it, so that a
hit leads there. Here it has one line::

    ["zh","老师: 他们都不在了。",[1.2]]

A trait may be several words with a space between them. Of people the time is 64⁶ − 1: they come first.

A segment is made anew when something in it changes, and no other is. If only few of its posts say something else, its
scripts are those of the last edition, in which the words that these have now or had then are put in or taken out.
"""

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from itertools import chain
from operator import add
from typing import Final, cast

from tamizdat.encoding import script_call
from tamizdat.publishing.model import NONE_EARLIER, EarlierPages, StoredPost
from tamizdat.publishing.site.clips import FIRST, place_of
from tamizdat.publishing.site.post_around import what_changed
from tamizdat.publishing.site.post_lists import PageGroup
from tamizdat.publishing.site.site_index import SiteIndex, day_of, key_of, moves, sounds
from tamizdat.statements.derived import Item, Person, Picture, Post, PublishedStory, Track
from tamizdat.statements.post_context import Context
from tamizdat.text.languages import primary_subtag
from tamizdat.text.tokens import folded, tokens

SEGMENT, TEXTS, SCRIPTS = 1024, 32, 32
WHEN: Final = 6  #: base64 digits of the latest time
LONGEST: Final = 4000  #: characters of a text that are found and shown
#: texts of these characters alone are cut without asking what kind each is: English, Chinese, and their punctuation
_PLAIN: Final = re.compile("[\x00-\x7f\u2010-\u2049\u3000-\u3004\u3008-\u3020\u4e00-\u9fff]*")
_RUN: Final = re.compile(r"[\u4e00-\u9fff]+|(?<![0-9a-z])[a-z](?:\+\+|#)(?![0-9a-z])|[0-9a-z]+")
_DIGITS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_PLACES: Final = tuple(_DIGITS[each >> 6] + _DIGITS[each & 63] for each in range(SEGMENT))
_ORDER: Final = {place: each for each, place in enumerate(_PLACES)}

FEW: Final = 32  #: posts of a segment: for more of them it is made anew

KINDS: Final = ("post", "picture", "clip", "sound", "document", "text", "person", "story")
STATES: Final = ("present", "edited", "gone")

#: a language and a text in it; of what is said in a clip the seconds of its lines, and its place if it is not the first
Text = tuple[str, str] | tuple[str, str, list[float]] | tuple[str, str, list[float], str]
Entry = tuple[int, str, str, str, list[Text]]  #: number, kind, time, who, texts with their languages
Found = tuple[Entry, str]


def segments(view: SiteIndex) -> list[tuple[int, int]]:
    """Which segments there are, each with the time of the newest thing in it; the newest first."""
    if not view.segments:
        view.segments.extend(_segments(view))
    return view.segments


def _segments(view: SiteIndex) -> list[tuple[int, int]]:
    newest: dict[int, int] = {}
    last = {post.number // SEGMENT: post for post in view.posts}  # they are in the order of time
    for one in chain(last.values(), (each for each in view.things.values() if not isinstance(each, Post))):
        newest[one.number // SEGMENT] = max(newest.get(one.number // SEGMENT, 0), when_of(one))
    return sorted(newest.items(), key=lambda each: (-each[1], -each[0]))


def _digits(number: int, wide: int) -> str:
    return "".join(_DIGITS[number >> shift & 63] for shift in range(6 * (wide - 1), -1, -6))


def _width(most: int) -> int:
    """Return how many digits a number up to *most* needs."""
    return max(1, -(-most.bit_length() // 6))


def search_groups(view: SiteIndex) -> Iterator[PageGroup]:
    """Yield the scripts, segment by segment."""
    things: dict[int, list[Item]] = {}
    for number in sorted(view.things):
        things.setdefault(number // SEGMENT, []).append(view.things[number])
    for segment, held in things.items():
        yield PageGroup(f"search/{segment}/", view.stated(held), partial(scripts, segment, held, view.shown.earlier))


def scripts(segment: int, things: Iterable[Item], earlier: EarlierPages = NONE_EARLIER) -> dict[str, bytes]:
    """Return the scripts of one segment; *earlier* has those of the last edition."""
    held = list(things)
    return _renewed(segment, held, earlier) or _made(segment, held)


def _renewed(segment: int, held: Sequence[Item], earlier: EarlierPages) -> dict[str, bytes]:
    """Return them as they were but for a few posts; none if other things were in it, or a script is no more as it was.

    Each word that one of these posts has now and had not then, or the other way round, gets or loses its place. None,
    too, if a script does not hold what a post had then: who remembers that wrong would leave an old word in it.
    """
    changed = [each for each in held if not earlier.tells(each.number)]
    first = segment * SEGMENT
    if len(changed) > FEW or earlier.between(first, first + SEGMENT) != {each.number for each in held}:
        return {}
    texts = sorted({_part_of(each) for each in held})
    parts = [*(f"{segment}/{number:02x}" for number in range(SCRIPTS)), *(f"{segment}/t{each}" for each in texts)]
    said = {part: earlier.text(f"search/{part}.js") for part in parts}
    if not all(said.values()):
        return {}
    moved: dict[str, list[tuple[str, str, bool]]] = {}
    for each in changed:
        then, now = {*earlier.words_of(each.number).split(" ")}, {*found_of(each)[1].split(" ")}
        for word in filter(None, then ^ now):
            part = f"{segment}/{ord(word[0]) % SCRIPTS:02x}"
            moved.setdefault(part, []).append((word, _PLACES[each.number % SEGMENT], word in then))
    made = {f"search/{part}.js": text.encode() for part, text in said.items()}
    for part, some in moved.items():
        words = json.loads(said[part][said[part].index("{") : said[part].rindex("}") + 1])["words"]
        for word, place, was_there in some:
            before = words.get(word, "")
            places = {before[at : at + 2] for at in range(0, len(before), 2)}
            if (place in places) != was_there:
                return {}
            words[word] = "".join(sorted(places ^ {place}, key=_ORDER.__getitem__))
        made |= _words_script(part, {word: places for word, places in words.items() if places})
    anew = {_part_of(each) for each in changed}
    entries = {part: [found_of(each)[0] for each in held if _part_of(each) == part] for part in anew}
    return made | _facts_and_texts(segment, held, entries)


def _made(segment: int, held: Sequence[Item]) -> dict[str, bytes]:
    """Return the scripts of one segment, made of all that is in it."""
    words: list[dict[str, list[str]]] = [{} for _ in range(SCRIPTS)]
    texts: dict[int, list[Entry]] = {}
    for each in held:
        entry, said = found_of(each)
        texts.setdefault(_part_of(each), []).append(entry)
        place = _PLACES[each.number % SEGMENT]
        for word in said.split(" ") if said else ():
            words[ord(word[0]) % SCRIPTS].setdefault(word, []).append(place)
    made = _facts_and_texts(segment, held, texts)
    for number, found in enumerate(words):
        made |= _words_script(f"{segment}/{number:02x}", {word: "".join(places) for word, places in found.items()})
    return made


def _part_of(one: Item) -> int:
    """Return which of the scripts of texts of its segment it stands in."""
    return one.number % SEGMENT // TEXTS


def _words_script(part: str, words: Mapping[str, str]) -> dict[str, bytes]:
    return {f"search/{part}.js": _script("tamizdatWords", {"part": part, "words": dict(sorted(words.items()))})}


def _facts_and_texts(segment: int, held: Sequence[Item], texts: Mapping[int, Sequence[Entry]]) -> dict[str, bytes]:
    """Return what tells of all things of a segment, and these scripts of texts."""
    told: dict[str, dict[str, object]] = {f"t{number}": {"texts": entries} for number, entries in texts.items()}
    told["facts"] = _facts(held)
    return {
        f"search/{segment}/{name}.js": _script("tamizdatTexts", {"part": f"{segment}/{name}", **facts})
        for name, facts in told.items()
    }


def _facts(things: Sequence[Item]) -> dict[str, object]:
    """Return what ``facts.js`` tells of the *things* of a segment, which are in the order of their numbers."""
    runs: list[list[int]] = []
    times, kinds, traits = list[int](), list[int](), dict[tuple[str, ...], int]()
    for each in things:
        place = each.number % SEGMENT
        if runs and sum(runs[-1]) == place:
            runs[-1][1] += 1
        else:
            runs.append([place, 1])
        times.append(when_of(each))
        kinds.append(traits.setdefault(traits_of(each), len(traits)))
    since = min(times)
    wide, narrow = _width(max(times) - since), _width(len(traits) - 1)
    digits = "".join(_digits(each - since, wide) for each in times), "".join(_digits(each, narrow) for each in kinds)
    return {
        "places": runs, "since": since, "wide": wide, "when": digits[0], "narrow": narrow, "of": digits[1],
        "traits": [list(each) for each in traits],
    }  # fmt: skip


def found_of(one: Item) -> Found:
    """Return what is found of it, and shown when it is found; and the words under which, with a space between them."""
    if isinstance(one, StoredPost):
        return cast(Found, one.kept.found(one))
    entry = _entry_of(one)
    return entry, " ".join(words_of(entry))


def _entry_of(one: Item) -> Entry:
    if isinstance(one, Post):
        texts: list[Text] = [(one.language, "\n".join(filter(None, (one.summary, *_said(one)))))]
        texts += [(each.language, each.target) for each in one.translations]
        for picture in one.pictures:
            place = place_of(picture)
            for track in picture.tracks or ():
                texts += [each if place == FIRST else (*each, place) for each in _spoken(track)]
        kind, time, who = "post", one.published or "", one.voice.name or one.voice.handle
    elif isinstance(one, Person):
        told = one.told
        texts = [(told.language, told.name), *told.names.items()]
        texts.append((told.language, " ".join(filter(None, (told.school, told.place)))))
        kind, time, who = "person", "", told.name
    elif isinstance(one, PublishedStory):
        texts = [each for told in one.tellings for each in _in_pieces(told.language, told.pieces)]
        kind, time, who = "story", one.day, one.told.credit
    else:
        texts = [(one.language, "\n".join(filter(None, (one.title, one.caption, one.alt))))]
        texts += [each for track in one.tracks or () for each in _spoken(track)]
        kind, time, who = one.kind, one.day, one.title
    return one.number, kind, time, who, [(each[0], each[1][:LONGEST], *each[2:]) for each in texts if each[1]]


def _spoken(track: Track) -> Iterator[tuple[str, str, list[float]]]:
    """Yield what is said in one language, in pieces that are found and shown whole: a line for each cue."""
    lines, seconds, length = list[str](), list[float](), 0
    for cue in track.cues:
        words = " ".join((f"{cue.speaker}: {cue.text}" if cue.speaker else cue.text).splitlines())
        if lines and length + len(words) >= LONGEST:
            yield track.language, "\n".join(lines), seconds
            lines, seconds, length = [], [], 0
        lines.append(words)
        seconds.append(cue.start / 1000)
        length += len(words) + 1
    yield track.language, "\n".join(lines), seconds


def _in_pieces(language: str, said: Iterable[str]) -> Iterator[Text]:
    """Yield what is *said*, one after the other, in pieces that are found and shown whole."""
    piece = ""
    for words in said:
        if piece and len(piece) + len(words) >= LONGEST:
            yield language, piece
            piece = ""
        piece = f"{piece}\n{words}" if piece else words
    yield language, piece


def traits_of(one: Item) -> tuple[str, str, str, str, str]:
    """Return by what it can be asked for: its kinds, the key of its voice, its languages, its states, its year."""
    if isinstance(one, Person):
        return "person", "", _tongues(one.told.language, *one.told.names), "", ""
    if isinstance(one, StoredPost):
        return one.traits
    if not isinstance(one, Post):
        works = one.translations if isinstance(one, PublishedStory) else one.tracks or ()
        tongues = _tongues(one.language, *(each.language for each in works))
        return one.kind, "", tongues, "", one.day[:4]
    kinds = " ".join(dict.fromkeys(("post", *map(_kind_of, one.pictures))))
    states = ("gone" if one.gone else "present") + (" edited" if what_changed(one) else "")
    spoken = (track.language for picture in one.pictures for track in picture.tracks or ())
    tongues = _tongues(one.language, *(each.language for each in one.translations), *spoken)
    return kinds, key_of(one.voice.id), tongues, states, day_of(one)[:4]


def _kind_of(picture: Picture) -> str:
    return "clip" if moves(picture) else "sound" if sounds(picture) else "picture"


def _tongues(*tags: str) -> str:
    return " ".join(dict.fromkeys(map(primary_subtag, tags)))


def choices(view: SiteIndex) -> dict[str, list[str]]:
    """Return what a reader can choose of each trait but the voice."""
    if not view.choices:
        view.choices.update(_choices(view))
    return view.choices


def _choices(view: SiteIndex) -> dict[str, list[str]]:
    kinds, languages, states, years = (set[str]() for _ in range(4))
    for kind, _, tongues, state, year in {traits_of(one) for one in view.things.values()}:
        kinds.update(kind.split())
        languages.update(tongues.split())
        states.update(state.split())
        years.add(year)
    return {
        "kind": [each for each in KINDS if each in kinds],
        "language": sorted(languages - {"und"}),
        "state": [each for each in STATES if each in states],
        "year": sorted(years - {""}, reverse=True),
    }


def _said(post: Post) -> list[str]:
    """Return the words of *post*, and of what stands around it: choices, quotations, descriptions, where links led."""
    told = post.context or Context()
    said = [post.text, *told.words().values(), *(each.alt for each in told.missing or ())]
    return [*said, *(each.target for each in told.links or ())]


def when_of(one: Item) -> int:
    """Return by what hits are put in order, the newest first: seconds since 1970. People come before all else."""
    if isinstance(one, Person):
        return 64**WHEN - 1
    try:
        when = datetime.fromisoformat((one.published or "") if isinstance(one, Post) else one.day)
    except ValueError:
        return 0
    return max(0, int((when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()))


def words_of(entry: Entry) -> set[str]:
    """Return the words under which it is found."""
    found: set[str] = set()
    for _, text, *_seconds in entry[4]:
        plain = folded(text)
        if not _PLAIN.fullmatch(plain):
            found.update(tokens(text))
            continue
        for run in _RUN.findall(plain):
            if run[0] < "\x80":
                found.update((run[:64],) if run.isalnum() else tokens(run))
            else:
                found.update(map(add, run, run[1:]))
                found.add(run[-1])
    return found


def fold_table() -> bytes:
    """``fold.js``: how characters are folded that JavaScript would not fold so by itself (NFKC, then lower case)."""
    single, others = [], {}
    for code in range(0x80, 0x32400):
        character = chr(code)
        category = unicodedata.category(character)
        if category == "Cs" or unicodedata.normalize("NFKC", character) != character:
            continue
        target = folded(character)
        itself = "" if category == "Cf" else " " if category[0] == "C" else character.lower()
        if target == itself:
            continue
        if len(target) == 1:
            single.append(character + target)
        else:
            others[character] = target
    facts = {"pairs": "".join(single), "others": others}
    return b"// made by tamizdat.publishing.site.search_index.fold_table\n" + _script("tamizdatFold", facts)


def _script(name: str, facts: object) -> bytes:
    return script_call(name, json.dumps(facts, ensure_ascii=False, separators=(",", ":")).encode())
