"""Tokens that last a moment, on an upload that takes longer."""

import asyncio
import time
from pathlib import Path

import pytest
import yaml

from filrydd.targets import open_rehearsal
from filrydd.targets.tenant import Sending
from tests.rehearsal.bad_day import bad_day
from tests.targets.place import Bytes, nothing


def test_an_upload_outlives_its_tokens_also_where_it_was_told_to_wait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "tokens: 1\nfaults:\n  - {fault: too_many_requests, on: session, path: '3.txt', first: 1, seconds: 2}\n"
    monkeypatch.delenv("AZURE_CLIENT_CERTIFICATE_PATH", raising=False)
    with bad_day(tmp_path, text, anonymous=False) as day:
        one = yaml.safe_load((tmp_path / "tenant" / "apps.yaml").read_text(encoding="utf-8"))["apps"][0]
        monkeypatch.setenv("AZURE_AUTHORITY_HOST", day.ready.authority)
        monkeypatch.setenv("SSL_CERT_FILE", day.ready.certificate)
        monkeypatch.setenv("AZURE_TENANT_ID", day.ready.tenant)
        monkeypatch.setenv("AZURE_CLIENT_ID", one["id"])
        monkeypatch.setenv("AZURE_CLIENT_SECRET", one["secret"])

        async def steps() -> int:
            tenant = open_rehearsal(day.ready.graph)
            begun = time.monotonic()
            try:
                site = await tenant.site("https://kommune.sharepoint.com/sites/rehearsal")
                drive = await tenant.drive(site, "Documents")
                sent = 0
                while time.monotonic() < begun + 3.5 or sent < 6:
                    sending = Sending(drive.id, drive.root, f"{sent}.txt", Bytes(b"x"), 0, 0)
                    await tenant.send(sending, nothing)
                    sent += 1
                    await asyncio.sleep(0.05)
                assert tenant.meter.throttled == 1
                return sent
            finally:
                await tenant.close()

        assert asyncio.run(steps()) >= 6
