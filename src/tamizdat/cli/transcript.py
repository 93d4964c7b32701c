"""Transcripts of clips and sounds: what is said in them, taken in from a file of subtitles, shown, given out.

Without a second word it lists the clips that have one, with its state and the languages it is translated into.

'add' takes SubRip (.srt), WebVTT (.vtt), SubStation Alpha (.ass), TTML (.ttml), plain text (.txt), what linguists write
in ELAN (.eaf), EXMARaLDA (.exb) and Praat (.TextGrid), what broadcasters exchange (EBU .stl, .scc), tables (.csv, .tsv:
start, end, speaker, text), documents of word processors (.docx, .odt), oTranscribe's .otr, MicroDVD's .sub, .lrc,
YouTube's .sbv and Whisper's .json, and proposes it in the name of an account of the workbench; another account reviews
it there, and an approved transcript waits to be translated as posts do ('tamizdat translate'). Of ELAN, EXMARaLDA and
Praat the tiers that stand for themselves are read, each as a speaker, or those that '--tier' names; every other is told
with how much it has. What a file says beside times, speakers and words (colours, places, notes) is told with its line
and not kept; words are never left out in silence. A file without times is spread over the clip, to be put in place on
the clip's timeline in the workbench.

'export' writes subtitles as .srt, .vtt, .ass, .ttml or .txt, in the language spoken or in another ('--to'), the newest
approved words; what a format cannot carry is told. Nothing private is in them, and they are not published by being
exported.

'draft' has a model of speech at this desk listen to a clip (CTranslate2, Whisper; 'scripts/setup --models' installs
what runs it). It runs in a box without network; nothing leaves this computer. What it heard is machine text: it is
proposed to nobody, and waits on the clip's timeline in the workbench for a person who listens through it and proposes
it as their own.

Exit code 3 says that a file was damaged, or in an encoding that it does not tell.
"""

from argparse import Namespace
from datetime import UTC, datetime
from pathlib import Path

from tamizdat.archive import Archive
from tamizdat.archive.acts.redactions import length_of
from tamizdat.archive.released import version_that_counts
from tamizdat.archive.views.transcripts import Transcript
from tamizdat.archive.views.translations import Translation
from tamizdat.cli.console import Out
from tamizdat.cli.given_file import read_given
from tamizdat.cli.open_home import open_archive, open_home
from tamizdat.cli.parser import Parser, there
from tamizdat.cli.terminal_text import WIDTH, counted, printable
from tamizdat.disk.files import write_file
from tamizdat.encoding import Json
from tamizdat.errors import UsageError
from tamizdat.home.home import MODELS
from tamizdat.machine.model_box import require_packages
from tamizdat.machine.model_folder import SPEECH, look
from tamizdat.publishing.names_going_out import told_of
from tamizdat.statements.transcribed import Cue
from tamizdat.text.dates import duration
from tamizdat.text.excerpt import shorten
from tamizdat.text.languages import LANGUAGE, checked_language
from tamizdat.transcripts import clock, files
from tamizdat.transcripts.cues import checked_cues
from tamizdat.transcripts.encodings import ENCODINGS, MAX_BYTES
from tamizdat.transcripts.legibility import hints
from tamizdat.translation.transcript_draft import draft_transcript
from tamizdat.translation.transcripts import audible, is_playable, name_of, propose_transcript, subtitles
from tamizdat.workbench.auth.accounts import Accounts
from tamizdat.workbench.drafts.machine_transcripts import MachineDraft, MachineDrafts
from tamizdat.workbench.sealed_store import Sealed

SHOWN = 20  #: tellings one by one


def add(parser: Parser) -> None:
    """Add the arguments of ``transcript``."""
    parser.needs_action = False
    taken = parser.action("add", "propose what a file of subtitles says is said in a clip")
    taken.add_argument(
        "clip", metavar="CLIP", type=int, help="the number of a clip or sound of a card, of a post's file, or of a post"
    )
    taken.add_argument(
        "file",
        metavar="FILE",
        type=there,
        help="the subtitles: .srt, .vtt, .ass, .ttml, .sbv, .txt, .csv, .tsv, .json (Whisper's), .eaf, .TextGrid, .stl "
        "or .scc",
    )
    taken.add_argument(
        "--tier",
        metavar="NAME",
        action="append",
        default=[],
        help="of ELAN or Praat: a tier that is what is said; once for each",
    )
    taken.add_argument("--language", metavar="TAG", default="", help="the language that is spoken, like zh or bo")
    taken.add_argument("--account", metavar="NAME", required=True, help="the account whose work it is")
    taken.add_argument(
        "--encoding", metavar="NAME", choices=ENCODINGS, default="", help="if the file is not in Unicode"
    )
    export = parser.action("export", "write the subtitles of a clip")
    export.add_argument("clip", metavar="CLIP", type=int, help="the number of a clip or sound")
    export.add_argument("file", metavar="FILE", type=Path, help="where to write: .srt, .vtt, .ass, .ttml or .txt")
    export.add_argument("--to", metavar="LANGUAGE", help="in this language (else in the language that is spoken)")
    draft = parser.action("draft", "have a model at this desk write down what it hears")
    draft.add_argument("clip", metavar="CLIP", type=int, help="the number of a clip or sound")
    draft.add_argument(
        "--model", metavar="FOLDER", type=Path, required=True, help="a model's folder, or its name in the desk's own"
    )
    draft.add_argument("--language", metavar="TAG", default="", help="the language that is spoken, if you know it")
    show = parser.action("show", "show what is said in a clip, and the state of it")
    show.add_argument("clip", metavar="CLIP", type=int, help="the number of a clip or sound")
    show.add_argument("--to", metavar="LANGUAGE", help="in this language (else in the language that is spoken)")


def run(args: Namespace, out: Out) -> int:
    """Do it, and say what was done."""
    verbs = {"add": _add, "draft": _draft, "export": _export, "show": _show, None: _list}
    return verbs[getattr(args, "action", None)](args, out)


def _list(args: Namespace, out: Out) -> int:
    with open_archive(args) as archive:
        clips = archive.index.transcripts.clips()
        for clip in clips:
            latest = archive.index.transcripts.latest(clip)
            assert latest is not None, "it has one"
            into = {each.language: each.state for each in archive.index.translations.of(name_of(clip))}
            told = "".join(f"   {language} {state}" for language, state in sorted(into.items()))
            out.show(f"{clip:>8}  {latest.language:8} {latest.state:9} {counted(len(latest.cues), 'cue'):>11}{told}")
            languages: dict[str, Json] = dict(into)
            out.record({"clip": clip, "language": latest.language, "state": latest.state, "translations": languages})
    if not clips:
        out.say("No clip has a transcript yet. 'tamizdat transcript add CLIP FILE' takes one in.")
    return 0


def _add(args: Namespace, out: Out) -> int:
    ending = files.format_of(args.file.name, files.READ)
    data = read_given(args.file, MAX_BYTES)
    if not args.language:
        raise _no_language(files.read(data, ending, args.encoding).guessed if ending == ".json" else "")
    home = open_home(args, "desk")
    account = Accounts.open(home).named(args.account)
    if not account.may("translate"):
        raise UsageError(f"Expected an account that may write transcripts, found {args.account!r}, which may not.")
    today = datetime.now(UTC).date().isoformat()
    with open_archive(args) as archive:
        args.clip = _clip(archive, args.clip)
        sound = audible(archive, args.clip)
        here = ending == ".txt" or not archive.objects.on_place  # for its length alone a clip is not fetched
        length = length_of(archive, sound) if here else 0
        found = files.read(data, ending, args.encoding, length, args.tier)
        for told in found.told[:SHOWN]:
            out.warn(str(told))
        if len(found.told) > SHOWN:
            out.say(f"{len(found.told):,} things in all; the first {SHOWN} were told.")
        cues, size, number = checked_cues(found.cues), archive.size, None
        if not args.dry_run:
            tag = account.tag(name_of(args.clip), args.language)
            number = propose_transcript(
                archive, home.keyring.signing["desk"], tag, args.clip, args.language, cues, today
            )
        new = number is None or number >= size
    odd = hints(cues, args.language, length)
    hard, beyond = len({each.cue for each in odd if each.kind != "beyond"}), sum(each.kind == "beyond" for each in odd)
    how = "would be proposed" if args.dry_run else "proposed; another account reviews it" if new else "known already"
    out.say(f"{_cues(len(cues))} {how}.")
    if hard:
        out.say(f"{_cues(hard)} may be hard to read: too fast, too long or too close. The timeline marks them.")
    if beyond:
        end = f"the end of the clip, {clock.written(length)}. Is this the file of another clip?"
        out.warn(f"{_cues(beyond)} {'ends' if beyond == 1 else 'end'} behind {end}")
    told_all: list[Json] = [{"line": each.line, "says": each.says} for each in found.told]
    about: dict[str, Json] = {"clip": args.clip, "cues": len(cues), "number": number, "new": new, "told": told_all}
    out.record({**about, "hard": hard, "beyond": beyond})
    return 0


def _no_language(guessed: str) -> UsageError:
    """Return that no language is named; a machine's guess is offered, and is nobody's word."""
    expected = "Expected --language with the language that is spoken, like zh or bo; found none."
    if LANGUAGE.fullmatch(guessed):
        return UsageError(f"{expected} The machine took it for {guessed}: if that is right, add --language {guessed}.")
    return UsageError(f"{expected} The machine took it for {guessed!a}." if guessed else expected)


def _draft(args: Namespace, out: Out) -> int:
    named = args.home / MODELS / args.model
    model = look(named if not args.model.is_absolute() and named.is_dir() else args.model, SPEECH)
    if args.language:
        checked_language(args.language)
    home = open_home(args, "desk")
    with open_archive(args) as archive:
        args.clip = _clip(archive, args.clip)
        audible(archive, args.clip)
        require_packages(SPEECH)
        digest = model.digest()
        about: dict[str, Json] = {"clip": args.clip, "model": model.name, "digest": digest}
        if args.dry_run:
            out.say(f"{model.name} (SHA-256 {digest[:16]}…) would listen to item {args.clip}.")
            out.record(about)
            return 0
        with out.progress(None, "listening", _of_sound) as progress:

            def told(heard: float, length: float) -> None:
                progress.total = int(length) or None
                progress.advance(max(0, int(heard) - progress.done))

            heard = draft_transcript(archive, args.clip, model, args.language, told)
    about |= {"language": heard.language, "cues": len(heard.cues), "seconds": int(heard.seconds)}
    if not heard.cues:
        out.say("The model heard nobody speak. Nothing was kept.")
    else:
        now = int(datetime.now(UTC).timestamp())
        sealed = Sealed(home)
        try:
            made = MachineDraft(args.clip, heard.language, heard.cues, model.name, digest, now)
            MachineDrafts(sealed).keep(made)
        finally:
            sealed.close()
        out.say(
            f"{_cues(len(heard.cues))} in {heard.language}, heard by {model.name} (SHA-256 {digest[:16]}…). It is "
            f"machine text that nobody has looked at: the timeline of item {args.clip} in the workbench offers it."
        )
    out.record(about)
    return 0


def _of_sound(seconds: float) -> str:
    """Return how much sound that is, in words."""
    return f"{duration(seconds, 'en')} of sound"


def _export(args: Namespace, out: Out) -> int:
    ending = files.format_of(args.file.name)
    with open_archive(args) as archive:
        args.clip = _clip(archive, args.clip)
        transcript, translation, cues = _found(archive, args.clip, args.to, out)
        named = told_of(archive, (f"{each.speaker}\n{each.text}" for each in cues))
    for each in named:
        out.warn(f"In it is {each}. Give it to nobody who may not know that name.")
    language, state = (translation or transcript).language, (translation or transcript).state
    written = files.write(cues, ending, language)
    for told in written.told[:SHOWN]:
        out.warn(str(told))
    if len(written.told) > SHOWN:
        out.say(f"{len(written.told):,} things in all; the first {SHOWN} were told.")
    if state != "approved":
        out.warn(f"Nobody approved these words yet: they are {state}.")
    if not args.dry_run:
        write_file(args.file, written.data, "the subtitles")
    would = "would be written" if args.dry_run else "written"
    out.say(f"{_cues(len(cues))} in {language} {would}, {len(written.data):,} bytes.")
    about: dict[str, Json] = {"clip": args.clip, "language": language, "state": state, "cues": len(cues)}
    out.record({**about, "bytes": len(written.data), "told": [*map(str, written.told), *named]})
    return 0


def _show(args: Namespace, out: Out) -> int:
    with open_archive(args) as archive:
        args.clip = _clip(archive, args.clip)
        transcript, translation, cues = _found(archive, args.clip, args.to, out)
        history = archive.index.transcripts.history(args.clip)
    shown = translation or transcript
    out.show(f"Item {args.clip}, in {shown.language}: no. {shown.number}, {shown.state}, of {shown.day}")
    for each in cues:
        who = f"{each.speaker}: " if each.speaker else ""
        times = f"{clock.written(each.start)}  "
        words = " / ".join(f"{who}{each.text}".split("\n"))
        out.show(f"{times}{shorten(printable(words), WIDTH - len(times))}")
        out.record({"from": each.start, "to": each.end, "speaker": each.speaker, "text": each.text})
    if translation is None and len(history) > 1:
        out.say(f"{counted(len(history), 'version')}; the latest is no. {history[-1].number}, {history[-1].state}.")
    out.record({"clip": args.clip, "language": shown.language, "state": shown.state, "number": shown.number})
    return 0


def _clip(archive: Archive, number: int) -> int:
    """Return the number of a clip; of a post with one clip or sound, that of it.

    Raises :class:`UsageError` for a post with none, or with several.
    """
    version = archive.index.posts.version(number)
    counting = version_that_counts(archive, version.post) if version else None
    if counting is None:
        return number
    files = archive.index.posts.media(counting.version.number)
    found = [archive.index.transcripts.number_of(each[0]) for each in files if is_playable(archive, each[0])]
    if len(found) != 1:
        listed = ", ".join(map(str, found)) or "none"
        raise UsageError(
            f"Expected a clip or sound, or a post with one, found post {number}, which has {len(found)} ({listed}). "
            "Name one by its number."
        )
    assert found[0] is not None, "it is one of a post"
    return found[0]


def _found(
    archive: Archive, clip: int, language: str | None, out: Out
) -> tuple[Transcript, Translation | None, tuple[Cue, ...]]:
    """Return the transcript of a clip that counts, else its latest; its translation, if one is asked for; the cues.

    That the translation is of other words is told.
    """
    audible(archive, clip)
    transcripts = archive.index.transcripts
    transcript = transcripts.approved(clip) or transcripts.latest(clip)
    if transcript is None:
        raise UsageError(
            f"Expected a clip with a transcript, found item {clip}, which has none. 'tamizdat transcript add {clip} "
            "FILE' takes one in."
        )
    if language in (None, transcript.language):
        return transcript, None, transcript.cues
    every = archive.index.translations.of(name_of(clip))
    approved = [each for each in archive.index.translations.approved(name_of(clip)) if each.language == language]
    found = [*(each for each in every if each.language == language), *approved][-1:]
    if not found:
        known = ", ".join(sorted(each.language for each in every)) or "none"
        raise UsageError(f"Expected a language that item {clip} is translated into ({known}), found {language}.")
    cues = subtitles(transcript, found[0])
    if found[0].text != transcript.subject:
        out.warn(
            "The transcript has other words than those that were translated: the subtitles may stand at wrong times. "
            "Have the translation brought up to date."
        )
    return transcript, found[0], cues


def _cues(number: int) -> str:
    return f"{number:,} cue{'' if number == 1 else 's'}"
