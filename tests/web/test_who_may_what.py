"""Every page asked by everybody: who is let in, and that whoever is not learns nothing and changes nothing.

The table is written here by itself, from what the design says of roles, not read from the pages' own.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from filrydd.catalog import freezes, proposals
from filrydd.stages import confirm, freeze, portions
from filrydd.web.application import pages
from filrydd.web.guard import OPEN
from filrydd.web.identity import LINK, Identity
from tests.web import municipality as town_of
from tests.web.municipality import Town, Visitor, answered, digest, group_of, passed_on
from tests.web.municipality_files import ACCOUNTING, APP_ROLE, COMMON, GROUP, MARKER, PRIVATE

ALL = (
    "kari",  # a contact of the department, and so of the part `felles`
    "ola",  # the contact of other parts of the same area
    "dag",  # who stands in for the contacts
    "berit",  # the accountable manager
    "siri",  # the superuser
    "adam",  # the admin of everything
    "ada",  # the archivist
    "pia",  # the privacy officer
    "per",  # the contact of the other department
    "mona",  # its manager
    "sara",  # its superuser
    "arne",  # its archivist
    "petra",  # its privacy officer
    "nora",  # whom a group was passed on to, without any role
    "nemo",  # logged in, without any role
    "nobody",  # not logged in
    LINK,  # the one-time link, on a PC that shows this area alone
)
LOGGED_IN = set(ALL) - {"nobody"}
ANSWER = {"kari", "dag", "berit", LINK}
READ = ANSWER | {"ada", "pia"}
SUPERUSER, ARCHIVIST, PRIVACY = {"siri", LINK}, {"ada", LINK}, {"pia", LINK}
BEGINS = {"siri", "sara"}  # a department: any superuser, but not where one area alone is shown
PASSED_ON = {"nora"}
P, D, A = "/area/{area}/part/{name}", "/department/{department}", "/area/{area}"
TABLE: dict[tuple[str, str], set[str]] = {
    ("GET", "/style.css"): set(ALL),
    ("GET", "/pages.js"): set(ALL),
    ("GET", "/icon.svg"): set(ALL),
    ("GET", "/log-in"): set(),  # a key decides, and nobody here has one
    ("POST", "/log-in"): set(),
    ("GET", "/log-in/begin"): set(),
    ("GET", "/log-in/back"): set(),
    ("GET", "/metrics"): set(),  # a token decides
    ("POST", "/log-out"): LOGGED_IN,
    ("GET", "/"): LOGGED_IN,
    ("GET", "/totals"): LOGGED_IN,
    ("GET", "/search"): LOGGED_IN,
    ("GET", "/practice"): LOGGED_IN,
    ("POST", "/practice"): LOGGED_IN,
    ("POST", "/practice/{key}"): LOGGED_IN,
    ("GET", f"{A}/asked/{{answer}}"): PASSED_ON,
    ("POST", f"{A}/asked/{{answer}}"): PASSED_ON,
    ("GET", P): READ,
    ("GET", f"{P}/portion/{{number}}"): READ,
    ("POST", f"{P}/portion/{{number}}/look"): ANSWER,
    ("GET", f"{P}/portion/{{number}}/group/{{key}}"): READ,
    ("POST", f"{P}/portion/{{number}}/group/{{key}}"): ANSWER,
    ("POST", f"{P}/portion/{{number}}/group/{{key}}/undo"): ANSWER,
    ("POST", f"{P}/take-in"): ANSWER,
    ("GET", f"{P}/names"): READ,
    ("GET", f"{P}/why"): READ,
    ("GET", f"{P}/file/{{file}}"): READ,
    ("GET", f"{P}/structure"): READ,
    ("GET", f"{P}/structure/change"): ANSWER,
    ("POST", f"{P}/structure/change"): ANSWER,
    ("GET", f"{P}/structure/accept"): ANSWER,
    ("POST", f"{P}/structure/accept"): ANSWER,
    ("GET", f"{P}/structure/take-back"): ANSWER,
    ("POST", f"{P}/structure/take-back"): ANSWER,
    ("GET", f"{P}/sign"): ANSWER,
    ("POST", f"{P}/sign"): ANSWER,
    ("GET", f"{P}/second"): ANSWER,
    ("POST", f"{P}/second"): ANSWER,
    ("GET", f"{P}/receipt"): READ,
    ("GET", f"{P}/withdraw"): ANSWER,
    ("POST", f"{P}/withdraw"): ANSWER,
    ("GET", f"{P}/withdrawn"): READ,
    ("GET", f"{P}/accept"): ANSWER,
    ("POST", f"{P}/accept"): ANSWER,
    ("GET", f"{P}/accepted"): READ,
    ("GET", f"{A}/longer"): ANSWER | {"ola"},  # whoever answers for some part of the area
    ("POST", f"{A}/longer"): ANSWER | {"ola"},
    ("GET", "/job/{id}"): set(),  # nothing runs, so there is none
    ("GET", D): SUPERUSER,
    ("GET", f"{D}/scan"): SUPERUSER,
    ("POST", f"{D}/scan"): SUPERUSER,
    ("POST", f"{D}/run"): SUPERUSER,
    ("GET", f"{D}/begin"): SUPERUSER,
    ("GET", f"{D}/rules"): SUPERUSER,
    ("GET", f"{D}/rules/take-up"): SUPERUSER,
    ("POST", f"{D}/rules/take-up"): SUPERUSER,
    ("GET", f"{D}/folders"): SUPERUSER,
    ("POST", f"{D}/folders"): SUPERUSER,
    ("GET", "/policy-problems"): {LINK},
    ("GET", "/new-department"): BEGINS,
    ("POST", "/new-department"): BEGINS,
    ("GET", "/new-department/questions"): BEGINS,
    ("POST", "/new-department/questions"): BEGINS,
    ("POST", "/new-department/write"): BEGINS,
    ("GET", "/new-department/written"): SUPERUSER,
    ("GET", f"{D}/archive"): ARCHIVIST,
    ("GET", f"{D}/archive/rule/{{rule}}"): ARCHIVIST,
    ("POST", f"{D}/archive/rule/{{rule}}"): ARCHIVIST,
    ("GET", f"{A}/archive"): ARCHIVIST,
    ("GET", f"{A}/archive/freeze"): ARCHIVIST,
    ("POST", f"{A}/archive/freeze"): ARCHIVIST,
    ("GET", f"{A}/archive/lift"): ARCHIVIST,
    ("POST", f"{A}/archive/lift"): ARCHIVIST,
    ("GET", f"{A}/archive/hand-over"): ARCHIVIST,
    ("POST", f"{A}/archive/hand-over"): ARCHIVIST,
    ("GET", f"{A}/archive/disposals.csv"): ARCHIVIST,
    ("GET", f"{D}/privacy"): PRIVACY,
    ("GET", f"{A}/privacy"): PRIVACY,
    ("GET", f"{A}/privacy/{{list}}"): PRIVACY,
}
QUERY = {
    f"{P}/why": "file={file}",
    f"{P}/structure/change": "folder={folder}",
    f"{D}/scan": "area={area}",
    f"{D}/begin": "area={area}",
    f"{A}/archive/lift": "freeze={freeze}",
    f"{A}/archive/freeze": "path=Brev",
    "/search": f"q={MARKER}",
    "/new-department/written": "department={department}",
    "/log-in": "then=/totals",
}
NOWHERE = {
    "{area}": "finnes-ikke",
    "{name}": "finnes%20ikke",
    "{department}": "finnes-ikke",
    "{number}": "77",
    "{key}": "finnes-ikke",
    "{answer}": "7777",
    "{rule}": "finnes%20ikke",
    "{list}": "finnes-ikke",
    "{id}": "finnes-ikke",
    "{file}": "777777",
    "{folder}": "777777",
    "{freeze}": "777777",
}


@dataclass
class World:
    """The service of the town, the one PC, everybody at them, and what the addresses stand for."""

    town: Town
    pc: Town
    words: dict[str, str]
    visitors: dict[str, Visitor] = field(default_factory=dict)

    def visitor(self, who: str) -> Visitor:
        if who not in self.visitors or who == "nobody":
            self.visitors[who] = (self.pc if who == LINK else self.town).visit(who)
        return self.visitors[who]

    def address(self, path: str, words: dict[str, str] | None = None) -> str:
        address = f"{path}?{QUERY[path]}" if path in QUERY else path
        for word, value in (words or self.words).items():
            address = address.replace(word, value)
        return address

    def form(self, path: str) -> dict[str, str]:
        """A form that acts when somebody who may sends it."""
        return {name: self.words.get(value, value) for name, value in FORMS.get(path, {}).items()}


FORMS = {
    f"{A}/asked/{{answer}}": {"agree": "as suggested", "seen": "{asked content}"},
    f"{P}/portion/{{number}}/look": {"file": "{look}", "verdict": "fine", "key": "{key}"},
    f"{P}/portion/{{number}}/group/{{key}}": {"agree": "as suggested", "seen": "{content}", "answered": "{before}"},
    f"{P}/portion/{{number}}/group/{{key}}/undo": {"answered": "{before}"},
    f"{P}/structure/change": {"folder": "{folder}", "rename": "Et annet navn"},
    f"{P}/sign": {"role": "contact", "agree": "yes", "seen": "{digest}", "destroys": "yes"},
    f"{P}/second": {"agree": "yes", "seen": "{digest}", "signoff": "1"},
    f"{P}/withdraw": {"note": "x"},
    f"{P}/accept": {"answer": "yes"},
    f"{A}/longer": {"until": "2031-01-01", "reason": "x"},
    f"{D}/scan": {"area": "{area}", "address": "/tmp"},
    f"{D}/run": {"area": "{area}", "what": "classify"},
    "/new-department": {"department": "ny", "area": ""},
    f"{D}/archive/rule/{{rule}}": {"seen": "{waits}", "files": "{files}", "bytes": "{bytes}"},
    f"{A}/archive/freeze": {"path": "Brev", "case": "2026/1"},
    f"{A}/archive/lift": {"freeze": "{freeze}", "note": "x"},
    f"{A}/archive/hand-over": {"path": "Personal", "place": "Fagsystem", "receipt": "1"},
    "/practice/{key}": {"agree": "as suggested"},
}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with pytest.MonkeyPatch.context() as patch:
        base = tmp_path_factory.mktemp("municipality")
        patch.setenv("FILRYDD_KEY", str(tmp_path_factory.getbasetemp() / "ledger.key"))
        town = Town(town_of.make(base / "workspace"))
        work = town.work()
        freeze.freeze(work, "Inn", "2026/9", "Ada Arkivar", "")
        answer = passed_on(work, "bilag", "nora")
        before = answered(work, "felles")
        group, asked = group_of(work, "felles"), group_of(work, "bilag")
        waits = confirm.waiting(town.workspace, work.department(), "drafts", ["felles"])
        assert waits is not None
        with town.catalog() as catalog:
            row = next(one for one in proposals.parts(catalog) if one.name == "felles")
            (frozen,) = freezes.in_force(catalog)
            shown = portions.portion(catalog, "felles", group.portion)
            assert shown is not None
            folder = catalog.value("SELECT id FROM folder WHERE name = 'Brev'")
        town_of.counted(work)
        words = {
            "{area}": "felles",
            "{name}": "felles",
            "{department}": "regnskap",
            "{number}": str(group.portion),
            "{key}": group.key,
            "{answer}": str(answer),
            "{rule}": "drafts",
            "{list}": "open",
            "{id}": "x",
            "{file}": str(group.examples[0].file),
            "{look}": str(shown.looks[0].file),
            "{folder}": str(folder),
            "{freeze}": str(frozen.id),
            "{content}": group.content,
            "{asked content}": asked.content,
            "{digest}": row.digest,
            "{before}": str(before),
            "{waits}": waits.seen,
            "{files}": str(waits.total.files),
            "{bytes}": str(waits.total.bytes),
        }
        yield World(town, Town(town.workspace, only="felles"), words)


def test_every_page_is_in_the_table(world: World) -> None:
    there = {(page.method, page.path) for page in pages(world.town.service, world.town.door, world.town.place)}
    assert there == set(TABLE), "somebody must decide who may"
    assert {path for _method, path in TABLE if path in OPEN} == OPEN


@pytest.mark.parametrize(("method", "path"), TABLE, ids=lambda word: word)
def test_who_is_refused_learns_nothing_and_changes_nothing(world: World, method: str, path: str) -> None:
    refused = [who for who in ALL if who not in TABLE[method, path]]
    before = digest(world.town.workspace)
    told: dict[bool, set[str]] = {True: set(), False: set()}
    for who in refused:
        visitor = world.visitor(who)
        for words in (world.words, NOWHERE):
            address = world.address(path, words)
            answer = visitor.ask(method, address, world.form(path))
            assert answer.status_code == (404 if path == "/metrics" else 403), (who, address, answer.text)
            assert "location" not in answer.headers and "set-cookie" not in answer.headers
            text = _without_address(answer.text, address, visitor)
            assert [word for word in PRIVATE if word in text] == [], (who, address)
            told[who == "nobody"].add(text)
    assert [len(texts) for texts in told.values() if len(texts) > 1] == [], "what is there and what is not look alike"
    assert digest(world.town.workspace) == before


@pytest.mark.parametrize(("method", "path"), [one for one in TABLE if TABLE[one]], ids=lambda word: word)
def test_who_may_is_let_in(world: World, method: str, path: str) -> None:
    for who in sorted(TABLE[method, path]):
        visitor = (world.pc if who == LINK else world.town).visit(who)
        # A form that was acted on already: who may is led on, and nothing is done twice.
        sent = {**world.form(path), "once": "done"}
        if visitor.session is not None:
            visitor.session.led("done", "/")
        address = world.address(path)
        answer = visitor.ask(method, address, sent)
        # A part that nobody has signed has no receipt; what nothing asks for is not there.
        assert answer.status_code in (200, 303, 404), (who, address, answer.text)


@pytest.mark.parametrize(
    ("who", "path"),
    [
        ("nora", f"{A}/asked/{{answer}}"),
        ("dag", f"{P}/portion/{{number}}/look"),
        ("kari", f"{P}/portion/{{number}}/group/{{key}}"),
        ("berit", f"{P}/portion/{{number}}/group/{{key}}/undo"),
        ("kari", f"{P}/structure/change"),
        ("ada", f"{D}/archive/rule/{{rule}}"),
        ("ada", f"{A}/archive/freeze"),
        ("ada", f"{A}/archive/lift"),
    ],
)
def test_the_very_form_that_others_were_refused_with_acts_for_who_may(
    world: World, tmp_path: Path, who: str, path: str
) -> None:
    town = Town(town_of.copied(world.town.workspace, tmp_path))
    before = digest(town.workspace)
    answer = town.visit(who).ask("POST", world.address(path), world.form(path))
    assert answer.status_code == 303 and "form=" not in answer.headers["location"], answer.headers
    assert digest(town.workspace) != before


def test_a_job_is_shown_to_whoever_started_it_and_to_superusers_of_its_area(world: World, tmp_path: Path) -> None:
    town = Town(town_of.copied(world.town.workspace, tmp_path))
    work = town.service.work("felles", town_of.who("kari"))
    job = town.service.jobs.start(work, town_of.who("kari").who, "Taking the answers in", "/", portions.take_in, wait=0)
    namesake = town.log_in(Identity("Kari Nordmann", "https://log.in||ola", "OpenID Connect", "ola"))
    namesake.read(f"/job/{job.id}", 403)
    for who in ALL:
        answer = town.visit(who).ask("GET", f"/job/{job.id}")
        assert answer.status_code == (200 if who in ("kari", "siri", LINK) else 403), who
        assert MARKER not in answer.text
        if answer.status_code == 403:
            assert "Taking" not in answer.text and "felles" not in answer.text
    assert job.over.wait(60) and job.state == "done", job.why
    assert MARKER not in town.visit("siri").read(f"/job/{job.id}")


@pytest.mark.parametrize("who", ["kari", "berit", LINK])
def test_what_is_there_answers_with_a_page(world: World, who: str) -> None:
    visitor = world.visitor(who)
    for path in ("/", P, f"{P}/portion/{{number}}", f"{P}/why", f"{P}/structure", f"{P}/structure/change", f"{P}/sign"):
        assert visitor.read(world.address(path))


@pytest.mark.parametrize("who", ["per", "mona", "sara", "arne", "petra"])
def test_the_other_department_sees_its_own_alone(world: World, who: str) -> None:
    visitor = world.visitor(who)
    own = {
        "per": "/area/teknisk/part/teknisk",
        "mona": "/area/teknisk/part/teknisk/sign",
        "sara": "/department/plan",
        "arne": "/area/teknisk/archive",
        "petra": "/area/teknisk/privacy",
    }[who]
    assert visitor.read(own)
    for theirs in (own.replace("teknisk", "felles").replace("plan", "regnskap"), "/area/felles/part/teknisk"):
        visitor.read(theirs, 403)
    home = visitor.read("/").partition("<main")[2]
    assert not any(word in home for word in ("felles", "bilag", "regnskap", "Accounting"))


@pytest.mark.parametrize("who", ["siri", "sara"])
def test_one_superuser_does_nothing_with_the_areas_of_another(world: World, who: str) -> None:
    visitor, theirs = world.visitor(who), {"siri": "teknisk", "sara": "felles"}[who]
    own = {"siri": "regnskap", "sara": "plan"}[who]
    before = digest(world.town.workspace)
    for page in ("scan", "begin"):
        visitor.read(f"/department/{own}/{page}?area={theirs}", 404)
    for what in ("scan", "classify", "propose", "suggest"):
        visitor.send(f"/department/{own}/run", {"area": theirs, "what": what, "once": what}, 404)
    assert visitor.ask("POST", f"/department/{own}/scan", {"area": theirs, "address": "/tmp"}).status_code == 404
    assert digest(world.town.workspace) == before and world.town.service.jobs.running(theirs) is None


def test_the_contact_of_one_part_is_that_there_alone(world: World) -> None:
    ola = world.visitor("ola")
    for part in ("bilag", "lag%2F%C3%A5r"):
        assert ola.read(f"/area/felles/part/{part}")
        assert ola.read(f"/area/felles/part/{part}/sign")
    for part in ("felles", "finnes-ikke", "lag", "lag%252F%C3%A5r", "BILAG"):
        ola.read(f"/area/felles/part/{part}", 403)
    world.visitor("kari").read("/area/felles/part/bilag", 403)
    # The deputies of the department stand in where a part does not say otherwise.
    assert world.visitor("dag").read("/area/felles/part/bilag")
    world.visitor("dag").read("/area/felles/part/lag%2F%C3%A5r", 403)


def test_the_link_of_one_area_opens_no_other(world: World) -> None:
    link = world.visitor(LINK)
    for address in (
        "/area/teknisk/part/teknisk",
        "/area/teknisk/archive",
        "/department/plan",
        "/department/plan/privacy",
    ):
        link.read(address, 403)
    for address in ("/", "/totals", "/department/regnskap", "/search?q=kart"):
        page = link.read(address).partition("<main")[2]
        assert "teknisk" not in page and "Planning" not in page, address


@pytest.mark.parametrize(
    ("known", "let_in"),
    [
        ({"groups": frozenset({GROUP})}, True),
        ({"app_roles": frozenset({APP_ROLE})}, True),
        ({"groups": frozenset({APP_ROLE}), "app_roles": frozenset({GROUP})}, False),
        ({"groups": frozenset({"", GROUP.upper()}), "app_roles": frozenset({""})}, False),
        ({"groups": frozenset({"kari", "berit"}), "app_roles": frozenset({"kari", "Kari Nordmann"})}, False),
    ],
)
def test_contacts_are_known_by_id_group_and_app_role_and_by_nothing_else(
    world: World, known: dict[str, frozenset[str]], let_in: bool
) -> None:
    visitor = world.town.log_in(town_of.who("someone", **known))
    visitor.read("/area/felles/part/felles", 200 if let_in else 403)
    visitor.read("/area/felles/part/bilag", 403)


@pytest.mark.parametrize("key", ["", "Kari", "KARI", "kari ", "berit@example.no"])
def test_a_name_or_an_almost_equal_id_is_nobody(world: World, key: str) -> None:
    named = Identity(name="Kari Nordmann", who="https://log.in||kari", how="OpenID Connect", object_id=key)
    world.town.log_in(named).read("/area/felles/part/felles", 403)


def test_whoever_loses_a_role_is_refused_at_the_next_request_and_let_in_when_it_comes_back(
    tmp_path: Path, world: World
) -> None:
    town = Town(town_of.copied(world.town.workspace, tmp_path))
    people = {
        "kari": ("/area/felles/part/felles", "id: kari"),
        "berit": ("/area/felles/part/felles/sign", "id: berit"),
        "siri": ("/department/regnskap", "id: siri"),
        "ada": ("/area/felles/archive", "id: ada"),
        "pia": ("/area/felles/privacy", "id: pia"),
        "ola": ("/area/felles/part/bilag", "id: ola"),
    }
    for who, (address, line) in people.items():
        visitor = town.visit(who)
        visitor.read(address)
        town.policy(ACCOUNTING.replace(line, "id: another"))
        visitor.read(address, 403)
        assert (
            visitor.ask("POST", f"{address.removesuffix('/sign')}/take-in").status_code == 403 or who in "siri ada pia"
        )
        town.policy(ACCOUNTING)
        visitor.read(address)


def test_roles_of_the_common_file_hold_in_every_department(tmp_path: Path, world: World) -> None:
    town = Town(town_of.copied(world.town.workspace, tmp_path))
    visitor = town.visit("felix")
    addresses = ("/area/felles/archive", "/area/teknisk/archive")
    for address in addresses:
        visitor.read(address, 403)
    town.policy(COMMON + "archivists: [{name: Felix, id: felix}]\n", "common")
    for address in addresses:
        visitor.read(address)


# Who sees names.


@pytest.mark.parametrize("who", sorted(LOGGED_IN - READ - {"ola", "per", "mona", "arne", "petra", "nora"}))
def test_totals_search_and_home_name_no_file_to_those_whom_the_design_does_not_name(world: World, who: str) -> None:
    visitor = world.visitor(who)
    for address in ("/", "/totals", f"/search?q={MARKER}", "/search?q=Brev"):
        page = visitor.read(address)
        assert MARKER not in page.replace(f"q={MARKER}", "").replace(f'value="{MARKER}"', "").replace(
            f"Search: {MARKER}", ""
        ), address


@pytest.mark.parametrize("who", sorted(LOGGED_IN))
def test_the_totals_name_neither_files_nor_folders_nor_parts_nor_people(world: World, who: str) -> None:
    page = world.visitor(who).read("/totals").partition("<main")[2]
    assert [word for word in (*PRIVATE, "Inn") if word in page] == []


def test_those_whom_the_design_names_find_them(world: World) -> None:
    for who in ("kari", "ada", "pia"):
        assert "svar" in world.visitor(who).read("/search?q=svar").partition("<main")[2].replace('value="svar"', "")
    page = world.visitor("per").read(f"/search?q={MARKER}")
    assert "kart" in page and "svar" not in page and "faktura" not in page


def test_a_superuser_sees_folders_and_no_file(world: World) -> None:
    siri = world.visitor("siri")
    pages = [
        siri.read(f"/department/regnskap{below}") for below in ("", "/rules", "/scan?area=felles", "/begin?area=felles")
    ]
    for page in pages:
        assert not re.search(rf"{MARKER}[^<]*\.(docx|pdf|txt)|{MARKER} i sak|svar", page)


def test_whom_a_group_was_passed_on_to_sees_that_group_and_nothing_else(world: World) -> None:
    nora = world.visitor("nora")
    home = nora.read("/")
    address = world.address(f"{A}/asked/{{answer}}")
    assert address in home and "felles/part" not in home
    page = nora.read(address)
    assert MARKER in page and "svar" not in page and "/part/" not in page
    assert "faktura" not in nora.read("/search?q=faktura").partition("<main")[2].replace('value="faktura"', "")


def test_the_metrics_name_nothing_that_is_anybodys(tmp_path: Path, world: World) -> None:
    town = Town(world.town.workspace, token="a-token")
    told = town.client().get("/metrics", headers={"authorization": "Bearer a-token"})
    assert told.status_code == 200 and 'area="felles"' in told.text
    assert [word for word in (*PRIVATE, "Inn") if word in told.text] == []


def _without_address(text: str, address: str, visitor: Visitor) -> str:
    """A page without what everybody's own session and the address put there."""
    text = re.sub(r'(href|action)="[^"]*"', "", text)
    return text.replace(visitor.key, "") if visitor.key else text
