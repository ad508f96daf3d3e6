"""Progress on standard error: a bar on a terminal for what lasts over two seconds, elsewhere a line a minute, and with `--json`
an object on a line of its own at least every ten seconds."""

import json
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from filrydd.lang import _, figures
from filrydd.stages.masking import shown, shown_in

if TYPE_CHECKING:
    from filrydd.stages.upload.running import Running

# A bar that appears and is gone again at once tells nobody anything.
_DELAY_SECONDS = 2.0
# A log of a night's run must say something, and not fill the disk.
_LINE_SECONDS = 60.0
# Who reads objects wants to know that it is alive; a second less, since the state comes once a second.
_OBJECT_SECONDS = 9.0


class Bars:
    """Shows the progress of a stage, of `area` if it is one area's. `objects`: for machines, in place of lines and bars."""

    def __init__(self, area: str = "", *, objects: bool = False, ticks: Callable[[], float] = time.monotonic) -> None:
        self._area, self._objects, self._ticks = area, objects, ticks
        self._bar: Any = None
        self._doing, self._unit, self._total, self._done = "", "", 0, 0
        self._begun = self._told = 0.0
        self._state: Running | None = None

    def begin(self, doing: str, total: int | None, unit: str) -> None:
        from tqdm import tqdm

        self._doing, self._unit, self._total, self._done = doing, unit, total or 0, 0
        self._begun = self._told = self._ticks()
        self._state = None
        self._bar = tqdm(
            desc=shown(doing),
            total=total,
            unit=unit if unit == "B" else f" {unit}",
            unit_scale=unit == "B",
            delay=_DELAY_SECONDS,
            disable=self._objects or not sys.stderr.isatty(),
            leave=False,
        )

    def advance(self, units: int) -> None:
        self._done += units
        if self._bar is not None:
            self._bar.update(units)
            if self._state is None and self._is_time():
                self._told = self._ticks()
                self._line({"doing": self._doing, "done": self._done, "total": self._total or None, "unit": self._unit})

    def tell(self, state: "Running") -> None:
        """How an upload stands; about once a second."""
        first, self._state = self._state is None, state
        if self._bar is None:
            return
        if self._on_terminal() and self._ticks() - self._begun >= _DELAY_SECONDS:
            from filrydd.cli import underway

            self._bar.set_description_str(shown(self._area or self._doing), refresh=False)
            self._bar.bar_format = "{desc}: {percentage:3.0f}% |{bar:10}| {n_fmt}/{total_fmt} {rate_fmt}{postfix}"
            self._bar.set_postfix_str(underway.short(state), refresh=True)
        if (first and self._objects) or self._is_time():
            self._told = self._ticks()
            self._tell_state(state)

    def end(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None
            if self._state is not None and self._objects:
                self._tell_state(self._state)

    def say(self, sentence: str) -> None:
        if self._bar is not None and self._on_terminal():
            # The bar would be left standing in the middle of the sentence.
            with self._bar.external_write_mode(file=sys.stderr):
                click.echo(shown(sentence), err=True)
            return
        click.echo(shown(sentence), err=True)

    def _on_terminal(self) -> bool:
        return not self._bar.disable

    def _is_time(self) -> bool:
        every = _OBJECT_SECONDS if self._objects else _LINE_SECONDS
        return not self._on_terminal() and self._ticks() - self._told >= every

    def _tell_state(self, state: "Running") -> None:
        from filrydd.cli import underway

        if self._objects:
            self._object(underway.as_object(self._area, state))
        else:
            click.echo(shown(underway.sentence(self._area or self._doing, state)), err=True)

    def _line(self, told: dict[str, Any]) -> None:
        if self._objects:
            self._object({"area": self._area, **told})
            return
        size = figures.size if self._unit == "B" else figures.number
        done = size(self._done) + ("" if self._unit == "B" else f" {self._unit}")
        if self._total:
            line = _("{doing}: {done} of {total}").format(
                doing=self._doing, done=size(self._done), total=size(self._total)
            )
        else:
            line = f"{self._doing}: {done}"
        click.echo(shown(line), err=True)

    def _object(self, told: dict[str, Any]) -> None:
        click.echo(json.dumps({"progress": shown_in(told)}, ensure_ascii=False), err=True)
