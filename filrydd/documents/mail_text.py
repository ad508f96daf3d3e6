"""Text of messages: eml (RFC 5322, by the standard library) and msg (Outlook, by python-oxmsg); what is attached is listed."""

import codecs
import email
import email.policy
from email.message import EmailMessage
from typing import IO

from oxmsg import Message

from filrydd.documents import web_text
from filrydd.documents.contents import Contents, Unread
from filrydd.model.finding import Outcome

Attached = list[tuple[str, bytes]]
_HEADERS = ("subject", "from", "to", "cc", "bcc")
_SEALED = ("application/pkcs7-mime", "application/x-pkcs7-mime")
_RTF_BODY = 0x1009  # PidTagRtfCompressed
_RIGHTS = ".rpmsg"
_MOST_PARTS = 10_000


def _windows(name: str) -> codecs.CodecInfo | None:
    """Code pages by the names that messages call them (`windows-950`), which Python has for some of them only."""
    return codecs.lookup(f"cp{name[8:]}") if name[:8] == "windows_" and name[8:].isdecimal() else None


codecs.register(_windows)


def read_eml(file: IO[bytes], contents: Contents) -> Attached:
    """Add headers and bodies; the attachments by name. Raises Unread when the message is encrypted."""
    message = email.message_from_binary_file(file, policy=email.policy.default)
    attached: Attached = []
    if not message.keys():
        raise Unread(Outcome.DAMAGED, "no header")
    for number, part in enumerate(message.walk()):
        if number > _MOST_PARTS:
            raise Unread(Outcome.TOO_LARGE, f"more than {_MOST_PARTS} parts")
        if part is message or part.get_content_type() == "text/rfc822-headers" or part.get("subject"):
            for name in _HEADERS:
                for value in part.get_all(name, []):
                    contents.line(f"{name}: {value}")
        _see_part(part, contents, attached)
    return attached


def _see_part(part: EmailMessage, contents: Contents, attached: Attached) -> None:
    kind = part.get_content_type()
    sealed = kind in _SEALED and "signed" not in str(part.get_param("smime-type", "enveloped-data"))
    if sealed or kind == "multipart/encrypted":
        raise Unread(Outcome.PROTECTED, "encrypted message")
    if part.is_multipart():
        return
    name = part.get_filename() or ""
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        return
    contents.unpack(len(content))
    if name.lower().endswith(_RIGHTS):
        raise Unread(Outcome.PROTECTED, "rights management")
    if name or part.get_content_maintype() not in ("text", "message"):
        attached.append((name or f"part.{part.get_content_subtype()}", content))
        return
    text = _decoded(content, part.get_content_charset("utf-8"))
    if kind == "text/html":
        web_text.read_page(text, contents)
    else:
        contents.line(text)


def read_msg(file: IO[bytes], contents: Contents) -> Attached:
    """Add subject, people and body; the attachments by name. Raises Unread when the message is encrypted."""
    message = Message.load(file)
    contents.line(f"subject: {message.subject}")
    contents.line(f"from: {message.sender or ''}")
    for recipient in message.recipients:
        contents.line(f"to: {recipient.name} <{recipient.email_address}>")
    body = message.body
    if body:
        contents.line(body)
    elif page := message.html_body:
        web_text.read_page(page, contents)
    elif message.properties.binary_prop_value(_RTF_BODY):
        contents.unread.append(("body", Unread(Outcome.NO_READER, "compressed RTF")))
    attached: Attached = []
    for each in message.attachments:
        name = each.file_name or "attachment"
        if name.lower().endswith(_RIGHTS):
            raise Unread(Outcome.PROTECTED, "rights management")
        content = each.file_bytes
        if content is None:
            contents.unread.append((name, Unread(Outcome.NO_READER, "attached message or link")))
        else:
            contents.unpack(len(content))
            attached.append((name, content))
    if attached and message.message_class.upper() == "IPM.NOTE.SMIME":
        raise Unread(Outcome.PROTECTED, "encrypted message")
    return attached


def _decoded(content: bytes, charset: str) -> str:
    try:
        return content.decode(charset)
    except (LookupError, UnicodeDecodeError):
        return content.decode("cp1252", "replace")
