"""Whether a server speaks SMB 1 only, which this tool never uses: asked to be able to say so."""

import socket
import struct
import time

# SMB_COM_NEGOTIATE with the one dialect ([MS-CIFS] 2.2.3.1, 2.2.4.52.1). Nothing but the name of the dialect is sent.
_HEADER = struct.Struct("<4sBIBHH8sHHHHH")
_DIALECT = b"\x02NT LM 0.12\0"
_QUESTION = _HEADER.pack(b"\xffSMB", 0x72, 0, 0x18, 0xC853, 0, bytes(8), 0, 0, 0, 0, 0)
_QUESTION += struct.pack("<BH", 0, len(_DIALECT)) + _DIALECT
# An answer as far as it matters: the header, the count of words, and which of the dialects it is to be.
_ANSWER = _HEADER.size + 3


def speaks_smb1(server: str, port: int, seconds: float) -> bool:
    """Whether the server would go on with SMB 1. False too when it does not say within `seconds`."""
    try:
        return _agrees(_ask(server, port, seconds))
    except OSError:
        return False


def _ask(server: str, port: int, seconds: float) -> bytes:
    end = time.monotonic() + seconds
    answer = b""
    with socket.create_connection((server, port), timeout=seconds) as stream:
        stream.sendall(struct.pack(">I", len(_QUESTION)) + _QUESTION)
        while len(answer) < 4 + _ANSWER:
            left = end - time.monotonic()
            if left <= 0:
                return b""
            stream.settimeout(left)
            piece = stream.recv(4 + _ANSWER - len(answer))
            if not piece:
                return b""
            answer += piece
    return answer[4:]


def _agrees(answer: bytes) -> bool:
    if len(answer) < _ANSWER:
        return False
    magic, command, code = struct.unpack_from("<4sBI", answer)
    (dialect,) = struct.unpack_from("<H", answer, _HEADER.size + 1)
    return (magic, command, code, dialect) == (b"\xffSMB", 0x72, 0, 0)
