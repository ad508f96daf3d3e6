"""Who the server takes us for: the security identifier of the signed-in user, asked of its LSA pipe.

Three questions of [MS-LSAT] and [MS-LSAD] over \\pipe\\lsarpc, each a DCE/RPC request ([C706], NDR 2.0): who am I
(LsarGetUserName), a handle to ask with (LsarOpenPolicy2), and the identifier of that name (LsarLookupNames3). Any signed-in
user may ask them; nothing is written.
"""

import struct
from typing import Any

from filrydd.sources.smb import pipe as smb_pipe
from filrydd.sources.smb.pipe import NotTold, Stub, check

__all__ = ["NotTold", "operator", "signed_in_as"]

_LSA = "12345778-1234-abcd-ef00-0123456789ab"
_GET_USER_NAME, _OPEN_POLICY, _LOOKUP_NAMES = 45, 44, 68
_LOOKUP_RIGHT = 0x800
_POLICY = 20  # bytes of a handle to ask with


def operator(ipc: Any) -> bytes:
    """The security identifier of who is signed in on this tree of pipes. Raises NotTold, Dropped, or the library's
    response error."""
    with smb_pipe.opened(ipc, "lsarpc", _LSA, 0) as pipe:
        name = _asked_name(pipe)
        attributes = struct.pack("<IIIIII", 24, 0, 0, 0, 0, 0)
        policy = pipe.call(_OPEN_POLICY, struct.pack("<I", 0) + attributes + struct.pack("<I", _LOOKUP_RIGHT))
        check(policy, "LsarOpenPolicy2")
        return _sid(pipe.call(_LOOKUP_NAMES, policy[:_POLICY] + _names(name)))


def signed_in_as(ipc: Any) -> str:
    """The name of who is signed in on this tree of pipes, `DOMAIN\\user` or the bare name. Raises as `operator` does."""
    with smb_pipe.opened(ipc, "lsarpc", _LSA, 0) as pipe:
        return _asked_name(pipe)


def _asked_name(pipe: smb_pipe.Pipe) -> str:
    user, domain = _user_name(pipe.call(_GET_USER_NAME, struct.pack("<IIII", 0, 0, 0x2_0000, 0)))
    return f"{domain}\\{user}" if domain else user


def _user_name(stub: bytes) -> tuple[str, str]:
    check(stub, "LsarGetUserName")
    fields = Stub(stub)
    found = []
    # The user behind one pointer, the domain behind two, each of which may be nothing.
    for pointers in (1, 2):
        if all(fields.number() for _pointer in range(pointers)):
            length, pointer = _string_head(fields)
            found.append(_string(fields, length) if pointer else "")
        else:
            found.append("")
    user, domain = found
    if not user:
        raise NotTold("the LSA does not know who we are")
    return user, domain


def _names(name: str) -> bytes:
    letters = name.encode("utf-16-le")
    count = len(letters) // 2
    one = struct.pack("<IIHHIIII", 1, 1, len(letters), len(letters), 0x2_0000, count, 0, count) + letters
    one += b"\0" * (-len(one) % 4)
    # No identifiers yet, level 1 (everywhere the server looks), none mapped, no options, client revision 2.
    return one + struct.pack("<IIHxxIII", 0, 0, 1, 0, 0, 2)


def _sid(stub: bytes) -> bytes:
    check(stub, "LsarLookupNames3")
    fields = Stub(stub)
    if fields.number():
        _skip_domains(fields)
    count, pointer = fields.number(), fields.number()
    if count != 1 or not pointer or fields.number() != 1:
        raise NotTold("the LSA does not know our name")
    _use, sid, _domain, _flags = fields.number(2), fields.number(), fields.number(), fields.number()
    if not sid:
        raise NotTold("the LSA knows our name but no identifier")
    return _identifier(fields)


def _skip_domains(fields: Stub) -> None:
    count, pointer, _most = fields.number(), fields.number(), fields.number()
    if not pointer:
        return
    fields.number()
    # Each head takes twelve bytes, so a count that is too high runs over the end before it costs anything.
    heads = [(*_string_head(fields), fields.number()) for _domain in range(count)]
    for length, name, sid in heads:
        if name:
            _string(fields, length)
        if sid:
            _identifier(fields)


def _string_head(fields: Stub) -> tuple[int, int]:
    """Bytes of the string, and whether it follows."""
    length, _room, pointer = fields.number(2), fields.number(2), fields.number()
    return length, pointer


def _string(fields: Stub, length: int) -> str:
    return fields.text()[: length // 2]


def _identifier(fields: Stub) -> bytes:
    count = fields.number()
    sid = fields.take(8 + 4 * count)
    if sid[1] != count:
        raise NotTold("an identifier of two lengths")
    return sid
