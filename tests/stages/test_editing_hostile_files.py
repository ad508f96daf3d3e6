"""A structure file that is broken, foreign or hostile is refused in clear sentences, each with its line."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from filrydd.errors import BadUsage
from filrydd.stages import edit, scan
from tests.areas import Area
from tests.stages.made_structure import propose

START = "area: felles\nname: Kari\nparts:\n  - part: all\n    folders:\n"
PASTED = f"{START}      - folder: Bilag\n      - folder: Notat\n        folders:\n          - folder: Bilag/2019\n"


@pytest.fixture
def area(make_area: Callable[..., Area]) -> Area:
    made = make_area(
        {"Bilag": {"2019": {"a.txt": "1"}, "2020": {"b.txt": "2"}}, "Notat": {"c.txt": "3"}, "Part": {"d.txt": "4"}}
    )
    scan.run(made.work(), str(made.top))
    propose(made, {}, {"all": "", "part": "Part"})
    return made


def refused(area: Area, content: str | bytes) -> list[str]:
    file = area.workspace / "structure.yaml"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    begun = time.monotonic()
    with pytest.raises(BadUsage) as refusal:
        edit.read(area.work(), file)
    assert time.monotonic() - begun < 5
    return list(refusal.value.details)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"x" * 50_000_000, "1 MiB"),
        (b"area: felles\nname: \xe5se\n", ":2: This is not UTF-8 text"),
        ("area: felles\nname: a\x00b\n", ":2: There is an invisible control character"),
        ("", ":1: A structure file has keys and values"),
        ("- area\n", ":1: A structure file has keys and values"),
        ("felles\n", ":1: A structure file has keys and values"),
        ("a: &a [x]\nb: &b [*a,*a]\nc: &c [*b,*b]\n", "Anchors"),
        ("area: !!python/object:os.system x\n", "Tags"),
        ("[" * 5000, "nested too deeply"),
        ("area: felles\n\tname: x\n", "tab"),
        ("name: Kari\n", '"area" is missing here'),
        ("area: andre\n", ":1: This file is for andre, not for felles."),
        ("area: felles\nprats: []\n", ':2: "prats" is not a word here. Did you mean "parts"?'),
        ("area: felles\nparts: none\n", ":2: A list belongs here"),
        ("area: felles\nparts:\n  - none\n", ":3: Keys and values belong here"),
        ("area: felles\nparts:\n  - folders: []\n", '"part" is missing here'),
        ("area: felles\nparts:\n  - part: al\n", ':3: "al" is not a word here. Did you mean "all"?'),
        ("area: felles\nparts:\n  - part: all\n    folder: Bilag\n", ":4: This is not the part's folder"),
        (f"{START}      folder: Bilag\n", ":5: A list belongs here"),
        (f"{START}      - choice: lift\n", '"folder" is missing here'),
        (f"{START}      - folder: [Bilag]\n", ":6: A text belongs here"),
        (
            f"{START}      - folder: Bilag\n        chioce: lift\n",
            ':7: "chioce" is not a word here. Did you mean "choice"?',
        ),
        (
            f"{START}      - folder: Bilag\n        choice: lfit\n",
            ':7: "lfit" is not a word here. Did you mean "lift"?',
        ),
        (f"{START}      - folder: Bilag\n        choice: merge\n", ":7: Say with which folder"),
        (f"{START}      - folder: Bilag\n        choice: gather\n", ":7: This choice is only ever computed"),
        (f"{START}      - folder: Bilag\n        library: X\n", ":7: `library` belongs to"),
        (f"{START}      - folder: Bilag\n        choice: lift\n        choice: keep\n", ":8:"),
        (
            f"{START}      - folder: Bilga\n        choice: lift\n",
            ':6: The area has no folder Bilga. Did you mean "Bilag"?',
        ),
        (f"{START}      - folder: Bilag/2091\n", 'Did you mean "2019"?'),
        (
            f"{START}      - folder: Bilag\n      - folder: bilag\n",
            "twice. The first one is on line 6.",
        ),
        (f"{START}      - folder: Bilag\n        move to: Borte\n", ":7: The area has no folder Borte."),
        (f"{START}      - folder: Bilag\n        move to: Bilag/2019\n", ":7: A folder cannot lie in itself"),
        (f"{START}      - folder: Bilag\n        merge with: Part\n", ":7: This leads into another part"),
        (
            f"{START}      - folder: Bilag\n        folders:\n          - folder: Part\n",
            ":8: This leads into another part",
        ),
        (
            f"{PASTED}            move to: /\n",
            ":10: The block stands under Notat, but",
        ),
        ("area: felles\nparts:\n  - part: all\n    choice: lift\n", "Write who changes this"),
        ("area: felles\nname: K\naccept: yes\n", ":3: A list belongs here"),
        ("area: felles\nname: K\naccept:\n  - note: x\n", ":4: Write `open` and `as`"),
        ("area: felles\nname: K\naccept:\n  - open: Bilag\n    note: x\n", '"as" is missing here'),
        ("area: felles\nname: K\naccept:\n  - leave out: S-1-5-1\n", ":4: This needs a `note`"),
        (
            "area: felles\nname: K\naccept:\n  - leave out: S-1-5-1\n    as: Bilag\n",
            ":5: `as` does not go with `leave out`.",
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_line(area: Area, content: str | bytes, sentence: str) -> None:
    details = refused(area, content)
    assert any(sentence in detail for detail in details), details
    assert all(detail.startswith("structure.yaml:") for detail in details)


def test_one_mistake_makes_one_sentence(area: Area) -> None:
    assert len(refused(area, f"{START}      - folder: Bilga\n        choice: lfit\n")) == 1
    assert len(refused(area, "x" * 2_000_000)) == 1
    assert len(refused(area, f"{START}      - folder: Bilag\n        chioce: lift\n")) == 1


def test_all_mistakes_are_said_at_once_in_the_order_of_the_lines(area: Area) -> None:
    details = refused(area, f"{START}      - folder: Bilga\n      - folder: Notat\n        choice: lfit\nprats: x\n")
    assert [int(detail.split(":")[1]) for detail in details] == [6, 8, 9]
    many = "".join(f"      - folder: f{number}\n" for number in range(500))
    assert len(refused(area, START + many)) == 50


def test_a_file_that_is_not_there_is_refused(area: Area, tmp_path: Path) -> None:
    for path in (tmp_path / "none.yaml", tmp_path):
        with pytest.raises(BadUsage, match="cannot be read"):
            edit.read(area.work(), path)


def test_keys_without_a_value_say_nothing(area: Area) -> None:
    file = area.workspace / "structure.yaml"
    file.write_text(
        "area: felles\nname:\nnote:\nparts:\n  - part: all\n    choice:\n    folders:\naccept:\n", encoding="utf-8"
    )
    assert edit.read(area.work(), file) == []
    file.write_text("\ufeffarea: FELLES\r\n", encoding="utf-8")
    assert edit.read(area.work(), file) == []


WORDS = st.sampled_from(
    [
        *(
            "area",
            "felles",
            "parts",
            "part",
            "all",
            "folder",
            "Bilag",
            "Bilag/2019",
            "folders",
            "choice",
            "lift",
            "name",
        ),
        *("move to", "accept", "open", "as", "leave out", "S-1-5-1", "note", "/", "# 1: x"),
        *("&a", "*a", "- ", ": ", "\n", "\n  ", "\n    ", "'", "[", "{"),
    ]
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(
    content=st.one_of(st.binary(max_size=200), st.lists(WORDS, max_size=60).map(lambda words: "".join(words).encode()))
)
def test_whatever_bytes_come_they_are_read_or_refused(area: Area, content: bytes) -> None:
    file = area.workspace / "structure.yaml"
    for start in (b"", START.encode()):
        file.write_bytes(start + content)
        try:
            edit.read(area.work(), file)
        except BadUsage as refusal:
            assert refusal.details
