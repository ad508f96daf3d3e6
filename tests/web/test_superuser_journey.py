"""A superuser's daily work, all of it by forms: scan, see where to begin, take a rule up, let the rules decide, propose."""

import html
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from filrydd.policy import load
from filrydd.web.application import application
from filrydd.web.door import Door
from filrydd.web.guard import Place
from filrydd.web.identity import Identity, by_link
from filrydd.web.service import Service
from tests.areas import POLICY, Area, days_ago
from tests.web.reader import HERE, PORT, Clock, forms
from tests.web.reader import reading as without_tags

PEOPLE = POLICY.replace(
    "contacts: [{name: Kari Nordmann}]",
    "contacts: [{name: Kari Nordmann, id: kari}]\nsuperusers: [{name: Sture Superbruker, id: sture}]\n"
    "archivists: [{name: Arkivar Aas, id: aas}]",
)
TREE = {
    "plan.docx": b"plan",
    "tom.txt": b"",
    "Bilag": {"2026": {"ny.docx": b"new"}},
    "Rutiner": {"post.docx": b"routine"},
    "Hemmelig navn": {"Kopi av brev.docx": b"copy of a letter"},
}


def reading(page: str) -> str:
    """A page's text as it is read."""
    return html.unescape(without_tags(page))


@dataclass
class Web:
    """The pages of a workspace, and anybody at them."""

    area: Area
    service: Service
    door: Door
    client: TestClient
    place: Place

    def as_whom(self, name: str, key: str = "") -> "Web":
        identity = Identity(name, f"iss||{key}", "OpenID Connect, iss", key) if key else by_link(name)
        session = self.door.welcome(identity, former="")
        self.client.cookies.set(self.place.cookie, session.id)
        return self

    def read(self, address: str, status: int = 200) -> str:
        answer = self.client.get(address)
        assert answer.status_code == status, answer.text
        return answer.text

    def send(self, page: str, to: str, **filled: str) -> str:
        """Fill in the form of a page that goes to `to`, send it, and return the address that it leads to."""
        found = forms(self.read(page))[to]
        answer = self.client.post(to, data={**found, **filled}, headers={"origin": HERE})
        assert answer.status_code == 303, answer.text
        return str(answer.headers["location"])

    def policy_file(self) -> Path:
        return self.area.workspace / "policies" / "regnskap.yaml"


@pytest.fixture
def web(make_area: Callable[..., Area]) -> Iterator[Web]:
    area = make_area(TREE)
    area.policy(PEOPLE)
    for path in ("tom.txt", "Hemmelig navn/Kopi av brev.docx"):
        os.utime(area.top / path, (days_ago(2000), days_ago(2000)))
    clock = Clock()
    service, door, place = Service(area.workspace, clock=clock), Door(clock), Place.here(PORT)
    client = TestClient(
        application(service, door, place),
        base_url=HERE,
        follow_redirects=False,
        headers={"accept-language": "en"},
        raise_server_exceptions=False,
    )
    yield Web(area, service, door, client, place)


def done(web: Web, address: str) -> str:
    """The page that a started job leads to, when it is done."""
    if "/job/" in address:
        job = web.service.jobs.find(address.rpartition("/")[2])
        assert job is not None
        assert job.over.wait(60)
        assert job.state == "done", (job.why, job.next, job.details)
        return web.read(forms_link(web.read(address)))
    return web.read(address)


def forms_link(page: str) -> str:
    found = re.search(r'class="button" href="([^"]+)"', page)
    assert found, page
    return found[1]


def test_from_the_first_scan_to_a_proposal_without_a_command_line(web: Web) -> None:
    web.as_whom("Sture Superbruker", "sture")
    before = reading(web.read("/department/regnskap"))
    assert "Not scanned yet." in before
    led = web.send("/department/regnskap/scan?area=felles", "/department/regnskap/scan", source=str(web.area.top))
    page = reading(done(web, led))
    assert "5 files were seen" in page
    assert "The rules have not decided" in page

    begin = reading(web.read("/department/regnskap/begin?area=felles"))
    assert "Nothing has changed here for 5 years" in begin
    assert "Hemmelig navn" in begin
    assert "Kopi av brev" not in begin, "a superuser sees folders, not names of files"

    led = web.send("/department/regnskap/rules", "/department/regnskap/run", what="suggest")
    rules = reading(done(web, led))
    assert "Files without any content" in rules
    assert "kept until the archivist has confirmed, then deleted" in rules
    assert "Kopi av brev" not in rules

    take = "/department/regnskap/rules/take-up?rule=empty"
    assert "It comes without the archivist's word" in reading(web.read(take))
    led = web.send(take, "/department/regnskap/rules/take-up")
    after = reading(web.read(led))
    assert "It deletes nothing before the archivist has confirmed it." in after
    text = web.policy_file().read_text(encoding="utf-8")
    assert "# Lagt til av Sture Superbruker, " in text
    assert "confirmed" not in text.partition("- rule: filer uten innhold")[2]
    assert web.policy_file().with_name("regnskap.yaml.før").read_text(encoding="utf-8") == PEOPLE
    assert "Take up: Files without any content" not in after

    led = web.send("/department/regnskap", "/department/regnskap/run", what="classify")
    page = reading(done(web, led))
    assert "1 file waits until the archivist has confirmed its rule." in page
    led = web.send("/department/regnskap", "/department/regnskap/run", what="propose")
    page = reading(done(web, led))
    assert "get a place in" in page
    assert "0 of 2 parts are signed." in page


@pytest.mark.parametrize(
    ("name", "key"), [("Kari Nordmann", "kari"), ("Arkivar Aas", "aas"), ("Sture Superbruker", "another sture")]
)
def test_other_roles_and_strangers_are_refused_everywhere(web: Web, name: str, key: str) -> None:
    web.area.scan()
    web.as_whom(name, key)
    for page in ("", "/scan?area=felles", "/begin?area=felles", "/rules", "/rules/take-up?rule=empty"):
        web.read(f"/department/regnskap{page}", 403)
    web.read("/new-department", 403)
    web.read("/policy-problems", 403)
    session = next(iter(web.door._sessions.values()))
    for page in ("/scan", "/run", "/rules/take-up"):
        sent = {"form_key": session.form_key, "once": "x", "area": "felles", "what": "classify", "rule": "empty"}
        answer = web.client.post(f"/department/regnskap{page}", data=sent, headers={"origin": HERE})
        assert answer.status_code == 403
    assert web.policy_file().read_text(encoding="utf-8") == PEOPLE


def test_a_policy_changed_under_the_page_is_not_written_over(web: Web) -> None:
    web.as_whom("Sture Superbruker", "sture")
    web.area.scan()
    done(web, web.send("/department/regnskap/rules", "/department/regnskap/run", what="suggest"))
    take = "/department/regnskap/rules/take-up?rule=empty"
    form = forms(web.read(take))["/department/regnskap/rules/take-up"]
    changed = PEOPLE + "# somebody's own line\n"
    web.policy_file().write_text(changed, encoding="utf-8")
    answer = web.client.post("/department/regnskap/rules/take-up", data=form, headers={"origin": HERE})
    page = web.read(answer.headers["location"])
    assert "<title>Error:" in page
    assert "Somebody has changed the policy of regnskap" in reading(page)
    assert web.policy_file().read_text(encoding="utf-8") == changed
    web.client.post(
        "/department/regnskap/rules/take-up",
        data=forms(page)["/department/regnskap/rules/take-up"],
        headers={"origin": HERE},
    )
    assert "filer uten innhold" in web.policy_file().read_text(encoding="utf-8"), "once looked at, it can be done"


def test_the_same_button_pressed_twice_takes_a_rule_up_once(web: Web) -> None:
    web.as_whom("Sture Superbruker", "sture")
    web.area.scan()
    done(web, web.send("/department/regnskap/rules", "/department/regnskap/run", what="suggest"))
    form = forms(web.read("/department/regnskap/rules/take-up?rule=empty"))["/department/regnskap/rules/take-up"]
    led = [
        web.client.post("/department/regnskap/rules/take-up", data=form, headers={"origin": HERE}).headers["location"]
        for _time in range(2)
    ]
    assert led[0] == led[1]
    assert web.policy_file().read_text(encoding="utf-8").count("- rule: filer uten innhold") == 1
    load(web.area.workspace / "policies", "regnskap")


def test_a_password_in_the_source_is_refused_and_never_shown(web: Web) -> None:
    web.as_whom("Sture Superbruker", "sture")
    scan = "/department/regnskap/scan"
    led = web.send(f"{scan}?area=felles", scan, source="smb://ada:hunter2@server/share")
    page = web.read(led)
    assert "The address has a password in it. It was not used." in reading(page)
    assert "hunter2" not in page
    assert not (web.area.workspace / "scans" / "felles.db").exists()


@pytest.mark.parametrize("below", ["", "scans", "policies", ".."])
def test_the_workspace_itself_is_no_source(web: Web, below: str) -> None:
    web.as_whom("Sture Superbruker", "sture")
    scan = "/department/regnskap/scan"
    led = web.send(f"{scan}?area=felles", scan, source=str(web.area.workspace / below))
    assert "filrydd keeps its own files in that folder." in reading(web.read(led))
    (web.area.workspace.parent / "sly").symlink_to(web.area.workspace)
    led = web.send(f"{scan}?area=felles", scan, source=str(web.area.workspace.parent / "sly" / "scans"))
    assert "filrydd keeps its own files in that folder." in reading(web.read(led))
    led = web.send(f"{scan}?area=felles", scan, source="somewhere")
    assert "Write the whole path" in reading(web.read(led))


def test_another_departments_area_cannot_be_scanned_or_read(web: Web) -> None:
    other = PEOPLE.replace("department: regnskap", "department: plan").replace("felles:", "annet:", 1)
    (web.area.workspace / "policies" / "plan.yaml").write_text(other.replace("id: sture", "id: pia"), encoding="utf-8")
    web.as_whom("Sture Superbruker", "sture")
    web.read("/department/regnskap/begin?area=annet", 404)
    web.read("/department/regnskap/scan?area=annet", 404)
    web.read("/department/plan", 403)


def test_a_brake_is_told_and_can_be_overruled_with_the_numbers_in_sight(web: Web) -> None:
    web.area.policy(PEOPLE.replace("stop_above: 100%", "stop_above: 1%"))
    web.as_whom("Sture Superbruker", "sture")
    web.area.scan()
    done(web, web.send("/department/regnskap", "/department/regnskap/run", what="classify"))
    text = web.policy_file().read_text(encoding="utf-8")
    web.area.policy(
        text.replace('- rule: junk\n    when: {name: [Thumbs.db, "~$*"]}', "- rule: junk\n    when: {path: Rutiner}")
    )
    led = web.send("/department/regnskap", "/department/regnskap/run", what="classify")
    assert led.startswith("/job/")
    job = web.service.jobs.find(led.rpartition("/")[2])
    assert job is not None and job.over.wait(60)
    page = web.read(led)
    assert "<title>Stopped:" in page
    assert "1 files more would be destroyed, 20% of the area" in reading(page)
    assert "filrydd classify" not in page, "nobody here types commands"
    done(web, web.send(led, "/department/regnskap/run"))
    page = reading(web.read("/department/regnskap"))
    assert "To delete1 file" in page


def test_a_job_is_shown_to_superusers_and_its_starter_alone(web: Web) -> None:
    web.as_whom("Sture Superbruker", "sture")
    scan = "/department/regnskap/scan"
    led = web.send(f"{scan}?area=felles", scan, source=str(web.area.top / "nowhere"))
    assert led.startswith("/job/")
    job = web.service.jobs.find(led.rpartition("/")[2])
    assert job is not None and job.over.wait(60)
    page = web.read(led)
    assert "It was stopped." in reading(page)
    assert "Traceback" not in page
    web.as_whom("Kari Nordmann", "kari").read(led, 403)
    web.read("/job/none", 403)


def test_a_running_job_looks_again_until_the_reader_stops_it(web: Web) -> None:
    web.as_whom("Sture Superbruker", "sture")
    scan = "/department/regnskap/scan"
    led = web.send(f"{scan}?area=felles", scan, source=str(web.area.top / "nowhere"))
    job = web.service.jobs.find(led.rpartition("/")[2])
    assert job is not None and job.over.wait(60)
    job.state, job.doing, job.share = "running", "Scanning felles", 0.25
    answer = web.client.get(led)
    assert answer.headers["refresh"] == "3"
    assert "25 % is done." in reading(answer.text)
    assert "refresh" not in web.client.get(f"{led}?still=1").headers
    assert "It is running" in reading(web.read("/department/regnskap"))


def test_a_broken_policy_is_told_only_on_ones_own_computer(web: Web) -> None:
    web.policy_file().write_text(PEOPLE + "wrong: key\n", encoding="utf-8")
    web.as_whom("Sture Superbruker", "sture")
    web.read("/department/regnskap", 403)
    web.read("/policy-problems", 403)
    page = reading(web.as_whom("Ada").read("/policy-problems"))
    assert re.search(r"regnskap\.yaml, line \d+", page)


def test_folders_that_only_people_know_become_rules_of_the_policy_that_is_there(web: Web) -> None:
    web.as_whom("Sture Superbruker", "sture")
    for name in ("kari", "ola", "per"):
        (web.area.top / "Hjem" / name).mkdir(parents=True)
        (web.area.top / "Hjem" / name / "a.txt").write_text("own")
    web.area.scan()
    rules, folders = "/department/regnskap/rules", "/department/regnskap/folders"
    led = web.send(rules, "/department/regnskap/run", what="look")
    page = done(web, led)
    assert "look like people's own" in reading(page)
    job = forms(page)[folders]["job"]
    nothing = web.client.post(folders, data=forms(page)[folders], headers={"origin": HERE}).headers["location"]
    assert "Say of at least one folder what it is" in reading(web.read(nothing))
    assert web.policy_file().read_text(encoding="utf-8") == PEOPLE
    led = web.send(f"{folders}?job={job}", folders, **{"place-0": "private"})
    assert "The answers are in the policy file" in reading(web.read(led))
    department = load(web.area.workspace / "policies", "regnskap")
    assert department.dated_rules[0].written.name == "ansattes egne mapper"
    assert len(department.dated_private) == 1
    led = web.send(f"{folders}?job={job}", folders, **{"place-0": "private"})
    assert "The policy has this rule already: ansattes egne mapper." in reading(web.read(led))
    web.as_whom("Kari Nordmann", "kari").read(f"{folders}?job={job}", 403)
