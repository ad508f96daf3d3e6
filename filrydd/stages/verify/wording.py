"""Findings of a verification in sentences: what was seen, and what to do about it."""

from filrydd.catalog.findings.places import EDITED, MOVED, OTHER_PLACE, RENAMED, REPLACED, ROTTEN
from filrydd.documents.comparison import Comparison, Why
from filrydd.lang import _
from filrydd.lang.words import said
from filrydd.model.entry import Reason
from filrydd.model.finding import Verdict
from filrydd.stages.verify.access import DIFFERS, INHERITS, REFUSED
from filrydd.stages.verify.comparing import UNKNOWN_VERSION

_REASONS = frozenset(str(why) for why in Why)


def meaning(kind: str, detail: str) -> str:
    """What was seen, in one or two sentences; the finding's word alone for one that an earlier version stored."""
    word, _tab, rest = detail.partition("\t")
    match kind:
        case Verdict.OK:
            return _("The same as the old file, byte for byte.")
        case Verdict.REWRITTEN:
            return _("Fetched and compared in full: only what SharePoint writes itself differs.")
        case Verdict.NOT_EXAMINED if word == UNKNOWN_VERSION:
            return _("Nobody knows which version of the new file it is.")
        case Verdict.MISSING:
            return _("It is not in its new place, nor anywhere else in the library.")
        case Verdict.UNEXPECTED:
            return _("It lies in a folder that filrydd made, and filrydd did not send it.")
        case Verdict.MISMATCH if word == OTHER_PLACE:
            return _("It lies in another place than the one that was signed, and nobody has moved it: {path}").format(
                path=rest
            )
        case Verdict.MISMATCH if word == ROTTEN:
            return _("The content is another one than when it was compared, and nobody has changed it.")
        case Verdict.MISMATCH | Verdict.NOT_EXAMINED if word in _REASONS:
            return Comparison("different", Why(word), rest).why
        case Verdict.NOT_EXAMINED if word == REFUSED:
            return _("SharePoint does not let it be fetched: {why}").format(why=rest)
        case Verdict.CHANGED_SINCE:
            return _changed(word, rest)
        case Verdict.ACCESS:
            return _access(word, rest)
        case Verdict.SOURCE_CHANGED:
            return _("Somebody has worked on the old file since it was sent.")
        case Verdict.UNREADABLE:
            return _("The old file cannot be read: {why}").format(why=said(word))
        case "":
            return _("It was sent and has not been compared yet.")
    return said(kind)


def _changed(word: str, path: str) -> str:
    match word:
        case w if w == MOVED:
            return _("Somebody has moved it. It now lies here: {path}").format(path=path)
        case w if w == RENAMED:
            return _("Somebody has given it another name: {path}").format(path=path)
        case w if w == REPLACED:
            return _("Somebody has put another file in its place.")
        case w if w == EDITED:
            return _("Somebody has worked on the new file.")
    return said(Verdict.CHANGED_SINCE)


def _access(word: str, rest: str) -> str:
    match word:
        case w if w == INHERITS:
            return _("It was restricted, and now everybody who can open the folder above can open it.")
        case w if w == REFUSED:
            return _("SharePoint does not tell who can open it. {why}").format(why=rest).rstrip()
        case w if w == DIFFERS:
            lines = rest.split("\t")
            gained = [_who(line) for line in lines if line.startswith("+")]
            lost = [_who(line) for line in lines if line.startswith("-")]
            parts = []
            if gained:
                parts.append(_("Can open it, and should not: {names}.").format(names=", ".join(gained)))
            if lost:
                parts.append(_("Should be able to, and cannot: {names}.").format(names=", ".join(lost)))
            return " ".join(parts) or said(Verdict.ACCESS)
    return said(Verdict.ACCESS)


def _who(line: str) -> str:
    role, _colon, name = line[1:].partition(":")
    match role:
        case "write":
            return _("{name} (edit)").format(name=name)
        case "read":
            return _("{name} (read)").format(name=name)
    return name


def what_to_do(kind: str, detail: str, area: str) -> str:
    """What a person does about it; empty for what is whole."""
    word = detail.partition("\t")[0]
    match kind:
        case Verdict.OK | Verdict.REWRITTEN:
            return ""
        case Verdict.MISSING:
            return _("Put it back from the recycle bin of the site, or send it again: {step}").format(
                step=f"filrydd upload {area} --execute --mend"
            )
        case Verdict.UNEXPECTED:
            return _("Ask those who use the library. Move it out of this folder if it is theirs.")
        case Verdict.MISMATCH if word == OTHER_PLACE:
            return _("Move it to the place that was signed.")
        case Verdict.MISMATCH:
            return _("Send it again: {step}").format(step=f"filrydd upload {area} --execute --mend")
        case Verdict.CHANGED_SINCE if word in (MOVED, RENAMED):
            return _("Ask whoever did it. Put it back, or let it be signed for the new place.")
        case Verdict.CHANGED_SINCE:
            return _("Ask whoever did it which one is to be kept. filrydd never writes over it.")
        case Verdict.ACCESS if word == REFUSED:
            return _("Give the application full control of the site, then: {step}").format(
                step=f"filrydd verify {area}"
            )
        case Verdict.ACCESS:
            return _("Put the access back as it was signed, or let the new one be signed.")
        case Verdict.SOURCE_CHANGED:
            return _("Scan, then send what has changed: {step}").format(step=f"filrydd upload {area} --execute")
        case Verdict.UNREADABLE if word == Reason.VANISHED:
            return _("Scan again: {step}").format(step=f"filrydd scan {area}")
        case Verdict.UNREADABLE:
            return _("Give filrydd the right to read it, then: {step}").format(step=f"filrydd verify {area}")
        case Verdict.NOT_EXAMINED:
            return _("Open both files and look. The old one stays as long as it cannot be compared.")
    return _("Run this: {step}").format(step=f"filrydd verify {area}")
