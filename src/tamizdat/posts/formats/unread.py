"""What is recognised and not read: tables that need a mapping, and exports of which no reader was held to real samples.

A sentence that names it and says what to do is worth more than "found none of them".
"""

import re
from typing import Final

from tamizdat.posts.export import BadExport, Export
from tamizdat.posts.formats import whatsapp
from tamizdat.posts.formats.rows import BOM, header_of
from tamizdat.text.spreadsheet import SAVE_AS_CSV

SNIFFED_BYTES: Final = 1 << 14
LOOKED_INTO: Final = (
    ".csv", ".tsv", ".jsonl", ".ndjson", ".json", ".txt", ".html", ".htm", ".xml", ".opml", ".mht", ".mhtml",
    ".webarchive", ".har", ".arc", ".arc.gz",
)  # fmt: skip
SNIFFED: Final = 200  #: files of an export that are looked at
TELLING: Final = re.compile("posts|profile")  #: what is called so is looked at first: some exports have thousands
NOT_YET: Final = "It is not read yet. Keep it as it is"
MAP_WEIBO: Final = (
    'Write a mapping.toml beside it with the lines id = "https://m.weibo.cn/detail/{_id}", text = "content", '
    'published = "created_at", zone = "+08:00", and collect the folder'
)
#: tables of widespread programs: columns that must be there, and what their mapping would be
TABLES: Final[tuple[tuple[str, tuple[str, ...], str], ...]] = (
    ("the tweets.csv of an old Twitter archive", ("tweet_id", "timestamp", "text", "retweeted_status_id"),
     'id = "https://x.com/i/status/{tweet_id}"\ntext = "text"\npublished = "timestamp"'),
    ("a table of twint", ("conversation_id", "username", "tweet", "timezone"),
     'id = "https://x.com/i/status/{id}"\ntext = "tweet"\npublished = "{date} {time}"\nauthor_handle = "username"'),
    ("a table of twarc-csv", ("author.username", "author_id", "created_at", "text"),
     'id = "https://x.com/i/status/{id}"\ntext = "text"\npublished = "created_at"\nauthor_handle = "author.username"'),
    ("a table of snscrape", ("rawContent", "date", "url"),
     'id = "https://x.com/i/status/{id}"\ntext = "rawContent"\npublished = "date"\nurl = "url"'),
    ("a table of 4CAT", ("id", "thread_id", "body", "timestamp"),
     'id = "{id}"\ntext = "body"\npublished = "timestamp"\nauthor_name = "author"\nthread = "thread_id"'),
    ("a table of weiboSpider", ("微博id", "微博正文", "发布时间"),
     'id = "https://weibo.cn/comment/{微博id}"\ntext = "微博正文"\npublished = "发布时间"\nzone = "+08:00"'),
    ("the posts of a Reddit export", ("permalink", "subreddit", "title", "body"),
     'id = "{permalink}"\ntext = "body"\ntitle = "title"\npublished = "date"'),
)  # fmt: skip
#: exports by what stands in one of their files, and what to do with them
EXPORTS: Final[tuple[tuple[str, str, bytes, str], ...]] = (
    ("Facebook without its posts", r"(?:.*/)?profile_information\.json", rb'"profile(?:_v2)?"\s*:',
     "Ask for the whole export, in JSON; if it came in parts, unpack all of them into one folder, and collect that"),
    ("LINE", r".*\.txt", rb"\A(?:\xef\xbb\xbf)?\[LINE\]", NOT_YET),
    ("VK", r"(?:.*/)?wall/wall\d*\.html", rb"vk\.com|vkontakte",
     "It is not read: it tells in words of its language who wrote and when, and no time zone. Keep it as it is"),
    ("Discord (by DiscordChatExporter)", r".*\.json", rb'\A\s*\{\s*"guild"\s*:', NOT_YET),
    ("TikTok as text", r"(?:.*/)?(?:posts?|videos?|(?:watch|video browsing) history|comments)\.txt",
     rb"(?m)^(?:Date|Link|Comment): ", "Ask for the export once more, in JSON: it is read then"),
    ("Telegram by Telethon", r".*\.json", rb'\A\s*\[\s*\{[^{}\[\]]*"(?:sender_id|peer_id|message\.id)"',
     "Export the channel with Telegram Desktop (result.json), or write a mapping"),
    ("Discord (the package of an account)", r"(?:.*/)?messages/c?\d+/messages\.(?:json|csv)", rb'"?ID"?\s*[:,]',
     NOT_YET),
    ("Slack", r".*/\d{4}-\d\d-\d\d\.json", rb'"ts"\s*:\s*"\d+\.\d+"', NOT_YET),
    ("a room of Matrix as pages", r"(?:.*/)?messages\d*\.html", rb"mx_MatrixChat",
     "Export it once more with Element, in JSON: it is read then"),
    ("Facebook, Instagram or Threads as pages",
     r"(?:.*/)?(?:your_[^/]*|this_profile's_[^/]*|posts|content|threads)/.*\.html",
     rb"(?i)<title>(?:your )?(?:posts|reels|stories|threads)|_a6-g",
     "Ask for the export once more, in JSON: pages are not read"),
    ("WriteFreely", r".*\.json", rb'\A\s*\{\s*"username"\s*:.*"collections"\s*:', NOT_YET),
    ("Lemmy's settings, which hold no post", r".*\.json", rb'"followed_communities"\s*:.*"saved_posts"\s*:',
     "What the account wrote stands in its feed: follow that"),
    ("Signal", r"(?:.*/)?main\.jsonl", rb'\A\s*\{[^\n]*"backupTimeMs"',
     "It is not read, on purpose: it holds the letters of all who ever wrote to this telephone. Keep it safe"),
    ("YouTube's comments (Google Takeout)", r"(?:.*/)?comments(?:\(\d+\))?\.csv", rb"Comment ID,Channel ID", NOT_YET),
    ("Tumblr", r"(?:.*/)?posts/html/\d+\.html", rb'id="timestamp"|<html', NOT_YET),
    ("Medium", r"(?:.*/)?posts/.*\.html", rb'class="(?:h-entry|p-name)|data-field="body"|medium\.com', NOT_YET),
    ("a journal of LiveJournal or Dreamwidth as a table", r".*\.csv", rb"\A[^\n]*\bitemid,eventtime,logtime\b",
     "Export it once more, as XML with the column of who may read: it is read then"),
    ("a journal's comments", r".*", rb"<livejournal\b[^>]*>\s*<(?:comments|maxid)\b",
     "They are other people's words, and not read. Collect the months of the journal beside them"),
    ("Movable Type", r".*\.txt", rb"\A(?:\xef\xbb\xbf)?(?:AUTHOR|TITLE|BASENAME): .*\n-----\r?\n", NOT_YET),
    ("WeiboSpider", r".*\.(?:jsonl?|ndjson)", rb'"mblogid"\s*:',
     MAP_WEIBO),
    ("Instagram without its posts", r"(?:.*/)?(?:instagram_)?profile_information\.json", rb'"profile_user"',
     "Ask for the whole export, in JSON"),
)  # fmt: skip
AS_IT_IS: Final = "Keep it as it is: nobody can check any more what was changed in it"
#: what else people keep of the web and of others' posts, by name and beginning, and what to do with it
OTHERS: Final[tuple[tuple[str, str, bytes, str], ...]] = (
    ("a list of feeds", r".*\.(?:opml|xml)", rb"<opml\b", "'tamizdat collect --opml FILE' follows them"),
    ("a page saved by SingleFile", r".*\.html?", rb"Page saved with SingleFile",
     f"{AS_IT_IS}. 'tamizdat collect capture URL' takes a page in as it is given out today"),
    ("a page saved as MHTML", r".*\.mht(?:ml)?", rb"(?i)\bMIME-Version:",
     f"{AS_IT_IS}. 'tamizdat collect capture URL' takes a page in as it is given out today"),
    ("a page saved by Safari", r".*\.webarchive", rb"\Abplist|<plist",
     f"{AS_IT_IS}. 'tamizdat collect capture URL' takes a page in as it is given out today"),
    ("a HAR, a browser's record of what it loaded", r".*\.(?:har|json)", rb'\A(?:\xef\xbb\xbf)?\s*\{\s*"log"\s*:\s*\{',
     "It is not read. Keep it as it is, and ask who made it for a WACZ or WARC"),
    ("an ARC, which was before WARC", r".*\.arc(?:\.gz)?", rb"\Afiledesc:|\A\x1f\x8b",
     "Keep it, make a WARC of it ('warcio recompress FILE.arc FILE.warc.gz'), and collect that"),
    ("a WACZ that holds no WARC", r"datapackage\.json", rb"\A\s*\{", "Ask for the file again"),
    ("a workbook of a spreadsheet program", r"(?:.*/)?(?:xl/workbook|content)\.xml",
     rb"spreadsheetml/2006|office:spreadsheet", f"{SAVE_AS_CSV}. Then write a mapping.toml beside it"),
    ("what yt-dlp tells of a clip", r".*\.info\.json", rb'"(?:extractor|webpage_url|id)"\s*:',
     "It is no post: keep it beside the clip"),
)  # fmt: skip
NAMED: Final = 3  #: files, and members of a JSON object, that are named
#: what of a kind is read, by the ends of names; the first that fits one of the files is told
NEAREST: Final = (
    (
        (".json", ".jsonl", ".ndjson", ".js"),
        (
            "Of JSON are read: Mastodon (outbox.json), Telegram (result.json), X (tweets.js), Facebook, Instagram, "
            "Threads and TikTok where JSON was asked for, Misskey, Pixelfed, Matrix, Nostr, Ghost; and any list of "
            "posts with a mapping.toml beside it (docs/spec/posts.md)"
        ),
    ),
    (
        (".csv", ".tsv"),
        (
            "Of tables are read: Substack (posts.csv), crawlers of Weibo, and any other with a mapping.toml beside it "
            "(docs/spec/posts.md)"
        ),
    ),
    (
        (".html", ".htm"),
        "Of pages Telegram's are read (messages.html). Most platforms give the same out as JSON: ask for that",
    ),
    ((".xml", ".rss", ".atom"), "Of XML are read: RSS and Atom feeds, and LiveJournal"),
    ((".txt",), "Of texts are read: chats of WhatsApp (WhatsApp Chat with ….txt)"),
    (
        (".warc", ".wacz", ".gz"),
        "It is called like captured pages, and is not WACZ or WARC inside. Ask for the file again",
    ),
    (
        (".jpg", ".jpeg", ".png", ".mp4", ".mov", ".webp", ".heic", ".mp3", ".m4a"),
        "Pictures, clips and sounds are taken in with the export whose posts show them, or as a card ('tamizdat seal')",
    ),
)
EVERY: Final = "'tamizdat collect --help' lists all that is read."
OBJECT: Final = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*\[?\s*\{[^{}\[\]]*")
NUL: Final = b"\0"
#: its name as JSON writes it: without control characters, so that none makes a line of its own where it is told
MEMBER: Final = re.compile(rb'"([^"\\\x00-\x1f]{1,40})"\s*:')


def looks_like(export: Export) -> str:
    """Return what an export that no format reads looks like, in a few words."""
    names = export.names()
    if not names:
        return "no file that can be read"
    if len(names) > 1:
        return f"{len(names):,} files that are none ({', '.join(names[:NAMED])}{' …' if len(names) > NAMED else ''})"
    [name], beginning = names, _beginning(export, names[0])
    members = [each.decode("utf-8", "replace") for each in MEMBER.findall(beginning)][:NAMED]
    if beginning.lstrip(BOM).lstrip()[:1] in (b"{", b"[") and members:
        return f"{name}, JSON of another kind (it begins with {', '.join(members)})"
    return f"{name}, {'which holds no text' if NUL in beginning else 'which is none'}"


def nearest(export: Export) -> str:
    """Return which formats come nearest, by how the files are called, and where all are listed."""
    names = [each.lower() for each in export.names()]
    near = next((what for ends, what in NEAREST if any(each.endswith(ends) for each in names)), "")
    return f"{near}. {EVERY}" if near else EVERY


def advice(export: Export) -> str:
    """Return what an export that no format reads looks like, and what to do about it; "" if nobody knows."""
    readable = [path for path in export.names() if path.lower().endswith(LOOKED_INTO)]
    for path in sorted(readable, key=lambda path: not TELLING.search(path))[:SNIFFED]:
        lower, beginning = path.lower(), _beginning(export, path)
        for name, named, holds, what in EXPORTS:
            if re.fullmatch(named, lower) and re.search(holds, beginning, re.S):
                return f"{path} looks like an export of {name}. {what}."
        for name, named, holds, what in OTHERS:
            if re.fullmatch(named, lower) and re.search(holds, beginning):
                return f"{path} looks like {name}. {what}."
        if lower.endswith(".txt") and whatsapp.HEADER.match(beginning.decode("utf-8", "replace")):
            return f"{path} looks like a chat of WhatsApp. Give it its name again (WhatsApp Chat with ….txt)."
        if found := _table(path, beginning) or _objects(path, beginning):
            return found
    return ""


def _objects(path: str, beginning: bytes) -> str:
    """Return what to do with a list, or lines, of objects that no format knows."""
    first = OBJECT.match(beginning) if path.endswith((".jsonl", ".ndjson", ".json")) else None
    names = [each.decode("utf-8", "replace") for each in MEMBER.findall(first[0])] if first else []
    if len(names) < 3:
        return ""
    return (
        f"{path} holds objects ({', '.join(names[:12])}). If each is a post and they stand in a list, or one a line, "
        "write a file mapping.toml beside it that says which member is id, text and published (docs/spec/posts.md), "
        "and collect the folder."
    )


def _beginning(export: Export, path: str) -> bytes:
    try:
        with export.open(path) as file:
            return file.read(SNIFFED_BYTES)
    except BadExport:
        return b""


def _table(path: str, beginning: bytes) -> str:
    header, _ = header_of(beginning)
    line = beginning.removeprefix(BOM).partition(b"\n")[0]
    names = set(header) | {each.decode("utf-8", "replace") for each in re.findall(rb'"([^"\\]{1,40})"\s*:', line)}
    for name, columns, mapping in TABLES:
        if names.issuperset(columns):
            return (
                f"{path} looks like {name}. Write these lines into a file mapping.toml beside it, add "
                f'zone = "+00:00" if its times have none and audience = "public" if everybody could read these posts, '
                f"and collect the folder:\n\n{mapping}\n"
            )
    if len(header) > 2 and path.endswith((".csv", ".tsv")):
        shown = ", ".join(header[:12])
        return (
            f"{path} is a table ({shown}). Write a file mapping.toml beside it that says which column is id, text and "
            "published (docs/spec/posts.md), and collect the folder."
        )
    return ""
