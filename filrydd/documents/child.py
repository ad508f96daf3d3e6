"""The child's side of the fence: one request a line on standard input, one answer a line on standard output.

Started by `examiner`; it ends when its input does.
"""

import ctypes  # noqa: F401 - the likeness needs numpy, which needs this loaded before the fence is closed
import json
import signal
import sys
from dataclasses import asdict
from pathlib import Path

from filrydd.documents import fence
from filrydd.documents.comparison import Comparison, Why, not_examined
from filrydd.documents.differences import compare
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


def answer(request: dict[str, str]) -> Comparison | Examination:
    """The answer to one request, to compare (extension, sent, found) or to examine (extension, examined), whatever the
    documents do to their readers."""
    if "examined" in request:
        return _examined(request["extension"], Path(request["examined"]))
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


def _say(words: bytes) -> None:
    sys.stdout.buffer.write(words + b"\n")
    sys.stdout.buffer.flush()
