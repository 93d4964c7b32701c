"""What a model at the desk hears in a clip of the archive: the first draft of a transcript, which nobody has looked at.

It is heard in the original, or in all files of its take, for who writes down what is said must hear all of it.
"""

from collections.abc import Callable
from contextlib import ExitStack

from tamizdat.archive import Archive
from tamizdat.archive.spanned import Spanned
from tamizdat.footage.takes import sounds_apart
from tamizdat.machine.model_folder import Model
from tamizdat.machine.speech import Heard, Recording, listen
from tamizdat.text.languages import checked_language
from tamizdat.translation.transcripts import audible


def draft_transcript(
    archive: Archive,
    clip: int,
    model: Model,
    language: str = "",
    told: Callable[[float, float], None] | None = None,
    stopped: Callable[[], bool] = lambda: False,
) -> Heard:
    """Return what *model* hears in item *clip*, in the *language* spoken there if that is known; nothing is kept.

    *told* is told how many seconds were heard, and of how many; *stopped* is asked whether to give up. Raises
    :class:`UsageError` for an item in which nobody can be heard, and as :func:`tamizdat.machine.speech.listen`.
    """
    original, item = audible(archive, clip), archive.index.item(clip)
    take = {each.path: each.original for each in Spanned(archive).take_of(item)} if item else {"": original}
    if language:
        checked_language(language)
    with ExitStack() as stack:
        files = {path: stack.enter_context(archive.objects.whole(each)) for path, each in take.items()}
        apart = sounds_apart(files)
        whole = len(take) == 1
        pieces = [Recording((each,), whole) for each in files.values()]
        heard = [Recording(tuple(files[each] for each in apart))] if apart else pieces
        return listen(heard, model, language, told, stopped)
