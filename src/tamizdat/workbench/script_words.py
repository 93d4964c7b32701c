"""What the pages' script says, in the language of the interface."""

from tamizdat.workbench.l10n import gettext as _


def script_words() -> dict[str, str]:
    """Return the sentences of the script, by name; ``{…}`` stands for what it puts in."""
    return {
        "saved": _("Saved"),
        "not_saved": _("Not saved"),
        "no_answer": _("Not saved: the desk does not answer. Trying again …"),
        "refused": _("Not saved: %(why)s", why="{why}"),
        "refused_again": _("Not saved: %(why)s Trying again …", why="{why}"),
        "signed_out": _("Not saved: you are signed out. Sign in again in another tab; then it is saved from here."),
        "other_account": _(
            "Not saved: %(name)s is signed in now, and this page is not theirs. Nothing is saved under another name. "
            "Sign in as yourself in another tab; then it is saved from here.",
            name="{name}",
        ),
        "changed_elsewhere": _("Changed in another tab or on another device meanwhile. There it says:"),
        "emptied_elsewhere": _("Emptied in another tab or on another device meanwhile. Your words are here still."),
        "take_theirs": _("Take this"),
        "keep_mine": _("Keep mine"),
        "not_sent_down": _("Nothing was sent: the desk does not answer. Your words stay here. Try again when it does."),
        "not_sent_unsaved": _("Nothing was sent: some words are not saved yet. Look at the sentences marked below."),
        "not_sent_out": _("Nothing was sent: you are signed out. Sign in again in another tab, then press here again."),
        "not_sent_other": _(
            "Nothing was sent: %(name)s is signed in now, and this page is not theirs. Sign in as yourself in another "
            "tab, then press here again.",
            name="{name}",
        ),
        "checking": _("Saving …"),
        "edited_safe": _("What you typed is saved with the sentence that you typed it for."),
        "load_again": _("Load the page again"),
        "close": _("Close"),
        "progress": _("%(done)s of %(total)s translated", done="{done}", total="{total}"),
        "cue_new": _("A new cue from here"),
        "cue_speaker": _("Who speaks"),
        "cue_words": _("What is said"),
        "cue_from": _("From"),
        "cue_to": _("Until"),
        "cue_play": _("Play this cue"),
        "cue_in": _("Begins here"),
        "cue_out": _("Ends here"),
        "cue_split": _("Split"),
        "cue_join": _("Join with the next"),
        "cue_delete": _("Delete"),
        "cue_machine": _("machine text"),
        "cue_loop": _("This cue is played over and over."),
        "cues_elsewhere": _("This transcript was changed in another tab or on another device meanwhile."),
        "add_term": _("Add “%(words)s” to the glossary", words="{words}"),
    }
