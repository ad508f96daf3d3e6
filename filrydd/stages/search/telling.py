"""What happened to a file, in sentences of the language of the moment."""

from filrydd.catalog.searching.history import Event, What
from filrydd.lang import _, figures, language
from filrydd.lang.words import role, rule_name, said
from filrydd.model.rule import Rule

_COPY = "copy"


def sentence(event: Event) -> str:
    """One sentence for what happened, without its time."""
    names = {"name": event.who, "path": event.text, "note": event.text}
    match event.what:
        case What.RULED:
            return _ruled(event.old, event.new)
        case What.ANSWERED | What.ANSWERED_IN_GROUP:
            return _answered(event)
        case What.CHANGED if event.size is not None:
            return _("Somebody had worked on it. Before, its size was {size}.").format(size=figures.size(event.size))
        case What.COMPARED:
            return _compared(event)
        case What.DELETED if event.word == _COPY:
            return _("It was deleted from the old area, since the copy in SharePoint had been compared in full.")
        case What.DELETED:
            return _("It was deleted for good, as signed. Legal basis: {basis}").format(basis=event.text or "–")
        case What.FROZEN | What.THAWED | What.HANDED_OVER:
            words = {"name": event.who, "case": event.word, "place": event.text, "receipt": event.word}
            return _holds()[event.what].format(**words)
        case What.LOOKED_AT if event.word == "wrong":
            return _("{name} looked at it and said that the suggestion is wrong.").format(**names)
        case What.NOT_SENT | What.FOUND:
            return _plain()[event.what].format(why=said(event.word))
        case What.SIGNED:
            return _signed(event)
        case _:
            return _plain()[event.what].format(**names)


def _plain() -> dict[What, str]:
    return {
        What.SEEN_FIRST: _("It was there when the area was looked through for the first time."),
        What.APPEARED: _("It was seen for the first time."),
        What.CHANGED: _("Somebody had worked on it."),
        What.VANISHED: _("It was no longer there. Somebody had deleted, renamed or moved it."),
        What.MOVED_HERE: _("Somebody had moved or renamed it. Before, it was {path}."),
        What.MOVED_AWAY: _("Somebody had moved or renamed it. Since then it is {path}."),
        What.LOOKED_AT: _("{name} looked at it and found the suggestion right."),
        What.COSIGNED: _("{name} signed too, as the second person."),
        What.WITHDRAWN: _("{name} withdrew the signature."),
        What.SENT: _("It was sent to SharePoint: {path}"),
        What.NOT_SENT: _("It could not be sent: {why}."),
        What.FOUND: _("Checking it in SharePoint found: {why}."),
        What.SEALED: _("The old area was made read-only."),
        What.UNSEALED: _("The old area was opened for changes again."),
        What.SET_ASIDE: _("It was set aside in the old area, to be deleted later."),
        What.BROUGHT_BACK: _("It was there again, at its old place."),
    }


def _holds() -> dict[What, str]:
    return {
        What.FROZEN: _("{name} set a freeze on it. The case: {case}"),
        What.THAWED: _("{name} lifted the freeze. The case: {case}"),
        What.HANDED_OVER: _("{name} said that it is handed over to {place}. The receipt: {receipt}"),
    }


def _ruled(old: Rule | None, new: Rule | None) -> str:
    if new is None or (old is not None and (old.fate, old.name) == (new.fate, new.name)):
        return _("The rule behind its fate was worded anew.")
    words = {"rule": rule_name(new.name), "reason": new.reason.read_in(language())}
    return {
        "move": _("From now on it was to move, by {rule}: {reason}"),
        "destroy": _("From now on it was to be deleted, by {rule}: {reason}"),
        "hold": _("From now on it was to stay for now, by {rule}: {reason}"),
    }[new.fate.value].format(**words)


def _answered(event: Event) -> str:
    grouped = event.what is What.ANSWERED_IN_GROUP
    told = {
        "move": _("{name} answered, about the group that it is in: move it.")
        if grouped
        else _("{name} answered: move it."),
        "destroy": _("{name} answered, about the group that it is in: delete it.")
        if grouped
        else _("{name} answered: delete it."),
        "hold": _("{name} answered, about the group that it is in: keep it for now.")
        if grouped
        else _("{name} answered: keep it for now."),
    }[event.word].format(name=event.who)
    return told + (" " + _("The note: {note}").format(note=event.text) if event.text else "")


def _signed(event: Event) -> str:
    return {
        "move": _("{name} ({role}) signed that it moves."),
        "destroy": _("{name} ({role}) signed that it is deleted."),
    }.get(event.word, _("{name} ({role}) signed for it.")).format(name=event.who, role=role(event.text))


def _compared(event: Event) -> str:
    if event.word == "rewritten":
        return _(
            "It was compared with the copy in SharePoint. SharePoint has changed the file's packing, and nothing in it."
        )
    if event.is_full:
        return _(
            "It was compared in full with the copy in SharePoint, while the old area was read-only. They are alike."
        )
    return _("It was compared with the copy in SharePoint. They are alike.")
