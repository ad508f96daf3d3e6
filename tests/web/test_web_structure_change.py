"""Changing the structure on its pages: one folder, a problem of access, and taking back."""

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from starlette.testclient import TestClient

from filrydd.catalog import edits, proposals
from filrydd.catalog.paths import find_folder
from filrydd.model.structure import Edit, What
from filrydd.web.application import application
from filrydd.web.door import Door
from filrydd.web.guard import Place
from filrydd.web.service import Service
from tests.areas import Area
from tests.web.reader import HERE, PORT, Clock, Reader, forms, reading

TREE = {
    "rot.txt": b"0",
    "Anlegg": {"a.txt": b"1", "Bilder": {"b.jpg": b"22", "c.jpg": b"333"}, "2019": {"d.txt": b"4444"}},
    "Møter": {"e.txt": b"55555", "Utkast": {"f.txt": b"666666"}},
    "Ledelse": {"g.txt": b"7777777"},
}
PAGE = "/area/felles/part/felles/structure"


@dataclass(frozen=True)
class Changer:
    """Somebody at the structure of an area that is proposed."""

    reader: Reader

    @property
    def area(self) -> Area:
        return self.reader.area

    def folder(self, path: str) -> int:
        with self.area.catalog() as catalog:
            found = find_folder(catalog, path)
        assert found is not None
        return found

    def post(self, page: str, query: str, **filled: str) -> str:
        """Send the form of that page; returns the address that comes next."""
        address = f"{PAGE}/{page}"
        form = {**forms(self.reader.read(f"{address}?{query}"))[address], "name": "Kari Nordmann", **filled}
        answer = self.reader.client.post(address, data=form, headers=self.reader.headers)
        assert answer.status_code == 303, answer.text
        return str(answer.headers["location"]).partition("#")[0]

    def change(self, path: str, **filled: str) -> str:
        return self.post("change", f"folder={self.folder(path)}", **filled)

    def said(self) -> list[Edit]:
        with self.area.catalog() as catalog:
            return [one.edit for one in edits.said(catalog)]

    def place_of(self, name: str) -> str:
        """The new path of a file."""
        with self.area.catalog() as catalog:
            row = catalog.row(
                "SELECT t.path FROM placement p JOIN target t ON t.id = p.target JOIN file f ON f.id = p.file WHERE f.name = ?",
                (name,),
            )
        assert row is not None
        return str(row["path"])


@pytest.fixture
def changer(make_area: Callable[..., Area], clock: Clock) -> Changer:
    area = make_area({**TREE, "Bilag": {"x.txt": b"x"}})
    area.until_proposed()
    door = Door(clock)
    client = TestClient(
        application(Service(area.workspace, only="felles", clock=clock), door, Place.here(PORT)),
        base_url=HERE,
        follow_redirects=False,
        headers={"accept-language": "en"},
    )
    return Changer(Reader(area, door, clock, client).log_in())


def test_a_new_name_is_proposed_at_once_and_the_page_says_what_changed(changer: Changer) -> None:
    then = changer.change("Anlegg", rename="Eiendom", note="slik vi sier det")
    assert changer.said() == [Edit(What.RENAME, "Anlegg", "Eiendom", "Kari Nordmann", "slik vi sier det")]
    assert changer.place_of("a.txt") == "Felles/Eiendom"
    page = changer.reader.read(then)
    text = reading(page)
    assert "Your change is taken in" in text and "Eiendom" in text
    assert "Anlegg is called Eiendom. Kari Nordmann" in text and "slik vi sier det" in text
    assert "Somebody asked for this." in text


@pytest.mark.parametrize(
    ("choice", "what"),
    [("keep", What.KEEP), ("lift", What.LIFT), ("split by year", What.SPLIT), ("restrict", What.RESTRICT)],
)
def test_each_choice_becomes_an_edit(changer: Changer, choice: str, what: What) -> None:
    changer.change("Anlegg/Bilder", choice=choice)
    assert changer.said() == [Edit(what, "Anlegg/Bilder", "", "Kari Nordmann", "")]


def test_a_library_of_its_own_may_have_a_name(changer: Changer) -> None:
    changer.change("Ledelse", choice="own library", library="Ledelsen")
    assert changer.said() == [Edit(What.LIBRARY, "Ledelse", "Ledelsen", "Kari Nordmann", "")]
    text = reading(changer.reader.read(PAGE))
    assert "Ledelsen" in text and "becomes the library Ledelsen" in text


def test_a_folder_moves_into_another_one_that_is_looked_up(changer: Changer) -> None:
    back = changer.change("Anlegg/Bilder", below="ledel", find="below")
    assert not changer.said(), "looking up changes nothing"
    page = changer.reader.read(back)
    assert "1 folder was found" in reading(page) and "errors" not in page
    changer.change("Anlegg/Bilder", below="ledel")
    assert changer.said() == [Edit(What.MOVE, "Anlegg/Bilder", "Ledelse", "Kari Nordmann", "")]
    assert changer.place_of("b.jpg") == "Felles/Ledelse/Bilder"


def test_of_several_that_are_found_one_is_chosen(changer: Changer) -> None:
    back = changer.change("Ledelse", into="møter")
    text = reading(changer.reader.read(back))
    # "Møter" is called exactly so; only a part of it would find more.
    assert changer.said() == [Edit(What.MERGE, "Ledelse", "Møter", "Kari Nordmann", "")], text
    again = changer.change("Anlegg", below="øte")
    page = changer.reader.read(again)
    assert "<title>Error: " in page and "Choose one of the folders that were found." in reading(page)
    chosen = str(changer.folder("Møter/Utkast"))
    changer.change("Anlegg", below="øte", below_asked="øte", below_folder=chosen)
    assert changer.said()[-1] == Edit(What.MOVE, "Anlegg", "Møter/Utkast", "Kari Nordmann", "")


@pytest.mark.parametrize(
    ("filled", "message"),
    [
        ({}, "Choose what is to be changed, or fill in one of the fields below."),
        ({"choice": "burn"}, "Choose one of these."),
        ({"choice": "lift", "rename": "x"}, "A folder that is no more has no name and no place."),
        ({"rename": "a/b"}, "A name has no slash."),
        ({"rename": "x" * 256}, "Use at most 255 characters."),
        ({"below": "nowhere"}, "No new folder of this part has that in its path."),
        ({"below": "Anlegg/Bilder"}, "A folder cannot lie in itself, nor in one below it."),
        ({"below": "Møter", "into": "Ledelse"}, "Say where it lies, or what it is put together with, not both."),
    ],
)
def test_what_is_missing_is_said_at_the_top_and_at_the_field(
    changer: Changer, filled: dict[str, str], message: str
) -> None:
    page = changer.reader.read(changer.change("Anlegg", **filled))
    assert "<title>Error: " in page and 'role="alert" tabindex="-1" autofocus' in page
    assert reading(page).count(message) >= 2 and not changer.said()
    for field in re.findall(r'<li><a href="#(\w+)">', page):
        assert f'id="{field}"' in page, "the summary leads to the field"


def test_what_a_stage_refuses_is_said_in_the_form(changer: Changer) -> None:
    with changer.area.work().holding("propose"):
        page = changer.reader.read(changer.change("Anlegg", rename="Eiendom"))
    assert "<title>Error: " in page and 'value="Eiendom"' in page and not changer.said()


def test_a_change_that_cannot_be_proposed_is_kept_and_says_so(changer: Changer) -> None:
    with changer.area.catalog() as catalog, catalog.writing():
        catalog.run("DELETE FROM ruling WHERE file = (SELECT MIN(id) FROM file)")
    page = changer.reader.read(changer.change("Anlegg", rename="Eiendom"))
    text = reading(page)
    assert "It is kept, but could not be proposed anew." in text and "filrydd classify felles" in text
    assert len(changer.said()) == 1


def test_the_same_form_sent_twice_changes_once(changer: Changer) -> None:
    address = f"{PAGE}/change"
    page = changer.reader.read(f"{address}?folder={changer.folder('Anlegg')}")
    form = {**forms(page)[address], "name": "Kari", "rename": "Eiendom"}
    first, second = (
        changer.reader.client.post(address, data=form, headers=changer.reader.headers).headers["location"]
        for _time in range(2)
    )
    assert first == second and len(changer.said()) == 1
    with changer.area.catalog() as catalog:
        assert catalog.value("SELECT COUNT(*) FROM run WHERE stage = 'propose'") == 2, (
            "one before the change, one after"
        )


def test_a_form_without_its_key_is_refused(changer: Changer) -> None:
    for page in ("change", "accept", "take-back"):
        answer = changer.reader.client.post(f"{PAGE}/{page}", data={"folder": "2"}, headers=changer.reader.headers)
        assert answer.status_code == 403


def test_a_change_is_taken_back(changer: Changer) -> None:
    changer.change("Anlegg", rename="Eiendom")
    with changer.area.catalog() as catalog:
        (stored,) = edits.said(catalog)
    link = f"{PAGE}/take-back?edit={stored.id}"
    assert f'href="{link}"' in changer.reader.read(PAGE)
    assert "Anlegg is called Eiendom." in reading(changer.reader.read(link))
    text = reading(changer.reader.read(changer.post("take-back", f"edit={stored.id}")))
    assert "Your change is taken in" in text and not changer.said() and changer.place_of("a.txt") == "Felles/Anlegg"
    with changer.area.catalog() as catalog:
        kinds = [row["kind"] for row in catalog.rows("SELECT kind FROM ledger ORDER BY id")]
    assert kinds[-2:] == [edits.SAID, edits.TAKEN_BACK]


def test_a_signed_part_says_that_a_change_means_to_sign_again(changer: Changer) -> None:
    sentence = "This part is signed. After a change somebody must look at it and sign again."
    assert sentence not in reading(changer.reader.read(PAGE))
    changer.area.sign("felles")
    assert sentence in reading(changer.reader.read(PAGE))
    assert sentence in reading(changer.reader.read(f"{PAGE}/change?folder={changer.folder('Anlegg')}"))


def _with_problem(changer: Changer, path: str, kind: str, detail: str = "") -> int:
    with changer.area.catalog() as catalog, catalog.writing():
        part = next(row for row in proposals.parts(catalog) if row.name == "felles")
        return catalog.run(
            "INSERT INTO problem (part, folder, kind, detail) VALUES (?, ?, ?, ?)",
            (part.id, changer.folder(path), kind, detail),
        )


SID = "S-1-5-21-1-2-3-1999"
ENTRA = "1B2C3D4E-0000-4000-8000-123456789ABC"


@pytest.mark.parametrize(
    ("filled", "edit"),
    [
        ({"how": "leave"}, Edit(What.LEAVE_OUT, SID, "", "Kari Nordmann", "har sluttet")),
        ({"how": "other", "entra": ENTRA}, Edit(What.STANDS_FOR, SID, ENTRA.lower(), "Kari Nordmann", "har sluttet")),
    ],
)
def test_somebody_without_a_counterpart_is_left_out_or_stood_for_by_name(
    changer: Changer, filled: dict[str, str], edit: Edit
) -> None:
    problem = _with_problem(changer, "Ledelse", "no counterpart", f"Ola ({SID})")
    missing = changer.reader.read(changer.post("accept", f"problem={problem}", **filled))
    assert "Write why. It is kept with what you accept." in reading(missing) and not changer.said()
    changer.post("accept", f"problem={problem}", note="har sluttet", **filled)
    assert changer.said() == [edit]


def test_a_suggestion_is_taken_only_when_somebody_chooses_it(changer: Changer) -> None:
    problem = _with_problem(changer, "Ledelse", "no counterpart", SID)
    with changer.area.catalog() as catalog, catalog.writing():
        number = catalog.run("INSERT INTO principal (sid, name, kind) VALUES (?, 'Ola', 'user')", (SID,))
        catalog.run("INSERT INTO suggestion VALUES (?, ?, 'Ola Lunde', 'ola@example.no')", (number, ENTRA.lower()))
    page = changer.reader.read(f"{PAGE}/accept?problem={problem}")
    assert "Ola Lunde takes their place (ola@example.no). This is only a suggestion" in reading(page)
    assert "checked" not in page
    changer.post("accept", f"problem={problem}", how="suggested 0", note="samme person")
    assert changer.said() == [Edit(What.STANDS_FOR, SID, ENTRA.lower(), "Kari Nordmann", "samme person")]


def test_of_several_people_one_is_chosen(changer: Changer) -> None:
    problem = _with_problem(changer, "Ledelse", "no counterpart", f"{SID}, {SID}9")
    text = reading(changer.reader.read(changer.post("accept", f"problem={problem}", how="leave", note="x")))
    assert "Choose who it is about." in text and not changer.said()
    changer.post("accept", f"problem={problem}", who="1", how="leave", note="x")
    assert [one.path for one in changer.said()] == [f"{SID}9"]


def test_a_question_is_answered_by_name(changer: Changer) -> None:
    with changer.area.catalog() as catalog, catalog.writing():
        part = next(row for row in proposals.parts(catalog) if row.name == "felles")
        question = catalog.run(
            "INSERT INTO question (part, folder, readers, files) VALUES (?, ?, 'Kari', 20)",
            (part.id, changer.folder("Ledelse")),
        )
    missing = changer.reader.read(changer.post("accept", f"question={question}", like="møter"))
    assert "Write why. It is kept with what you accept." in reading(missing) and not changer.said()
    changer.post("accept", f"question={question}", like="møter", note="det er til alle")
    assert changer.said() == [Edit(What.OPEN, "Ledelse", "Møter", "Kari Nordmann", "det er til alle")]


def test_an_object_that_is_no_id_is_refused(changer: Changer) -> None:
    problem = _with_problem(changer, "Ledelse", "no counterpart", SID)
    text = reading(
        changer.reader.read(changer.post("accept", f"problem={problem}", how="other", entra="Ola", note="x"))
    )
    assert "Write the object&#39;s id in Entra" in text and not changer.said()
    text = reading(changer.reader.read(changer.post("accept", f"problem={problem}", how="everybody", note="x")))
    assert "Choose what becomes of the access." in text and not changer.said()


def test_a_folder_of_unknown_access_gets_anothers_readers_by_name(changer: Changer) -> None:
    problem = _with_problem(changer, "Ledelse", "access not known")
    page = changer.reader.read(changer.post("accept", f"problem={problem}", like="møter", find="like"))
    assert "1 folder was found" in reading(page) and "Can be opened by:" in reading(page)
    changer.post("accept", f"problem={problem}", like="møter", note="slik er det i dag")
    assert changer.said() == [Edit(What.OPEN, "Ledelse", "Møter", "Kari Nordmann", "slik er det i dag")]
