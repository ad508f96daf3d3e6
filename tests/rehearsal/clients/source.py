"""What every client carries, on this machine's disk."""

from dataclasses import dataclass
from pathlib import Path

from tests.rehearsal.clients.rclone import hashes_of
from tests.rehearsal.clients.tree import Tree, composed, difficult

FILES = 2_000
BELOW = "inn"
"""The folder of the library that the tree comes into."""
SHARES = 6
"""rclone asks at most 100 times a second: so many of them carry the tree together."""


@dataclass(frozen=True)
class Source:
    """The tree on disk: whole in `top`, and once more in parts that have no folder in common."""

    tree: Tree
    top: Path
    shares: tuple[Path, ...]
    hashes: dict[str, str]
    """The quickXorHash of each file by its path in NFC, in hexadecimal; not ours."""


def laid_out(folder: Path) -> Source:
    """Write the tree to `folder`."""
    tree = difficult(FILES, BELOW)
    shares = tuple(part.lay_out(folder / f"share-{number}") for number, part in enumerate(tree.shares(SHARES)))
    top = tree.lay_out(folder / "whole")
    return Source(tree, top, shares, {composed(path): digest for path, digest in hashes_of(top).items()})
