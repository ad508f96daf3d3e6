"""A child process of the benchmark that works with smbprotocol as it comes, and prints what it took as JSON.

`python -m tests.benchmarks.library scandir PORT SHARE FOLDER BIGGEST COUNT` lists FOLDER and all below it with
`smbclient.scandir`, one folder after the other, and COUNT entries of the folder BIGGEST.
`... owners PORT SHARE FILE` asks the owner of each file that FILE lists: open, query, close. User and password come from
the environment, as they do for filrydd.
"""

import json
import os
import resource
import sys
import time
from itertools import islice
from pathlib import Path
from typing import Any

import smbclient
from smbprotocol.file_info import InfoType
from smbprotocol.open import (
    CreateDisposition,
    CreateOptions,
    FilePipePrinterAccessMask,
    ImpersonationLevel,
    Open,
    ShareAccess,
    SMB2QueryInfoRequest,
    SMB2QueryInfoResponse,
)
from smbprotocol.security_descriptor import SMB2CreateSDBuffer
from smbprotocol.tree import TreeConnect

SERVER = "127.0.0.1"


def main(what: str, port: int, share: str, *words: str) -> None:
    used, begun = _cpu(), time.perf_counter()
    session = smbclient.register_session(
        SERVER, os.environ["FILRYDD_SMB_USER"], os.environ["FILRYDD_SMB_PASSWORD"], port=port
    )
    top = rf"\\{SERVER}\{share}"
    if what == "scandir":
        folder, biggest, count = words
        done = _listed(rf"{top}\{folder}", port) + _listed(rf"{top}\{biggest}", port, int(count))
    else:
        tree = TreeConnect(session, top)
        tree.connect()
        done = sum(_owner(tree, path) for path in Path(words[0]).read_text(encoding="utf-8").splitlines())
    print(json.dumps({"seconds": time.perf_counter() - begun, "cpu": _cpu() - used, "done": done}))


def _listed(top: str, port: int, most: int | None = None) -> int:
    seen = 0
    folders = [top]
    while folders:
        folder = folders.pop()
        for entry in islice(smbclient.scandir(folder, port=port), most):
            facts = entry.smb_info
            assert facts.last_write_time is not None
            assert facts.end_of_file >= 0
            seen += 1
            if entry.is_dir():
                folders.append(rf"{folder}\{entry.name}")
    return seen


def _owner(tree: Any, path: str) -> bool:
    file = Open(tree, path.replace("/", "\\"))
    file.create(
        ImpersonationLevel.Impersonation,
        FilePipePrinterAccessMask.READ_CONTROL,
        0,
        ShareAccess.FILE_SHARE_READ | ShareAccess.FILE_SHARE_WRITE | ShareAccess.FILE_SHARE_DELETE,
        CreateDisposition.FILE_OPEN,
        CreateOptions.FILE_NON_DIRECTORY_FILE,
    )
    query = SMB2QueryInfoRequest()
    query["info_type"] = InfoType.SMB2_0_INFO_SECURITY
    query["output_buffer_length"] = 512
    query["additional_information"] = 1  # OWNER_SECURITY_INFORMATION, [MS-SMB2] 2.2.37
    query["file_id"] = file.file_id
    connection = tree.session.connection
    request = connection.send(query, tree.session.session_id, tree.tree_connect_id)
    answer = SMB2QueryInfoResponse()
    answer.unpack(connection.receive(request)["data"].get_value())
    descriptor = SMB2CreateSDBuffer()
    descriptor.unpack(answer["buffer"].get_value())
    file.close(get_attributes=False)
    return str(descriptor.get_owner()).startswith("S-1-")


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), *sys.argv[3:])
