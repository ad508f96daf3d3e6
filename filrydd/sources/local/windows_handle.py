"""Windows' own way of opening and deleting files by handle (kernel32, through ctypes). Called on Windows only.

Python's `open` cannot share deleting with others, nor ask for a handle that deletes; these can.
"""

import os
import sys

GENERIC_READ = 0x8000_0000
READ_ATTRIBUTES = 0x0000_0080
DELETE = 0x0001_0000
WRITE_ATTRIBUTES = 0x0000_0100
SHARE_NONE = 0
SHARE_READ = 1
SHARE_ALL = 7
# FILE_FLAG_OPEN_REPARSE_POINT, FILE_FLAG_BACKUP_SEMANTICS, FILE_FLAG_SEQUENTIAL_SCAN
NO_LINK = 0x0020_0000
FOLDERS_TOO = 0x0200_0000
SEQUENTIAL = 0x0800_0000
_OPEN_EXISTING = 3
# FILE_INFO_BY_HANDLE_CLASS
_BASIC_INFO = 0
_DISPOSITION_INFO = 4
_RENAME_INFO = 3


def extended(path: str) -> str:
    r"""The form of an absolute path that knows no limit of 260 letters: `\\?\C:\...`, `\\?\UNC\server\share\...`."""
    path = path.replace("/", "\\")
    if path.startswith("\\\\?\\"):
        return path
    return "\\\\?\\UNC\\" + path[2:] if path.startswith("\\\\") else "\\\\?\\" + path


def open_descriptor(path: str, access: int, share: int, flags: int) -> int:
    """A descriptor of the file or folder at an extended path, with exactly this access and sharing. Raises OSError."""
    if sys.platform == "win32":
        import ctypes
        import msvcrt
        from ctypes import wintypes

        kernel32 = ctypes.WinDLL("kernel32", use_last_error=True)
        create = kernel32.CreateFileW
        create.argtypes = (
            wintypes.LPCWSTR,
            wintypes.DWORD,
            wintypes.DWORD,
            wintypes.LPVOID,
            wintypes.DWORD,
            wintypes.DWORD,
            wintypes.HANDLE,
        )
        create.restype = wintypes.HANDLE
        handle = create(path, access, share, None, _OPEN_EXISTING, flags, None)
        if handle is None or handle == wintypes.HANDLE(-1).value:
            raise ctypes.WinError(ctypes.get_last_error())
        return msvcrt.open_osfhandle(handle, os.O_RDONLY | os.O_BINARY | os.O_NOINHERIT)
    else:  # noqa: RET505 - the type checker skips one branch by the platform
        raise NotImplementedError


def delete_on_close(descriptor: int) -> None:
    """Have the file deleted when this descriptor, opened with DELETE, is closed. Raises OSError."""
    if sys.platform == "win32":
        import ctypes
        from ctypes import wintypes

        class Disposition(ctypes.Structure):
            _fields_ = (("delete", ctypes.c_ubyte),)

        _set_information(descriptor, _DISPOSITION_INFO, Disposition(1), wintypes.DWORD(ctypes.sizeof(Disposition)))
    else:
        raise NotImplementedError


def rename(descriptor: int, path: str) -> None:
    """Give what this descriptor, opened with DELETE, stands for another extended path; never over something
    (ERROR_ALREADY_EXISTS). Raises OSError."""
    if sys.platform == "win32":
        import ctypes
        from ctypes import wintypes

        units = len(path.encode("utf-16-le", "surrogatepass")) // 2

        class Rename(ctypes.Structure):
            # FILE_RENAME_INFO; the name's last unit is the null that ends it.
            _fields_ = (
                ("replace", wintypes.DWORD),
                ("root", wintypes.HANDLE),
                ("length", wintypes.DWORD),
                ("name", wintypes.WCHAR * (units + 1)),
            )

        _set_information(
            descriptor, _RENAME_INFO, Rename(0, None, units * 2, path), wintypes.DWORD(ctypes.sizeof(Rename))
        )
    else:
        raise NotImplementedError


def set_attributes(descriptor: int, attributes: int) -> None:
    """Set FILE_ATTRIBUTE_* bits, the times left as they are. Raises OSError."""
    if sys.platform == "win32":
        import ctypes
        from ctypes import wintypes

        class Basic(ctypes.Structure):
            _fields_ = (
                ("created", ctypes.c_int64),
                ("read", ctypes.c_int64),
                ("modified", ctypes.c_int64),
                ("changed", ctypes.c_int64),
                ("attributes", wintypes.DWORD),
            )

        _set_information(descriptor, _BASIC_INFO, Basic(0, 0, 0, 0, attributes), wintypes.DWORD(ctypes.sizeof(Basic)))
    else:
        raise NotImplementedError


def _set_information(descriptor: int, kind: int, value: object, size: object) -> None:
    if sys.platform == "win32":
        import ctypes
        import msvcrt
        from ctypes import wintypes

        kernel32 = ctypes.WinDLL("kernel32", use_last_error=True)
        change = kernel32.SetFileInformationByHandle
        change.argtypes = (wintypes.HANDLE, ctypes.c_int, wintypes.LPVOID, wintypes.DWORD)
        change.restype = wintypes.BOOL
        assert isinstance(value, ctypes.Structure)
        if not change(msvcrt.get_osfhandle(descriptor), kind, ctypes.byref(value), size):
            raise ctypes.WinError(ctypes.get_last_error())
    else:
        raise NotImplementedError
