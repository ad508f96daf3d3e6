"""A fault behind the pages is told where filrydd runs, without anybody's identity number."""

import subprocess
import sys
from pathlib import Path

from tests.reading import number

_FAULT = """
import logging, sys, uvicorn
from filrydd.web import server
uvicorn.Config("x:y", log_config=server._LOG, log_level="error")
try:
    raise RuntimeError(f"Klager/søknad {sys.argv[1]}.docx")
except RuntimeError:
    logging.getLogger("uvicorn.error").error("Exception in ASGI application", exc_info=True)
"""


def test_the_trace_of_a_fault_is_printed_without_the_number() -> None:
    told = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", _FAULT, number()],
        capture_output=True,
        encoding="utf-8",
        cwd=Path(__file__).parents[2],
        timeout=60,
    )
    assert "RuntimeError: Klager/søknad ***" in told.stderr and number() not in told.stderr
