"""What is recognised and not read: tables that need a mapping, and exports of which no reader was held to real samples.

A sentence that names it and says what to do is worth more than "found none of them".
"""

import re
from typing import Final

from tamizdat.posts.export import Export, head
from tamizdat.posts.formats.rows import BOM, header_of

SNIFFED: Final = 200  #: files of an export that are looked at
NOT_YET: Final = "It is not read yet. Keep it as it is"
#: tables of widespread programs: columns that must be there, and what their mapping would be
TABLES: Final[tuple[tuple[str, tuple[str, ...], str], ...]] = (
    ("the tweets.csv of an old Twitter archive", ("tweet_id", "timestamp", "text", "retweeted_status_id"),
     'id = "https://x.com/i/status/{tweet_id}"\ntext = "text"\npublished = "timestamp"'),
    ("a table of twint", ("conversation_id", "username", "tweet", "timezone"),
     'id = "https://x.com/i/status/{id}"\ntext = "tweet"\npublished = "{date} {time}"\nauthor_handle = "username"'),
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
    ("Facebook", r"(?:.*/)?(?:your|profile|your_facebook)_posts.*\.json", rb'"timestamp"',
     NOT_YET),
    ("LINE", r".*\.txt", rb"\A(?:\xef\xbb\xbf)?\[LINE\]", NOT_YET),
    ("VK", r"(?:.*/)?wall/wall\d*\.html", rb"vk\.com|vkontakte", NOT_YET),
    ("Discord (by DiscordChatExporter)", r".*\.json", rb'\A\s*\{\s*"guild"\s*:', NOT_YET),
    ("TikTok", r"(?:.*/)?user_data(?:_tiktok)?\.json", rb'"Activity"|"Post"|"Video"', NOT_YET),
    ("Telegram by Telethon", r".*\.json", rb'\A\s*\[\s*\{[^{}\[\]]*"(?:sender_id|peer_id|message\.id)"',
     "Export the channel with Telegram Desktop (result.json), or write a mapping"),
    ("Instagram without its posts", r"(?:.*/)?(?:instagram_)?profile_information\.json", rb'"profile_user"',
     "Ask for the whole export, in JSON"),
)  # fmt: skip


def advice(export: Export) -> str:
    """Return what an export that no format reads looks like, and what to do about it; "" if nobody knows."""
    for path in export.names()[:SNIFFED]:
        if path.endswith((".csv", ".tsv", ".jsonl", ".json", ".txt", ".html")):
            beginning = head(export, path)
            for name, named, holds, what in EXPORTS:
                if re.fullmatch(named, path) and re.search(holds, beginning):
                    return f"{path} looks like an export of {name}. {what}."
            if found := _table(path, beginning):
                return found
    return ""


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
