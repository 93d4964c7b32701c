"""What ``check`` says of what devices said of their own files: which of it fits, and what does not hold."""

from collections import Counter

from tamizdat.archive import Archive
from tamizdat.cli.console import Out
from tamizdat.cli.terminal_text import counted
from tamizdat.encoding import Json
from tamizdat.errors import BadArchive
from tamizdat.evidence.device_told import sentences
from tamizdat.evidence.device_words import DeviceWords, Judged

NAMED = 12  #: words that do not hold, that are told one by one


def say_devices(archive: Archive, out: Out) -> None:
    """Judge every word that devices said of files of the archive; what does not hold is told, and is no fault."""
    words, counts, broken = DeviceWords(archive), Counter[str](), list[tuple[int, Judged]]()
    why: Counter[str] = Counter()
    with out.progress(None, "reading what devices said") as progress:
        for item in archive.index.files():
            try:
                about = words.about(item) if archive.objects.has(item.original) else []
                judged = [words.judge(item, each) for each in about]
            except BadArchive:
                continue  # told as a fault
            progress.advance(item.size if judged else 0)
            for each in judged:
                counts["checked" if not each.why else "unchecked"] += 1
                why[each.why] += bool(each.why)
                if not each.holds:
                    broken.append((item.number, each))
                out.record(_record(item.number, each))
    if not counts:
        return
    what = counted(counts.total(), "word of a device about its file", "words of devices about their files")
    out.say(f"{what} (ProofMode, Tella, C2PA): {counts['checked']} checked, {len(broken)} do not hold.")
    for number, each in broken[:NAMED]:
        out.warn(f"No. {number}: {' '.join(sentences(each, _plain))}")
    if len(broken) > NAMED:
        out.warn(f"And {len(broken) - NAMED} more.")
    for reason, count in why.most_common(3):
        if count:
            out.warn(f"{counted(count, 'word')} not checked: {reason}")


def _record(number: int, word: Judged) -> dict[str, Json]:
    return {
        "item": number, "said": word.found.kind, "in": word.found.item.number, "fits": word.fits,
        "file signed": word.file.verdict or None, "words signed": word.words.verdict or None,
        "by": word.file.key or word.words.key or None, "when": word.when or None, "not checked": word.why or None,
    }  # fmt: skip


def _plain(text: str, **values: object) -> str:
    return text % values if values else text
