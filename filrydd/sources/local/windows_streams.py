"""A file's streams as Windows itself tells them (kernel32, through ctypes). Called on Windows only."""

import sys

from filrydd.sources.streams import other_streams

_STANDARD = 0  # FindStreamInfoStandard, the only level
_NAME = 260 + 36  # WIN32_FIND_STREAM_DATA: MAX_PATH and 36 more
_HANDLE_EOF = 38
_INVALID_PARAMETER = 87  # what FindFirstStreamW says of a file system without streams


def read_streams(path: str) -> tuple[str, ...]:
    """The names of the other streams, in stored form, of the file at an extended path; none where the file system has no
    streams. Raises OSError."""
    if sys.platform == "win32":
        import ctypes
        from ctypes import wintypes

        class Found(ctypes.Structure):
            _fields_ = (("size", ctypes.c_int64), ("name", wintypes.WCHAR * _NAME))

        kernel32 = ctypes.WinDLL("kernel32", use_last_error=True)
        first = kernel32.FindFirstStreamW
        first.argtypes = (wintypes.LPCWSTR, ctypes.c_int, ctypes.POINTER(Found), wintypes.DWORD)
        first.restype = wintypes.HANDLE
        following = kernel32.FindNextStreamW
        following.argtypes = (wintypes.HANDLE, ctypes.POINTER(Found))
        following.restype = wintypes.BOOL
        close = kernel32.FindClose
        close.argtypes = (wintypes.HANDLE,)
        close.restype = wintypes.BOOL

        found = Found()
        handle = first(path, _STANDARD, ctypes.byref(found), 0)
        if handle is None or handle == wintypes.HANDLE(-1).value:
            error = ctypes.get_last_error()
            if error in (_HANDLE_EOF, _INVALID_PARAMETER):
                return ()
            raise ctypes.WinError(error)
        try:
            told = [found.name]
            while following(handle, ctypes.byref(found)):
                told.append(found.name)
            error = ctypes.get_last_error()
        finally:
            close(handle)
        if error != _HANDLE_EOF:
            raise ctypes.WinError(error)
        return other_streams(told)
    else:  # noqa: RET505 - the type checker skips one branch by the platform
        raise NotImplementedError
