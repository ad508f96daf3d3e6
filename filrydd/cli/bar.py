"""Progress bars on standard error, for what lasts over two seconds."""

import sys
from typing import Any

import click

from filrydd.stages.masking import shown

# A bar that appears and is gone again at once tells nobody anything.
_DELAY_SECONDS = 2.0


class Bars:
    """Shows the progress of a stage with tqdm; nothing when standard error is no terminal."""

    def __init__(self) -> None:
        self._bar: Any = None

    def begin(self, doing: str, total: int | None, unit: str) -> None:
        from tqdm import tqdm

        self._bar = tqdm(
            desc=shown(doing),
            total=total,
            unit=unit if unit == "B" else f" {unit}",
            unit_scale=unit == "B",
            delay=_DELAY_SECONDS,
            disable=not sys.stderr.isatty(),
            leave=False,
        )

    def advance(self, units: int) -> None:
        if self._bar is not None:
            self._bar.update(units)

    def end(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None

    def say(self, sentence: str) -> None:
        click.echo(shown(sentence), err=True)
