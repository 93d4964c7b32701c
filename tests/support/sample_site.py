"""A made-up site: everything an edition can show, without an archive behind it.

The invented voice of :mod:`tamizdat.demo.sample_feed` with its translations, an invented list of names, clips,
withdrawals and corrections. For looking at pages and for tests of pages; nothing in it is signed or can be verified.

>>> from support.sample_site import shown, site, write
>>> write(Path("/tmp/site"))
"""

import csv
import io
import random
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from PIL import Image, ImageDraw

from support.recordings import published_sound
from tamizdat.archive.acts.story_text import read_text
from tamizdat.demo.sample_feed import DELETED, EDITED, POSTS, picture
from tamizdat.demo.sample_names import table
from tamizdat.demo.sample_words import NOTES, TARGETS
from tamizdat.encoding import sha256_hex
from tamizdat.ledger.statement import Subject
from tamizdat.posts.parts import read_parts
from tamizdat.posts.times import read_time
from tamizdat.publishing.build.fonts import find_font
from tamizdat.publishing.model import Change, Changes, Contributor, Correction, Signed, Site, SiteContent, Wall
from tamizdat.publishing.site import pages
from tamizdat.statements.derived import (
    Earlier,
    File,
    Footage,
    Person,
    PersonRecord,
    Picture,
    Post,
    PublishedStory,
    Removal,
    Retelling,
    Track,
    Translation,
    Voice,
)
from tamizdat.statements.post_context import Answered, Choice, Context, Inner, Link, Missing, Poll
from tamizdat.statements.recited import Reads
from tamizdat.statements.reference import Reference
from tamizdat.statements.transcribed import Cue
from tamizdat.statements.withdrawn import Withdrawn

LIN: Final = Voice("880001", "linxia_diary", "林夏")
SECOND: Final = Voice("880002", "yunxi_parents", "云溪家长")
COMMITMENT: Final = "cd" * 32
SIGNER: Final = "ef" * 32
DAY: Final = "2026-11-25"
MARKET: Final = "The market street has been closed since morning. We do not know why, and nobody answers."
STOOD: Final = {9007: 11_520, 9008: 32_730}
TAGS: Final = {9004: ("念名字", "名单"), 9009: ("名单",), 9011: ("名单",), 9001: ("地震",), 9003: ("地震", "名单")}


def site(edition: int = 12) -> Site:
    """What all pages know."""
    fingerprint = "7SFL-Q3VN-B0M4-XK2P-9RDT-HC5W-GJ8E-6YZA-1N7B-QM3K-4TVX-P2HD-W9RC"
    key = "desk.example/ledger+7f3a91c2+AQJ8cHkq0u3o1m1pYl9c5p0m3Zk2m7w8Qe4r6t8y0u2i"
    return Site("Tamizdat", edition, "2026-11-25", "desk.example/ledger", fingerprint, 1, key, ("ab" * 32,))


def translated(number: int, text: str, language: str) -> str | None:
    """The sample's translation, part by part, sentence by sentence; None where a sentence has none."""
    out = ""
    for part in read_parts(text).chain():
        out += ("" if not out or out.endswith(" ") else " ") + part.lead.strip() + (" " if part.lead else "")
        rest = part.text.strip()
        while rest:
            source = next((each for each in sorted(TARGETS, key=len, reverse=True) if rest.startswith(each)), None)
            if source is None or language not in TARGETS[source]:
                return None
            out += ("" if not out or out.endswith(" ") else " ") + TARGETS[source][language]
            rest = rest[len(source) :].lstrip()
    return out


class StatementPlaces(dict[int, Signed]):
    """Where statements stand: that of a number 20,000 places after it."""

    def __missing__(self, number: int) -> Signed:
        return Signed(number + 20_000, SIGNER, 1, sha256_hex(b"statement %d" % number))


class _Sizes(dict[str, tuple[int, int]]):
    """How large pictures are."""

    def __missing__(self, digest: str) -> tuple[int, int]:
        return (640, 480)


class _Lengths(dict[str, float]):
    """How long clips and sounds play."""

    def __missing__(self, digest: str) -> float:
        return 62.5


def content(**parts: Any) -> SiteContent:
    """What an edition shows: these parts, and nothing else."""
    sizes = _Sizes({sha256_hex(drawn(place)): (960, 640) for place in range(4)})
    return SiteContent(signed=StatementPlaces(), sizes=sizes, lengths=_Lengths(), **parts)


def file(name: str, data: bytes) -> tuple[File, Subject]:
    """A published file with these bytes."""
    return File(name, len(data)), Subject(name, sha256_hex(data))


def post(number: int, text: str, **said: Any) -> Post:
    """A post of the made-up voice; whatever *said* names is other than usual."""
    facts: dict[str, Any] = {
        "source": reference(number),
        "kind": "post",
        "how": "",
        "post": f"https://x.com/i/status/{number}",
        "url": f"https://x.com/linxia_diary/status/{number}",
        "voice": LIN,
        "published": "2020-05-12T14:28:00+08:00",
        "language": "zh-Hans",
        "summary": "",
        "translations": (),
        "earlier": (),
        "gone": None,
        "pictures": (),
        "files": (),
        "tags": (),
        "thread": number,
        "reply_to": None,
        "day": "2026-11-23",
        "bytes_shown": number % 2 == 0,
        "pointer": None,
    }
    return Post(number=number, text=text, **{**facts, **said})


def reference(index: int) -> Reference:
    """A private statement of the made-up ledger."""
    return Reference(index, bytes.fromhex(COMMITMENT))


def translation(
    language: str, target: str, index: int = 3, notes: tuple[str, ...] = (), credit: str = "", reviewer: str = ""
) -> Translation:
    """A translation that the statement at *index* proposed."""
    named = reference(index)
    return Translation(language, target, notes, credit, reviewer, "2026-11-24", named, (named,))


def earlier_text(text: str, as_of: str) -> Earlier:
    """What a post said before."""
    return Earlier(0, bytes.fromhex(COMMITMENT), text, as_of)


def removal(word: str, deleted: str | None, stood: int | None, as_of: str) -> Removal:
    """That a post is gone."""
    return Removal(0, bytes.fromhex(COMMITMENT), word, deleted, stood, as_of)


def _translations(number: int, text: str) -> tuple[Translation, ...]:
    found = []
    for place, language in enumerate(("en", "ar", "bo")):
        target = translated(number, text, language)
        if target is not None:
            notes = NOTES.get((number, language), ())
            credit = ("M. Reed", "ن. حداد", "")[place]
            reviewer = ("L. Ward", "", "")[place]
            index = number + 30_000 + place
            found.append(translation(language, target, index, notes, credit, reviewer))
    return tuple(found)


def _pictures(name: str) -> dict[str, Any]:
    """What a post says of its one picture."""
    alt = {"playground": "A car park with white lines where a playground was", "desk": "A wooden school desk"}[name]
    names = ("picture-1.jpg", "small-1.jpg")
    files, media = zip(*(file(each, picture(name)) for each in names), strict=True)
    return {"pictures": (Picture(names, alt, reference(2)),), "files": files, "media": media}


def _posts() -> tuple[Post, ...]:
    """The sample's posts as they were at the second visit."""
    threads = {9003: 9002, 9004: 9002}
    found = []
    for sample in POSTS:
        number, text = sample.number, sample.long or sample.text
        earlier: tuple[Earlier, ...] = ()
        if number == EDITED.earlier:
            text, earlier = EDITED.text, (earlier_text(sample.text, "2026-01-10T08:00:00Z"),)
        gone = None
        if number in DELETED:
            gone = removal("export", read_time(DELETED[number]), STOOD[number], "2026-03-02T08:00:00Z")
        found.append(
            post(
                number,
                text,
                published=_local(read_time(sample.time) or ""),
                translations=_translations(number, text),
                earlier=earlier,
                gone=gone,
                tags=TAGS.get(number, ()),
                thread=threads.get(number, number),
                reply_to=sample.reply,
                **(_pictures(sample.picture) if sample.picture else {}),
            )
        )
    gone = removal("http", None, None, "2026-02-11T10:00:00Z")
    hostile = (
        "A  post with <script>alert(1)</script> & “&amp;”\r\ntwo lines,   three spaces, 👩‍👧 and \u202eturned\u202c."
    )
    other = {"voice": SECOND, "url": ""}
    found += [
        post(9100, "شارع السوق مغلق منذ الصباح. لا نعرف السبب، ولا أحد يجيب.", language="ar",
             translations=(translation("en", MARKET, 39_100),),
             published="2021-03-02T09:00:00+03:00", tags=("السوق",), **other),
        post(9101, hostile, language="en", published="2020-06-01T10:00:00", gone=gone, **other),
        post(9102, "སློབ་ཁང་གི་ལྕོག་ཙེ། གྲལ་གསུམ་པ། སྒེའུ་ཁུང་གི་འགྲམ།", language="bo", published="2019-05-12",
             translations=(translation("zh-Hans", "课桌。第三排靠窗。", 39_102),), **other),
        post(9103, "没有时间的一条。", language="zh", published=None, **other),
    ]  # fmt: skip
    return tuple(found)


def with_context() -> tuple[Post, ...]:
    """Posts of which a platform tells more than words, also what is long, hostile or in several directions."""
    quoted = Inner(
        1, "quotes", "https://x.com/wang/status/2", "wang", "王", "2020-05-12T14:28:00+08:00", "zh-Hans",
        "灯笼在北门亮了一夜。没有人回答，也没有人敢问。", False, False, None,
    )  # fmt: skip
    far = f"https://maps.example/northern-gate/{'x' * 180}?a=1&b=2"
    deep = replace(quoted, depth=2, name="שלום עולם", handle="סבתא", language="he", text="הפנס דלק כל הלילה")
    answered = Answered("https://x.com/wang/status/1699999999999999995", "wang", "")
    choices = (Choice("北门", 12), Choice("南门，学校旁边的那一扇，很长很长的选项", 3), Choice("བྱང་སྒོ།", None))
    missing = (Missing("image/jpeg", far, "黎明时分的灯笼"), Missing("video/mp4", "", "A long description. " * 200))
    contexts = {
        9201: Context(links=(Link("https://t.co/AAAAAAAAA1", far),), inner=(quoted,), answers=answered),
        9202: Context(poll=Poll(choices, "2026-01-10")),
        9203: Context(sensitive=True, cut=True, withheld=("CN", "HK")),
        9204: Context(missing=missing, updated="2020-06-01T10:00:00+08:00"),
        9205: Context(
            inner=(
                replace(quoted, how="repeats", name="王 \u202eeman\u202c", cut=True, item=9001),
                deep,
                Inner(3, "quotes", "", "", "", None, "", None, False, True, None),
            )
        ),
        9206: Context(sensitive=True),
    }
    english = "See what she wrote\n\nRT @wang: The lantern burned all night. Nobody dared to ask."
    said: dict[int, dict[str, Any]] = {
        9201: {"translations": (translation("en", english, 39_201),)},
        9203: {"summary": "暴力，血", **_pictures("desk")},
        9204: {"published": "2010-03-31"},
        9206: {"reply_to": 9201, "thread": 9201, "voice": Voice("3", "סבתא", "\u202eمريم"), **_pictures("playground")},
    }
    texts = {
        9201: "看她写的 https://t.co/AAAAAAAAA1 https://t.co/BBBBBBBB22", 9202: "哪一扇门？",
        9203: "他们不让我们进去。然后",
        9204: "", 9205: "RT @wang: 灯笼在北门亮了一夜。没有人回…", 9206: "སྒོ་བརྒྱབ་འདུག",
    }  # fmt: skip
    return tuple(post(number, text, context=contexts[number], **said.get(number, {})) for number, text in texts.items())


def _local(time: str) -> str:
    """The sample's UTC times as a clock at UTC+8 showed them."""
    day, hour = int(time[8:10]), int(time[11:13]) + 8
    return f"{time[:8]}{day + hour // 24:02}T{hour % 24:02}{time[13:19]}+08:00"


def person(number: int, *told: Any) -> Person:
    """Somebody on the list, of whom this is *told*."""
    return Person(number, reference(number), "person", "", "2026-11-23", PersonRecord(*told))


def people(count: int = 513) -> tuple[Person, ...]:
    """The made-up list of names."""
    found = []
    for row, entry in enumerate(csv.DictReader(io.StringIO(table(count)))):
        number = 12_000 + row
        names = {"en": entry["name:en"]} if entry["name:en"] else {}
        note = "作业本扉页上有自己写的名字。" if row % 50 == 3 else ""
        found.append(
            person(
                number, entry["name"], entry["language"], names, entry["age"], entry["place"], entry["school"],
                entry["state"], note, (9003, 9004) if row % 9 == 0 else (),
            )
        )  # fmt: skip
    return tuple(found)


def _items() -> tuple[Footage, ...]:
    told = (
        ("picture", "The gate of the school, closed", "From the street.\n\nThe sign is gone now.", "en"),
        ("clip", "操场，清晨", "远处有广播。", "zh-Hans"),
        ("picture", "شارع السوق", "من الشارع.", "ar"),
        ("clip", "A stairwell", "", "en"),
    )  # fmt: skip
    found = []
    for place, (kind, title, caption, language) in enumerate(told):
        names: tuple[str, ...] = ("picture.jpg", "small.jpg")
        if kind == "clip":
            names = "clip.mp4", "poster.jpg", "small.jpg", "small.mp4", "sheet.jpg", "wave.svg"
        tracks = _tracks() if title == "操场，清晨" else None
        names += tuple(each.name for each in tracks or ())
        files, media = zip(*(file(name, drawn(place)) for name in names), strict=True)
        found.append(
            Footage(17 + place, reference(17 + place), kind, title, caption, "A drawn landscape", language, "", files,
                    f"2026-11-{20 + place}", media, tracks=tracks)
        )  # fmt: skip
    return tuple(found)


def _tracks() -> tuple[Track, ...]:
    """What is said in the clip of the playground: spoken Chinese, and an English translation."""
    said: tuple[tuple[int, int, str, str, str], ...] = (
        (1200, 3400, "老师", "他们都不在了。", "They are all gone."),
        (3400, 5000, "", "谁知道\n成都的名单？", "Who knows the list\nof Chengdu?"),
        (61_500, 62_400, "", "五年了，没有人回答。", "Five years, and nobody answers."),
    )
    made = []
    for language, index in (("zh", 40), ("en", 42)):
        cues = tuple(Cue(start, end, who, zh if language == "zh" else en) for start, end, who, zh, en in said)
        named = reference(index)
        made.append(
            Track(
                language, f"track.{language}.vtt", cues, "M. Elster", "", "2026-11-24", named, (reference(index + 1),)
            )
        )
    return tuple(made)


STORY: Final = """# The day of the list
language: en
credit: Robin

## What was asked for

Twelve years later somebody began to count. Nobody had been given a number, or a name.

It took one morning to write the first page.

{18 0:01 - 0:03}

{9002}

{9004}

## Where it was

{map}
Yunxi: 31.2, 103.6
Beichuan: 31.83, 104.46
Chengdu: 30.66, 104.06
Lhasa: 29.65, 91.1

{17}

## The names

They are read aloud once a year. Whoever comes too late hears the names of the others.

{12000}

{wall}
"""
RETOLD: Final = {
    "zh-Hans": (
        "名单那一天", "要的是什么",
        "十二年后，有人开始数。没有人得到过数字，也没有人得到过名字。", "第一页写了一个上午。",
        "在哪里", "云溪", "北川", "成都", "拉萨", "名字", "每年念一次。来晚的人，听到的是别人的名字。",
    ),
    "ar": (
        "يوم القائمة", "ماذا طُلب",
        "بعد اثني عشر عامًا بدأ أحدهم يعدّ. لم يُعطَ أحدٌ رقمًا ولا اسمًا.",
        "استغرقت الصفحة الأولى صباحًا واحدًا.", "أين كان ذلك", "يونشي", "بيتشوان", "تشنغدو", "لاسا", "الأسماء",
        "تُقرأ بصوت عالٍ مرة كل عام. ومن يأتي متأخرًا يسمع أسماء الآخرين.",
    ),
}  # fmt: skip
SPOKEN: Final = (Cue(900, 2_000, "老师", "他们都不在了。"), Cue(2_000, 3_400, "", "谁知道名单？"))


def stories() -> tuple[PublishedStory, ...]:
    """A story of a clip, posts, a person, the wall and a map, in three languages."""
    works = tuple(
        Retelling(
            language,
            "\n\n".join(words),
            "M. Reed" if language == "ar" else "",
            "L. Ward",
            DAY,
            reference(3),
            (reference(3),),
        )
        for language, words in RETOLD.items()
    )
    how = "as the desk composed it (recipe story/1)"
    return (PublishedStory(13_000, reference(13_000), "story", how, DAY, read_text(STORY), works),)


def told(**other: Any) -> SiteContent:
    """Everything, and a story; somebody speaks in its clip, and two names are read aloud."""
    what = shown(stories=stories(), **other)
    track = Track("zh", "track.zh.vtt", SPOKEN, "", "", DAY, reference(3), (reference(3),))
    items = tuple(replace(each, tracks=(track,)) if each.number == 18 else each for each in what.items)
    return replace(what, items=(*items, *recordings()), sounds=lambda digest: RECORDING)


RECORDING: Final = published_sound(60)
LOUDNESS: Final = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 9"><path d="M0 5h60" stroke="#888"/></svg>'


def recordings() -> tuple[Footage, ...]:
    """Two recordings of volunteers, each of one name."""
    held = [("sound.mp4", RECORDING), ("poster.jpg", drawn(0)), ("small.jpg", drawn(0))]
    files, media = zip(*(file(*each) for each in held), strict=True)
    return tuple(
        Footage(
            number,
            reference(number),
            "sound",
            "",
            "",
            "",
            "en",
            "",
            files,
            DAY,
            media,
            reads=Reads(person, reference(9)),
        )
        for number, person in ((14_000, 12_000), (14_001, 12_017))
    )


def drawn(place: int) -> bytes:
    """A quiet drawn picture, another for each place."""
    sky = ("#8ba3b5", "#c2b59b", "#5d6d7c", "#a7b8a4")[place % 4]
    image = Image.new("RGB", (960, 640), sky)
    draw = ImageDraw.Draw(image)
    chance = random.Random(place)
    for layer, shade in enumerate(("#6d7b78", "#4d5a58", "#2f3a3a")):
        points = [(x, 300 + layer * 90 + chance.randint(-30, 30)) for x in range(0, 1000, 60)]
        draw.polygon([(0, 640), *points, (960, 640)], fill=shade)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=80)
    return out.getvalue()


def wall(sentence: str, language: str) -> Wall:
    """The wall's sentence, with a font where one is installed."""
    return Wall(sentence, language, find_font(sentence, language))


def shown(**other: Any) -> SiteContent:
    """Everything; *other* replaces members."""
    whole = content(
        items=_items(),
        posts=_posts(),
        people=people(),
        wall=wall("名单不是数字", "zh-Hans"),
        withdrawn=(Withdrawn(30, "2026-11-20", "The family asked for it."), Withdrawn(31, "2026-11-21", "")),
        corrections=(Correction(9004, "2026-11-25", "translation en", "“Recite” was read as “miss”.", 12),
                     Correction(17, "2026-11-24", "words", "", 11)),
        changes=_changes(),
        contributors=(Contributor("M. Reed", 9, 0, ("en",)), Contributor("L. Ward", 0, 9, ("en",)),
                      Contributor("ن. حداد", 9, 2, ("ar",))),
    )  # fmt: skip
    return replace(whole, **other)


def _changes() -> Changes:
    """Twelve editions, of a day each: all was new in the first, but for what is told of the others."""
    posts, people = (each.number for each in _posts()), range(12_000, 12_513)
    made = [Change(number, 1, "new", "") for number in (17, 18, *posts, *people)]
    made += [Change(19, 8, "new", ""), Change(20, 8, "new", ""), Change(9102, 9, "translated", "zh-Hans")]
    made += [Change(9007, 10, "removed", ""), Change(30, 7, "withdrawn", ""), Change(31, 8, "withdrawn", "")]
    made += [Change(17, 11, "corrected", "en"), Change(9004, 12, "corrected", "en")]
    days = tuple(f"2026-11-{day}" for day in range(14, 26))
    words = {9102: {"zh-Hans": 9}, 17: {"en": 11}, 9004: {"en": 12}}
    return Changes(days, tuple(sorted(made, key=lambda each: (each.edition, each.number))), words)


def write(folder: Path, what: SiteContent | None = None) -> Path:
    """The site in *folder*, with its pictures, for a browser; what only the engine makes is left out."""
    what = what or shown()
    files = dict(pages.render(site(), what))
    for item in what.items:
        for each in item.media:
            svg = each.name.endswith(".svg")
            files[f"items/{item.number}/{each.name}"] = LOUDNESS if svg else drawn(item.number - 17)
        if item.reads:
            files[f"items/{item.number}/sound.mp4"] = RECORDING
    for one in what.posts:
        for held in one.pictures:
            name = "desk" if "desk" in held.alt else "playground"
            files |= {f"items/{one.number}/{each}": picture(name) for each in held.names}
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    return folder
