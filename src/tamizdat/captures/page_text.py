"""The words of a captured page: its charset, its title, its text, and what it seems to be instead of a page."""

import codecs
import re
from typing import Final

from tamizdat.captures.http_message import Answer
from tamizdat.posts.plain import MAX_MARKUP, to_plain
from tamizdat.text.likely_encoding import likely_encoding
from tamizdat.text.references import resolve_references

MAX_TITLE: Final = 300
HTML: Final = ("text/html", "application/xhtml+xml")
#: what browsers take these names for (Encoding Standard, 4.2): a superset
_MEANT: Final = {
    "gb2312": "gb18030", "gbk": "gb18030", "big5": "big5hkscs", "iso-8859-1": "cp1252", "latin1": "cp1252",
    "ascii": "cp1252", "us-ascii": "cp1252", "shift_jis": "cp932", "sjis": "cp932", "euc-kr": "cp949",
    "ks_c_5601-1987": "cp949", "iso-8859-9": "cp1254", "tis-620": "cp874", "utf8": "utf-8",
}  # fmt: skip
_KNOWN: Final = re.compile(
    r"utf-8|utf-16(le|be)?|gb18030|big5hkscs|cp(125[0-8]|866|874|932|949)|iso-8859-\d{1,2}|koi8-[ru]|euc-jp|iso-2022-jp"
)
_GAPS: Final = re.compile(r"\n\s*\n\s*\n")
_META: Final = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{1,40})", re.I)
_TITLE: Final = re.compile(r"<title[^>]{0,200}>(.{0,2000}?)</title", re.I | re.S)
_PASSWORD: Final = re.compile(r"<input[^>]{0,400}type\s*=\s*[\"']?password", re.I)
_CAPTCHA: Final = re.compile(
    r"g-recaptcha|h-captcha|cf-turnstile|cf-chl|challenge-platform|geetest|captcha-delivery|smartcaptcha|验证码|滑块",
    re.I,
)
SHORT: Final = 1_500  #: characters: a page that has more to say is a page, whatever stands in its corner


def markup_of(answer: Answer) -> str:
    """Return an HTML answer as text: by its headers' charset, its mark, its own word, its words, else UTF-8.

    Never fails.
    """
    body = answer.body
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if body.startswith(mark):
            return body[len(mark) :].decode(name, "replace")
    told = answer.charset
    if not told and (found := _META.search(body[:4096])):
        told = found[1].decode("ascii")
    name = _MEANT.get(told.lower(), told.lower())
    if _KNOWN.fullmatch(name):
        return body.decode(name, "replace")
    try:
        return body.decode()
    except UnicodeDecodeError:  # as pages did in China, Japan and Russia that relied on readers of their own language
        return body.decode(likely_encoding(body) or "utf-8", "replace")


def title_of(markup: str) -> str:
    """Return the title of a page, on one line, "" if it has none."""
    found = _TITLE.search(markup[:MAX_MARKUP])
    return one_line(resolve_references(found[1])) if found else ""


def one_line(text: str) -> str:
    """Return *text* on one line, without control characters, at most :data:`MAX_TITLE` of it."""
    cleaned = "".join(each if each.isprintable() else " " for each in text)
    return " ".join(cleaned.split())[:MAX_TITLE]


def text_of(answer: Answer) -> str:
    """Return the words of an answer: of HTML as browsers read it, of plain text as it is, "" of all else."""
    if answer.undecoded:
        return ""
    if answer.media_type in HTML:
        return _GAPS.sub("\n\n", to_plain(markup_of(answer)[:MAX_MARKUP]))
    if answer.media_type == "text/plain":
        return markup_of(answer)[:MAX_MARKUP].strip()
    return ""


def seems(status: int, markup: str, text: str) -> str:
    """Return what a page seems to be instead of what was asked for: "error", "captcha", "login", or "" for nothing.

    It is a guess, but for "error", which the status tells; it is shown as one.
    """
    if len(text) < SHORT and _CAPTCHA.search(markup):
        return "captcha"
    if status in (401, 407) or (len(text) < SHORT and _PASSWORD.search(markup)):
        return "login"
    return "error" if status >= 400 else ""
