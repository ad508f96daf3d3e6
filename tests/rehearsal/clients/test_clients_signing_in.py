"""The official SDK and rclone sign in at the tenant's own authority, as they would at Microsoft's."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from azure.core.exceptions import ClientAuthenticationError
from azure.identity.aio import CertificateCredential, ClientSecretCredential
from msgraph.generated.models.o_data_errors.o_data_error import ODataError

from filrydd.rehearsal.ways import Ready, Ways
from filrydd.rehearsal.wire.server import running
from tests.rehearsal.clients.rclone import Rclone, program, rclone_for
from tests.rehearsal.clients.sdk import graph
from tests.rehearsal.signing import Proof, app, write_apps

pytestmark = pytest.mark.xdist_group("sdk")

READER = app("Sites.Read.All")
WRITER = app("Sites.ReadWrite.All", certificate="uploader.pem")


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Ready, Path]]:
    """A tenant with an app that reads and one that writes, and the PEM file with the key of the latter."""
    folder, proof = tmp_path_factory.mktemp("signing"), Proof()
    write_apps(folder / "tenant", READER, WRITER)
    (folder / "tenant" / "uploader.pem").write_bytes(proof.pem(private=False))
    own = folder / "own.pem"
    own.write_bytes(proof.pem(private=True))
    with running(folder / "tenant", Ways(anonymous=False)) as ready:
        yield ready, own


def at(ready: Ready) -> dict[str, Any]:
    """What azure-identity must be told of an authority that is not Microsoft's."""
    return {
        "authority": ready.authority,
        "disable_instance_discovery": True,
        "connection_verify": ready.certificate,
    }


async def write_and_read(ready: Ready, credential: Any) -> bytes:
    async with credential, graph(ready, credential) as client:
        item = client.drives.by_drive_id(ready.drives[0].id).items.by_drive_item_id("root:/signert å.txt:")
        await item.content.put(b"innhold")
        return await item.content.get()


def test_the_sdk_signs_in_with_a_secret_and_with_a_certificate(signed) -> None:
    ready, own = signed
    for credential in (
        ClientSecretCredential(ready.tenant, WRITER["id"], WRITER["secret"], **at(ready)),
        CertificateCredential(ready.tenant, WRITER["id"], str(own), **at(ready)),
    ):
        assert asyncio.run(write_and_read(ready, credential)) == b"innhold"


def test_an_app_that_may_only_read_is_refused_by_graph_and_a_wrong_secret_by_the_authority(signed) -> None:
    ready, _own = signed
    with pytest.raises(ODataError) as refused:
        credential = ClientSecretCredential(ready.tenant, READER["id"], READER["secret"], **at(ready))
        asyncio.run(write_and_read(ready, credential))
    assert (refused.value.response_status_code, refused.value.error.code) == (403, "accessDenied")
    with pytest.raises(ClientAuthenticationError, match="AADSTS7000215"):
        credential = ClientSecretCredential(ready.tenant, READER["id"], "feil", **at(ready))
        asyncio.run(write_and_read(ready, credential))


def test_rclone_works_with_a_token_of_the_authoritys_for_sharepoint(signed, make_tree, tmp_path) -> None:
    ready, own = signed

    # SharePoint's own address takes a token for itself only, and only from an app that signed in with a certificate.
    async def token(credential: Any) -> str:
        async with credential:
            return (await credential.get_token("https://127.0.0.1/.default")).token

    given = {
        "secret": ClientSecretCredential(ready.tenant, WRITER["id"], WRITER["secret"], **at(ready)),
        "certificate": CertificateCredential(ready.tenant, WRITER["id"], str(own), **at(ready)),
    }
    tokens = {name: asyncio.run(token(credential)) for name, credential in given.items()}
    rclone = rclone_for(replace(ready, token=tokens["certificate"]), tmp_path)
    rclone("copy", str(make_tree({"mappe": {"fil å.txt": b"innhold"}})), "t:rclone")
    assert rclone("cat", "t:rclone/mappe/fil å.txt") == "innhold"
    refused = rclone_for(replace(ready, token=tokens["secret"]), tmp_path).run("lsf", "t:")
    assert refused.code != 0
    assert "Unsupported app only token" in refused.log


@pytest.mark.parametrize(
    ("secret", "told"),
    [
        # It asks for a token for Graph, also for the one address that it can be given, which is SharePoint's.
        (WRITER["secret"], "AudienceUriValidationFailedException"),
        ("feil", "couldn't fetch token: invalid_client"),
    ],
    ids=["its own secret", "a wrong secret"],
)
def test_rclone_asks_the_authority_by_client_credentials(signed, tmp_path, secret, told) -> None:
    ready, _own = signed
    config = tmp_path / "rclone.conf"
    config.write_text(
        "[t]\ntype = onedrive\ndrive_type = documentLibrary\nclient_credentials = true\n"
        f"drive_id = {ready.drives[0].id}\ntenant_url = {ready.api}\ntenant = {ready.tenant}\n"
        f"client_id = {WRITER['id']}\nclient_secret = {secret}\n"
        f"token_url = {ready.authority}/{ready.tenant}/oauth2/v2.0/token\n"
    )
    refused = Rclone(program(), config).run("lsf", "--ca-cert", ready.certificate, "t:")
    assert refused.code != 0
    assert told in refused.log
