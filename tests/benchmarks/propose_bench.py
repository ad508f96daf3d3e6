"""Where the benchmark of proposals runs: sizes, workspaces, and children that each do one thing in a process of their own."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.benchmarks import mazes, measure
from tests.benchmarks.measure import Ran
from tests.benchmarks.stand import told_by

Told = dict[str, Any]
_CHECKOUT = Path(__file__).parents[2]
# Done, and done with something left for a person: problems to solve, links that are not followed.
_FINE = (0, 3)


@dataclass
class Bench:
    """`place` is a folder of the benchmark's own, `tree` the real folder tree; the sizes are those of the large area."""

    place: Path
    tree: Path
    files: int
    folders: int
    quick: bool
    _workspaces: int = 0

    def workspace(self) -> str:
        """A folder that is not there yet."""
        self._workspaces += 1
        return str(self.place / f"workspace-{self._workspaces}")

    def told(self, *words: str, module: str = "propose_child", language: str = "en") -> Told:
        """Run a module of the benchmark to its end; what it printed."""
        return told_by(self._python(f"tests.benchmarks.{module}", *words, language=language))

    def typed(self, workspace: str, command: str, *words: str) -> tuple[Ran, Told]:
        """A command of filrydd as a person types it, about the area of a workspace: the run, and the JSON that it printed."""
        ran = self._python("filrydd", "--workspace", workspace, command, mazes.AREA, *words, "--json", fine=_FINE)
        return ran, told_by(ran)

    def _python(self, module: str, *words: str, language: str = "en", fine: tuple[int, ...] = (0,)) -> Ran:
        environment = {"FILRYDD_LANG": language, "FILRYDD_KEY": str(self.place / "ledger.key")}
        return measure.run([sys.executable, "-m", module, *words], environment=environment, folder=_CHECKOUT, fine=fine)
