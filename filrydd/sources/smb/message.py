"""The requests that this tool sends to a file server, as the library's messages. [MS-SMB2] 2.2 names everything here."""

from typing import Any

from smbprotocol.open import (
    SMB2CloseRequest,
    SMB2CreateRequest,
    SMB2FlushRequest,
    SMB2QueryDirectoryRequest,
    SMB2QueryInfoRequest,
    SMB2ReadRequest,
    SMB2SetInfoRequest,
    SMB2WriteRequest,
)

# Access ([MS-SMB2] 2.2.13.1), sharing, and options of an open.
READ_DATA = 0x0000_0001
WRITE_DATA = 0x0000_0002
READ_ATTRIBUTES = 0x0000_0080
WRITE_ATTRIBUTES = 0x0000_0100
DELETE = 0x0001_0000
READ_CONTROL = 0x0002_0000
WRITE_DAC = 0x0004_0000
SYNCHRONIZE = 0x0010_0000
SHARE_NONE = 0
SHARE_READ = 1
SHARE_ALL = 7
DIRECTORY_ONLY = 0x0000_0001
FILE_ONLY = 0x0000_0040
_BACKUP_INTENT = 0x0000_4000
NOT_THROUGH_LINKS = 0x0020_0000
# What an open does (CreateDisposition): nothing but open, nothing but make.
OPEN, MAKE = 1, 2

MAKE_NEW = 2  # FILE_CREATE, a disposition: only where nothing is

# Kinds and classes of information ([MS-FSCC] 2.4), and the parts of a security descriptor.
OF_FILE, OF_SECURITY = 1, 3
INTERNAL, DISPOSITION, BASIC, STANDARD, STREAM, NETWORK_OPEN, ATTRIBUTE_TAG = 6, 13, 4, 5, 22, 34, 35
RENAME = 10
OWNER_GROUP_DACL, DACL = 7, 4
ID_FULL_DIRECTORY = 0x26

SAME_HANDLE = b"\xff" * 16
"""In a compound: the handle that was opened before (3.2.4.1.4)."""


def create(path: str, access: int, sharing: int, options: int, disposition: int = OPEN) -> Any:
    """Open what is there, or make what is not (`MAKE`), never over another; with backup intent, so that a backup operator's
    rights count."""
    create = SMB2CreateRequest()
    create["impersonation_level"] = 2
    create["desired_access"] = access
    create["share_access"] = sharing
    create["create_disposition"] = disposition
    create["create_options"] = options | _BACKUP_INTENT
    create["buffer_path"] = path.encode("utf-16-le", "surrogatepass") or b"\0\0"
    return create


def read(handle: bytes, offset: int, length: int) -> Any:
    read = SMB2ReadRequest()
    read["length"] = length
    read["offset"] = offset
    read["file_id"] = handle
    read["padding"] = b"\x50"  # where the answer's data shall begin
    return read


def write(handle: bytes, offset: int, content: bytes) -> Any:
    write = SMB2WriteRequest()
    write["offset"] = offset
    write["file_id"] = handle
    write["buffer"] = content
    return write


def flush(handle: bytes) -> Any:
    flush = SMB2FlushRequest()
    flush["file_id"] = handle
    return flush


def set_info(handle: bytes, kind: int, wanted: int, value: bytes, parts: int) -> Any:
    change = SMB2SetInfoRequest()
    change["info_type"] = kind
    change["file_info_class"] = wanted
    change["additional_information"] = parts
    change["file_id"] = handle
    change["buffer"] = value
    return change


def query(handle: bytes, kind: int, wanted: int, room: int, parts: int = 0) -> Any:
    query = SMB2QueryInfoRequest()
    query["info_type"] = kind
    query.fields["file_info_class"].enum_strict = False  # the library's list of classes is short of some
    query["file_info_class"] = wanted
    query["output_buffer_length"] = room
    query["additional_information"] = parts
    query["file_id"] = handle
    return query


def listing(handle: bytes, room: int) -> Any:
    query = SMB2QueryDirectoryRequest()
    query["file_information_class"] = ID_FULL_DIRECTORY
    query["file_id"] = handle
    query["output_buffer_length"] = room
    query["buffer"] = "*".encode("utf-16-le")
    return query


def close(handle: bytes) -> Any:
    close = SMB2CloseRequest()
    close["file_id"] = handle
    return close
