"""Any table of posts (CSV, JSON lines, a JSON list) with a mapping beside it that says what its columns are.

The mapping is a TOML file in the same folder. Each line names a column; with braces, columns are put into a text. For
JSON, ``user.name`` looks into objects::

    file = "tweets.csv"                            # if there are several tables
    id = "https://x.com/i/status/{tweet_id}"       # needed, and must be the same each time the post is exported
    text = "text"                                  # needed
    published = "timestamp"
    zone = "+08:00"                                # of times without one; also Asia/Shanghai
    author = "user_id"                             # also author_name, author_handle
    audience = "public"                            # the word itself, not a column: who could read them. Else "unknown"
    url, reply_to, thread, language, title, media, tags, repeats_author, repeats_text, …

Whoever writes ``audience = "public"`` says that all these posts could be read by everybody.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tamizdat.encoding import Json
from tamizdat.errors import UsageError
from tamizdat.posts.elements import JsonValue
from tamizdat.posts.export import BadExport, Export, head
from tamizdat.posts.formats import members
from tamizdat.posts.formats.format import (
    BadPost,
    Context,
    Found,
    Open,
    Plan,
    Removal,
    Slice,
    checked_size,
    doubts,
    one_post,
)
from tamizdat.posts.formats.rows import csv_rows, header_of, json_lines, json_list, json_object, named
from tamizdat.posts.post import AUDIENCES, Attachment, Author, Post
from tamizdat.posts.report import IngestReport
from tamizdat.posts.times import read_time

NAME: Final = "table/v1"
MAX_MAPPING: Final = 1 << 16
MAX_HEADER: Final = 1 << 18
MAX_ID: Final = 2_000
NEEDED: Final = ("id", "text")
COLUMNS: Final = (
    *NEEDED, "published", "updated", "author", "author_name", "author_handle", "url", "reply_to", "thread", "language",
    "title", "media", "tags", "repeats_id", "repeats_author", "repeats_text",
)  # fmt: skip
SETTINGS: Final = ("file", "zone", "audience", "encoding", "delimiter")
TABLES: Final = (".csv", ".tsv", ".jsonl", ".ndjson", ".json", ".txt")
FORMS: Final = {"csv": csv_rows, "lines": json_lines, "list": json_list}
ROUNDED: Final = re.compile(r"\d[.,]?\d*[eE]\+\d+")  #: what spreadsheets make of long numbers
TEMPLATE: Final = re.compile(r"\{([^{}]+)\}")
OFFSET: Final = re.compile(r"[+-](?:0\d|1[0-4]):[0-5]\d")


def recognises(export: Export) -> bool:
    """Tell whether a mapping lies in the folder."""
    return any(True for _ in _mappings(export))


def takes(export: Export, name: str) -> bool:
    """Tell whether a file is a table that a mapping beside it speaks of."""
    folder = name.rpartition("/")[0]
    return name.endswith(TABLES) and any(path.rpartition("/")[0] == folder for path in _mappings(export))


def _mappings(export: Export) -> Iterator[str]:
    for path in export.names():
        if path.endswith(".toml"):
            beginning = head(export, path)
            if re.search(rb"(?m)^\s*id\s*=", beginning) and re.search(rb"(?m)^\s*text\s*=", beginning):
                yield path


def plan(export: Export, report: IngestReport) -> Plan:
    """Return the tables with their mappings; raise :class:`UsageError` for a mapping that does not hold."""
    made = Plan(NAME, [])
    for path in _mappings(export):
        mapping = _read_mapping(export, path)
        table = _table_of(export, path, mapping)
        if table in made.contexts:
            raise UsageError(f"Expected one mapping for {table}, found {path} beside another. Nothing was taken.")
        made.sources.append(table)
        made.contexts[table] = _context(export, path, table, mapping)
    if any(context["audience"] == "unknown" for context in made.contexts.values()):
        report.notes.append('The mapping does not say for whom the posts were written (audience = "public").')
    return made


def _read_mapping(export: Export, path: str) -> dict[str, str]:
    try:
        with export.open(path) as file:
            said = tomllib.loads(file.read(MAX_MAPPING).decode())
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise UsageError(f"Expected a mapping in TOML, found {path} that is none ({error}). Correct it.") from error
    for name, value in said.items():
        if name not in (*COLUMNS, *SETTINGS):
            raise UsageError(
                f"{path}: expected one of {', '.join((*COLUMNS, *SETTINGS))}, found {name!r}. Correct the mapping."
            )
        if not isinstance(value, str) or not value:
            raise UsageError(
                f"{path}: expected the name of a column behind {name}, found {value!r}. Correct the mapping."
            )
    missing = [name for name in NEEDED if name not in said]
    if missing:
        raise UsageError(f"{path}: expected id and text, found no {missing[0]}. Add the column it stands in.")
    _check_settings(path, said)
    return said


def _check_settings(path: str, said: Mapping[str, str]) -> None:
    audience, zone = said.get("audience", "unknown"), said.get("zone", "+00:00")
    if audience not in AUDIENCES:
        raise UsageError(f"{path}: expected as audience one of {', '.join(AUDIENCES)}, found {audience!r}. Correct it.")
    if not OFFSET.fullmatch(zone):
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise UsageError(
                f"{path}: expected a zone as +08:00 or Asia/Shanghai, found {zone!r}. Correct it."
            ) from error
    try:
        "".encode(said.get("encoding", "utf-8"))
    except (LookupError, ValueError) as error:
        raise UsageError(f"{path}: expected an encoding as gb18030, found {said['encoding']!r}. Correct it.") from error


def _table_of(export: Export, path: str, mapping: Mapping[str, str]) -> str:
    folder = path.rpartition("/")[0]
    beside = [each for each in export.names() if each.rpartition("/")[0] == folder and each.endswith(TABLES)]
    wanted = f"{folder}/{mapping['file']}" if folder and "file" in mapping else mapping.get("file", "")
    if wanted in beside:
        return wanted
    if len(beside) == 1 and not wanted:
        return beside[0]
    raise UsageError(
        f"{path}: expected one table beside it, found {', '.join(beside[:9]) or 'none'}. "
        'Name it in the mapping: file = "tweets.csv".'
    )


def _context(export: Export, path: str, table: str, mapping: Mapping[str, str]) -> Context:
    beginning = head(export, table)
    columns: dict[str, Json] = {name: mapping[name] for name in COLUMNS if name in mapping}
    context: Context = {"columns": columns, "audience": mapping.get("audience", "unknown")}
    context |= {"zone": mapping["zone"]} if "zone" in mapping else {}
    first = beginning.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if not table.endswith((".csv", ".tsv")) and first in (b"{", b"["):
        return context | {"form": "list" if first == b"[" else "lines"}
    encoding = mapping.get("encoding", "utf-8")
    with export.open(table) as file:
        header, delimiter = header_of(file.readline(MAX_HEADER), encoding)
    delimiter = mapping.get("delimiter", delimiter)[:1]
    wanted = {each for value in mapping_columns(mapping) for each in value}
    if unknown := sorted(wanted - set(header)):
        raise UsageError(
            f"{path}: expected the columns of {table} ({', '.join(header[:40]) or 'its first line names none'}), "
            f"found {unknown[0]!r}. Correct the mapping."
        )
    names: list[Json] = [*header]
    return context | {"form": "csv", "header": names, "delimiter": delimiter, "encoding": encoding}


def mapping_columns(mapping: Mapping[str, str]) -> Iterator[list[str]]:
    """Yield the columns that each line of a mapping names."""
    for name in COLUMNS:
        if name in mapping:
            yield TEMPLATE.findall(mapping[name]) or [mapping[name]]


def read(plan: Plan, open_file: Open, report: IngestReport) -> Iterator[Found | Removal]:
    """Yield the post of every row."""
    for path in plan.sources:
        try:
            with open_file(path) as file:
                context = plan.context_of(path)
                rows = FORMS[members.text(context, "form")](file)
                for number, row in enumerate(rows):
                    if "header" in context and number == 0:
                        continue
                    if row.damage:
                        report.problem(row.damage, path, row.offset)
                        continue
                    try:
                        made = post([row.raw], context)
                    except BadPost as error:
                        report.problem(error.kind, path, row.offset, str(error))
                    else:
                        yield Found((Slice(path, row.offset, row.size),), made)
        except BadExport as error:
            report.problem("damaged", path, detail=str(error))


def post(raw: Sequence[bytes], context: Context) -> Post:
    """Return the post of a row."""
    with one_post():
        header = context.get("header")
        if isinstance(header, list):
            delimiter, encoding = members.text(context, "delimiter"), members.text(context, "encoding")
            row: Mapping[str, JsonValue] = named(raw[0], [str(each) for each in header], delimiter, encoding)
        else:
            row = json_object(raw[0])
        columns = context.get("columns")
        assert isinstance(columns, dict)
        said = {name: _value(row, str(column)) for name, column in columns.items()}
        return _post(said, context)


def _value(row: Mapping[str, JsonValue], column: str) -> str:
    """Return what a line of a mapping gives for a row."""
    if not TEMPLATE.search(column):
        return _plain(row.get(column) if column in row else members.at(row, *column.split(".")))
    pieces = {
        name: _plain(row.get(name) if name in row else members.at(row, *name.split(".")))
        for name in TEMPLATE.findall(column)
    }
    return TEMPLATE.sub(lambda found: pieces[found[1]], column) if all(map(str.strip, pieces.values())) else ""


def _plain(value: JsonValue) -> str:
    if isinstance(value, str):
        return members.text(value)
    if isinstance(value, bool) or value is None:
        return ""
    if isinstance(value, list):
        return ",".join(filter(None, map(_plain, value)))
    return str(value) if isinstance(value, int | float) else ""


def _post(said: Mapping[str, str], context: Context) -> Post:
    if not said["id"].strip():
        raise BadPost("a row without an id")
    if len(said["id"]) > MAX_ID or not said["id"].strip().isprintable():
        raise BadPost(f"an id of several lines, or of more than {MAX_ID:,} characters")
    if ROUNDED.search(said["id"]):
        raise BadPost("an id whose last digits a spreadsheet has rounded away; take the file that it was made of")
    zone = members.text(context, "zone")
    published = _time(said.get("published", ""), zone)
    author = said.get("author", "") or said.get("author_handle", "") or said.get("author_name", "")
    inner = None
    if said.get("repeats_text") or said.get("repeats_author"):
        address = said.get("repeats_id", "") or f"{said['id'].strip()}#repeated"
        inner = Post(address, Author(said.get("repeats_author", "")), said.get("repeats_text", ""), audience="unknown")
    return Post(
        id=said["id"].strip(),
        author=Author(author, said.get("author_handle", "").lstrip("@"), said.get("author_name", "")),
        text=checked_size(said["text"]),
        published=published,
        kind="Announce" if inner else "Article" if said.get("title") else "Note",
        summary=said.get("title", ""),
        language=said["language"] if 0 < len(said.get("language", "")) <= 35 else "",
        url=said.get("url", ""),
        reply_to=said.get("reply_to", ""),
        thread=said.get("thread", ""),
        audience=members.text(context, "audience"),
        shared=inner,
        attachments=tuple(
            Attachment("", each) for each in re.split(r"[\s,;|]+", said.get("media", "")) if "//" in each
        ),
        tags=tuple(filter(None, (each.strip(" #[]'\"") for each in said.get("tags", "").split(",")))),
        updated=_time(said.get("updated", ""), zone),
        doubts=doubts("", published) if "published" in said else (),
    )


def _time(text: str, zone: str) -> str | None:
    """Return a time, in *zone* if it has no offset; also of seconds or milliseconds since 1970."""
    if re.fullmatch(r"-?\d{9,10}(?:\.\d+)?|-?\d{12,13}", text):
        seconds = float(text) / (1000 if len(text) > 11 and "." not in text else 1)
        try:
            return datetime.fromtimestamp(int(seconds), UTC).isoformat()
        except (ValueError, OverflowError, OSError):
            return None
    found = read_time(text)
    if not found or not zone or len(found) != 19:  # a day, or a time with its offset
        return found
    if OFFSET.fullmatch(zone):
        return f"{found}{zone}"
    local = datetime.fromisoformat(found).replace(tzinfo=ZoneInfo(zone))
    try:
        twice = local.utcoffset() != local.replace(fold=1).utcoffset()  # an hour that came twice, or never
    except OverflowError:
        return found
    return found if twice else local.isoformat()
