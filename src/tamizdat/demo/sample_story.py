"""The demonstration's story: the day of the list, told of what the desk has by then, in three languages.

::

    a clip of the card, with what is said in it     transcript add ─ reviewed ─► subtitles
    a thread of the voice, places, the wall         story add ─ propose ─► translated with the posts ─ release

Its words and their translations are written by the same hand as the voice's; every person, place and event is invented.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Final

from tamizdat.demo.two_people import Person

CLIP: Final = "C0032.MP4"  #: of the made-up card, in which somebody is said to speak
THREAD: Final = (9002, 9003, 9004)
SUBTITLES: Final = """1
00:00:00,300 --> 00:00:01,500
我们只是想知道，

2
00:00:01,600 --> 00:00:02,900
那天到底发生了什么。
"""
TEXT: Final = """# 名单那一天
language: zh-Hans
credit: Tamizdat demo

## 要的是什么

云溪镇地震十二年后，有人开始数名字。没有人给过他们数字，也没有人给过他们名单。

CLIP

第一页写了一个上午。写的人在网上说了三句话。

THREAD

## 在哪里

这些地方在任何地图上都找不到，除了这一张。

{map}
云溪镇: 31.3, 103.6
白石沟: 32.4, 105.2
柳坪镇: 29.6, 102.4

## 名字

每年有人念一次。来晚的人，听到的是别人的名字。

{wall}
"""
TARGETS: Final[dict[str, dict[str, str]]] = {
    "我们只是想知道，": {"en": "We only want to know", "ar": "نريد فقط أن نعرف"},
    "那天到底发生了什么。": {"en": "what really happened that day.", "ar": "ما الذي حدث حقًا في ذلك اليوم."},
    "名单那一天": {"en": "The day of the list", "ar": "يوم القائمة"},
    "要的是什么": {"en": "What was asked for", "ar": "ماذا طُلب"},
    "云溪镇地震十二年后，有人开始数名字。": {
        "en": "Twelve years after the earthquake in Yunxi somebody began to count names.",
        "ar": "بعد اثني عشر عامًا على زلزال يونشي بدأ أحدهم يعدّ الأسماء.",
    },
    "没有人给过他们数字，也没有人给过他们名单。": {
        "en": "Nobody had ever given them a number, and nobody had given them a list.",
        "ar": "لم يعطهم أحد رقمًا قط، ولم يعطهم أحد قائمة.",
    },
    "第一页写了一个上午。": {"en": "The first page took a morning.", "ar": "استغرقت الصفحة الأولى صباحًا كاملًا."},
    "写的人在网上说了三句话。": {
        "en": "Whoever wrote it said three sentences about it.",
        "ar": "ومن كتبها قال عنها ثلاث جمل.",
    },
    "在哪里": {"en": "Where it was", "ar": "أين كان ذلك"},
    "这些地方在任何地图上都找不到，除了这一张。": {
        "en": "These places are on no map but this one.",
        "ar": "لا توجد هذه الأماكن على أي خريطة سوى هذه.",
    },
    "云溪镇": {"en": "Yunxi", "ar": "يونشي"},
    "白石沟": {"en": "Baishigou", "ar": "بايشيغو"},
    "柳坪镇": {"en": "Liuping", "ar": "ليوبينغ"},
    "名字": {"en": "The names", "ar": "الأسماء"},
    "每年有人念一次。": {"en": "They are read aloud once a year.", "ar": "تُقرأ بصوت عالٍ مرة كل عام."},
    "来晚的人，听到的是别人的名字。": {
        "en": "Whoever comes too late hears the names of others.",
        "ar": "ومن يأتي متأخرًا يسمع أسماء الآخرين.",
    },
}


def compose(tamizdat: Callable[..., str], folder: Path, reviewer: Person) -> int:
    """Write the story down and give it to translators, with what is said in its clip; return its number."""
    listed = tamizdat("publish", "list", "--json", "--home", "desk", quiet=True)
    rows = [json.loads(line) for line in listed.splitlines()]
    clip = next((row["item"] for row in rows if str(row.get("path", "")).endswith(CLIP)), None)
    posts = {str(row.get("post", "")).rpartition("/")[2]: row["item"] for row in rows if "item" in row}
    text = TEXT.replace("THREAD", "\n\n".join(f"{{{posts[str(each)]}}}" for each in THREAD))
    if clip is not None:
        (folder / "words.srt").write_text(SUBTITLES, encoding="utf-8")
        tamizdat("publish", "release", str(clip), "--home", "desk", quiet=True)
        tamizdat(
            "transcript", "add", str(clip), "words.srt", "--language", "zh", "--account", "magpie", "--home", "desk"
        )
        _review(reviewer, clip)
    (folder / "day.md").write_text(text.replace("CLIP", f"{{{clip} 0:00.2 - 0:03}}" if clip else ""), encoding="utf-8")
    said = tamizdat("story", "add", "day.md", "--json", "--home", "desk", quiet=True)
    number = int(json.loads(said.splitlines()[-1])["story"])
    tamizdat("story", "propose", str(number), "--home", "desk")
    return number


def _review(reviewer: Person, clip: int) -> None:
    """Review and approve the transcript of a clip at the workbench."""
    for way, more in (("review", {"verdict": "reviewed", "note": ""}), ("approve", {})):
        reviewer.look(f"/clips/{clip}")
        found = reviewer.value("transcribed")
        reviewer.send(f"/clips/{clip}/{way}", transcribed=found, **more)
