"""The tenant's applications, as its folder's `apps.yaml` tells them: what app registrations are in Entra.

    apps:
      - id: 0b6b1bd1-...            # a GUID
        name: Uploader
        secret: "..."               # or certificate, or both
        certificate: uploader.pem   # a path from the folder; what else the file holds is not looked at
        permissions: [Sites.Selected, User.Read.All]
        sites: {sites/rehearsal: write}   # what Sites.Selected opens: read, write, manage, owner or fullcontrol

It is read anew when it changed; a token that was given lives on till it runs out, as in Entra. A file with mistakes keeps a
tenant from starting; while it runs, the apps stay as they were and the log says what is wrong. Nothing that is said about the
file repeats what stands in it: that might be a secret.
"""

import hmac
import logging
import re
import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

import yaml
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from filrydd.errors import FilryddError
from filrydd.lang import _
from filrydd.rehearsal.rules.apps import EVERYTHING, KNOWN, ROLES, App
from filrydd.rehearsal.rules.names import fold
from filrydd.rehearsal.store.private import write_private

LARGEST = 1 << 20
"""Bytes of the file, and of a certificate's."""
_LOG = logging.getLogger("filrydd.rehearsal")
_KEYS = {"id", "name", "secret", "certificate", "permissions", "sites"}
_PERMISSION = re.compile(r"[A-Za-z]{1,40}(\.[A-Za-z]{1,40}){1,3}")
_SITE = re.compile(r"(?:sites|teams)/[\w.\-]{1,128}", re.IGNORECASE)

_FIRST = """\
# The applications of this rehearsal tenant, like app registrations in Entra. The file is read anew when it changes.
#   secret, or certificate: the path of a PEM file, from this folder
#   permissions: Graph's application permissions
#   sites: what Sites.Selected opens, for example {{sites/rehearsal: write}}; roles: read, write, manage, owner, fullcontrol
apps:
  - id: {id}
    name: Rehearsal
    secret: "{secret}"
    permissions: [{permissions}]
"""


@dataclass(frozen=True, slots=True)
class Registration:
    """An app and how it shows who it is. `sites` has roles by the folded path of a site."""

    app: App
    certificate: x509.Certificate | None
    sites: Mapping[str, str]
    _secret: str = field(repr=False)

    def has_secret(self, said: str) -> bool:
        """Whether that is its secret; takes as long for any answer."""
        one, two = (sha256(each.encode("utf-8", "replace")).digest() for each in (said, self._secret))
        return bool(self._secret) and hmac.compare_digest(one, two)


class Registrations:
    """The apps of one tenant. Raises FilryddError for a file with mistakes, once: when it is made."""

    def __init__(self, file: Path) -> None:
        self._file = file
        if not file.exists():
            _make_first(file)
        self._stamp = _stamp(file)
        self._apps, problems = _read(file)
        if problems:
            raise FilryddError(
                _("The list of applications has mistakes: {file}.").format(file=file),
                next=_("Mend the file, then start the rehearsal tenant again."),
                details=tuple(problems),
            )

    def find(self, id: str) -> Registration | None:
        """The app with that id, as the file says now."""
        return self._now().get(id.lower())

    def all(self) -> list[Registration]:
        """All apps, in the file's order."""
        return list(self._now().values())

    def first(self) -> App | None:
        """The app that the file names first."""
        return next((one.app for one in self._now().values()), None)

    def _now(self) -> dict[str, Registration]:
        stamp = _stamp(self._file)
        if stamp != self._stamp:
            self._stamp = stamp
            apps, problems = _read(self._file)
            if problems:
                _LOG.warning("%s has mistakes, and the apps stay as they were: %s", self._file, "; ".join(problems))
            else:
                self._apps = apps
        return self._apps


def _stamp(file: Path) -> tuple[int, int, int]:
    try:
        found = file.stat()
    except OSError:
        return 0, 0, 0
    return found.st_mtime_ns, found.st_size, found.st_ino


def _make_first(file: Path) -> None:
    made = _FIRST.format(id=uuid.uuid4(), secret=secrets.token_urlsafe(32), permissions=", ".join(sorted(EVERYTHING)))
    write_private(file, made.encode())


def _read(file: Path) -> tuple[dict[str, Registration], list[str]]:
    """The apps of a file by their ids, and its mistakes. No file: no apps."""
    try:
        with file.open("rb") as stream:
            raw = stream.read(LARGEST + 1)
    except FileNotFoundError:
        return {}, []
    except OSError as trouble:
        return {}, [trouble.strerror or type(trouble).__name__]
    if len(raw) > LARGEST:
        return {}, [_("It is larger than 1 MiB.")]
    try:
        said = yaml.safe_load(raw.decode("utf-8-sig"))
    except yaml.MarkedYAMLError as trouble:
        mark = trouble.problem_mark
        return {}, [_("Line {line}: this is not YAML.").format(line=mark.line + 1) if mark else _("This is not YAML.")]
    except (yaml.YAMLError, ValueError, RecursionError):
        return {}, [_("This is not YAML.")]
    listed = (said or {}).get("apps", []) if isinstance(said or {}, dict) else None
    if not isinstance(listed, list) or set(said or {}) - {"apps"}:
        return {}, [_("Only 'apps:' with a list is expected.")]
    problems: list[str] = []
    apps: dict[str, Registration] = {}
    for number, each in enumerate(listed, 1):
        wrong: list[str] = []
        made = _registration(each, file.parent, wrong)
        if made and made.app.id in apps:
            wrong.append(_("Another app has this id already."))
        problems += [_("App {number}: {problem}").format(number=number, problem=each) for each in wrong]
        if made:
            apps[made.app.id] = made
    return apps, problems


def _registration(said: object, folder: Path, wrong: list[str]) -> Registration | None:
    if not isinstance(said, dict):
        wrong.append(_("id, name and permissions are expected."))
        return None
    if any(name not in _KEYS for name in said):
        wrong.append(_("Only these are known: {names}.").format(names=", ".join(sorted(_KEYS))))
    id, name, secret = said.get("id"), said.get("name"), said.get("secret", "")
    try:
        id = str(uuid.UUID(id)) if isinstance(id, str) else ""
    except ValueError:
        id = ""
    if not id:
        wrong.append(_("id: a GUID is expected."))
    if not isinstance(name, str) or not 0 < len(name) <= 120 or not name.isprintable():
        wrong.append(_("name: up to 120 characters are expected."))
    if not isinstance(secret, str) or len(secret) > 1024:
        wrong.append(_("secret: a text is expected, in quotes."))
    certificate = _certificate(said.get("certificate"), folder, wrong)
    permissions, sites = _permissions(said.get("permissions", []), wrong), _sites(said.get("sites", {}), wrong)
    if wrong:
        return None
    return Registration(App(id, str(name), permissions), certificate, sites, str(secret))


def _permissions(said: Any, wrong: list[str]) -> frozenset[str]:
    if not isinstance(said, list) or not all(isinstance(each, str) for each in said):
        wrong.append(_("permissions: a list of names is expected."))
        return frozenset()
    for each in said:
        if each not in KNOWN:
            name = each if _PERMISSION.fullmatch(each) else "?"
            wrong.append(_("permissions: {name} is not known here.").format(name=name))
    return frozenset(said)


def _sites(said: Any, wrong: list[str]) -> dict[str, str]:
    if not isinstance(said, dict):
        wrong.append(_("sites: paths with roles are expected."))
        return {}
    sites: dict[str, str] = {}
    for path, role in said.items():
        if not isinstance(path, str) or not _SITE.fullmatch(path.strip("/")):
            wrong.append(_("sites: paths like sites/NAME are expected."))
        elif not isinstance(role, str) or role not in ROLES:
            wrong.append(_("sites: a role is one of {roles}.").format(roles=", ".join(ROLES)))
        else:
            sites[fold(path.strip("/"))] = role
    return sites


def _certificate(said: Any, folder: Path, wrong: list[str]) -> x509.Certificate | None:
    if said is None:
        return None
    try:
        with (folder / str(said)).open("rb") as stream:
            found = x509.load_pem_x509_certificate(stream.read(LARGEST))
    except (OSError, ValueError):
        wrong.append(_("certificate: the path of a PEM file with a certificate is expected."))
        return None
    if not isinstance(found.public_key(), RSAPublicKey):
        wrong.append(_("certificate: an RSA key is expected."))
    return found
