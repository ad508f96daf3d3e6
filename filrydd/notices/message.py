"""A letter as a message (RFC 5322), with the deadline as a calendar entry."""

import re
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from filrydd.errors import BadUsage
from filrydd.lang import _, language
from filrydd.notices import wording
from filrydd.notices.calendar import entry
from filrydd.notices.letter import About, Letter
from filrydd.notices.lines import address, one_line

# A name, in quotes or not, with the address in angle brackets; or the address alone.
_SENDER = re.compile(r'(?:"?([^"<>]*?)"?\s*<([^<>]*)>|([^<>"\s]+))')


@dataclass(frozen=True, slots=True)
class Sender:
    """Whom messages come from: an address that one can go to, and a name."""

    name: str
    email: str


def sender(text: str) -> Sender:
    """`filrydd <filrydd@example.no>`, or an address alone. Raises BadUsage."""
    found = _SENDER.fullmatch(text.strip())
    name, email = (found[1] or "", found[2] or found[3]) if found else ("", "")
    if not address(email):
        raise BadUsage(
            _('"{text}" is not an address that messages can come from.').format(text=one_line(text)),
            next=_("Set FILRYDD_SMTP_FROM, like filrydd@example.no."),
        )
    return Sender(one_line(name), address(email))


def compose(about: About, letter: Letter, by: Sender, now: datetime) -> EmailMessage:
    """The message: one recipient, one subject, plain text in UTF-8. `now` is aware, and becomes its Date.

    Two messages with the same `letter.key` have the same Message-ID.
    """
    message = EmailMessage(policy=SMTP)
    message["From"] = _mailbox(by.name, by.email)
    message["To"] = _mailbox(letter.person.name, letter.address)
    if about.answers is not None and (reply := address(about.answers.email)):
        message["Reply-To"] = _mailbox(about.answers.name, reply)
    message["Subject"] = wording.subject(about, letter)
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{letter.key}@{by.email.rpartition('@')[2]}>"
    # RFC 3834: programs do not answer it; the second is what Exchange goes by.
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "OOF, AutoReply"
    message.set_content(wording.text(about, letter) + "\n", charset="utf-8", cte="quoted-printable")
    if calendar := entry(about, now):
        message.add_attachment(
            calendar,
            subtype="calendar",
            charset="utf-8",
            cte="base64",
            params={"method": "PUBLISH"},
            filename="frist.ics" if language() == "nb" else "deadline.ics",
        )
        # The same letter is the same bytes.
        message.set_boundary(f"={letter.key}=")
    # Last: making it of several parts drops what is said of the content before.
    message["Content-Language"] = language()
    return message


def _mailbox(name: str, email: str) -> Address:
    return Address(display_name=one_line(name), addr_spec=email)
