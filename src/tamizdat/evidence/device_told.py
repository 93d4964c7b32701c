"""What devices said, in sentences for whoever must rely on them, and the commands that check it without us."""

import re
import shlex
from collections.abc import Callable, Mapping
from typing import Final

from tamizdat.evidence.device_words import NO_KEY_HERE, Judged
from tamizdat.footage.content_credentials import C2PA
from tamizdat.footage.decode.signatures import BAD, EXPIRED, GOOD, NO_KEY, REVOKED, UNREADABLE, Signature
from tamizdat.text.catalogue import N_

Gettext = Callable[..., str]
VERDICTS: Final[Mapping[str, str]] = {
    "": N_("there is none"),
    GOOD: N_("holds, by the key %(key)s"),
    EXPIRED: N_("does not count: these bytes were signed by a key that has expired"),
    REVOKED: N_("does not count: these bytes were signed by a key that was revoked, which others may have had"),
    BAD: N_("does not hold: these bytes are not what was signed"),
    NO_KEY: N_("does not hold: another key made it than the one that came with it"),
    UNREADABLE: N_("does not hold: it cannot be read"),
}
OWN_WORD: Final = N_("holds, by a certificate that calls itself “%(key)s”, by its own word alone")
#: what unzip takes for a pattern or an option, and what stands for such a letter itself
_MEANT: Final = re.compile(r"[*?\[\]\\]|^-")
_ITSELF: Final = r"\\\g<0>"


def sentences(judged: Judged, gettext: Gettext) -> list[str]:
    """Return what was found of a word, a sentence each."""
    _ = gettext
    found, embedded = judged.found, judged.found.kind == C2PA
    place = _(
        "%(kind)s, in %(path)s (item %(number)s)", kind=found.kind, path=found.item.path, number=found.item.number
    )
    lines = [place]
    if judged.fits is True:
        lines.append(_("Its digest is that of this file: these are the bytes it was written about."))
        if judged.partly:
            lines.append(_("More than the proof’s own bytes is left out of that digest: there it may be altered."))
    elif judged.fits is False:
        lines.append(_("Its digest is not that of this file: it is about another one, or this one was altered since."))
    elif not judged.why:
        lines.append(_("It has no digest of this file: nothing binds the two."))
    if judged.file.verdict or not (embedded or judged.why):
        lines.append(_("Signature of the file: %(verdict)s.", verdict=_verdict(judged.file, _)))
    if judged.words.verdict or not judged.why:
        lines.append(_("Signature of what it says: %(verdict)s.", verdict=_verdict(judged.words, _, embedded)))
    if judged.why:
        why = _("no key came with it") if judged.why == NO_KEY_HERE else judged.why
        lines.append(_("Not checked: %(why)s", why=why))
    if judged.when:
        lines.append(_("It says that it was signed at %(when)s.", when=judged.when))
    if embedded and judged.words.verdict == GOOD:
        lines.append(_("Who issued the certificate was not judged: there is no list of makers here."))
    return lines


def caution(gettext: Gettext) -> str:
    """Return what no proof of a device proves."""
    _ = gettext
    return _(
        "A device can be made to lie: its clock and its place can be set, a picture can be filmed off a screen, and "
        "anybody can make a key. Ask whose key it is over another way, and compare its fingerprint."
    )


def _verdict(signature: Signature, gettext: Gettext, certified: bool = False) -> str:
    """Return it in words; the name in a certificate is the certificate's own word, and that is said with it."""
    told = OWN_WORD if certified and signature.verdict == GOOD else VERDICTS[signature.verdict]
    return gettext(told, key=signature.key) if signature.verdict == GOOD else gettext(told)


def commands(judged: Judged, file: str, paths: Mapping[int, str]) -> str:
    """Return the commands that check a word about *file*; *paths* has where each item lies, by its number."""
    found, here = judged.found, shlex.quote(file)
    if found.kind == C2PA:
        beside = found.item.number in paths and paths[found.item.number] != file
        more = f" --external-manifest {shlex.quote(paths[found.item.number])}" if beside else ""
        return f"c2patool {here}{more}"
    proof = found.proof
    assert proof is not None
    if not (proof.key and (proof.signature or proof.words_signature)):
        return f"sha256sum {here}"
    lines = [f"sha256sum {here}", "d=$(mktemp -d)"]  # nothing may be written into a package
    if found.inside:
        place = {name: f'"$d/{at}"' for at, name in enumerate(dict.fromkeys(proof.parts))}
        unzip = f"unzip -p {shlex.quote(paths[found.item.number])}"  # a stranger's ZIP may write to no name of its own
        lines += [f"{unzip} {shlex.quote(_MEANT.sub(_ITSELF, name))} > {to}" for name, to in place.items()]
    else:
        place = {name: shlex.quote(paths[each.number]) for name, each in found.beside.items()}
    lines.append(f'gpg --homedir "$d" --dearmor < {place[proof.key]} > "$d/keys"')
    if proof.signature:
        lines.append(f'gpgv --keyring "$d/keys" {place[proof.signature]} {here}')
    if proof.words_signature:
        lines.append(f'gpgv --keyring "$d/keys" {place[proof.words_signature]} {place[proof.words]}')
    return "\n".join([*lines, 'rm -r "$d"'])
