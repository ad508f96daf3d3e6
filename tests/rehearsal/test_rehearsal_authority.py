"""Signing in: the authority's certificate, its answers and refusals, and what a token opens."""

import os
import socket
import ssl
import stat
import time
import uuid
from pathlib import Path

import httpx
import pytest
from azure.core.exceptions import ClientAuthenticationError
from azure.identity import CertificateCredential, ClientSecretCredential
from cryptography import x509

from filrydd.errors import FilryddError
from filrydd.rehearsal.authority import certificate
from filrydd.rehearsal.ways import Ways
from filrydd.rehearsal.wire.server import running
from tests.rehearsal.signing import ASSERTION, Proof, app, ask, claims_of, first_app, signed, token, write_apps

SITE = "sites/127.0.0.1:/sites/rehearsal"


def trusting(ready) -> httpx.Client:
    return httpx.Client(verify=ssl.create_default_context(cafile=ready.certificate))


def denied(answer: httpx.Response) -> tuple[int, str, int]:
    said = answer.json()
    assert set(said) == {
        "error",
        "error_description",
        "error_codes",
        "timestamp",
        "trace_id",
        "correlation_id",
        "error_uri",
    }
    (code,) = said["error_codes"]
    assert said["error_description"].startswith(f"AADSTS{code}: ")
    assert answer.headers["client-request-id"] == said["correlation_id"]
    assert "access_token" not in said
    return answer.status_code, said["error"], code


def test_the_first_app_signs_in_with_its_secret_and_may_everything(tenant, error) -> None:
    one = first_app(tenant)
    assert one["id"] == tenant.app
    answer = ask(tenant, client_id=one["id"], client_secret=one["secret"])
    assert answer.headers["cache-control"] == "no-store, no-cache"
    said = answer.json()
    assert (said["token_type"], said["expires_in"], said["ext_expires_in"]) == ("Bearer", 3600, 3600)
    claims = claims_of(said["access_token"])
    assert claims["aud"] == "https://graph.microsoft.com"
    assert (claims["appid"], claims["tid"], claims["appidacr"]) == (tenant.app, tenant.tenant, "1")
    assert claims["exp"] - claims["iat"] in (3600, 3601)
    assert "Sites.FullControl.All" in claims["roles"]
    with signed(tenant, one) as client:
        assert client.get(f"{tenant.graph}/{SITE}").status_code == 200
        assert client.get(f"{tenant.graph}/users").status_code == 200
        body = {"displayName": uuid.uuid4().hex, "list": {"template": "documentLibrary"}}
        assert client.post(f"{tenant.graph}/{SITE}:/lists", json=body).status_code == 201


def test_the_token_is_signed_by_a_key_that_the_authority_publishes(tenant) -> None:
    from joserfc import jwt
    from joserfc.jwk import KeySet

    given = token(tenant, first_app(tenant))
    with trusting(tenant) as client:
        configured = client.get(f"{tenant.authority}/{tenant.tenant}/v2.0/.well-known/openid-configuration").json()
        assert configured["token_endpoint"] == f"{tenant.authority}/{tenant.tenant}/oauth2/v2.0/token"
        assert configured["issuer"] == f"{tenant.authority}/{tenant.tenant}/v2.0"
        keys = KeySet.import_key_set(client.get(configured["jwks_uri"]).json())
        common = client.get(f"{tenant.authority}/common/v2.0/.well-known/openid-configuration").json()
        assert common["issuer"].endswith("/{tenantid}/v2.0")
        instance = client.get(f"{tenant.authority}/common/discovery/instance?api-version=1.1").json()
        assert client.get(instance["tenant_discovery_endpoint"]).json() == configured
    assert jwt.decode(given, keys, algorithms=["RS256"]).claims["appid"] == tenant.app


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"client_secret": "wrong"}, (401, "invalid_client", 7000215)),
        ({"client_secret": ""}, (401, "invalid_client", 7000218)),
        ({"client_secret": None}, (401, "invalid_client", 7000218)),
        ({"client_id": None}, (400, "invalid_request", 900144)),
        ({"client_id": str(uuid.uuid4())}, (400, "unauthorized_client", 700016)),
        ({"client_id": "not\ra guid"}, (400, "unauthorized_client", 700016)),
        ({"grant_type": None}, (400, "invalid_request", 900144)),
        ({"grant_type": "password"}, (400, "unsupported_grant_type", 70003)),
        ({"scope": None}, (400, "invalid_request", 900144)),
        ({"scope": "https://graph.microsoft.com/Sites.Read.All"}, (400, "invalid_scope", 1002012)),
        ({"scope": "https://graph.microsoft.com/.default openid"}, (400, "invalid_scope", 70011)),
        ({"scope": "https://kommune.sharepoint.com/.default"}, (400, "invalid_resource", 500011)),
        ({"tenant": str(uuid.uuid4())}, (400, "invalid_request", 90002)),
        ({"tenant": "annen.example"}, (400, "invalid_request", 90002)),
        ({"tenant": "what"}, (400, "invalid_request", 900023)),
        ({"tenant": "common"}, (400, "invalid_request", 50059)),
        ({"client_assertion": "a.b.c", "client_assertion_type": ASSERTION}, (400, "invalid_request", 50027)),
        ({"client_assertion": "x" * 40_000}, (400, "invalid_request", 50027)),
    ],
)
def test_what_entra_refuses_is_refused_with_entras_codes(tenant, fields, expected) -> None:
    one = first_app(tenant)
    answer = ask(tenant, **{"client_id": one["id"], "client_secret": one["secret"], **fields})
    assert denied(answer) == expected
    assert one["secret"] not in answer.text


def test_the_tenant_answers_to_its_domain_too(tenant) -> None:
    one = first_app(tenant)
    answer = ask(tenant, tenant="Rehearsal.example", client_id=one["id"].upper(), client_secret=one["secret"])
    assert claims_of(answer.json()["access_token"])["tid"] == tenant.tenant


def test_bodies_are_bounded_and_must_be_forms(tenant) -> None:
    address = f"{tenant.authority}/{tenant.tenant}/oauth2/v2.0/token"
    one = first_app(tenant)
    with trusting(tenant) as client:
        assert denied(client.post(address, json={"grant_type": "client_credentials"})) == (
            400,
            "invalid_request",
            900144,
        )
        assert denied(client.get(address)) == (400, "invalid_request", 900561)
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        twice = client.post(address, content=b"scope=a&scope=b", headers=form)
        assert denied(twice) == (400, "invalid_request", 9000411)
        assert denied(client.post(address, content=b"a=%FF&b=\xff", headers=form))[2] == 90014
        assert denied(client.post(address, content=b"&".join([b"a=1"] * 100), headers=form))[2] == 90014

        assert client.post(address, content=b"a" * (64 << 10) + b"b", headers=form).status_code == 413
        assert client.post(address, content=iter([b"a" * 40_000] * 2), headers=form).status_code == 413
        data = {"grant_type": "client_credentials", "scope": "https://graph.microsoft.com/.default"}
        assert client.post(address, data=data, auth=(one["id"], one["secret"])).status_code == 200
        assert client.get(f"{tenant.authority}/elsewhere").status_code == 404
        elsewhere = client.post(address, data=data, headers={"Origin": "https://evil.example"})
        assert elsewhere.status_code == 403
        assert client.post(address, data=data, headers={"Host": "evil.example"}).status_code == 403


def test_azure_identity_signs_in_with_a_secret_and_with_a_certificate(tmp_path, monkeypatch) -> None:
    proof, folder = Proof(), tmp_path / "tenant"
    one = app("Sites.ReadWrite.All", certificate="uploader.pem")
    write_apps_with(folder, proof, one)
    (tmp_path / "own.pem").write_bytes(proof.pem(private=True))
    with running(folder, Ways(anonymous=False)) as ready:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", ready.certificate)
        options = {"authority": ready.authority, "disable_instance_discovery": True}
        for credential, kind in (
            (ClientSecretCredential(ready.tenant, one["id"], one["secret"], **options), "1"),
            (CertificateCredential(ready.tenant, one["id"], str(tmp_path / "own.pem"), **options), "2"),
        ):
            given = credential.get_token("https://graph.microsoft.com/.default").token
            assert claims_of(given)["appidacr"] == kind
            answer = httpx.get(f"{ready.graph}/{SITE}", headers={"Authorization": f"Bearer {given}"})
            assert answer.status_code == 200
        wrong = ClientSecretCredential(ready.tenant, one["id"], "wrong", **options)
        with pytest.raises(ClientAuthenticationError, match="AADSTS7000215"):
            wrong.get_token("https://graph.microsoft.com/.default")


def write_apps_with(folder: Path, proof: Proof, *apps: dict) -> None:
    folder.mkdir()
    (folder / "uploader.pem").write_bytes(proof.pem(private=False))
    write_apps(folder, *apps)


def test_an_assertion_must_be_made_by_the_holder_of_the_certificate_for_us_and_now(tmp_path) -> None:
    proof, foreign, folder = Proof(), Proof(), tmp_path / "tenant"
    one, bare = app("Sites.ReadWrite.All", certificate="uploader.pem", secret=""), app("Sites.Read.All")
    write_apps_with(folder, proof, one, bare)
    with running(folder) as ready:

        def answer(text: str, id: str = one["id"]) -> httpx.Response:
            return ask(ready, client_id=id, client_assertion=text, client_assertion_type=ASSERTION)

        id, now = one["id"], int(time.time())
        for alg in ("RS256", "PS256"):
            text = proof.assertion(ready, id, alg)
            assert answer(text).status_code == 200
            # MSAL sends an assertion again while it lasts.
            assert answer(text).status_code == 200
        assert answer(proof.assertion(ready, id, aud=f"{ready.authority}/{ready.tenant}/v2.0")).status_code == 200
        refused = {
            proof.assertion(ready, id, aud="https://login.microsoftonline.com/x/oauth2/v2.0/token"): 700023,
            proof.assertion(ready, id, exp=now - 301): 700024,
            proof.assertion(ready, id, nbf=now + 400): 700024,
            proof.assertion(ready, id, exp="soon"): 50027,
            proof.assertion(ready, id, exp=float("nan")): 50027,
            proof.assertion(ready, id, exp=float("inf")): 50027,
            proof.assertion(ready, id, jti=None): 50027,
            proof.assertion(ready, id, sub=bare["id"]): 700021,
            foreign.assertion(ready, id): 700027,
            proof.assertion(ready, id)[:-6] + "AAAAAA": 700027,
            proof.assertion(ready, id, "HS256"): 700027,
        }
        for text, code in refused.items():
            assert denied(answer(text))[2] == code
        assert denied(answer(proof.assertion(ready, bare["id"]), bare["id"]))[2] == 700027
        assert denied(ask(ready, client_id=id, client_secret="anything"))[2] == 7000215


def test_an_expired_certificate_does_not_sign_in(tmp_path) -> None:
    proof, folder = Proof(days=10), tmp_path / "tenant"
    one = app("Sites.ReadWrite.All", certificate="uploader.pem")
    write_apps_with(folder, proof, one)
    with running(folder) as ready:
        text = proof.assertion(ready, one["id"])
        answer = ask(ready, client_id=one["id"], client_assertion=text, client_assertion_type=ASSERTION)
        assert denied(answer)[2] == 700027
        assert "expired" in answer.json()["error_description"]


def test_a_token_that_ran_out_is_refused_as_graph_refuses_it(tmp_path, error, http) -> None:
    with running(tmp_path, Ways(token_seconds=2)) as ready:
        given = token(ready, first_app(ready))
        headers = {"Authorization": f"Bearer {given}"}
        assert http.get(f"{ready.graph}/{SITE}", headers=headers).status_code == 200
        time.sleep(2.1)
        answer = http.get(f"{ready.graph}/{SITE}", headers=headers)
        assert error(answer) == (401, "InvalidAuthenticationToken")
        assert answer.json()["error"]["message"] == "Lifetime validation failed, the token is expired."
        assert answer.headers["www-authenticate"] == (
            f'Bearer realm="", authorization_uri="{ready.authority}/common/oauth2/authorize", '
            'client_id="00000003-0000-0000-c000-000000000000"'
        )
        batch = {"requests": [{"id": "1", "method": "GET", "url": f"/{SITE}"}]}
        assert error(http.post(f"{ready.graph}/$batch", json=batch, headers=headers))[0] == 401
        # The token for trials stays.
        trial = {"Authorization": f"Bearer {ready.token}"}
        assert http.get(f"{ready.graph}/{SITE}", headers=trial).status_code == 200


def test_a_token_opens_only_the_service_that_it_is_for(tenant, http, error) -> None:
    one = first_app(tenant)
    for_site = {"Authorization": f"Bearer {token(tenant, one, 'https://127.0.0.1/.default')}"}
    for_graph = {"Authorization": f"Bearer {token(tenant, one)}"}
    answer = http.get(f"{tenant.graph}/{SITE}", headers=for_site)
    assert error(answer) == (401, "InvalidAuthenticationToken")
    assert answer.json()["error"]["message"] == "Access token validation failure. Invalid audience."
    assert error(http.get(f"{tenant.api}/v2.0/{SITE}", headers=for_graph)) == (401, "unauthenticated")
    # For SharePoint itself it must have been had with a certificate.
    unsupported = http.get(f"{tenant.api}/v2.0/{SITE}", headers=for_site)
    assert error(unsupported) == (401, "unauthenticated")
    assert unsupported.json()["error"]["message"] == "Unsupported app only token."


@pytest.mark.parametrize("spoilt", ["nonsense", "a.b.c", "..", "e30.e30.", "ø.ø.ø", "x" * 60_000])
def test_what_is_no_token_of_ours_is_refused(tenant, http, error, spoilt) -> None:
    headers = [(b"Authorization", f"Bearer {spoilt}".encode())]
    assert error(http.get(f"{tenant.graph}/{SITE}", headers=headers)) == (401, "InvalidAuthenticationToken")


def test_a_token_that_was_altered_or_comes_from_another_tenant_is_refused(tenant, tmp_path, http, error) -> None:
    with running(tmp_path) as other:
        foreign = token(other, first_app(other))
    whole = token(tenant, first_app(tenant))
    header, _claims, signature = whole.split(".")
    none = "eyJhbGciOiJub25lIn0"
    for text in (foreign, f"{header}.{foreign.split('.')[1]}.{signature}", f"{none}.{whole.split('.')[1]}."):
        answer = http.get(f"{tenant.graph}/{SITE}", headers={"Authorization": f"Bearer {text}"})
        assert error(answer) == (401, "InvalidAuthenticationToken")
        assert answer.json()["error"]["message"] == "Access token validation failure."


def test_ids_keys_ports_and_tokens_outlive_a_restart(tmp_path, http) -> None:
    with running(tmp_path) as before:
        given = token(before, first_app(before))
        trusted = Path(before.certificate).read_bytes()
    with running(tmp_path) as after:
        assert (after.authority, after.tenant, after.app) == (before.authority, before.tenant, before.app)
        assert Path(after.certificate).read_bytes() == trusted
        answer = http.get(f"{after.graph}/{SITE}", headers={"Authorization": f"Bearer {given}"})
        assert answer.status_code == 200


@pytest.mark.skipif(os.name == "nt", reason="Windows has other permissions")
def test_keys_and_secrets_are_for_the_owner_alone_and_stand_nowhere_else(tmp_path) -> None:
    with running(tmp_path) as ready:
        secret = first_app(ready)["secret"]
        token(ready, first_app(ready))
    for name in ("apps.yaml", "authority-key.pem", "token-key.pem"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600
    others = [file for file in tmp_path.rglob("*") if file.is_file() and file.name != "apps.yaml"]
    assert not any(secret.encode() in file.read_bytes() for file in others)


def test_the_certificate_is_for_this_machine_alone_and_made_anew_when_it_is_spoilt(tmp_path) -> None:
    with running(tmp_path) as ready:
        first = Path(ready.certificate).read_bytes()
    leaf = x509.load_pem_x509_certificate((tmp_path / "authority-key.pem").read_bytes())
    names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert {str(name.value) for name in names} == {"localhost", "127.0.0.1", "::1"}
    (tmp_path / "authority-key.pem").write_bytes(b"spoilt")
    with running(tmp_path) as ready:
        assert Path(ready.certificate).read_bytes() != first
        token(ready, first_app(ready))
        port = int(ready.authority.rpartition(":")[2])
        trust = ssl.create_default_context(cafile=ready.certificate)
        with socket.create_connection(("127.0.0.1", port)) as raw, trust.wrap_socket(raw, server_hostname="localhost"):
            pass
        with socket.create_connection(("127.0.0.1", port)) as raw, pytest.raises(ssl.SSLCertVerificationError):
            trust.wrap_socket(raw, server_hostname="kommune.example")


def test_a_certificate_that_is_near_its_end_is_made_anew(tmp_path, monkeypatch) -> None:
    trusted, _own = certificate.certificate(tmp_path, "127.0.0.1")
    first = trusted.read_bytes()
    assert certificate.certificate(tmp_path, "127.0.0.1")[0].read_bytes() == first
    monkeypatch.setattr(certificate, "RENEWED", certificate.LASTS)
    assert certificate.certificate(tmp_path, "127.0.0.1")[0].read_bytes() != first


def test_the_list_of_apps_is_read_anew_and_a_spoilt_one_changes_nothing(tmp_path, caplog) -> None:
    with running(tmp_path) as ready:
        old, new = first_app(ready), app("Sites.Read.All", name="Ny")
        write_apps(tmp_path, new)
        assert claims_of(token(ready, new))["app_displayname"] == "Ny"
        assert denied(ask(ready, client_id=old["id"], client_secret=old["secret"]))[2] == 700016
        (tmp_path / "apps.yaml").write_text('apps: [{id: "hemmelig', encoding="utf-8")
        assert token(ready, new)
        assert "Line 1: this is not YAML." in caplog.text
        assert "hemmelig" not in caplog.text


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("apps: [", "Line 1: this is not YAML."),
        ("- 1", "Only 'apps:' with a list is expected."),
        ("apps: {}", "Only 'apps:' with a list is expected."),
        ("apps: [1]", "App 1: id, name and permissions are expected."),
        ("apps: [{id: x, name: A}]", "App 1: id: a GUID is expected."),
        ("apps: [{id: 0b6b1bd1-0000-4000-8000-000000000000}]", "App 1: name: up to 120 characters are expected."),
        ("APP, secret: 12}]", "App 1: secret: a text is expected, in quotes."),
        ("APP, permissions: [Sites.Everything.All]}]", "App 1: permissions: Sites.Everything.All is not known here."),
        ("APP, permissions: ['p@ss word']}]", "App 1: permissions: ? is not known here."),
        ("APP, permissions: Sites.Read.All}]", "App 1: permissions: a list of names is expected."),
        (
            "APP, sites: {sites/a: administer}}]",
            "App 1: sites: a role is one of read, write, manage, owner, fullcontrol.",
        ),
        ("APP, sites: {../a: read}}]", "App 1: sites: paths like sites/NAME are expected."),
        (
            "APP, certificate: missing.pem}]",
            "App 1: certificate: the path of a PEM file with a certificate is expected.",
        ),
        ("APP, colour: red}]", "App 1: Only these are known: certificate, id, name, permissions, secret, sites."),
        ("APP}, {id: 0b6b1bd1-0000-4000-8000-000000000000, name: B}]", "App 2: Another app has this id already."),
        ("\x00", "This is not YAML."),
        ("[" * 1000, "This is not YAML."),
        ("#" * (1 << 20) + "\n", "It is larger than 1 MiB."),
    ],
)
def test_a_list_of_apps_with_mistakes_keeps_the_tenant_from_starting(tmp_path, text, told) -> None:
    text = text.replace("APP", "apps: [{id: 0b6b1bd1-0000-4000-8000-000000000000, name: A")
    (tmp_path / "apps.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(FilryddError) as refused, running(tmp_path):
        pass
    assert told in refused.value.details
    assert "apps.yaml" in refused.value.message
