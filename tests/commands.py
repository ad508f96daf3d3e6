"""Commands as a person types them, in this process: exit code, standard output and standard error."""

import contextlib
import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filrydd.cli.entry import run


@dataclass(frozen=True)
class Said:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output as the one JSON object that it must be."""
        return json.loads(self.out)


def filrydd(*words: str, workspace: Path | None = None) -> Said:
    """Run a command; `workspace` becomes `--workspace`."""
    out, err = io.StringIO(), io.StringIO()
    where = ["--workspace", str(workspace)] if workspace else []
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = run([*where, *words])
    return Said(code, out.getvalue(), err.getvalue())
