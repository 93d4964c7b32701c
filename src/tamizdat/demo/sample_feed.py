"""A made-up voice: the archive of an account that does not exist, as X would have given it out, twice.

Written for tests and the demo. Between the first and the second export one post is edited and two are deleted; there
are a thread, reposts of reposts written by hand, a long post, and two pictures with the place where they were taken
in them. Every person, place and event is invented. The same words also as a feed (:func:`feed`).
"""

import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

from PIL import Image, ImageDraw

from tamizdat.encoding import Json

ACCOUNT: Final = {"accountId": "880001", "username": "linxia_diary", "accountDisplayName": "林夏"}
FIRST, SECOND, THIRD = "2026-01-10T08:00:00.000Z", "2026-03-02T08:00:00.000Z", "2026-04-07T08:00:00.000Z"

LONG: Final = (
    "我把名单又抄了一遍。抄的时候才发现，有三个孩子的名字写错了一个字，这个错字在墓碑上，在学校的表格上，在报纸上，一模一样地错着。"
    "他们的父母去改过，窗口说要证明孩子是孩子自己。我们于是挨家挨户去问：是哪一个字？怎么写？谁起的？一位母亲拿出作业本，"
    "扉页上是孩子自己写的名字，笔画很重，像怕人认不出来。我拍了照，把那个字放在名单的第一行。名单不是数字。名单是有人在等的一个一个的字。"
)


class Sample(NamedTuple):
    """One post of the voice; *reply* and *earlier* are numbers of posts, *long* is the whole of a cut text."""

    number: int
    time: str
    text: str
    picture: str = ""
    reply: int | None = None
    long: str = ""
    earlier: int | None = None  #: the post of which this is an edited version


POSTS: Final = (
    Sample(9001, "Tue May 12 06:28:00 +0000 2020", "云溪镇地震十二年。学校的操场现在是停车场。", picture="playground"),
    Sample(9002, "Tue May 12 06:31:10 +0000 2020", "一、我们从没有要过赔偿，我们要的是名单。"),
    Sample(9003, "Tue May 12 06:33:42 +0000 2020", "二、遇难学生的名字，到今天官方没有公布过一个。", reply=9002),
    Sample(9004, "Tue May 12 06:36:05 +0000 2020", "三、所以我们自己数，自己写，自己念。#念名字", reply=9003),
    Sample(9005, "Wed May 13 01:02:00 +0000 2020",
           "没有回音。RT @chen_teacher: 信退回了 RT @yunxi_parents: 请公布名单"),
    Sample(9006, "Wed May 13 02:15:30 +0000 2020", "转！//@mumu：我也收到了//@chen_teacher:又退回一封"),
    Sample(9007, "Thu May 14 11:40:00 +0000 2020", "今天去了三户人家，警察在楼下等我们。"),
    Sample(9008, "Thu May 14 15:05:00 +0000 2020", "手机被收走两个小时，还回来的时候照片少了十一张。"),
    Sample(9009, "Fri May 15 03:20:00 +0000 2020", LONG[:130] + "… https://t.co/x9009long", long=LONG),
    Sample(9010, "Fri May 15 09:00:00 +0000 2020", "课桌。第三排靠窗。", picture="desk"),
    Sample(9011, "Sat May 16 00:00:00 +0000 2020", "名单现在有 512 人。"),
    Sample(9012, "Sat May 16 08:12:00 +0000 2020", "QT @wen_reporter: “据统计，伤亡情况已全部核实。” 谁核实的？向谁？"),
)  # fmt: skip
EDITED: Final = Sample(9013, "Sat May 16 00:20:00 +0000 2020", "更正：名单现在有 513 人。", earlier=9011)
LATER: Final = (
    Sample(9021, "Sun Apr 05 01:10:00 +0000 2026", "清明。操场的停车场关了一天，门口站着两个保安。"),
    Sample(9022, "Sun Apr 05 01:22:00 +0000 2026", "我们在马路对面念名单。念到第四十个，下雨了。"),
    Sample(9023, "Sun Apr 05 02:05:00 +0000 2026", "没有人走。"),
    Sample(9024, "Mon Apr 06 03:00:00 +0000 2026", "一位姐姐从很远的地方写信来：请写对她的名字。"),
    Sample(9025, "Mon Apr 06 03:30:00 +0000 2026", "名单还没有写完。云溪镇的春天很短。"),
)  #: what is new in the third export
DELETED: Final = {9007: "Thu May 14 14:52:00 +0000 2020", 9008: "Fri May 15 00:10:30 +0000 2020"}


def write_first(folder: Path) -> None:
    """Write the first export into *folder*: all posts as they were."""
    _write(folder, FIRST, POSTS, {})


def write_second(folder: Path) -> None:
    """Write the second export into *folder*, some weeks later: one post was edited, two were deleted."""
    left = [post for post in POSTS if post.number not in DELETED]
    _write(folder, SECOND, [*left, EDITED], DELETED)


def write_third(folder: Path) -> None:
    """Write the third export into *folder*, a month later: there are new posts, and one more was deleted."""
    gone = DELETED | {9006: "Sat Apr 04 15:40:00 +0000 2026"}
    left = [post for post in POSTS if post.number not in gone]
    _write(folder, THIRD, [*left, EDITED, *LATER], gone)


def _write(folder: Path, made: str, posts: Sequence[Sample], deleted: dict[int, str]) -> None:
    data = folder / "data"
    (data / "tweets_media").mkdir(parents=True)
    tweets: list[Json] = [{"tweet": _tweet(post)} for post in posts]
    gone: list[Json] = [
        {"tweet": {**_tweet(post), "deleted_at": deleted[post.number]}} for post in POSTS if post.number in deleted
    ]
    notes: list[Json] = [_note(post) for post in posts if post.long]
    _assign(data / "account.js", "window.YTD.account.part0", [{"account": {**ACCOUNT}}])
    _assign(data / "tweets.js", "window.YTD.tweets.part0", tweets)
    _assign(data / "note-tweet.js", "window.YTD.note_tweet.part0", notes)
    _assign(data / "deleted-tweets.js", "window.YTD.deleted_tweets.part0", gone)
    _assign(data / "like.js", "window.YTD.like.part0", [{"like": {"tweetId": "1"}}])
    counts = {
        "tweets": ("tweets", tweets),
        "noteTweet": ("note-tweet", notes),
        "deletedTweets": ("deleted-tweets", gone),
    }
    _assign(data / "manifest.js", "window.__THAR_CONFIG", _manifest(made, counts))
    for post in posts:
        if post.picture:
            (data / "tweets_media" / f"{post.number}-F{post.number}.jpg").write_bytes(picture(post.picture))


def _manifest(made: str, counts: dict[str, tuple[str, list[Json]]]) -> Json:
    who: Json = {"accountId": ACCOUNT["accountId"], "userName": ACCOUNT["username"], "displayName": "林夏"}
    types: Json = {
        kind: {
            "mediaDirectory": "data/tweets_media",
            "files": [{"fileName": f"data/{file}.js", "globalName": f"YTD.{file}.part0", "count": str(len(held))}],
        }
        for kind, (file, held) in counts.items()
    }
    return {
        "userInfo": who,
        "archiveInfo": {"sizeBytes": "0", "generationDate": made, "isPartialArchive": False},
        "dataTypes": types,
    }


def _tweet(post: Sample) -> dict[str, Json]:
    tweet: dict[str, Json] = {
        "id_str": str(post.number),
        "id": str(post.number),
        "created_at": post.time,
        "full_text": post.text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"),
        "lang": "zh",
        "favorite_count": "3",
        "retweet_count": "1",
        "entities": {
            "hashtags": [{"text": "念名字"}] if "#念名字" in post.text else [],
            "urls": [],
            "user_mentions": [],
        },
    }
    if post.reply:
        tweet |= {"in_reply_to_status_id_str": str(post.reply), "in_reply_to_user_id_str": ACCOUNT["accountId"]}
    if post.earlier:
        versions: list[Json] = [str(post.earlier), str(post.number)]
        tweet["edit_info"] = {
            "edit": {"initialTweetId": str(post.earlier), "editControlInitial": {"editTweetIds": versions}}
        }
    if post.picture:
        address = f"https://pbs.twimg.com/media/F{post.number}.jpg"
        photo: Json = {"type": "photo", "media_url_https": address, "id_str": f"7{post.number}"}
        tweet["extended_entities"] = {"media": [photo]}
    return tweet


def _note(post: Sample) -> Json:
    note: Json = {
        "noteTweetId": f"55{post.number}",
        "createdAt": "2020-05-15T03:20:00.000Z",
        "core": {"text": post.long},
    }
    return {"noteTweet": note}


def _assign(path: Path, name: str, value: Json) -> None:
    path.write_text(f"{name} = {json.dumps(value, ensure_ascii=False, indent=2)}", encoding="utf-8")


def picture(name: str) -> bytes:
    """Draw a small picture and return its JPEG.

    Its tags tell where it was taken and by whom, as a telephone writes them.
    """
    image = Image.new("RGB", (640, 480), {"playground": "#7a8a99"}.get(name, "#a08060"))
    draw = ImageDraw.Draw(image)
    if name == "playground":
        draw.rectangle((0, 300, 640, 480), fill="#555555")
        for at in range(40, 640, 100):
            draw.line((at, 320, at - 30, 480), fill="white", width=6)
    else:
        draw.polygon([(120, 260), (520, 260), (590, 360), (60, 360)], fill="#c9a36a")
        draw.rectangle((90, 360, 110, 470), fill="#5b3d1e")
        draw.rectangle((540, 360, 560, 470), fill="#5b3d1e")
    tags = Image.Exif()
    tags[0x010F], tags[0x0110], tags[0x013B] = "Telephone", "T-1000 SN-0042", "Lin Xia"
    position = tags.get_ifd(0x8825)
    position[1], position[2], position[3], position[4] = "N", (31.0, 38.0, 12.0), "E", (103.0, 51.0, 44.0)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=80, exif=tags)
    return out.getvalue()


def feed(second: bool = False, address: str = "https://linxia.example/feed.json") -> bytes:
    """Return the same posts as a JSON feed at *address*; with *second*, as they were at the second export."""
    posts = [post for post in POSTS if not (second and post.number in DELETED)]
    home = address.rsplit("/", 1)[0]
    items = [
        {
            "id": f"{home}/{post.number}",
            "url": f"{home}/{post.number}",
            "content_text": EDITED.text if second and post.number == EDITED.earlier else post.long or post.text,
            "date_published": "2020-05-{:02}T{}+08:00".format(*_local(post.time)),
            "language": "zh-Hans",
        }
        for post in reversed(posts)
    ]
    head = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "林夏的日记",
        "home_page_url": home,
        "feed_url": address,
    }
    return json.dumps({**head, "authors": [{"name": "林夏"}], "items": items}, ensure_ascii=False, indent=1).encode()


def _local(time: str) -> tuple[int, str]:
    """Return the day of May and the clock of *time* at UTC+8."""
    day, hour = int(time[8:10]), int(time[11:13]) + 8
    return day + hour // 24, f"{hour % 24:02}{time[13:19]}"
