"""Owners and access lists as Windows itself tells them (advapi32, through ctypes). Called on Windows only."""

import sys

# SECURITY_INFORMATION ([MS-DTYP] 2.4.7)
OWNER = 1
OWNER_GROUP_DACL = 7
_INSUFFICIENT_BUFFER = 122


def read_descriptor(path: str, parts: int) -> bytes:
    """These parts of the descriptor, self-relative, of the file or folder at an extended path. Raises OSError."""
    if sys.platform == "win32":
        import ctypes
        from ctypes import wintypes

        advapi32 = ctypes.WinDLL("advapi32", use_last_error=True)
        get = advapi32.GetFileSecurityW
        get.argtypes = (
            wintypes.LPCWSTR,
            wintypes.DWORD,
            wintypes.LPVOID,
            wintypes.DWORD,
            ctypes.POINTER(wintypes.DWORD),
        )
        get.restype = wintypes.BOOL
        needed = wintypes.DWORD(1024)
        while True:
            room = ctypes.create_string_buffer(needed.value)
            if get(path, parts, room, len(room), ctypes.byref(needed)):
                return room.raw[: needed.value] if 0 < needed.value <= len(room) else room.raw
            if ctypes.get_last_error() != _INSUFFICIENT_BUFFER or needed.value <= len(room):
                raise ctypes.WinError(ctypes.get_last_error())
    else:
        raise NotImplementedError
