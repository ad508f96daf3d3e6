"""Listings made by tests, as a walk would yield them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from filrydd.model.listed import Below, FileFacts, Snag
from filrydd.model.names import extension


@dataclass
class Made:
    """One folder's answer: `files` maps a name to (size, modified, created, attributes, file id)."""

    key: int
    held: Mapping[str, tuple[int, int, int, int, int]] = field(default_factory=dict)
    folders: list[Below] = field(default_factory=list)
    snags: list[Snag] = field(default_factory=list)
    digest: bytes = b""
    descriptor: bytes = b""

    @property
    def entries(self) -> int:
        return len(self.held) + len(self.folders)

    def files(self) -> Iterator[FileFacts]:
        for name, facts in self.held.items():
            yield (self.key, name, extension(name), *facts)
