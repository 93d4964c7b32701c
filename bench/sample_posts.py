"""An archive of X of any size, made up: Chinese posts like those of the sample feed, written without holding them.

The same number always makes the same post. A third are reposts by hand (``//@wang：…``), a seventh answers, a ninth
has a hashtag, an eleventh a link; the text is 20 to 140 letters. A tweet is about 1,100 bytes, as in real archives.
"""

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

ACCOUNT = {"accountId": "12", "username": "lin_xia", "accountDisplayName": "林夏"}
FIRST = 1_120_000_000_000_000_000  #: the number of the first tweet
BEGIN = datetime(2010, 1, 1, tzinfo=UTC)

WORDS = (
    "今天去了三户人家", "警察在楼下等我们", "名单上有五百一十二个名字", "官方没有公布过一个", "我们自己数",
    "自己写", "自己念", "校舍塌了", "旁边的楼还在", "一个母亲把作业本放在台阶上", "孩子的名字", "第三排靠窗",
    "照片少了十一张", "信退回了", "没有回音", "手机被收走两个小时", "遇难学生的父母", "地震那天下着雨",
    "他们说要等调查结果", "调查在哪里", "谁核实的", "向谁核实", "请公布名单", "又到了五月", "五年了",
    "工作室门口停着两辆车", "没有人出来说话", "课桌还在操场上", "她只记得书包是红色的", "电话打不通",
    "我把录音又听了一遍", "请转给需要的人", "明天还去",
)  # fmt: skip
MARKS = "，，。，？，！。，；"
NAMES = ("wang", "mumu", "chen_teacher", "yunxi_parents", "li", "wen_reporter", "zhou1989")
CALENDAR = [BEGIN + timedelta(days=day) for day in range(8000)]
SHAPE = """{
  "tweet" : {
    "edit_info" : {
      "initial" : {
        "editTweetIds" : [ "%(number)d" ],
        "editableUntil" : "%(later)s",
        "editsRemaining" : "5",
        "isEditEligible" : %(eligible)s
      }
    },
    "retweeted" : false,
    "source" : "<a href=\\"https://mobile.twitter.com\\" rel=\\"nofollow\\">Twitter Web App</a>",
    "entities" : {
      "hashtags" : [%(tags)s],
      "symbols" : [ ],
      "user_mentions" : [%(mentions)s],
      "urls" : [%(links)s]
    },
    "display_text_range" : [ "0", "%(length)d" ],
    "favorite_count" : "%(likes)d",%(answer)s
    "id_str" : "%(number)d",
    "truncated" : false,
    "retweet_count" : "%(reposts)d",
    "id" : "%(number)d",
    "possibly_sensitive" : false,
    "created_at" : "%(time)s",
    "favorited" : false,
    "full_text" : %(text)s,%(media)s
    "lang" : "zh"
  }
}"""
TAG = ' {\n        "text" : "念名字",\n        "indices" : [ "0", "4" ]\n      } '
MENTION = (
    ' {\n        "name" : "%s",\n        "screen_name" : "%s",\n        "indices" : [ "3", "9" ],\n'
    '        "id_str" : "%d",\n        "id" : "%d"\n      } '
)
LINK = (
    ' {\n        "url" : "https://t.co/%010x",\n        "expanded_url" : "https://lists.example/%d",\n'
    '        "display_url" : "lists.example/%d",\n        "indices" : [ "0", "23" ]\n      } '
)

MEDIA = """
    "extended_entities" : {
      "media" : [ {
        "media_url_https" : "https://pbs.twimg.com/media/F%07d.jpg",
        "url" : "https://t.co/p%09x",
        "type" : "photo",
        "indices" : [ "0", "23" ]
      } ]
    },"""


def write_archive(
    folder: Path, posts: Iterable[int], edited: frozenset[int] = frozenset(), pictured: frozenset[int] = frozenset()
) -> Path:
    """An archive of X with these posts; of *edited* ones a later text. Returns the file that holds them.

    *pictured* ones name a picture, whose file (:func:`picture`) is not written here.
    """
    data = folder / "data"
    data.mkdir(parents=True)
    account = json.dumps([{"account": ACCOUNT}], ensure_ascii=False)
    (data / "account.js").write_text(f"window.YTD.account.part0 = {account}", encoding="utf-8")
    about = {"generationDate": f"2026-05-{29 if edited else 28}T06:00:00.000Z"}  # as every archive since 2018 says
    (data / "manifest.js").write_text(f"window.__THAR_CONFIG = {json.dumps({'archiveInfo': about})}", encoding="utf-8")
    tweets = data / "tweets.js"
    with tweets.open("w", encoding="utf-8") as file:
        file.write("window.YTD.tweets.part0 = [")
        file.writelines(_separated(tweet(number, number in edited, number in pictured) for number in posts))
        file.write("]\n")
    return tweets


def _separated(tweets: Iterable[str]) -> Iterator[str]:
    between = "\n"
    for each in tweets:
        yield between
        yield each
        between = ",\n"


def text(number: int, edited: bool = False) -> str:
    """What post *number* says."""
    state, said = number * 2_654_435_761 % (1 << 32), ""
    for _ in range(3 + number % 8):
        state = (state * 1_103_515_245 + 12_345) % (1 << 31)
        said += WORDS[state // 65_536 % len(WORDS)] + MARKS[state % len(MARKS)]
    if number % 9 == 0:
        said += "#念名字 "
    if number % 11 == 0:
        said += f"https://t.co/{number:010x} "
    if number % 3 == 0:
        middle = len(said) // 2
        said = f"转！//@{NAMES[number % 7]}：{said[:middle]} RT @{NAMES[number % 5]}: {said[middle:]}"
    return f"{said}第 {number} 天。{'更正。' if edited else ''}"


def picture(number: int) -> str:
    """The file of the picture of post *number*."""
    return f"tweets_media/{FIRST + number * 4_096}-F{number:07}.jpg"


def tweet(number: int, edited: bool = False, pictured: bool = False) -> str:
    """Post *number* as it stands in ``tweets.js``."""
    said = text(number, edited)
    name, at = NAMES[number % 7], CALENDAR[number // 250 % len(CALENDAR)]
    clock = number * 345 % 86_400
    before = FIRST + (number - 1) * 4_096
    answer = f'\n    "in_reply_to_status_id_str" : "{before}",\n    "in_reply_to_user_id_str" : "12",'
    return SHAPE % {
        "number": FIRST + number * 4_096,
        "later": f"{at:%Y-%m-%d}T{clock // 3600:02}:{clock // 60 % 60:02}:{clock % 60:02}.000Z",
        "eligible": "false" if number % 7 == 1 else "true",
        "tags": TAG if number % 9 == 0 else " ",
        "mentions": MENTION % (name, name, 900 + number % 7, 900 + number % 7) if number % 3 == 0 else " ",
        "links": LINK % (number, number, number) if number % 11 == 0 else " ",
        "length": len(said),
        "likes": number % 50,
        "answer": answer if number % 7 == 1 else "",
        "reposts": number % 13,
        "media": MEDIA % (number, number) if pictured else "",
        "time": f"{at:%a %b %d} {clock // 3600:02}:{clock // 60 % 60:02}:{clock % 60:02} +0000 {at:%Y}",
        "text": json.dumps(said.replace("&", "&amp;"), ensure_ascii=False),
    }
