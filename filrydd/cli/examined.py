"""What reading documents told, for people and for scripts."""

from typing import Any

from filrydd.cli import session
from filrydd.lang import _, figures, n_
from filrydd.lang.words import said
from filrydd.model.finding import Found, Outcome
from filrydd.stages.scan.examining import Examined


def tell(area: str, done: Examined) -> None:
    """Say what reading documents told."""
    if done.no_policy:
        return
    session.tell(
        _("Documents read: {read} of {all}; {size} read now.").format(
            read=figures.number(done.outcomes.get(Outcome.READ, 0)),
            all=figures.number(sum(done.outcomes.values())),
            size=figures.size(done.read_bytes),
        )
    )
    for kind, count in done.found.items():
        files = n_("{count} file", "{count} files", count).format(count=figures.number(count))
        session.tell(_("  found: {what}: {files}").format(what=said(kind), files=files))
    not_examined = [
        (_outcome(outcome), count) for outcome, count in done.outcomes.items() if outcome is not Outcome.READ
    ]
    left = (
        *not_examined,
        (_("private"), done.private),
        (_("nobody can tell whether they are private; scan with --owners"), done.unjudged),
        (_("blocked by the policy"), done.blocked),
        (_("not on this server but fetched from elsewhere when opened"), done.offline),
        (_("encrypted"), done.encrypted),
        (_("changed while they were read"), done.changed),
        (_("open by somebody"), done.in_use),
        (_("gone before they were read"), done.vanished),
        (_("unreadable"), done.unreadable),
    )
    for why, count in left:
        if count:
            session.tell(_("  not examined: {count}, {why}").format(count=figures.number(count), why=why))
    if Found.LINKS in done.found:
        session.tell(_("Which links break: {step}").format(step=f"filrydd links {area}"))


def _outcome(outcome: Outcome) -> str:
    """How the reading of a document ended, in plain words."""
    return {
        Outcome.READ: _("read"),
        Outcome.PROTECTED: _("protected by a password or by rights"),
        Outcome.NO_READER: _("nobody here can read that kind"),
        Outcome.NO_TEXT: _("pages without text"),
        Outcome.DAMAGED: _("damaged"),
        Outcome.TOO_LARGE: _("too large"),
        Outcome.TOO_SLOW: _("too slow to read"),
        Outcome.REFUSED: _("refused"),
    }[outcome]


def as_object(done: Examined) -> dict[str, Any]:
    """The same for JSON."""
    return {
        "examined": {outcome.value: count for outcome, count in done.outcomes.items()},
        "found": {kind.value: count for kind, count in done.found.items()},
        "not_examined": {
            "private": done.private,
            "unjudged": done.unjudged,
            "blocked": done.blocked,
            "offline": done.offline,
            "encrypted": done.encrypted,
            "changed": done.changed,
            "in_use": done.in_use,
            "vanished": done.vanished,
            "unreadable": done.unreadable,
            "no_policy": done.no_policy,
        },
    }
