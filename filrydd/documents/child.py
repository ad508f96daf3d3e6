"""The child's side of the fence: one request a line on standard input, one answer a line on standard output.

Started by `examiner`; it ends when its input does.
"""

import ctypes  # noqa: F401 - the likeness needs numpy, which needs this loaded before the fence is closed
import json
import signal
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from filrydd.documents import fence
from filrydd.documents.comparison import Comparison, NotReadable, Why, not_examined
from filrydd.documents.differences import compare
from filrydd.documents.relinking import Pointing, pointing, relinked
from filrydd.documents.splices import Told, told
from filrydd.model.finding import Examination, Outcome


def main() -> None:
    """Answer requests until there are no more. Arguments: where filrydd lies, bytes of memory, seconds for a document."""
    memory, seconds = int(sys.argv[2]), float(sys.argv[3])
    # An interrupt is for the parent, which then closes our input.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    fence.close(memory)
    _say(b"ready")
    for line in sys.stdin.buffer:
        fence.allow_processor(seconds)
        _say(json.dumps(asdict(answer(json.loads(line)))).encode("ascii"))


def answer(request: dict[str, Any]) -> Comparison | Examination | Pointing | Told:
    """The answer to one request, to compare (extension, sent, found), to examine (extension, examined), to say what a package
    points to (pointing) or to point elsewhere (relinked, links), whatever the documents do to their readers."""
    if "examined" in request:
        return _examined(request["extension"], Path(request["examined"]))
    if "pointing" in request:
        return _pointing(Path(request["pointing"]))
    if "relinked" in request:
        return _relinked(Path(request["relinked"]), request["links"])
    try:
        return compare(request["extension"], Path(request["sent"]), Path(request["found"]))
    except MemoryError:
        return not_examined(Why.NO_MEMORY)
    except Exception as fault:  # noqa: BLE001 - this is the fence: whatever a document does to a reader is an answer
        return not_examined(Why.FAULT, f"{type(fault).__name__}: {fault}")


def _examined(extension: str, path: Path) -> Examination:
    # Its readers take long to load, and comparing needs none of them.
    from filrydd.documents.examination import examine

    try:
        return examine(extension, path)
    except MemoryError:
        return Examination(Outcome.TOO_LARGE, "needs more memory than it may use")
    except OSError as fault:
        return Examination(Outcome.REFUSED, fault.strerror or type(fault).__name__)
    except Exception as fault:  # noqa: BLE001 - as above; the fault's own words may quote the document
        return Examination(Outcome.DAMAGED, type(fault).__name__)


def _pointing(path: Path) -> Pointing:
    try:
        return pointing(path)
    except MemoryError:
        return Pointing(bar=Why.NO_MEMORY)
    except Exception as fault:  # noqa: BLE001 - as above
        return Pointing(bar=Why.FAULT, detail=type(fault).__name__)


def _relinked(path: Path, links: dict[str, str]) -> Told:
    try:
        return Told(told(relinked(path, links)))
    except NotReadable as trouble:
        return Told([], trouble.reason, trouble.detail)
    except MemoryError:
        return Told([], Why.NO_MEMORY)
    except Exception as fault:  # noqa: BLE001 - as above
        return Told([], Why.FAULT, type(fault).__name__)


def _say(words: bytes) -> None:
    sys.stdout.buffer.write(words + b"\n")
    sys.stdout.buffer.flush()
