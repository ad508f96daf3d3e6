"""What stands behind a name of a distributed file system (DFS): asked of a server, and its answer taken apart.

The question and the answer are [MS-DFSC] 2.2.2 to 2.2.5. The bytes come from another machine, so every length is checked
before it is believed.
"""

import struct
from dataclasses import dataclass
from typing import Any

from smbprotocol.exceptions import SMBResponseException
from smbprotocol.ioctl import CtlCode, IOCTLFlags, SMB2IOCTLRequest

from filrydd.sources.address import SMB_PORT, SmbAddress
from filrydd.sources.smb.connection import dropping
from filrydd.sources.smb.sign_in import SignedIn

_HEADER = 64  # offsets in answers count from the header, which the library has cut off
_LEVEL = 4
_ROOM = 56 * 1024
_NO_HANDLE = b"\xff" * 16
_IOCTL = struct.Struct("<HHI16sIIIIII")
_RESPONSE = struct.Struct("<HHI")
_ENTRY = struct.Struct("<HHHH")  # version, size, kind of server, flags
_NAME_LIST = 0x0002
# Where an entry holds the offset of its target's name, by the version of the entry.
_TARGET_OFFSET = {2: 20, 3: 16, 4: 16}


class BadReferral(ValueError):
    """The server's answer does not hold together."""


@dataclass(frozen=True, slots=True)
class Referral:
    """`consumed`: how many bytes of the name that was asked for (UTF-16) the targets stand for. `targets` are names such as
    `\\\\server\\share\\folder`, in the server's order."""

    consumed: int
    targets: tuple[str, ...]


def ask(signed_in: SignedIn, name: str) -> Referral | None:
    """What the server knows of `\\server\\share\\path`; None when it knows nothing of it. Raises Dropped, BadReferral."""
    connection = signed_in.connection
    try:
        pipes = signed_in.tree("IPC$")
        with dropping():
            sent = connection.send(_question(name), sid=signed_in.session.session_id, tid=pipes.tree_connect_id)
            answer: bytes = connection.receive(sent)["data"].get_value()
    except SMBResponseException:
        # Servers say it in many ways: NOT_FOUND, FS_DRIVER_REQUIRED, INVALID_DEVICE_REQUEST, ACCESS_DENIED and more.
        return None
    found = parse(_payload(answer))
    return found if found.targets else None


def parse(data: bytes) -> Referral:
    """A server's answer (RESP_GET_DFS_REFERRAL). Raises BadReferral."""
    try:
        consumed, count, _flags = _RESPONSE.unpack_from(data)
        place = _RESPONSE.size
        targets = []
        for _number in range(count):
            version, size, _kind, flags = _ENTRY.unpack_from(data, place)
            if size < _ENTRY.size or place + size > len(data):
                raise BadReferral("an entry runs over the end")
            if not (version >= 3 and flags & _NAME_LIST):
                targets.append(_target(data, place, version, size))
            place += size
    except struct.error as error:
        raise BadReferral(f"cut short: {error}") from error
    return Referral(consumed, tuple(targets))


def behind(name: str, referral: Referral, target: str, place: SmbAddress) -> SmbAddress:
    """Where `name`, which was asked for at `place`, lies when it is looked for at that target. Raises BadReferral.

    A referral tells no port: on the server that gave it, it is the port of `place`; elsewhere it is SMB's own.
    """
    names = [part for part in target.split("\\") if part]
    if len(names) < 2 or ":" in names[0] or any(part in (".", "..") or set(part) & set("/\0") for part in names):
        raise BadReferral(f"no server and share: {target!r}")
    names += _rest(name, referral.consumed)
    server, share, *path = names
    return SmbAddress(server, share, "/".join(path), "", place.port if _same(server, place.server) else SMB_PORT)


def _same(one: str, other: str) -> bool:
    # FS1 and fs1.kommune.no are one server to those who name targets; 10 and 10.0.0.1 are not.
    one, other = one.casefold(), other.casefold()
    short = min(one, other, key=len)
    return one == other or (
        "." not in short and not short.isdecimal() and short == max(one, other, key=len).split(".")[0]
    )


def _question(name: str) -> Any:
    request = SMB2IOCTLRequest()
    request["ctl_code"] = CtlCode.FSCTL_DFS_GET_REFERRALS
    request["file_id"] = _NO_HANDLE
    request["max_output_response"] = _ROOM
    request["flags"] = IOCTLFlags.SMB2_0_IOCTL_IS_FSCTL
    request["buffer"] = struct.pack("<H", _LEVEL) + name.encode("utf-16-le", "surrogatepass") + b"\0\0"
    return request


def _payload(answer: bytes) -> bytes:
    try:
        *_first, start, length, _flags, _reserved = _IOCTL.unpack_from(answer)
    except struct.error as error:
        raise BadReferral(f"cut short: {error}") from error
    if start < _HEADER + _IOCTL.size or start - _HEADER + length > len(answer):
        raise BadReferral("the answer runs over the end")
    return answer[start - _HEADER : start - _HEADER + length]


def _target(data: bytes, place: int, version: int, size: int) -> str:
    if version == 1:
        return _text(data[: place + size], place + _ENTRY.size)
    where = _TARGET_OFFSET.get(version)
    if where is None or where + 2 > size:
        raise BadReferral(f"an entry of version {version} and {size} bytes")
    (offset,) = struct.unpack_from("<H", data, place + where)
    return _text(data, place + offset)


def _text(data: bytes, start: int) -> str:
    end = start
    while data[end : end + 2] != b"\0\0":
        if end + 2 > len(data):
            raise BadReferral("a name without an end")
        end += 2
    try:
        return data[start:end].decode("utf-16-le", "surrogatepass")
    except UnicodeDecodeError as error:
        raise BadReferral("a name that is no text") from error


def _rest(name: str, consumed: int) -> list[str]:
    letters = name.encode("utf-16-le", "surrogatepass")
    if consumed % 2 or consumed > len(letters):
        raise BadReferral(f"{consumed} bytes of a name of {len(letters)}")
    before, after = (part.decode("utf-16-le", "surrogatepass") for part in (letters[:consumed], letters[consumed:]))
    if after and not after.startswith("\\") and not before.endswith("\\"):
        raise BadReferral(f"it ends in the midst of a name: {before!r}")
    return [part for part in after.split("\\") if part]
