"""Apps of a rehearsal tenant, and how they sign in by plain HTTP."""

import base64
import datetime
import json
import ssl
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import yaml
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

from filrydd.rehearsal.ways import Ready

GRAPH = "https://graph.microsoft.com/.default"
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


@dataclass
class Proof:
    """A key with its certificate."""

    days: int = 30
    key: rsa.RSAPrivateKey = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))

    def __post_init__(self) -> None:
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "uploader")])
        begins = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=20)
        self.certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(self.key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(begins)
            .not_valid_after(begins + datetime.timedelta(days=self.days))
            .sign(self.key, hashes.SHA256())
        )

    def pem(self, *, private: bool) -> bytes:
        public = self.certificate.public_bytes(serialization.Encoding.PEM)
        form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        return (self.key.private_bytes(*form) if private else b"") + public

    def assertion(self, ready: Ready, app: str, alg: str = "PS256", **claims: Any) -> str:
        now = int(time.time())
        sha = hashes.SHA1() if alg == "RS256" else hashes.SHA256()
        header = {"alg": alg, "x5t" if alg == "RS256" else "x5t#S256": _text(self.certificate.fingerprint(sha))}
        said: dict[str, Any] = {"aud": f"{ready.authority}/{ready.tenant}/oauth2/v2.0/token", "iss": app, "sub": app}
        said |= {"jti": str(uuid.uuid4()), "nbf": now, "exp": now + 600} | claims
        text = f"{_text(json.dumps(header).encode())}.{_text(json.dumps(said).encode())}"
        how = padding.PSS(padding.MGF1(hashes.SHA256()), 32) if alg == "PS256" else padding.PKCS1v15()
        return f"{text}.{_text(self.key.sign(text.encode(), how, hashes.SHA256()))}"


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def claims_of(token: str) -> dict[str, Any]:
    middle = token.split(".")[1]
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(middle + "=" * (-len(middle) % 4)))
    return found


def app(*permissions: str, **more: Any) -> dict[str, Any]:
    """An entry of apps.yaml."""
    made = {"id": str(uuid.uuid4()), "name": "Opplaster", "secret": uuid.uuid4().hex, "permissions": [*permissions]}
    return made | more


def write_apps(folder: Path, *apps: dict[str, Any]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "apps.yaml").write_text(yaml.safe_dump({"apps": [*apps]}), encoding="utf-8")


def first_app(ready: Ready) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(Path(ready.certificate).with_name("apps.yaml").read_text())["apps"][0]
    return found


def ask(ready: Ready, tenant: str = "", **fields: str) -> httpx.Response:
    """A token request; a field that is None is left out."""
    said = {"grant_type": "client_credentials", "scope": GRAPH} | fields
    address = f"{ready.authority}/{tenant or ready.tenant}/oauth2/v2.0/token"
    trust = ssl.create_default_context(cafile=ready.certificate)
    return httpx.post(address, data={name: value for name, value in said.items() if value is not None}, verify=trust)


def token(ready: Ready, one: dict[str, Any], scope: str = GRAPH) -> str:
    answer = ask(ready, client_id=one["id"], client_secret=one["secret"], scope=scope)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["access_token"])


def signed(ready: Ready, one: dict[str, Any]) -> httpx.Client:
    """A client of Graph's API as that app."""
    return httpx.Client(headers={"Authorization": f"Bearer {token(ready, one)}"}, timeout=30)
