"""Journals of LiveJournal and Dreamwidth, as they give them out and as ljdump fetches them."""

from html import escape


def entry(
    number: int, words: str, security: str | None = "public", time: str = "2013-05-12 14:28:00", **more: str
) -> str:
    """An entry of a month; *more* are other members, or other values of these."""
    told = {"itemid": f"{number}", "eventtime": time, "logtime": "2013-05-12 10:28:11", "subject": "", "event": words}
    told |= ({} if security is None else {"security": security, "allowmask": "0"}) | more
    return "<entry>\n" + "".join(f"<{name}>{escape(value)}</{name}>\n" for name, value in told.items()) + "</entry>\n"


def month(*entries: str, encoding: str = "utf-8") -> bytes:
    """The file of a month."""
    text = f"<?xml version=\"1.0\" encoding='{encoding}'?>\n<livejournal>\n{''.join(entries)}</livejournal>\n"
    return text.encode(encoding)


def dumped(number: int, words: str, properties: str = "", **more: str) -> bytes:
    """A file of ljdump."""
    told = {"itemid": f"{number}", "anum": "7", "subject": "", "event": words, "eventtime": "2013-05-12 14:28:00"}
    told |= {"url": f"https://lin.livejournal.com/{number * 256 + 7}.html"} | more
    inner = "".join(f"<{name}>{escape(value)}</{name}>\n" for name, value in told.items())
    return f'<?xml version="1.0"?>\n<event>\n{inner}<props>{properties}</props>\n</event>\n'.encode()
