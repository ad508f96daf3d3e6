"""The labelled sample of names: folders whose true chains of versions are known."""

from dataclasses import dataclass
from datetime import date
from itertools import combinations
from pathlib import Path

from filrydd.findings.versions import Candidate, chains
from filrydd.model.times import from_day


@dataclass
class Folder:
    """A folder of the sample: its files, and its true chains as ids from the oldest to the latest."""

    name: str
    files: list[Candidate]
    chains: list[tuple[int, ...]]


def read_sample(path: Path) -> list[Folder]:
    """The folders of one half of the sample; how a file is written is said at its top."""
    folders: list[Folder] = []
    labelled: dict[str, list[tuple[int, int]]] = {}
    count = 0
    for line in path.read_text("utf-8").splitlines():
        if line.startswith("= "):
            labelled = {}
            folders.append(Folder(line[2:], [], []))
        elif line and not line.startswith("#"):
            label, day, name = line.split(" ", 2)
            count += 1
            folders[-1].files.append(Candidate(count, name, 10_000 + count, from_day(date.fromisoformat(day))))
            if label != "-":
                labelled.setdefault(label[0], []).append((int(label[1:]), count))
                folders[-1].chains = [tuple(file for _, file in sorted(chain)) for chain in labelled.values()]
    return folders


@dataclass
class Score:
    """How well the chains were found: pairs of files in one chain, and chains found whole whose latest file is right."""

    names: int = 0
    right: int = 0
    found: int = 0
    true: int = 0
    whole: int = 0
    latest: int = 0

    @property
    def precision(self) -> float:
        return self.right / self.found

    @property
    def recall(self) -> float:
        return self.right / self.true

    @property
    def latest_right(self) -> float:
        return self.latest / self.whole

    def __str__(self) -> str:
        return (
            f"{self.names} names, {self.true} pairs: precision {self.precision:.3f}, recall {self.recall:.3f}; "
            f"latest right in {self.latest} of {self.whole} chains"
        )


def score(folders: list[Folder]) -> Score:
    """The score of `chains` on folders of the sample. The latest is judged wherever a found chain holds two of a true one."""
    total = Score()
    for folder in folders:
        found = [chain.members for chain in chains(folder.files)]
        true_pairs = {pair for chain in folder.chains for pair in combinations(sorted(chain), 2)}
        found_pairs = {pair for chain in found for pair in combinations(sorted(chain), 2)}
        total.names += len(folder.files)
        total.right += len(true_pairs & found_pairs)
        total.found += len(found_pairs)
        total.true += len(true_pairs)
        for chain in folder.chains:
            overlapping = [other for other in found if len(set(other) & set(chain)) > 1]
            total.whole += len(overlapping)
            total.latest += sum(other[-1] == [file for file in chain if file in other][-1] for other in overlapping)
    return total
