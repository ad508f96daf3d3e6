"""A page's content, before it is HTML."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Cell:
    """A text, where it leads, and a remark below it. `amount` and `most` draw a meter beside the text."""

    text: str
    href: str = ""
    remark: str = ""
    amount: int = 0
    most: int = 0


@dataclass(frozen=True, slots=True)
class Heading:
    """The head of a column; figures stand to the right."""

    text: str
    number: bool = False


Pair = tuple[str, tuple[Cell, ...]]
"""A term, and what is said of it: a cell a line."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Terms and what is said of them."""

    kind: ClassVar[str] = "facts"
    title: str
    pairs: tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table; `empty` is said in place of one without rows, `more` leads to the rows that follow."""

    kind: ClassVar[str] = "table"
    title: str
    headings: tuple[Heading, ...]
    rows: tuple[tuple[Cell, ...], ...]
    empty: str = ""
    more: str = ""
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Search:
    """A form with one field, which goes to `action` as `q`."""

    kind: ClassVar[str] = "search"
    action: str
    label: str
    button: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a chart: where it begins and how high it is, in parts of a hundred, and the part of it that is marked."""

    x: int
    height: float
    marked: float = 0.0


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars beside each other. `said` says in words what they show; `highest` is the amount of a full bar."""

    kind: ClassVar[str] = "chart"
    title: str
    said: str
    bars: tuple[Bar, ...]
    highest: str
    first: str
    last: str


@dataclass(frozen=True, slots=True)
class Links:
    """Links beside each other."""

    kind: ClassVar[str] = "links"
    links: tuple[Cell, ...]


Block = Facts | Table | Search | Chart | Links


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its title, where it lies, a few sentences, and what follows. `refresh`: seconds until it is asked anew."""

    title: str
    crumbs: tuple[Cell, ...] = ()
    lead: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    blocks: tuple[Block, ...] = ()
    status: int = 200
    refresh: int = 0
