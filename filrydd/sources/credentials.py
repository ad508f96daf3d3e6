"""Who we are at a file server. Passwords are read, used and never written anywhere.

In this order: `FILRYDD_SMB_USER`, `FILRYDD_SMB_PASSWORD` and `FILRYDD_SMB_DOMAIN`; the system's credential store under the
service `filrydd-smb:<server>`; and with no password at all whoever is signed in on this machine (Kerberos, or Windows'
own sign-in). `FILRYDD_SMB_SID` names the operator's own security identifier where the server will not tell it.
"""

import os
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Credentials:
    """`user` and `password` empty: whoever is signed in here. `sid` is empty when the server is to be asked for it."""

    user: str = ""
    password: str = field(default="", repr=False)
    domain: str = ""
    sid: str = ""

    @property
    def account(self) -> str:
        """The user as a server takes it: `DOMAIN\\user`, or the bare name."""
        return f"{self.domain}\\{self.user}" if self.user and self.domain else self.user


def service(server: str) -> str:
    """The name under which the system's credential store holds a server's password."""
    return f"filrydd-smb:{server.lower()}"


def for_server(server: str, user: str = "") -> Credentials:
    """The credentials for a server. `user`, from the address, may be `DOMAIN;user` or `DOMAIN\\user`, and goes before the
    environment's; the environment's password is then used only if it is not another user's."""
    named_domain, user = _split(user)
    environment_domain, environment_user = _split(os.environ.get("FILRYDD_SMB_USER", ""))
    password = os.environ.get("FILRYDD_SMB_PASSWORD", "")
    sid = os.environ.get("FILRYDD_SMB_SID", "")
    if user and environment_user and user.lower() != environment_user.lower():
        password = environment_domain = ""
    domain = named_domain or environment_domain or os.environ.get("FILRYDD_SMB_DOMAIN", "")
    user = user or environment_user
    if user and password:
        return Credentials(user, password, domain, sid)
    stored_user, stored_password = _from_store(server, user)
    if stored_password:
        stored_domain, name = _split(stored_user)
        return Credentials(name, stored_password, stored_domain or domain, sid)
    return Credentials(user, "", domain, sid)


def of_user(account: str, password: str) -> Credentials:
    """The credentials of that user alone, whoever else the environment or the store names."""
    domain, user = _split(account)
    return Credentials(user, password, domain)


def _split(account: str) -> tuple[str, str]:
    for mark in (";", "\\"):
        domain, found, user = account.partition(mark)
        if found:
            return domain, user
    return "", account


def _from_store(server: str, user: str) -> tuple[str, str]:
    import keyring
    from keyring.errors import KeyringError

    try:
        found = keyring.get_credential(service(server), user or None)
    except KeyringError:
        # No store on this machine, or a locked one: the same as one without an entry.
        return user, ""
    return (found.username or user, found.password) if found else (user, "")
