"""The uploader signs in to a rehearsal tenant as it does to Microsoft's, with the tenant in a process of its own."""

import asyncio
import json
import subprocess
import sys
import time
import uuid
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from azure.core.pipeline.policies import AsyncRetryPolicy

from filrydd.errors import TenantError, TenantGone, TenantRefused
from filrydd.targets import Tenant, open_rehearsal
from filrydd.targets.connect import Login
from filrydd.targets.hosts import LocalHosts, local_authority
from filrydd.targets.tenant import ItemTrouble, Sending
from tests.rehearsal.signing import Proof
from tests.targets.place import SMALL, Bytes, nothing

HOST = "https://kommune.sharepoint.com"
NAMES = (
    "AZURE_AUTHORITY_HOST",
    "AZURE_TENANT_ID",
    "AZURE_CLIENT_ID",
    "AZURE_CLIENT_SECRET",
    "AZURE_CLIENT_CERTIFICATE_PATH",
    "SSL_CERT_FILE",
)
Steps = Callable[[Tenant], Awaitable[None]]


@pytest.fixture(autouse=True)
def _nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., dict[str, Any]]]:
    """Start a tenant that asks for a token, with these apps."""
    children: list[subprocess.Popen[str]] = []

    def begin(*words: str, apps: list[dict[str, Any]] | None = None) -> dict[str, Any]:
        folder = tmp_path / "tenant"
        folder.mkdir(exist_ok=True)
        if apps is not None:
            (folder / "apps.yaml").write_text(yaml.safe_dump({"apps": apps}), encoding="utf-8")
        command = [sys.executable, "-m", "filrydd.rehearsal", "--folder", str(folder), "--no-anonymous"]
        child = subprocess.Popen(
            [*command, "--with-parent", *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        children.append(child)
        assert child.stdout
        ready: dict[str, Any] = json.loads(child.stdout.readline())
        return ready

    yield begin
    for child in children:
        child.communicate(timeout=20)


def app(*permissions: str, **more: Any) -> dict[str, Any]:
    return {"id": str(uuid.uuid4()), "name": "Opplaster", "permissions": [*permissions], **more}


def as_app(
    monkeypatch: pytest.MonkeyPatch, ready: dict[str, Any], one: dict[str, Any], certificate: Path | None = None
) -> None:
    monkeypatch.setenv("AZURE_AUTHORITY_HOST", ready["authority"])
    monkeypatch.setenv("SSL_CERT_FILE", ready["certificate"])
    monkeypatch.setenv("AZURE_TENANT_ID", ready["tenant"])
    monkeypatch.setenv("AZURE_CLIENT_ID", one["id"])
    if certificate:
        monkeypatch.setenv("AZURE_CLIENT_CERTIFICATE_PATH", str(certificate))
    else:
        monkeypatch.setenv("AZURE_CLIENT_SECRET", one["secret"])


def run(ready: dict[str, Any], steps: Steps) -> None:
    async def whole() -> None:
        tenant = open_rehearsal(ready["graph"])
        try:
            await steps(tenant)
        finally:
            await tenant.close()

    asyncio.run(whole())


async def sent(tenant: Tenant, drive: str, root: str, name: str, data: Any) -> None:
    item = await tenant.send(Sending(drive, root, name, data, 0, 0), nothing)
    assert b"".join([piece async for piece in tenant.content(drive, item.id)]) == data.data


def test_a_file_is_uploaded_with_a_secret(start, monkeypatch) -> None:
    ready = start()
    folder = Path(ready["certificate"]).parent
    one = yaml.safe_load((folder / "apps.yaml").read_text(encoding="utf-8"))["apps"][0]
    as_app(monkeypatch, ready, one)

    async def steps(tenant: Tenant) -> None:
        site = await tenant.site(f"{HOST}/sites/rehearsal")
        drive = await tenant.make_library(site, "Arkiv")
        await sent(tenant, drive.id, drive.root, "rapport.bin", Bytes(b"innhold" * 1000))
        # SharePoint's own API takes no app that signs in with a secret.
        assert await tenant.versions_kept(site, drive.id) is None

    run(ready, steps)
    assert httpx.get(f"{ready['graph']}/sites/root").status_code == 401


def test_a_file_is_uploaded_with_a_certificate(start, monkeypatch, tmp_path) -> None:
    proof = Proof()
    (tmp_path / "own.pem").write_bytes(proof.pem(private=True))
    (tmp_path / "public.pem").write_bytes(proof.pem(private=False))
    one = app("Sites.FullControl.All", certificate=str(tmp_path / "public.pem"))
    ready = start("--versions-kept", "7", apps=[one])
    as_app(monkeypatch, ready, one, tmp_path / "own.pem")

    async def steps(tenant: Tenant) -> None:
        site = await tenant.site(f"{HOST}/sites/rehearsal")
        drive = await tenant.drive(site, "Documents")
        await sent(tenant, drive.id, drive.root, "rapport.bin", Bytes(b"innhold" * 1000))
        assert await tenant.versions_kept(site, drive.id) == 7

    run(ready, steps)


class Slow(Bytes):
    """Content whose every piece takes a second."""

    def read(self, offset: int, size: int) -> bytes:
        time.sleep(1)
        return super().read(offset, size)


def test_a_token_that_runs_out_in_the_middle_of_an_upload_loses_nothing(start, monkeypatch, small_fragments) -> None:
    one = app("Sites.ReadWrite.All", secret="hemmelig")
    ready = start("--token-seconds", "2", apps=[one])
    as_app(monkeypatch, ready, one)
    tokens: list[str] = []
    get_token = Login.get_token

    async def noting(self: Login, *scopes: str, **options: Any) -> Any:
        given = await get_token(self, *scopes, **options)
        tokens.append(given.token)
        return given

    monkeypatch.setattr(Login, "get_token", noting)
    large = bytes(range(256)) * (3 * SMALL // 256) + b"the end"

    async def steps(tenant: Tenant) -> None:
        drive = await tenant.drive(await tenant.site(f"{HOST}/sites/rehearsal"), "Documents")
        before = len(set(tokens))
        await sent(tenant, drive.id, drive.root, "large.bin", Slow(large))
        assert len(set(tokens)) > before
        for number in range(3):
            await sent(tenant, drive.id, drive.root, f"{number}.bin", Bytes(b"%d" % number))
        names = {item.name: item.size async for item in tenant.listing(drive.id) if not item.folder}
        assert names == {"large.bin": len(large), "0.bin": 1, "1.bin": 1, "2.bin": 1}

    run(ready, steps)


def test_an_app_for_one_site_writes_there_and_nowhere_else(start, monkeypatch) -> None:
    one = app("Sites.Selected", secret="hemmelig", sites={"sites/rehearsal": "write"})
    ready = start("--site", "sites/rehearsal", "--site", "sites/other", apps=[one])
    as_app(monkeypatch, ready, one)
    other = next(drive["id"] for drive in ready["drives"] if drive["site"] == "sites/other")

    async def steps(tenant: Tenant) -> None:
        site = await tenant.site(f"{HOST}/sites/rehearsal")
        drive = await tenant.drive(site, "Documents")
        await sent(tenant, drive.id, drive.root, "rapport.bin", Bytes(b"innhold"))
        with pytest.raises(TenantRefused, match="403 accessDenied") as refused:
            await tenant.site(f"{HOST}/sites/other")
        assert "Sites.Selected" in refused.value.next
        with pytest.raises(ItemTrouble) as trouble:
            await sent(tenant, other, "root", "rapport.bin", Bytes(b"innhold"))
        assert (trouble.value.status, trouble.value.code) == (403, "accessDenied")
        with pytest.raises(TenantRefused):
            await tenant.make_library(site, "Ny")

    run(ready, steps)


def test_a_wrong_secret_is_told_with_entras_code_and_not_repeated(start, monkeypatch) -> None:
    one = app("Sites.ReadWrite.All", secret="hemmelig")
    ready = start(apps=[one])
    as_app(monkeypatch, ready, {**one, "secret": "feil-hemmelighet"})

    async def steps(tenant: Tenant) -> None:
        with pytest.raises(TenantRefused) as refused:
            await tenant.now()
        told = " ".join((refused.value.message, refused.value.next, *refused.value.details))
        assert "AADSTS7000215" in told
        assert "feil-hemmelighet" not in told

    run(ready, steps)


def test_an_authority_that_is_not_trusted_gets_no_secret(start, monkeypatch, tmp_path) -> None:
    ready = start(apps=[one := app("Sites.ReadWrite.All", secret="hemmelig")])
    as_app(monkeypatch, ready, one)
    monkeypatch.delenv("SSL_CERT_FILE")
    monkeypatch.setattr(AsyncRetryPolicy, "get_backoff_time", lambda self, settings: 0)

    async def steps(tenant: Tenant) -> None:
        with pytest.raises(TenantGone):
            await tenant.now()

    run(ready, steps)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "missing.pem"))
    with pytest.raises(TenantRefused, match="certificate"):
        open_rehearsal(ready["graph"])


def test_only_a_sign_in_service_on_this_machine_is_a_rehearsals(monkeypatch) -> None:
    for name in ("https://127.0.0.1:8443", "https://localhost:8443/", "127.0.0.1:8443", "https://[::1]:8443"):
        assert local_authority(name)
    for name in (
        "",
        "login.microsoftonline.com",
        "https://127.0.0.1.evil.example",
        "http://127.0.0.1:8443",
        "https://",
    ):
        assert not local_authority(name)
    monkeypatch.setenv("AZURE_AUTHORITY_HOST", "https://127.0.0.1:8443")
    with pytest.raises(TenantRefused, match="AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_CLIENT_SECRET"):
        open_rehearsal("http://127.0.0.1:9/v1.0")
    # With Microsoft's own service named, a rehearsal goes without a token: what opens the real tenant stays away from here.
    monkeypatch.setenv("AZURE_AUTHORITY_HOST", "login.microsoftonline.com")
    tenant = open_rehearsal("http://127.0.0.1:9/v1.0")
    assert tenant._connection._login is None
    asyncio.run(tenant.close())


def test_sharepoints_own_api_is_asked_at_the_tenants_port_only() -> None:
    hosts = LocalHosts("http://127.0.0.1:8000/v1.0")
    hosts.check_site("http://127.0.0.1:8000/sites/a/_api/web")
    with pytest.raises(TenantError):
        hosts.check_site("http://127.0.0.1:9000/sites/a/_api/web")
