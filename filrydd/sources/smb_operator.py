"""Who the server takes us for: the security identifier of the signed-in user, asked of its LSA pipe.

Three questions of [MS-LSAT] and [MS-LSAD] over \\pipe\\lsarpc, each a DCE/RPC request ([C706], NDR 2.0): who am I
(LsarGetUserName), a handle to ask with (LsarOpenPolicy2), and the identifier of that name (LsarLookupNames3). Any signed-in
user may ask them; nothing is written.
"""

import struct
import uuid
from typing import Any

from smbprotocol.open import Open

_LSA = uuid.UUID("12345778-1234-abcd-ef00-0123456789ab").bytes_le + struct.pack("<I", 0)
_NDR = uuid.UUID("8a885d04-1ceb-11c9-9fe8-08002b104860").bytes_le + struct.pack("<I", 2)
_BIND, _BIND_ACK, _REQUEST, _RESPONSE = 11, 12, 0, 2
_FIRST_AND_LAST = 3
_GET_USER_NAME, _OPEN_POLICY, _LOOKUP_NAMES = 45, 44, 68
_LOOKUP_RIGHT = 0x800
_PIECE = 4280
_PIPE_ACCESS = 0x0012_019F


class NotTold(Exception):
    """The server would not say, or said something else than an identifier."""


def operator(ipc: Any) -> bytes:
    """The security identifier of who is signed in on this tree of pipes. Raises NotTold, or the library's errors."""
    pipe = Open(ipc, "lsarpc")
    pipe.create(2, _PIPE_ACCESS, 0, 7, 1, 0)
    try:
        _bind(pipe)
        user, domain = _user_name(_call(pipe, 2, _GET_USER_NAME, struct.pack("<IIII", 0, 0, 0x2_0000, 0)))
        attributes = struct.pack("<IIIIII", 24, 0, 0, 0, 0, 0)
        policy = _call(pipe, 3, _OPEN_POLICY, struct.pack("<I", 0) + attributes + struct.pack("<I", _LOOKUP_RIGHT))
        _check(policy, "LsarOpenPolicy2")
        name = f"{domain}\\{user}" if domain else user
        return _sid(_call(pipe, 4, _LOOKUP_NAMES, policy[:20] + _names(name)))
    except struct.error as error:
        raise NotTold("the answer is cut short") from error
    finally:
        pipe.close()


def _bind(pipe: Any) -> None:
    body = struct.pack("<HHIBxxxHBx", _PIECE, _PIECE, 0, 1, 0, 1) + _LSA + _NDR
    answer = _exchange(pipe, _BIND, 1, body)
    # The address's length, the address, padding to four bytes, then the result of the one context offered.
    (length,) = struct.unpack_from("<H", answer, 24)
    place = 26 + length
    place += -place % 4
    if answer[2] != _BIND_ACK or struct.unpack_from("<BxxxH", answer, place) != (1, 0):
        raise NotTold("the server does not offer its LSA")


def _call(pipe: Any, number: int, operation: int, stub: bytes) -> bytes:
    answer = _exchange(pipe, _REQUEST, number, struct.pack("<IHH", len(stub), 0, operation) + stub)
    if answer[2] != _RESPONSE:
        raise NotTold(f"the LSA refused operation {operation}")
    return answer[24:]


def _exchange(pipe: Any, kind: int, number: int, body: bytes) -> bytes:
    head = struct.pack("<BBBB4sHHI", 5, 0, kind, _FIRST_AND_LAST, b"\x10\0\0\0", 16 + len(body), 0, number)
    pipe.write(head + body)
    answer: bytes = pipe.read(0, _PIECE)
    (length,) = struct.unpack_from("<H", answer, 8)
    if answer[3] != _FIRST_AND_LAST or length != len(answer):
        raise NotTold("the answer comes in an unexpected form")
    return answer


def _check(stub: bytes, operation: str) -> None:
    (code,) = struct.unpack_from("<I", stub, len(stub) - 4)
    if code:
        raise NotTold(f"{operation}: 0x{code:08X}")


class _Stub:
    """The fields of an answer, one after the other, each at its own alignment."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._place = 0

    def number(self, size: int = 4) -> int:
        self._place += -self._place % size
        start, self._place = self._place, self._place + size
        if self._place > len(self._data):
            raise NotTold("the answer is cut short")
        return int.from_bytes(self._data[start : self._place], "little")

    def take(self, size: int) -> bytes:
        start, self._place = self._place, self._place + size
        if self._place > len(self._data):
            raise NotTold("the answer is cut short")
        return self._data[start : self._place]

    def string_head(self) -> tuple[int, int]:
        """Bytes of the string, and whether it follows."""
        length, _room, pointer = self.number(2), self.number(2), self.number()
        return length, pointer

    def string(self, length: int) -> str:
        self.number(), self.number()
        count = self.number()
        return self.take(2 * count)[:length].decode("utf-16-le", "replace")

    def sid(self) -> bytes:
        count = self.number()
        sid = self.take(8 + 4 * count)
        if sid[1] != count:
            raise NotTold("an identifier of two lengths")
        return sid


def _user_name(stub: bytes) -> tuple[str, str]:
    _check(stub, "LsarGetUserName")
    fields = _Stub(stub)
    found = []
    # The user behind one pointer, the domain behind two, each of which may be nothing.
    for pointers in (1, 2):
        if all(fields.number() for _pointer in range(pointers)):
            length, pointer = fields.string_head()
            found.append(fields.string(length) if pointer else "")
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
    _check(stub, "LsarLookupNames3")
    fields = _Stub(stub)
    if fields.number():
        _skip_domains(fields)
    count, pointer = fields.number(), fields.number()
    if count != 1 or not pointer or fields.number() != 1:
        raise NotTold("the LSA does not know our name")
    _use, sid, _domain, _flags = fields.number(2), fields.number(), fields.number(), fields.number()
    if not sid:
        raise NotTold("the LSA knows our name but no identifier")
    return fields.sid()


def _skip_domains(fields: _Stub) -> None:
    count, pointer, _most = fields.number(), fields.number(), fields.number()
    if not pointer:
        return
    fields.number()
    heads = [(*fields.string_head(), fields.number()) for _domain in range(count)]
    for length, name, sid in heads:
        if name:
            fields.string(length)
        if sid:
            fields.sid()
