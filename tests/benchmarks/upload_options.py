"""What a benchmark of uploads may be told."""

import dataclasses
from dataclasses import dataclass


@dataclass(frozen=True)
class Options:
    """As the docstring of `upload` names them."""

    files: int = 20_000
    minute: int = 20_000
    every: int = 120
    megabytes: int = 3_000
    rounds: int = 3
    transfers: tuple[int, ...] = (4, 8, 16)
    minutes: int = 4
    folder: str | None = None

    @classmethod
    def of(cls, words: list[str]) -> tuple["Options", list[str]]:
        """Options, and the other words."""
        given: dict[str, object] = {}
        others: list[str] = []
        coming = iter(words)
        for word in coming:
            if not word.startswith("--"):
                others.append(word)
                continue
            name, value = word[2:], next(coming)
            if name == "transfers":
                given[name] = tuple(int(each) for each in value.split(",") if each)
            else:
                given[name] = value if name == "folder" else int(value)
        return dataclasses.replace(cls(), **given), others  # type: ignore[arg-type]
