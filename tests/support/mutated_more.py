"""More kinds of changed exports (:mod:`support.mutated_exports`), added to its list when this is imported."""

import gzip
import io
import json
import random
import tarfile
from collections.abc import Callable
from typing import Any, Final

from support import ghost_exports, journals, matrix_rooms, nostr_events, own_exports
from support.mutated_exports import FILES, HTML, KINDS, NAMES, changed, scratched, several, written, x_files
from support.repositories import POST, Account, post_record, repository
from tamizdat.posts.dag_cbor import BadCbor

FORWARDED: Final = {"forwarded_from": "王", "forwarded_from_id": "channel99"}
MESSAGES: Final[list[dict[str, Any]]] = [
    {"id": 7, "type": "message", "date": "2013-05-12T14:28:00", "date_unixtime": "1368340080", "from": "名单",
     "from_id": "channel12", "text": ["看 ", {"type": "text_link", "text": "名单", "href": "https://a.example/"}],
     "photo": "photos/p.jpg", "edited_unixtime": "1368343680"},
    {"id": 8, "type": "message", "date": "2013-05-12T14:28:00", "from": None, "from_id": "user5", "text": "五年了",
     "reply_to_message_id": 7, "reply_to_peer_id": "channel55", **FORWARDED},
    {"id": 9, "type": "service", "action": "pin_message", "text": ""},
    {"id": 10, "type": "message", "text": "", "poll": {"question": "吗", "answers": [{"text": "是", "voters": 3}]}},
    {"id": 11, "type": "message", "text": "二", "media_type": "sticker", "file": "(File not included.)"},
]  # fmt: skip


def telegram(random: random.Random) -> dict[str, bytes]:
    """One chat, or an account's, as Telegram Desktop writes them."""

    def chat(kind: str) -> dict[str, Any]:
        return {"name": "名单", "type": kind, "id": 12, "messages": several(MESSAGES, random)}

    value: Any = chat("public_channel")
    if random.random() < 0.5:
        chats = {"list": [chat(kind) for kind in ("personal_chat", "public_channel", "private_group")]}
        value = {"about": "Telegram", "contacts": {"list": [{"phone_number": "+1"}]}, "chats": chats}
    data = written(several(value, random) if random.random() < 0.3 else value, random).encode("utf-8", "surrogatepass")
    return {"result.json": scratched(data, random), "photos/p.jpg": b"\xff\xd8"}


PAGE: Final = """<html><body><div class="page_wrap"><div class="page_header"><div class="text bold">名单</div></div>
<div class="history"><div class="message service" id="message-1"><div class="body details">12 May</div></div>
<div class="message default clearfix" id="message7"><div class="body"><div class="pull_right date details"
title="12.05.2013 14:28:00 UTC+08:00">14:28</div><div class="from_name">林</div><div class="text">看 <a
href="https://a.example/">名单</a></div></div></div>
<div class="message default clearfix joined" id="message8"><div class="body"><div class="forwarded body">
<div class="from_name">王 <span class="date details"></span></div><div class="text">话</div></div></div></div>
<div class="message default clearfix joined" id="message9"><div class="body"><div class="forwarded body">
<div class="media_wrap clearfix"><div class="media_poll"><div class="question bold">吗</div><div class="answer">
- 是 <span class="details">3 votes</span></div></div></div></div></div></div></div></div></body></html>"""


def telegram_html(random: random.Random) -> dict[str, bytes]:
    """Pages of Telegram Desktop, tags cut, doubled and moved."""
    pages = {}
    for name in ("messages.html", "messages2.html"):
        tags = PAGE.split("<")
        for _ in range(random.choice([0, 1, 1, 3])):
            at, other = random.randrange(len(tags)), random.randrange(len(tags))
            match random.randrange(4):
                case 0:
                    del tags[at]
                case 1:
                    tags.insert(other, tags[at])
                case 2:
                    tags[at] *= random.choice([2, 900])
                case _:
                    tags[at] = "div " * random.choice([1, 20_000]) + tags[at]
        pages[name] = scratched("<".join(tags).encode(), random)
    return pages


def tarred(random: random.Random) -> bytes:
    """A tar of an archive of X, names, kinds and headers changed; half of them packed by gzip."""
    made = io.BytesIO()
    form = random.choice([tarfile.PAX_FORMAT, tarfile.GNU_FORMAT])
    with tarfile.open(fileobj=made, mode="w", format=form) as packed:
        for name, data in x_files(random).items():
            info = tarfile.TarInfo(random.choice([*NAMES, "长" * 90]) if random.random() < 0.1 else name)
            info.type = random.choice([tarfile.REGTYPE] * 9 + [tarfile.SYMTYPE, tarfile.CHRTYPE, tarfile.DIRTYPE])
            info.size = len(data)
            packed.addfile(info, io.BytesIO(data))
    whole = bytearray(made.getvalue())
    for _ in range(random.choice([0, 0, 1, 3])):
        at = random.randrange(0, len(whole), 512) + random.choice([0, 124, 135, 148, 156, 257])
        whole[at : at + 1] = bytes([random.choice([0, 0x80, 0xFF, *b"0123Lxg"])])
    return scratched(gzip.compress(whole, mtime=0) if random.random() < 0.5 else bytes(whole), random)


ACCOUNT: Final = Account()
OTHER: Final = "at://did:plc:aaaaaaaaaaaaaaaaaaaaaaaa/app.bsky.feed.post/3k"
RECORDS: Final[dict[str, Any]] = {
    f"{POST}3ksdtz4cezk2k": post_record("看名单", langs=["zh"], tags=["名单"], facets=[
        {"index": {"byteStart": 3, "byteEnd": 9}, "features": [{"uri": "https://a.example/"}]}]),
    f"{POST}3ksdtz4cezk2m": post_record(reply={"parent": {"uri": OTHER}, "root": {"uri": OTHER}}, embed={
        "record": {"uri": OTHER}, "media": {"images": [{"alt": "桌", "image": {"ref": {"$link": "b"}}}]}}),
    "app.bsky.feed.repost/3ksdtz4cezk2m": {"subject": {"uri": OTHER}, "createdAt": "2024-05-12T06:28:00Z"},
    "app.bsky.feed.like/3k": {"subject": {"uri": OTHER}},
}  # fmt: skip


def bluesky(random: random.Random) -> dict[str, bytes]:
    """A repository and the log of its keys: records, links and bytes changed."""
    records = {}
    for name, value in RECORDS.items():
        records[name] = changed(value, random) if random.random() < 0.3 else value
    try:
        data = repository(ACCOUNT, records)
    except (BadCbor, UnicodeEncodeError, ValueError):  # what no encoder writes
        data = repository(ACCOUNT, RECORDS)
    log = written(several(ACCOUNT.log, random) if random.random() < 0.3 else ACCOUNT.log, random)
    return {"repo.car": scratched(data, random), "log.json": log.encode("utf-8", "surrogatepass")}


def bluesky_json(random: random.Random) -> bytes:
    author = {"did": "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa", "handle": "lin.example", "displayName": "林"}
    shown = {"uri": OTHER, "author": author, "embed": {"images": [{"fullsize": "x"}]}}
    value: Any = {
        "feed": [{"post": {**shown, "record": record}, "reason": {"by": author}} for record in RECORDS.values()]
    }
    if random.random() < 0.5:
        value = {"records": [{"uri": OTHER, "value": record} for record in RECORDS.values()]}
    return scratched(written(several(value, random), random).encode("utf-8", "surrogatepass"), random)


MAPPING: Final = b'id = "{id}"\ntext = "body"\npublished = "when"\nzone = "Asia/Shanghai"\nmedia = "pics"\n'
ROWS: Final[list[dict[str, Any]]] = [
    {"id": "57", "body": '校舍\n"塌了"', "when": "2013-05-12 14:28:00", "pics": "https://a.example/1"},
    {"id": 58, "body": "五年了", "when": 1368340080, "pics": ["https://a.example/2"]},
]


def table(random: random.Random) -> dict[str, bytes]:
    """Rows of CSV, JSON lines or a list, with a mapping."""
    rows = several(ROWS, random)
    form = random.randrange(3)
    if form == 0:
        data = written(rows, random)
    elif form == 1:
        data = "\n".join(written(row, random).replace("\n", " ") for row in rows) if isinstance(rows, list) else "7"
    else:
        cells = [[str(value).replace('"', '""') for value in row.values()] for row in ROWS]
        data = "id,body,when,pics\n" + "\n".join(",".join(f'"{cell}"' for cell in row) for row in cells)
    name = "posts.csv" if form == 2 else "posts.jsonl"
    return {name: scratched(data.encode("utf-8", "surrogatepass"), random), "mapping.toml": MAPPING}


WEIBO: Final[list[dict[str, Any]]] = [
    {"user_id": 12345, "screen_name": "林", "id": 4454572602912349, "bid": "IhJd", "text": "看 //@王: 话",
     "pics": "https://a/1", "full_created_at": "2019-12-28 11:57:05", "source": "x",
     "retweet": {"user_id": 9, "id": 4454572602912000, "text": "话"}},
    {"user_id": 12345, "id": "4454572602912351", "text": "看<br />二", "created_at": "2019-12-28", "location": "成都"},
]  # fmt: skip


def weibo(random: random.Random) -> dict[str, bytes]:
    if random.random() < 0.5:
        said = {"user": {"id": "12345"}, "weibo": several(WEIBO, random)}
        return {"12345.json": scratched(written(said, random).encode("utf-8", "surrogatepass"), random)}
    lines = ["id,bid,正文,位置,完整日期,是否原创,源用户id,源用户昵称,源微博id,源微博bid,源微博正文",
             "4454572602912349,IhJ,看,成都,2019-12-28 11:57:05,False,9,王,4454572602912000,Ia,话"]  # fmt: skip
    return {"12345.csv": scratched("\n".join(lines).encode(), random)}


def instagram(random: random.Random) -> dict[str, bytes]:
    picture = {"uri": "media/posts/1_18032017582961826.jpg", "creation_timestamp": 1368340080, "title": "\u00e6\u00a0",
               "media_metadata": {"photo_metadata": {"exif_data": [{"latitude": 31.0}]}}}  # fmt: skip
    said = several(
        [{"media": [picture, picture], "title": "x #y", "creation_timestamp": 1368340080}, {"media": [picture]}], random
    )
    profile = several({"profile_user": [{"string_map_data": {"Username": {"value": "lin"}}}]}, random)
    return {"media/posts_1.json": scratched(written(said, random).encode("utf-8", "surrogatepass"), random),
            "personal_information.json": written(profile, random).encode("utf-8", "surrogatepass")}  # fmt: skip


def facebook(random: random.Random) -> dict[str, bytes]:
    files = own_exports.facebook()
    link = {"external_context": {"name": "x", "url": "https://a.example/"}}
    kept = {"note": {"title": "t", "text": "x", "media": []}, "poll": {"question": "?", "options": [{"option": "y"}]}}
    said = [own_exports.on_facebook(1, "校舍 @[5:2048:王]", own_exports.picture(description="x"), link, updated=9),
            own_exports.on_facebook(1, "x", kept, {"place": {"coordinate": {"latitude": 1.0}}}, tags=[])]  # fmt: skip
    listed = written(several(said, random), random).encode("utf-8", "surrogatepass")
    profile = several(json.loads(files[own_exports.PROFILE]), random)
    return {**files, own_exports.FOLDER + own_exports.LIST: scratched(listed, random),
            own_exports.PROFILE: written(profile, random).encode("utf-8", "surrogatepass")}  # fmt: skip


def tiktok(random: random.Random) -> dict[str, bytes]:
    posts = [own_exports.on_tiktok(7368000000000000000 + number, "校舍 #x", CoverImage="https://a.example/1.jpg")
             for number in range(3)]  # fmt: skip
    said = several(own_exports.tiktok(*posts, deleted=({**posts[0], "DateDeleted": "2024-06-01 00:00:00"},)), random)
    return {"user_data_tiktok.json": scratched(written(said, random).encode("utf-8", "surrogatepass"), random)}


CHAT: Final = (
    "13/05/2013, 14:28 - x\n13/05/2013, 14:28 - 林: 校舍\n二\n13/05/2013, 2:29 PM - 王: <Media omitted>\n"
    "[5/1/13, 14:30:00] 林: a.jpg (file attached)\n"
)


def whatsapp(random: random.Random) -> dict[str, bytes]:
    lines = CHAT.splitlines(keepends=True)
    for _ in range(random.choice([0, 1, 1, 3])):
        at = random.randrange(len(lines))
        twice, other = lines[at][:60] * random.choice([2, 2_000]), random.choice(lines)
        lines[at] = random.choice(["", twice, "x" * 1_200_000, other, lines[at][:9]])
    return {"chat.txt": scratched("".join(lines).encode(), random)}


LETTERS: Final = (
    "post_id,post_date,is_published,email_sent_at,type,audience,title,subtitle,podcast_url\n"
    "1.gate,2024-05-12T06:28:00.000Z,true,,newsletter,everyone,校舍,二,\n"
    '2.list,2024-05-13T06:28:00.000Z,true,,podcast,only_paid,"a, ""b""\nc",,https://a.example/1.mp3\n'
    "3,,false,,newsletter,everyone,,,\n"
)


def substack(random: random.Random) -> dict[str, bytes]:
    lines = LETTERS.splitlines(keepends=True)
    for _ in range(random.choice([0, 1, 1, 3])):
        at = random.randrange(1, len(lines))
        lines[at] = random.choice(["", lines[at] * 2, "x" * 1_200_000, random.choice(lines), lines[at][:20]])
    pages = {f"posts/{name}.html": scratched(HTML.encode(), random) for name in ("1.gate", "2.list", "3", "4.none")}
    return {"posts.csv": scratched("".join(lines).encode(), random), **pages, "email_list.lin.csv": b"email\n"}


def ghost(random: random.Random) -> dict[str, bytes]:
    body = json.dumps({"root": {"children": [{"type": "paragraph", "children": [{"type": "text", "text": "校"}]}]}})
    rows = [ghost_exports.post(1, "校舍", HTML, custom_excerpt="x"), ghost_exports.post(2, "T", None, lexical=body),
            ghost_exports.post(3, "D", HTML, status="draft", published_at=None)]  # fmt: skip
    tables = ghost_exports.tables(*rows, posts_authors=ghost_exports.wrote(1, ghost_exports.LIN),
                                  posts_meta=[ghost_exports.meta(1, feature_image_alt="x")])  # fmt: skip
    data = several(tables, random) if random.random() < 0.7 else tables
    whole = {"db": [{"meta": {"exported_on": ghost_exports.EXPORTED, "version": "6.0.0"}, "data": data}]}
    return {"b.json": scratched(written(whole, random).encode("utf-8", "surrogatepass"), random)}


def threads(random: random.Random) -> dict[str, bytes]:
    said = [own_exports.on_threads(1, "校舍 #x", own_exports.PICTURE), own_exports.on_threads(1, "y", reply=True)]
    files = own_exports.threads(*said)
    value = several({"text_post_app_text_posts": several(said, random)}, random)
    if random.random() < 0.7:
        value = {"text_post_app_text_posts": several(said, random)}
    data = scratched(written(value, random).encode("utf-8", "surrogatepass"), random)
    return {**files, own_exports.THREADS: data}


def matrix(random: random.Random) -> dict[str, bytes]:
    bundle = {"m.relations": {"m.replace": matrix_rooms.edit(3, 1, "二")}}
    said = [*matrix_rooms.OPEN, matrix_rooms.said(0, "校舍"), matrix_rooms.said(1, "x", unsigned=bundle),
            matrix_rooms.edit(2, 0, "校舍二"), matrix_rooms.shared(4, "a.png", 2)]  # fmt: skip
    value = {"room_name": "r", "exported_by": "x", "messages": several(said, random)}
    data = scratched(written(value, random).encode("utf-8", "surrogatepass"), random)
    return {"export.json": data, "images/a-1.png": b"xx"}


def livejournal(random: random.Random) -> dict[str, bytes]:
    said = [journals.entry(14592, "校舍\n<lj user=wang>", subject="五"), journals.entry(2, "x", "private")]
    random.shuffle(said)
    alone = scratched(journals.dumped(57, "a", "<revtime>1368343680</revtime>"), random)
    return {"2013-05.xml": scratched(journals.month(*said), random), "lin/L-57": alone}


def nostr(random: random.Random) -> dict[str, bytes]:
    one = nostr_events.event("校舍", 1, ["t", "x"])
    said = [nostr_events.profile("林"), one, nostr_events.event(json.dumps(one), 6, ["e", one["id"]], at=1),
            nostr_events.article("二", 2), nostr_events.event("", 5, ["e", one["id"]], at=3),
            nostr_events.event("SECRET", 4, at=4)]  # fmt: skip
    if random.random() < 0.5:
        return {"e.json": scratched(written(several(said, random), random).encode("utf-8", "surrogatepass"), random)}
    return {"e.jsonl": scratched(nostr_events.lines(*several(said, random)), random)}


MORE: Final[dict[str, Callable[[random.Random], bytes | dict[str, bytes]]]] = {
    "bluesky": bluesky,
    "bluesky-json": bluesky_json,
    "facebook": facebook,
    "ghost": ghost,
    "instagram": instagram,
    "livejournal": livejournal,
    "matrix": matrix,
    "nostr": nostr,
    "substack": substack,
    "table": table,
    "tar": tarred,
    "telegram": telegram,
    "telegram-html": telegram_html,
    "threads": threads,
    "tiktok": tiktok,
    "weibo": weibo,
    "whatsapp": whatsapp,
}
KINDS.update(MORE)
FILES["tar"] = ("export.tar.gz", True)
