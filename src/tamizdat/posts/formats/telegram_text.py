"""The words of a message of Telegram: a string, or a list of strings and entities (links, tags, what is covered)."""

import re

from tamizdat.posts.elements import JsonValue
from tamizdat.posts.formats import members


def written_words(
    value: JsonValue, marked: bool = True
) -> tuple[str, tuple[tuple[str, str], ...], tuple[str, ...], bool]:
    """Return the text of a string, or of a list of strings and entities; links behind words, tags, whether covered.

    If *marked*, what is struck out and what is quoted is written as out of HTML (:mod:`tamizdat.posts.plain`).
    """
    pieces: list[str] = []
    links: list[tuple[str, str]] = []
    tags: list[str] = []
    covered = ended = False
    for each in value if isinstance(value, list) else [value]:
        words = members.text(each) if isinstance(each, str) else members.text(each, "text")
        pieces.append(words)
        ended = False
        match members.text(each, "type"):
            case "text_link" if members.text(each, "href"):
                links.append((words, members.text(each, "href")))
            case "mention_name" if number_of(members.at(each, "user_id")):
                links.append((words, f"tg://user?id={number_of(members.at(each, 'user_id'))}"))
            case "strikethrough" if marked and words.strip():
                pieces[-1] = f"~~{words}~~"
            case "blockquote" if marked and words.strip():
                lines = [f"> {line}\n" for line in words.strip("\n").split("\n")]
                pieces[-1] = "\n" * ("".join(pieces[:-1])[-1:] not in ("", "\n")) + "".join(lines)
                ended = True
            case "hashtag":
                tags.append(words.lstrip("#"))
            case "spoiler":
                covered = True
    text = "".join(pieces)
    return text[:-1] if ended else text, tuple(links), tuple(filter(None, tags)), covered


def has_unpaired(value: JsonValue) -> bool:
    """Tell whether an unpaired surrogate stands in such a text."""
    pieces = value if isinstance(value, list) else [value]
    return any(members.has_unpaired(each if isinstance(each, str) else members.at(each, "text")) for each in pieces)


def number_of(value: JsonValue) -> str:
    """Return a number of Telegram's, which may be below zero; empty if it is none."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    found = str(value) if isinstance(value, str) or abs(value) < 1 << 64 else ""
    return found if re.fullmatch(r"-?[0-9]{1,20}", found) else ""
