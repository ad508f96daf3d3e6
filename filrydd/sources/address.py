"""Addresses of sources as people type them.

Three forms: a folder's path, `\\\\server\\share\\path`, and `smb://[user@]server[:port]/share/path`. On Windows a UNC path
goes through the system itself; elsewhere it means the same as the `smb://` form. In that form `%20` and the like are
decoded, and anything else is taken as it stands, spaces and Norwegian letters included.
"""

import os
import re
from dataclasses import dataclass
from urllib.parse import unquote

from filrydd.errors import BadUsage
from filrydd.lang import _

SMB_PORT = 445
_HEXADECIMAL = re.compile(r"%(?=[0-9A-Fa-f]{2})")


@dataclass(frozen=True, slots=True)
class LocalAddress:
    """A folder of this machine, or on Windows one of its network paths. `path` is absolute."""

    path: str

    @property
    def text(self) -> str:
        """What is stored and shown."""
        return self.path


@dataclass(frozen=True, slots=True)
class SmbAddress:
    """A folder of a share. `path` has `/` between its names and is empty for the share's own top."""

    server: str
    share: str
    path: str = ""
    user: str = ""
    port: int = SMB_PORT

    @property
    def text(self) -> str:
        """What is stored and shown: the place, without the user. `parse` takes it back."""
        host = f"[{self.server}]" if ":" in self.server else self.server
        port = "" if self.port == SMB_PORT else f":{self.port}"
        place = _HEXADECIMAL.sub("%25", "/".join(filter(None, (self.share, self.path))))
        # After a port an `@` could be the end of a password with a slash in it.
        return f"smb://{host}{port}/" + (place.replace("@", "%40") if port else place)


Address = LocalAddress | SmbAddress


def parse(text: str) -> Address:
    """The address that a person typed. Raises BadUsage; its message never repeats an `smb://` address, which may hold a
    password in any of its parts."""
    wanted = text.strip() if text.strip().lower().startswith("smb:") else text
    if wanted.lower().startswith("smb:"):
        return _from_url(wanted)
    if not wanted.strip() or "\0" in wanted:
        raise BadUsage(_("The address of the source is empty or has a NUL in it."), next=_forms())
    if wanted.startswith("\\\\") and os.name != "nt":
        return _from_unc(wanted)
    return LocalAddress(os.path.abspath(wanted))  # noqa: PTH100 - pathlib does not resolve `..`


def _from_url(text: str) -> SmbAddress:
    if not text.lower().startswith("smb://"):
        raise _refused()
    authority, _slash, place = text[len("smb://") :].partition("/")
    user, at, host = authority.rpartition("@")
    if ":" in user or (not at and _has_password_with_slash(authority, place)):
        raise BadUsage(
            _("The address has a password in it. It was not used."),
            next=_("Leave it out, and set FILRYDD_SMB_PASSWORD or use the credential store."),
        )
    server, port = _server_and_port(host)
    names = [unquote(name, errors="strict") for name in _decodable(place).split("/") if name]
    return _address(server, names, unquote(user), port)


def _has_password_with_slash(authority: str, place: str) -> bool:
    # `smb://user:secret/more@server/share` looks like a server and a port until the first slash.
    server, colon, port = authority.rpartition(":")
    if not colon or server.startswith("["):
        return False
    return "@" in place.split("/")[0] or ("@" in place and not port.isdecimal())


def _server_and_port(host: str) -> tuple[str, int]:
    if host.startswith("["):
        server, _bracket, rest = host[1:].partition("]")
        port = rest.removeprefix(":")
    else:
        server, _colon, port = host.partition(":")
    if not port:
        return server, SMB_PORT
    if not port.isascii() or not port.isdecimal() or not 0 < int(port) < 65_536:
        raise BadUsage(_("The port in the address is not a number from 1 to 65535."), next=_forms())
    return server, int(port)


def _decodable(place: str) -> str:
    # A `%` that begins no code is itself; one that begins a code which is no UTF-8 cannot be meant.
    try:
        unquote(place, errors="strict")
    except UnicodeDecodeError:
        raise _refused() from None
    return place


def _from_unc(text: str) -> SmbAddress:
    server, *names = [name for name in text.replace("/", "\\").split("\\") if name] or [""]
    return _address(server, names, "", SMB_PORT)


def _address(server: str, names: list[str], user: str, port: int) -> SmbAddress:
    if not server or not names or any(_no_name(name) for name in names):
        raise _refused()
    return SmbAddress(server, names[0], "/".join(names[1:]), user, port)


def _no_name(name: str) -> bool:
    return name in (".", "..") or any(letter in name for letter in "/\\\0")


def _refused() -> BadUsage:
    return BadUsage(_("The address needs a server and a share."), next=_forms())


def _forms() -> str:
    return _("Write a folder, \\\\server\\share\\path, or smb://server/share/path.")
