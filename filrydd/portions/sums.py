"""What a number of files add up to, and the digest of what a group holds.

The digest is of sums, so that SQL can make it and a folder's files can be taken from a group's. It has two halves: which
files there are, and their sizes and times. The first alone counts where nothing is destroyed, since what moves goes as it is on
that day (the design's table of what a change does to a sign-off). The catalog's SQL adds up the same (`catalog/portions`).
"""

from dataclasses import dataclass

# A prime below 2^31: squares of remainders, and sums of a hundred million of them, fit in SQLite's 64 bits.
PRIME = 2_147_483_629


@dataclass(slots=True)
class Sums:
    """Files, bytes, the ends of their times (ticks), sums over their numbers and times, and how many of them have an identity
    number or are pointed to from another part."""

    files: int = 0
    bytes: int = 0
    oldest: int = 0
    newest: int = 0
    ids: int = 0
    squares: int = 0
    times: int = 0
    numbers: int = 0
    used: int = 0

    def add(self, other: "Sums") -> None:
        """Add what other files add up to."""
        if other.files:
            self.oldest = min(self.oldest, other.oldest) if self.files else other.oldest
            self.newest = max(self.newest, other.newest) if self.files else other.newest
        self.files += other.files
        self.bytes += other.bytes
        self.ids += other.ids
        self.squares += other.squares
        self.times += other.times
        self.numbers += other.numbers
        self.used += other.used

    def without(self, other: "Sums") -> "Sums":
        """The rest when some of the files are taken away; the ends of their times stay as they were."""
        files = self.files - other.files
        return Sums(
            files,
            self.bytes - other.bytes,
            self.oldest,
            self.newest,
            self.ids - other.ids,
            self.squares - other.squares,
            self.times - other.times,
            min(self.numbers, files),
            min(self.used, files),
        )

    @property
    def content(self) -> str:
        """The digest: `files.which:bytes.times`."""
        return f"{self.files}.{self.ids:x}.{self.squares:x}:{self.bytes}.{self.times:x}"


def of_file(file: int, size: int, modified: int) -> Sums:
    """What one file adds."""
    rest = file % PRIME
    return Sums(1, size, modified, modified, file, rest * rest % PRIME, (modified % PRIME) * (rest + 1) % PRIME)


def same_content(one: str, other: str, *, strict: bool) -> bool:
    """Whether two digests are of the same files; `strict`: unchanged ones too, as where files are destroyed."""
    return one == other if strict else one.partition(":")[0] == other.partition(":")[0]


def files_of(content: str) -> int:
    """How many files a digest is of."""
    return int(content.partition(".")[0])
