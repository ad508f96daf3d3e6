"""Which tenants can be opened, and with what."""

import asyncio
import subprocess
import sys
import time

import pytest

from filrydd.errors import BadUsage, TenantRefused
from filrydd.model.times import TICKS_A_SECOND
from filrydd.targets import open_rehearsal, open_tenant
from tests.targets.place import Journey, Place


def test_the_room_opens_without_the_sdk() -> None:
    heavy = {"msgraph", "azure", "httpx", "asyncio"}
    code = f"import sys, filrydd.targets; sys.exit(bool({heavy!r} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_graph_without_its_variables_names_them(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AZURE_TENANT_ID", "AZURE_CLIENT_SECRET", "AZURE_CLIENT_CERTIFICATE_PATH"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AZURE_CLIENT_ID", "x")
    with pytest.raises(TenantRefused) as refused:
        open_tenant("graph")
    assert "AZURE_TENANT_ID" in refused.value.message
    assert "AZURE_CLIENT_SECRET" in refused.value.message
    assert "AZURE_CLIENT_ID" not in refused.value.message


def test_graph_opens_with_its_variables_and_sends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET"):
        monkeypatch.setenv(name, "00000000-0000-0000-0000-000000000000")
    tenant = open_tenant("graph")
    assert (tenant.rehearsal, tenant.address, tenant.meter.requests) == (False, "https://graph.microsoft.com/v1.0", 0)
    asyncio.run(tenant.close())


def test_a_certificate_that_is_not_there_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZURE_TENANT_ID", "x")
    monkeypatch.setenv("AZURE_CLIENT_ID", "x")
    monkeypatch.delenv("AZURE_CLIENT_SECRET", raising=False)
    monkeypatch.setenv("AZURE_CLIENT_CERTIFICATE_PATH", "/no/such/certificate.pem")
    with pytest.raises(TenantRefused) as refused:
        open_tenant("graph")
    assert "/no/such/certificate.pem" in refused.value.message


def test_there_is_no_third_kind() -> None:
    with pytest.raises(BadUsage):
        open_tenant("dropbox")
    with pytest.raises(BadUsage):
        open_tenant("rehearsal")


def test_a_rehearsal_says_that_it_is_one(graph: str) -> None:
    tenant = open_rehearsal(graph)
    assert (tenant.rehearsal, tenant.address) == (True, graph)
    asyncio.run(tenant.close())
    asyncio.run(tenant.close())


def test_the_tenants_clock_is_read(journey: Journey) -> None:
    async def steps(place: Place) -> None:
        now = await place.tenant.now()
        assert abs(now / TICKS_A_SECOND - time.time()) < 5
        assert now % TICKS_A_SECOND == 0

    journey(steps)
