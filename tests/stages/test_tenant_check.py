"""A look at the tenant before an upload: everything in one go, proved where that leaves no trace, and nothing remains."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest

from filrydd.cli import session
from filrydd.errors import TenantGone, TenantRefused
from filrydd.lang import speaking
from filrydd.rehearsal.ways import Ready, Ways
from filrydd.rehearsal.wire.server import running
from filrydd.stages import look
from filrydd.stages.look.asking import Asking
from filrydd.stages.look.lines import Lines
from filrydd.stages.look.places import Place
from filrydd.stages.work import Work, system_clock
from filrydd.targets import Tenant, open_rehearsal
from tests.areas import POLICY, Area, new_area
from tests.commands import Said, filrydd
from tests.rehearsal.signing import Proof, app, write_apps
from tests.targets.front import Answer, Front, front_before
from tests.targets.place import TEAMS, Time

T = TypeVar("T")
COLUMNS = "\nstructure:\n  columns: [original path]\n"
CHANNEL = """
structure:
  libraries:
    - {team: Plan og bygg, channel: Ny, paths: ["**/Byggesak"]}
    - {library: Møter, site: "https://contoso.sharepoint.com/sites/borte", paths: ["**/Møter"]}
"""


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with speaking("en"):
        yield


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ready]:
    """A tenant in which everything is in order, for whoever asks without a token."""
    with running(tmp_path_factory.mktemp("plain")) as ready:
        yield ready


@pytest.fixture
def area(tmp_path: Path) -> Area:
    return new_area(tmp_path)


def policy(area: Area, text: str = POLICY) -> None:
    area.policy(text.replace("/sites/regnskap", "/sites/rehearsal"))


def within(address: str, what: Callable[[Tenant], Awaitable[T]]) -> T:
    async def whole() -> T:
        tenant = open_rehearsal(address, timing=Time().timing())
        try:
            return await what(tenant)
        finally:
            await tenant.close()

    return asyncio.run(whole())


def looked(area: Area, address: str, clock: Callable[[], datetime] = system_clock) -> look.Looked:
    return within(address, lambda tenant: look.check(area.work(clock), tenant))


def states(found: look.Looked | Lines) -> dict[str, str]:
    lines = found.checks if isinstance(found, look.Looked) else found.found
    return {line.what: line.state for line in lines}


def line(found: look.Looked, what: str) -> look.Line:
    (one,) = [each for each in found.checks if each.what == what]
    return one


def items(ready: Ready, **headers: str) -> dict[str, list[str]]:
    """Everything that the tenant lists, library by library."""
    found = {}
    with httpx.Client(headers={"Authorization": f"Bearer {ready.token}"}) as client:
        site = client.get(f"{ready.graph}/sites/127.0.0.1:/sites/rehearsal").json()["id"]
        for drive in client.get(f"{ready.graph}/sites/{site}/drives").json()["value"]:
            delta = client.get(f"{ready.graph}/drives/{drive['id']}/root/delta").json()["value"]
            found[drive["name"]] = [each.get("name", "gone") for each in delta]
    return found


def left(ready: Ready) -> tuple[dict[str, list[str]], int]:
    """What lies in the tenant, and upload sessions that are open."""
    return items(ready), len(list((Path(ready.certificate).parent / "sessions").glob("*")))


def before(ready: Ready) -> AbstractContextManager[Front]:
    """A front before the tenant."""
    return front_before(ready.graph.removeprefix("http://").removesuffix("/v1.0"))


def test_all_in_order_and_nothing_remains(area: Area, plain: Ready) -> None:
    policy(area, POLICY.replace("library: Dokumenter", "library: Documents") + COLUMNS)
    lay = left(plain)
    found = looked(area, plain.graph)
    assert left(plain) == lay
    assert states(found) == {
        "clock": "ok",
        "site": "ok",
        "access": "ok",
        "library": "ok",
        "write": "ok",
        "make columns": "ok",
        "retention label": "ok",
        "sensitivity label": "ok",
        "room": "ok",
    }
    assert (found.library_there, found.problems) == (True, ())
    assert "it was tried" in line(found, "write").detail
    assert "by its permissions" in line(found, "make columns").detail


def test_what_is_wrong_is_told_in_one_go_and_each_with_what_to_do(area: Area, tmp_path: Path) -> None:
    policy(area, POLICY + CHANNEL)
    folder = tmp_path / "tenant"
    folder.mkdir()
    (folder / "teams.csv").write_text(TEAMS, encoding="utf-8")
    with running(folder, Ways(any_site=False, quota=0)) as ready:
        found = looked(area, ready.graph, lambda: datetime.now(UTC) + timedelta(hours=1))
    wrong = [(each.what, each.detail) for each in found.problems]
    assert [what for what, _detail in wrong] == ["clock", "site", "site"]
    assert "This machine's clock says" in wrong[0][1]
    assert "The channel Ny in the team Plan og bygg has no folder for files yet" in wrong[1][1]
    assert "The tenant has no https://contoso.sharepoint.com/sites/borte" in wrong[2][1]
    assert all(each.next for each in found.problems)
    # The area's own site is looked at all the same.
    assert (found.site.endswith("/sites/rehearsal"), found.library_there) == (True, False)


@pytest.fixture
def signed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., None]:
    """`signed(ready, app, certificate)`: sign in as that app from now on."""

    def sign(ready: Ready, one: dict[str, Any], certificate: Path | None) -> None:
        monkeypatch.setenv("AZURE_AUTHORITY_HOST", ready.authority)
        monkeypatch.setenv("SSL_CERT_FILE", ready.certificate)
        monkeypatch.setenv("AZURE_TENANT_ID", ready.tenant)
        monkeypatch.setenv("AZURE_CLIENT_ID", one["id"])
        monkeypatch.delenv("AZURE_CLIENT_SECRET", raising=False)
        monkeypatch.delenv("AZURE_CLIENT_CERTIFICATE_PATH", raising=False)
        if certificate:
            monkeypatch.setenv("AZURE_CLIENT_CERTIFICATE_PATH", str(certificate))
        else:
            monkeypatch.setenv("AZURE_CLIENT_SECRET", one["secret"])

    return sign


ASKED = ("site", "write", "make library", "make columns", "restrict", "access")
ROLES: dict[str, tuple[tuple[str, ...], str, bool, tuple[str | None, ...]]] = {
    # permissions, role at the site, signed in by certificate -> what is told of each that is asked
    "nothing": (("User.Read.All",), "", False, ("not ok", None, None, None, None, None)),
    "no role": (("Sites.Selected",), "", True, ("not ok", None, None, None, None, None)),
    "reads": (("Sites.Selected",), "read", True, ("ok", "not ok", "not ok", "not ok", "not ok", "not known")),
    "writes": (("Sites.Selected",), "write", True, ("ok", "ok", "not ok", "not ok", "not ok", "not known")),
    "manages": (("Sites.Selected",), "manage", True, ("ok", "ok", "ok", "ok", "not ok", "not known")),
    "owns": (("Sites.Selected",), "owner", True, ("ok", "ok", "ok", "ok", "ok", "ok")),
    "by a secret": (
        ("Sites.Selected",),
        "manage",
        False,
        ("ok", "ok", "not known", "not known", "not known", "not known"),
    ),
    "whole tenant": (("Sites.ReadWrite.All",), "", False, ("ok", "ok", "ok", "not ok", "ok", "not known")),
    "full control": (("Sites.FullControl.All",), "", False, ("ok", "ok", "ok", "ok", "ok", "ok")),
}


def test_what_an_application_lacks_is_named_with_the_grant_to_ask_for(
    area: Area, tmp_path: Path, signed: Callable[..., None]
) -> None:
    folder, proof = tmp_path / "tenant", Proof()
    (tmp_path / "own.pem").write_bytes(proof.pem(private=True))
    (tmp_path / "public.pem").write_bytes(proof.pem(private=False))
    public = {"certificate": str(tmp_path / "public.pem")}
    apps = {
        name: app(*permissions, **(public | ({"sites": {"sites/rehearsal": role}} if role else {})))
        for name, (permissions, role, _certified, _states) in ROLES.items()
    }
    write_apps(folder, *apps.values())
    policy(area, POLICY.replace("library: Dokumenter", "library: Documents") + COLUMNS)
    wishes = area.work().department().wishes("felles")

    async def all_of_it(tenant: Tenant) -> Lines:
        lines = Lines()
        asking = Asking(area.work(), tenant, wishes.columns, lines)
        site = "https://contoso.sharepoint.com/sites/rehearsal"
        await asking.place(Place(site, "Documents", "", own=True, restricted=True))
        await asking.place(Place(site, "Ny", "", own=False))
        return lines

    with running(folder, Ways(anonymous=False, any_site=False)) as ready:
        lay = left(ready)
        for name, (_permissions, role, certified, expected) in ROLES.items():
            signed(ready, apps[name], tmp_path / "own.pem" if certified else None)
            lines = within(ready.graph, all_of_it)
            assert tuple(states(lines).get(what) for what in ASKED) == expected, name
            for each in lines.found:
                assert bool(each.next) == (each.state != "ok"), each
                assert apps[name]["secret"] not in each.detail + each.next
            grants = {each.what: each.next for each in lines.found if each.state == "not ok"}
            assert "role write" in grants.get("write", "role write"), role
            assert "role manage" in grants.get("make columns", "role manage")
            assert "role fullcontrol" in grants.get("restrict", "role fullcontrol")
            # Of a look at what people share nothing depends: it is told, and is no reason to stop.
            told = [each for each in lines.found if each.what == "access"]
            assert all("role fullcontrol" in each.next for each in told if each.state != "ok") and len(told) <= 1
        assert left(ready) == lay


def test_columns_that_are_there_need_no_right_to_make_them(
    area: Area, tmp_path: Path, signed: Callable[..., None]
) -> None:
    folder, one, admin = tmp_path / "tenant", app("Sites.Selected", sites={"sites/rehearsal": "write"}), app()
    admin["permissions"] = ["Sites.FullControl.All"]
    write_apps(folder, one, admin)
    policy(area, POLICY.replace("library: Dokumenter", "library: Documents") + COLUMNS)
    with running(folder, Ways(anonymous=False, any_site=False)) as ready:
        signed(ready, one, None)
        assert states(looked(area, ready.graph))["make columns"] == "not known"
        signed(ready, admin, None)

        async def make(tenant: Tenant) -> None:
            from filrydd.layout.columns import definitions

            site = await tenant.site("https://contoso.sharepoint.com/sites/rehearsal")
            drive = await tenant.drive(site, "Documents")
            await tenant.make_columns(site, drive.id, definitions(area.work().department().wishes("felles").columns))

        within(ready.graph, make)
        signed(ready, one, None)
        found = looked(area, ready.graph)
        assert "make columns" not in states(found)
        assert found.problems == ()


def test_nobody_who_may_not_sign_in_gets_a_list(area: Area, tmp_path: Path, signed: Callable[..., None]) -> None:
    policy(area)
    one = app("Sites.FullControl.All")
    write_apps(tmp_path / "tenant", one)
    with running(tmp_path / "tenant", Ways(anonymous=False)) as ready:
        signed(ready, one | {"secret": "another"}, None)
        with pytest.raises(TenantRefused, match="could not sign in"):
            looked(area, ready.graph)


def test_room_is_compared_with_what_is_still_to_be_sent(make_area: Callable[..., Area], tmp_path: Path) -> None:
    area = make_area({"Bilag": {}, "Notat": {"a.txt": "x" * 70_000, "b.txt": "y" * 30_000}})
    policy(area, POLICY.replace("library: Dokumenter", "library: Documents"))
    area.until_proposed()
    for number, (quota, columns, state) in enumerate(
        [(100_000, "", "ok"), (99_999, "", "not ok"), (199_999, COLUMNS, "not ok")]
    ):
        policy(area, POLICY.replace("library: Dokumenter", "library: Documents") + columns)
        with running(tmp_path / str(number), Ways(quota=quota)) as ready:
            found = looked(area, ready.graph)
        assert line(found, "room").state == state, (quota, columns)
    assert "200.0\u00a0kB are needed" in line(found, "room").detail


def test_labels_that_come_by_themselves_are_told(area: Area, tmp_path: Path) -> None:
    policy(area, POLICY.replace("library: Dokumenter", "library: Documents"))
    folder = tmp_path / "tenant"
    folder.mkdir()
    here = "sites/rehearsal/Shared Documents"
    for rows, expected in (
        (f"Kasseres,retention,{here}\n", ("ok", "ok")),
        (f"Arkiv,record,{here}\nFortrolig,sensitivity,sites/x/Y;{here}\n", ("not ok", "not ok")),
    ):
        (folder / "labels.csv").write_text("name,kind,libraries\n" + rows, encoding="utf-8")
        with running(folder) as ready:
            found = looked(area, ready.graph)
        assert (states(found)["retention label"], states(found)["sensitivity label"]) == expected
    assert "makes a record of what arrives (Arkiv)" in line(found, "retention label").detail


@pytest.mark.parametrize(
    ("pattern", "answer", "what"),
    [
        (r"/drives/[^/]+$", {"id": "x", "quota": {"total": 0}}, "room"),
        (r"GetListComplianceTag", {}, ""),
        (r"GetListComplianceTag", None, "retention label"),
        (r"DefaultSensitivityLabel", None, "sensitivity label"),
        (r"_api/web\?", {"EffectiveBasePermissions": {"Low": "nothing"}}, "make columns"),
        (r"_api/web\?", None, "make columns"),
    ],
)
def test_what_the_tenant_does_not_say_is_not_guessed(
    area: Area, plain: Ready, pattern: str, answer: dict[str, object] | None, what: str
) -> None:
    policy(area, POLICY.replace("library: Dokumenter", "library: Documents") + COLUMNS)
    with before(plain) as front:
        front.answer("GET", pattern, *([Answer(403)] if answer is None else [Answer(200, {}, answer)]))
        # The front moves the paths of libraries, so the tenant would not know this one by its path.
        front.answer("GET", "GetListComplianceTag", Answer(200, {}, {"odata.null": True}))
        found = looked(area, f"{front.address}/v1.0")
        assert front.seen("GET", pattern)
    unknown = [each.what for each in found.checks if each.state == "not known"]
    # Whoever does not say what we may does not say either whether we are told what people share.
    assert unknown == (["access"] if what == "make columns" else []) + ([what] if what else [])
    assert found.problems == ()


def test_a_tenant_that_falls_silent_is_told_with_what_was_found_before(area: Area, plain: Ready) -> None:
    policy(area, POLICY.replace("library: Dokumenter", "library: Documents"))
    with before(plain) as front:
        front.answer("POST", "createUploadSession", *[Answer(drop=True)] * 9)
        found = looked(area, f"{front.address}/v1.0")
        assert [each.what for each in found.problems] == ["answers"]
        assert states(found)["site"] == "ok"
        front.rules.insert(0, lambda one: Answer(drop=True))
        with pytest.raises(TenantGone):
            looked(area, f"{front.address}/v1.0")


def test_the_first_fragment_decides_and_not_the_session(area: Area, plain: Ready) -> None:
    policy(area, POLICY.replace("library: Dokumenter", "library: Documents"))
    lay = left(plain)
    with before(plain) as front:
        refusal = Answer(403, {}, {"error": {"code": "accessDenied", "message": ""}})
        front.answer("PUT", r"^/to/\d+/", refusal)
        found = looked(area, f"{front.address}/v1.0")
        (given_up,) = front.seen("DELETE", r"^/to/\d+/")
        assert given_up
    assert "may not write into the library Documents: 403 accessDenied" in line(found, "write").detail
    assert left(plain) == lay


def test_the_command_says_it_line_by_line_and_keeps_its_keys(area: Area, tmp_path: Path) -> None:
    policy(area)

    def command(address: str) -> Said:
        options = ("--tenant", "rehearsal", "--address", address, "--json")
        return filrydd("tenant", "check", "felles", *options, workspace=area.workspace)

    with running(tmp_path / "tenant") as ready:
        said = command(ready.graph)
    assert said.code == session.DONE
    assert set(said.json) == {"area", "site", "library", "library_there", "checks"}
    assert all(set(each) == {"what", "state", "detail", "next"} for each in said.json["checks"])
    assert (said.json["library"], said.json["library_there"]) == ("Dokumenter", False)
    assert "  in order      The library Dokumenter is not there yet; the upload makes it." in said.err
    with running(tmp_path / "tenant", Ways(clock_offset=3600)) as ready:
        said = command(ready.graph)
    assert said.code == session.NEEDS_A_PERSON
    assert [each["what"] for each in said.json["checks"] if each["state"] == "not ok"] == ["clock"]
    assert "  not in order  This machine's clock says" in said.err
    assert "                Set the clock of this machine right." in said.err


def test_what_is_to_be_told_before_something_begins(area: Area, tmp_path: Path) -> None:
    policy(area)

    async def problems(tenant: Tenant) -> tuple[look.Line, ...]:
        return await look.problems(Work(area.workspace, "felles", "x"), tenant)

    with running(tmp_path / "tenant", Ways(clock_offset=-3600)) as ready:
        assert [each.what for each in within(ready.graph, problems)] == ["clock"]
