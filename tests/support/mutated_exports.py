"""Exports and feeds with something wrong in them: sound ones, changed by structure and then, sometimes, byte by byte.

A *kind* is a reader of outside bytes; ``export(kind, seed)`` is always the same export of that kind and seed, and
``read_all`` does with it what collecting does, short of keeping it. It raises nothing but our own errors, or the test
has found something.
"""

import io
import json
import random
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from support.collecting_desk import ACCOUNT, created, manifest, outbox, tweet
from tamizdat.encoding import canonical
from tamizdat.errors import TamizdatError
from tamizdat.posts.export import Bytes, Export, Several, open_export
from tamizdat.posts.formats import Found, recognise
from tamizdat.posts.formats.feeds import NAME as FEED
from tamizdat.posts.formats.feeds import FetchedFeed
from tamizdat.posts.report import IngestReport

EVERYBODY: Final = "https://www.w3.org/ns/activitystreams#Public"
HTML: Final = "<p>校舍 &amp; <a href='https://a.example/'>塌了</a><br>五年</p><pre> x </pre>"
MEMORY: Final = 64 << 20  #: bytes by which reading one of these inputs may let the process grow
JUNK: Final[list[Any]] = [
    None, True, False, 0, -1, 7, 10**25, 1.5, 1e308, "", " ", "57", "٣", "五年了", "\ud83d", "\udcff", "\0", "a\nb",
    "https://a.example/1", "http://[", "tag:a,1:1", "mailto:a", HTML, "<p", "&#9", "2026-01-02T08:00:00.000Z",
    "Sun May 12 06:28:00 +0000 2013", "9999-99-99T99:99:99Z", "0001-01-01T00:00:00+14:00", [], {}, [[]], [None],
    {"": ""},
    "x" * 40_000, [0] * 50, {"id": 5},
]  # fmt: skip


# JSON -----------------------------------------------------------------------------------------------------------------


def changed(value: Any, random: random.Random) -> Any:
    """A copy of a JSON value with one thing in it changed."""
    value = json.loads(json.dumps(value))
    places: list[tuple[Any, Any]] = []
    pending = [value]
    while pending:
        inner = pending.pop()
        keys = list(inner) if isinstance(inner, dict) else list(range(len(inner))) if isinstance(inner, list) else []
        places += [(inner, key) for key in keys]
        pending += [inner[key] for key in keys]
    if not places:
        return random.choice(JUNK)
    holder, key = random.choice(places)
    other_holder, other = random.choice(places)
    match random.randrange(7):
        case 0 | 1 | 2:
            holder[key] = random.choice(JUNK)
        case 3:
            del holder[key]
        case 4:
            holder[key] = json.loads(json.dumps(other_holder[other]))
        case 5 if isinstance(holder, list):
            holder.insert(key, json.loads(json.dumps(holder[key])))
        case 5 if isinstance(holder, dict):
            holder[random.choice([*holder, "id", "type", "text"])] = holder[key]
        case _:
            for _ in range(random.choice([1, 3, 150])):
                holder[key] = [holder[key]] if random.random() < 0.5 else {"x": holder[key]}
    return value


def written(value: Any, random: random.Random) -> str:
    """JSON, one time in ten with commas too many, one in a hundred with brackets by the thousand, or a long word."""
    text = json.dumps(value, ensure_ascii=random.random() < 0.5, indent=random.choice([None, None, 1]))
    match random.randrange(100):
        case 0:
            at = random.randrange(len(text))
            return text[:at] + random.choice(["[" * 3000, '{"a":' * 3000, "9" * 5000, "x" * 1_200_000]) + text[at:]
        case number if number < 10:
            return re.sub(r"(?<=[}\]])", lambda _: random.choice(["", "", "", ","]), text)
    return text


def several(value: Any, random: random.Random) -> Any:
    for _ in range(random.choice([0, 1, 1, 2, 5])):
        value = changed(value, random)
    return value


# Bytes ----------------------------------------------------------------------------------------------------------------


def scratched(data: bytes, random: random.Random) -> bytes:
    """The same bytes, half of the time with some changed, cut out, doubled or cut off."""
    if random.random() < 0.5 or not data:
        return data
    made = bytearray(data)
    for _ in range(random.choice([1, 1, 2, 8])):
        at, length = random.randrange(len(made) + 1), random.choice([1, 2, 8, 64])
        match random.randrange(6):
            case 0:
                made[at : at + length] = random.randbytes(len(made[at : at + length]))
            case 1:
                del made[at : at + length]
            case 2:
                made[at:at] = made[at : at + length]
            case 3:
                made[at:at] = random.choice([b"\xff\xfe", b"\0", b'"', b"{", b"]", b"<", b"&", b"\\", b"\xef\xbb\xbf"])
            case 4:
                made[at : at + 1] = bytes([random.choice(b'"\\{}[],:<>&;=\0\xff')])
            case _ if random.random() < 0.3:
                del made[at:]
    return bytes(made)


# The kinds ------------------------------------------------------------------------------------------------------------

TWEETS: Final = [
    tweet(57, "校舍塌了 //@wang: 五年了 &amp; https://t.co/a", entities={
        "urls": [{"url": "https://t.co/a", "expanded_url": "https://a.example/"}], "hashtags": [{"text": "名单"}]}),
    tweet(58, "长文 …", in_reply_to_status_id_str="57", extended_entities={"media": [
        {"type": "video", "media_url_https": "https://a.example/p.jpg", "ext_alt_text": "桌",
         "video_info": {"variants": [{"content_type": "video/mp4", "bitrate": "832000", "url": "https://a.example/c"}]}}]}),
    tweet(59, "RT", retweeted_status=tweet(4, "二", user={"id_str": "13", "screen_name": "wang"})["tweet"],
          edit_info={"initial": {"editTweetIds": ["58", "59"]}}, deleted_at="Sun May 12 07:28:00 +0000 2013"),
    tweet(60, "RT @wang: 五…", possibly_sensitive=True, withheld_in_countries=["CN"], in_reply_to_user_id_str="13",
          in_reply_to_screen_name="wang", source="<a>Phone</a>", coordinates={"coordinates": [1, 2]}, truncated=True,
          entities={"user_mentions": [{"id_str": "13", "screen_name": "wang", "name": "王"}]},
          extended_tweet={"full_text": "五", "entities": {"urls": [{"url": "https://t.co/b", "expanded_url": "b"}]}},
          retweeted_status=tweet(5, "五", created_at="2010-03-31 00:00:00 +0000",
                                 quoted_status=tweet(6, "六")["tweet"])["tweet"]),
]  # fmt: skip
NOTES: Final = [
    {
        "noteTweet": {
            "noteTweetId": "9",
            "createdAt": "2013-05-12T06:28:00.000Z",
            "core": {
                "text": "长文 很长 https://t.co/n",
                "urls": [{"shortUrl": "https://t.co/n", "expandedUrl": "https://a.example/n"}],
                "hashtags": [{"text": "名单"}],
            },
        }
    }
]
HISTORY: Final = [
    {"protectedHistory": {"protectedAt": "2013-01-02T08:00:00.000Z", "action": "Protect"}},
    {"protectedHistory": {"protectedAt": "2014-01-02T08:00:00.000Z", "action": "Unprotect"}},
]
ACTOR: Final = {"type": "Person", "id": "https://a.example/users/lin", "preferredUsername": "lin", "name": "林"}
ACTIVITIES: Final = [
    created(1, HTML, [EVERYBODY]),
    created(2, HTML, ["https://b.example/wang"]),
    {"id": "https://a.example/3/activity", "type": "Announce", "object": "https://b.example/7", "to": [EVERYBODY],
     "published": "2013-05-12T06:28:00Z", "actor": "https://a.example/users/lin"},
    {"type": "Delete", "object": {"id": "https://a.example/4"}, "published": "2013-05-13T00:00:00Z"},
    {**created(5, HTML, [], [EVERYBODY]), "object": {**created(5, HTML, [])["object"],
        "summary": "注意", "tag": [{"type": "Hashtag", "name": "#名单"}], "contentMap": {"zh": HTML},
        "attachment": [{"mediaType": "image/png", "url": "/media/p.png"}], "quote": "https://b.example/8"}},
]  # fmt: skip
SERVER_ACCOUNT: Final = {"id": "1", "username": "lin", "acct": "lin", "display_name": "林", "url": "https://a.example/@lin",
                         "uri": "https://a.example/users/lin"}  # fmt: skip
STATUS: Final[dict[str, Any]] = {
    "id": "7", "created_at": "2024-05-12T06:28:00.000Z", "in_reply_to_id": "6", "in_reply_to_account_id": "2",
    "sensitive": True, "spoiler_text": "注意", "visibility": "public", "language": "zh", "content": HTML,
    "reblog": None, "uri": "https://a.example/users/lin/statuses/7", "url": "https://a.example/@lin/7",
    "account": SERVER_ACCOUNT,
    "edited_at": "2024-05-13T06:28:00.000Z", "application": {"name": "Web"}, "tags": [{"name": "名单"}],
    "mentions": [{"id": "2", "username": "wang", "acct": "wang@b.example", "url": "https://b.example/@wang"}],
    "media_attachments": [{"type": "image", "url": "https://a.example/p.png", "description": "桌"}],
    "poll": {"options": [{"title": "是", "votes_count": 2}, {"title": "否", "votes_count": None}]},
}  # fmt: skip
STATUSES: Final[list[dict[str, Any]]] = [
    STATUS,
    {**STATUS, "id": "8", "visibility": "direct"},
    {**STATUS, "id": "9", "uri": "https://a.example/users/lin/statuses/9/activity", "reblog": STATUS, "content": ""},
    {**STATUS, "id": "10", "quote": {"state": "accepted", "quoted_status": STATUS}, "content": f"{HTML}<p>RE: x</p>"},
]  # fmt: skip
PICTURED: Final[list[dict[str, Any]]] = [
    {**STATUS, "_v": 1, "pf_type": "photo", "uri": "https://p.example/p/lin/7", "content": "字 <3",
     "content_text": "字 <3", "place": {"name": "门", "lat": "1"}},
    {**STATUS, "_v": 1, "pf_type": "text", "content_text": None},
]  # fmt: skip
MISSKEY_NOTES: Final[list[dict[str, Any]]] = [
    {"id": "9a", "text": "校舍 **塌了**", "createdAt": "2024-05-12T06:28:00.000Z", "fileIds": ["9b"], "replyId": None,
     "files": [{"type": "image/png", "url": "https://m.example/files/p", "comment": "桌", "isSensitive": True}],
     "renoteId": None, "poll": {"choices": ["是", {"text": "否", "votes": 1}], "votes": [3]}, "cw": "注意",
     "visibility": "public", "visibleUserIds": [], "localOnly": False},
    {"id": "9c", "text": None, "createdAt": "2024-05-12T06:28:00.000Z", "renoteId": "9a", "visibility": "home",
     "renote": {"uri": "https://b.example/notes/1", "user": {"username": "wang", "host": "b.example"}}},
    {"id": "9d", "text": "信", "createdAt": "2024-05-12T06:28:00.000Z", "replyId": "9a", "visibility": "specified"},
]  # fmt: skip
TWEET: Final[dict[str, Any]] = {
    "id": "5", "text": "看 &lt;", "author_id": "12", "created_at": "2013-05-12T06:28:00.000Z", "lang": "zh",
    "referenced_tweets": [{"type": "quoted", "id": "4"}], "attachments": {"media_keys": ["3_1"]},
    "edit_history_tweet_ids": ["5"], "note_tweet": {"text": "看 &lt; 长"},
    "entities": {"urls": [{"url": "https://t.co/a", "expanded_url": "https://a.example/"}]},
}  # fmt: skip
PAGE: Final[dict[str, Any]] = {
    "data": [TWEET],
    "includes": {"users": [{"id": "12", "username": "lin", "name": "林", "protected": False}],
                 "tweets": [{"id": "4", "text": "五年了", "author_id": "12", "created_at": "2013-05-12T06:00:00Z"}],
                 "media": [{"media_key": "3_1", "type": "photo", "url": "https://a.example/p", "alt_text": "桌"}]},
}  # fmt: skip
LINES: Final = [
    PAGE,
    {**TWEET, "author": {"id": "12", "username": "lin", "protected": True}},
    {**TWEETS[2]["tweet"], "user": {"id_str": "12", "screen_name": "lin", "protected": True}},
    {"id": "117", "action": "delete", "redacted_at": "2021-08-17T17:26:15.788Z", "reason": "deactivated"},
    {"id": "12", "action": "delete", "created_at": "2013-06-04T16:25:04+00:00", "reason": "suspended"},
    {"errors": [{"title": "Not Found"}]},
    {"data": {**TWEET, "id": "6", "text": "RT @wang: 五…",
              "note_tweet": {"text": "五 & 六", "entities": {"urls": [{}]}},
              "attachments": {"poll_ids": ["8"]}, "in_reply_to_user_id": "13", "withheld": {"country_codes": ["CN"]},
              "referenced_tweets": [{"type": "retweeted", "id": "5"}, {"type": "replied_to", "id": "6"}],
              "edit_history_tweet_ids": ["5", "6"], "geo": {"place_id": "1"}, "source": "Phone"},
     "includes": {"polls": [{"id": "8", "options": [{"position": 1, "label": "是", "votes": 2}]}],
                  "tweets": [{**TWEET, "id": "5", "referenced_tweets": [{"type": "quoted", "id": "6"}]}]},
     "errors": [{"resource_type": "tweet", "resource_id": "4", "title": "Not Found Error"},
                {"resource_type": "user", "value": "wang", "detail": "User has been suspended: [wang]."}],
     "__twarc": {"retrieved_at": "2022-10-03T18:00:57+00:00"}},
]  # fmt: skip
ITEMS: Final = [
    {"id": "1", "content_html": HTML, "date_published": "2013-05-12T14:28:00+08:00", "tags": ["名单"], "title": "一",
     "attachments": [{"url": "https://a.example/p", "mime_type": "image/png"}], "authors": [{"name": "林"}]},
    {"id": "https://a.example/2", "content_text": "二", "url": "https://a.example/2", "author": {"name": "林"}},
    {"id": 3, "summary": "三", "external_url": "https://b.example/"},
]  # fmt: skip
JSON_FEED: Final = {"version": "https://jsonfeed.org/version/1.1", "title": "日记", "home_page_url": "https://a.example/",
                    "feed_url": "https://a.example/feed.json", "language": "zh", "items": ITEMS}  # fmt: skip
RSS: Final = (
    '<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>日记</title>'
    "<link>https://a.example/</link><language>zh</language><item><guid>1</guid><title>一</title>"
    "<pubDate>Sun, 12 May 2013 14:28:00 +0800</pubDate><description><![CDATA[<p>地震</p>]]></description>"
    '<category>名单</category><dc:creator>林</dc:creator><enclosure url="p.png" type="image/png"/></item><item>'
    "<link>https://a.example/2</link><description>&lt;p&gt;二</description><content:encoded>三</content:encoded>"
    "</item></channel></rss>"
)
ATOM: Final = (
    '<?xml version="1.0"?><a:feed xmlns:a="http://www.w3.org/2005/Atom" xml:base="https://a.example/b/" xml:lang="bo">'
    "<a:id>tag:a.example,2013:f</a:id><a:title type='html'>t</a:title><a:author><a:name>林</a:name></a:author>"
    '<a:entry><a:id>tag:a.example,2013:1</a:id><a:link href="1.html"/><a:link rel="enclosure" href="p.png"/>'
    '<a:updated>2013-05-12T14:28:00+05:45</a:updated><a:content type="xhtml">'
    '<div xmlns="http://www.w3.org/1999/xhtml">一 &lt; <b>二</b><br/></div></a:content></a:entry>'
    "<a:entry xml:lang='zh'><a:id>5</a:id><a:summary>三</a:summary></a:entry></a:feed>"
)
XML_FEEDS: Final = [RSS, ATOM]
MARKS: Final = ["<item>", "</item>", "<entry/>", "<!-- x -->", "<?x y?>", "&nbsp;", "\ud83d", "&#55357;",
                "<!DOCTYPE rss>", "<a:b>", "]]>", "&amp;"]  # fmt: skip
NAMES: Final = ["../../etc/x.js", "/x.js", "a\\b.js", "data/tweets.js", "data/\0.js", "x" * 300 + ".js", "data/..js/",
                "\u202e.js"]  # fmt: skip
ENCODINGS: Final = ["utf-8"] * 20 + [
    "utf-16-le", "utf-16-be", "gbk", "gb18030", "big5", "latin-1", "utf-7", "klingon", "utf-32", "idna", "punycode",
    "rot13", "hex", "undefined", "unicode_escape",
]  # fmt: skip
_TOKEN: Final = re.compile(r"<[^>]*>|[^<]+")


def xml_feed(random: random.Random) -> bytes:
    """A feed with tags, words and the encoding changed."""
    tokens = _TOKEN.findall(random.choice(XML_FEEDS))
    for _ in range(random.choice([0, 1, 1, 2, 5])):
        at, other = random.randrange(len(tokens)), random.randrange(len(tokens))
        match random.randrange(7):
            case 0:
                del tokens[at]
            case 1:
                tokens.insert(other, tokens[at])
            case 2:
                tokens[at], tokens[other] = tokens[other], tokens[at]
            case 3:
                junk = str(random.choice(JUNK))
                tokens[at] = junk if random.random() < 0.5 else f"<![CDATA[{junk}]]>"
            case 4:
                tokens[at] = tokens[at].replace(">", random.choice([" x='1'>", "/>", " xml:base='http://['>", ">>"]))
            case 5:
                tokens[at] = tokens[at] * random.choice([2, 70])
            case _:
                tokens.insert(at, random.choice(MARKS))
        tokens = tokens or ["<rss>"]
    text, encoding = "".join(tokens), random.choice(ENCODINGS)
    if random.random() < 0.5:
        text = re.sub(r'version="1.0"[^?]*', f'version="1.0" encoding="{encoding}"', text, count=1)
    try:
        data = text.encode(encoding if random.random() < 0.7 else "utf-8", "surrogatepass")
    except (LookupError, ValueError):
        data = text.encode("utf-8", "surrogatepass")
    return scratched(data, random)


def json_feed(random: random.Random) -> bytes:
    text = written(several(JSON_FEED, random), random)
    return scratched(text.encode("utf-8", "surrogatepass"), random)


def x_files(random: random.Random) -> dict[str, bytes]:
    """An archive of X, each of its files changed or not."""

    def file(name: str, value: Any) -> bytes:
        text = f"window.YTD.{name}.part0 = {written(several(value, random), random)}"
        return scratched(text.encode("utf-8", "surrogatepass"), random)

    files = {
        "data/tweets.js": file("tweets", TWEETS),
        "data/note-tweet.js": file("note_tweet", NOTES),
        "data/deleted-tweets.js": file("deleted_tweets", TWEETS[2:]),
        "data/account.js": file("account", [{"account": ACCOUNT}]),
        "data/protected-history.js": file("protected_history", HISTORY),
        "data/manifest.js": scratched(manifest(3), random),
        "data/like.js": file("like", [{"like": {"tweetId": "57"}}, {"like": {}}]),
        "data/account-timezone.js": file("account_timezone", [{"accountTimezone": {"timeZone": "Tokyo"}}]),
        "data/twitter-circle-tweet.js": file("twitter_circle_tweet", [tweet(70, "圈")]),
        "data/js/tweets/2010_03.js": file("x", TWEETS[:1]).replace(
            b"window.YTD.x.part0", b"Grailbird.data.tweets_2010_03"
        ),
        "data/tweets_media/58-p.jpg": b"",
        "data/tweets_media/99-q.jpg": b"",
    }
    for name in list(files):
        if random.random() < 0.1:
            del files[name]
    return files


def mastodon(random: random.Random) -> dict[str, bytes]:
    said = json.loads(outbox(*ACTIVITIES, totalItems=len(ACTIVITIES)))
    data = written(several(said, random), random).encode("utf-8", "surrogatepass")
    actor = written(several(ACTOR, random), random).encode("utf-8", "surrogatepass")
    return {"outbox.json": scratched(data, random), "actor.json": scratched(actor, random)}


def server_statuses(random: random.Random) -> dict[str, bytes]:
    """Statuses of Mastodon's API: a list, lines, or a backup; or of Pixelfed."""
    said: Any = several(PICTURED if random.random() < 0.3 else STATUSES, random)
    if random.random() < 0.3:
        said = several({"account": SERVER_ACCOUNT, "statuses": said, "favourites": STATUSES[1:2]}, random)
    if random.random() < 0.3 and isinstance(said, list):
        text = "\n".join(written(each, random) for each in said)
    else:
        text = written(said, random)
    return {"pixelfed-statuses.json": scratched(text.encode("utf-8", "surrogatepass"), random)}


def misskey(random: random.Random) -> dict[str, bytes]:
    data = written(several(MISSKEY_NOTES, random), random).encode("utf-8", "surrogatepass")
    actor = written(several(ACTOR, random), random).encode("utf-8", "surrogatepass")
    files = {"notes.json": scratched(data, random), "actor.json": scratched(actor, random)}
    return files if random.random() < 0.5 else {"notes.json": files["notes.json"]}


def twarc(random: random.Random) -> bytes:
    lines = [written(several(line, random), random).replace("\n", " ") for line in LINES]
    random.shuffle(lines)
    return scratched("\n".join(lines).encode("utf-8", "surrogatepass"), random)


def zipped(random: random.Random) -> bytes:
    """A zip of an archive of X: names, methods and the zip's own fields changed."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as packed:
        for name, data in x_files(random).items():
            name = random.choice(NAMES) if random.random() < 0.1 else name
            info = zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0))
            info.external_attr = random.choice([0o100600, 0o120777, 0o010600, 0]) << 16
            method = random.choice([8, 8, 8, 0, 12, 14])
            if info.filename not in packed.namelist():
                packed.writestr(info, data, compress_type=method)
    whole = bytearray(made.getvalue())
    for _ in range(random.choice([0, 0, 1, 2, 6])):
        marks = [found.start() for found in re.finditer(rb"PK[\x01\x03\x05][\x02\x04\x06]", whole)]
        at = random.choice(marks or [0]) + random.randrange(46)
        if at < len(whole):
            whole[at] = random.choice([0, 1, 8, 0xFF, random.randrange(256)])
    return scratched(bytes(whole), random)


KINDS: Final[dict[str, Callable[[random.Random], bytes | dict[str, bytes]]]] = {
    "xml-feed": xml_feed,
    "json-feed": json_feed,
    "x-archive": x_files,
    "mastodon": mastodon,
    "statuses": server_statuses,
    "misskey": misskey,
    "twarc": twarc,
    "zip": zipped,
}
#: kinds that are one file, under what name, and whether it is read from a disk
FILES: Final[dict[str, tuple[str, bool]]] = {"twarc": ("lines.jsonl", False), "zip": ("export.zip", True)}


def export(kind: str, seed: int, folder: Path) -> Export:
    """The export of this kind and seed; a zip or tar is written into *folder*. Raises our errors."""
    made = KINDS[kind](random.Random(f"{kind} {seed}"))
    if isinstance(made, dict):
        return Several(made)
    name, on_disk = FILES.get(kind, ("feed", False))
    if not on_disk:
        return Bytes(name, made)
    (folder / name).write_bytes(made)
    return open_export(folder / name, IngestReport())


def read_all(export: Export) -> int:
    """Recognise, plan, read every post, and read each again from its bytes alone; return how many there were."""
    report = IngestReport()
    try:
        recognised = recognise(export)
        format = FetchedFeed("https://a.example/feed") if recognised.NAME == FEED else recognised
        plan = format.plan(export, report)
    except TamizdatError:
        return 0
    canonical({**plan.contexts, "": plan.context})
    count = 0
    for found in format.read(plan, export.open, report):
        if not isinstance(found, Found):
            continue
        count += 1
        raw = []
        for piece in found.slices:
            with export.open(piece.source) as file:
                file.read(piece.offset)
                raw.append(file.read(piece.length))
        assert format.post(raw, plan.context_of(found.slices[0].source)) == found.post, (
            "other words from the same bytes"
        )
        canonical(found.post.activity())
        assert len(found.post.said) == 64
    for problem in report.problems:
        str(problem).encode()
    return count
