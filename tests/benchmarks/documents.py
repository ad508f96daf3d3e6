"""Documents of the kinds that offices keep: generated ones of any number, or copies of those in a folder."""

import io
import random
import zipfile
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

from filrydd.rehearsal.sample import contents

_WORDS = (
    "vedtak", "møte", "budsjett", "søknad", "kart", "vei", "vann", "skole", "barnehage", "høring", "notat", "referat", "plan",
    "avtale", "tilbud",
)  # fmt: skip
KINDS = ("docx", "xlsx", "pptx", "pdf", "jpg", "html", "txt", "zip", "csv", "png", "doc")


def lay_out(top: Path, count: int, folders: int, corpus: Path | None = None, seed: int = 1) -> None:
    """Put so many documents into so many folders under `top`, each with a name and, when generated, a content of its own."""
    chance = random.Random(seed)
    source = _generated(chance) if corpus is None else _copied(corpus)
    places = [top / f"Sak {number}" for number in range(folders)]
    for place in places:
        place.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        kind, content = next(source)
        name = f"{_WORDS[number % len(_WORDS)]} {number}.{kind}"
        (places[number % folders] / name).write_bytes(content)


def _generated(chance: random.Random) -> Iterator[tuple[str, bytes]]:
    for number, kind in enumerate(cycle(KINDS)):
        text = " ".join(chance.choice(_WORDS) for _word in range(chance.randrange(40, 400))) + f" nr. {number}"
        match kind:
            case "docx":
                yield kind, contents.docx(text)
            case "xlsx":
                rows = [[chance.choice(_WORDS), chance.randrange(1000)] for _row in range(60)]
                yield kind, contents.xlsx([[text, number], *rows])
            case "pptx":
                yield kind, contents.pptx(text)
            case "pdf":
                yield kind, contents.pdf(text)
            case "jpg":
                # What its comment says is a property; the picture has to be another one too.
                picture = bytes(chance.randrange(255) for _point in range(400))
                yield kind, contents.jpg(f"nr. {number}")[:-2] + picture + b"\xff\xd9"
            case "html":
                yield kind, contents.html(text)
            case "png":
                yield kind, contents.png(number % 256) + number.to_bytes(4, "big")
            case "doc":
                yield kind, contents.ole("WordDocument", text * 3)
            case "zip":
                yield kind, _zipped(text)
            case _:
                yield kind, text.encode() * 3


def _zipped(text: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("innhold.txt", text)
    return content.getvalue()


def _copied(corpus: Path) -> Iterator[tuple[str, bytes]]:
    """Every document of a folder again and again, up to 4 MB each."""
    found = [path for path in sorted(corpus.rglob("*")) if path.is_file() and 0 < path.stat().st_size <= 4 << 20]
    for path in cycle(found):
        yield path.suffix.lstrip(".").lower() or "bin", path.read_bytes()
