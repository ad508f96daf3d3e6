"""What a person can do about a file that was not sent, in the language of the moment; `words.said` says why it was not."""

from filrydd.lang import _


def remedy(reason: str) -> str:
    """What a person can do about a file that was not sent for that reason, or with that outcome; a sentence for every reason."""
    found = _remedies().get(reason, "")
    if not found and reason.startswith("status5"):
        found = _("Upload again later. If it goes on, tell whoever runs SharePoint.")
    return found or _("Show the code to whoever runs SharePoint, then upload again.")


def _remedies() -> dict[str, str]:
    space = _("Ask whoever runs SharePoint for more space, then upload again.")
    access = _("Ask for the role write on the site, then upload again: filrydd tenant check says what is missing.")
    name = _("Change its name in the old area, then scan, propose and sign again.")
    shorter = _("Shorten names or folders in the structure, then propose and sign again.")
    taken = _("Rename one of the two in the new place, then upload again.")
    scanner = _("Do not open it. Show it to whoever answers for security.")
    locked = _("Ask whoever has it checked out, or who set the label, then upload again.")
    again = _("Upload again.")
    later = _("Upload again later. If it goes on, tell whoever runs SharePoint.")
    other_line = _("See the line of that file.")
    rescan = _("Scan again.")
    return {
        "no permission": _("Give filrydd's account the right to read it, then upload again."),
        "vanished": rescan,
        "in use": _("Ask that it is closed, or upload again at night."),
        "link": rescan,
        "special": rescan,
        "loop": rescan,
        "bad name": name,
        "fault": _("Have the disk and the machine looked at, then upload again."),
        "snapshot": rescan,
        "virus": scanner,
        "permissions changed": again,
        "already there": taken,
        "an earlier version could not be sent": other_line,
        "the latest version was not sent": other_line,
        "the latest version went without it": _(
            "It stays in the old area. If it is needed, put it into the new place by hand."
        ),
        "the file that it is a copy of was not sent": other_line,
        "it is no longer a copy": _("Scan, classify and propose again: it is a file of its own now."),
        "somebody has changed it in the new place": _(
            "Ask which content is right. Nothing in the new place is written over."
        ),
        "name taken": taken,
        "nameAlreadyExists": taken,
        "folder missing": _("See why its folder could not be made, mend that, then upload again."),
        "changed while it was read": _("Upload again when nobody works in it."),
        "an earlier upload is still open": _("Upload again in a quarter of an hour."),
        "frozen": _("It stays until the case is over: filrydd freeze AREA lists the cases."),
        "quotaLimitReached": space,
        "insufficientStorage": space,
        "accessDenied": access,
        "unauthenticated": access,
        "itemNotFound": _(
            "Upload again: folders that are gone are made anew. If the library is gone, find out who deleted it."
        ),
        "invalidRequest": name,
        "BadRequest": name,
        "invalidName": name,
        "pathIsTooLong": shorter,
        "nameIsTooLong": shorter,
        "malwareDetected": scanner,
        "virusSuspicious": scanner,
        "notAllowed": locked,
        "resourceLocked": locked,
        "resourceModified": again,
        "requestTooLarge": _(
            "It can only be kept elsewhere: choose another place for it, then propose and sign again."
        ),
        "uploadSessionNotFound": later,
        "invalidRange": later,
        "expiredToken": later,
        "generalException": later,
        "serviceNotAvailable": later,
        "changed after it was sent": again,
        "waits": again,
        "nobody has signed": _("Let the contact look and sign, then upload again."),
    }
