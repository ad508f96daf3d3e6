"""Security identifiers that mean the same everywhere: what they are called, and what can be told from their form alone.

Sources: [MS-DTYP] 2.4.2.4 (well-known identifiers), Samba's identifiers of Unix users and groups (S-1-22-1, S-1-22-2).
"""

import re
from functools import cache

from filrydd.lang import _, language

EVERYONE = "S-1-1-0"
OWNER_RIGHTS = "S-1-3-4"
NETWORK = "S-1-5-2"
ANONYMOUS = "S-1-5-7"
AUTHENTICATED_USERS = "S-1-5-11"
SYSTEM = "S-1-5-18"
ADMINISTRATORS = "S-1-5-32-544"
GUESTS = "S-1-5-32-546"

PLACEHOLDERS = frozenset({"S-1-3-0", "S-1-3-1", "S-1-3-2", "S-1-3-3", OWNER_RIGHTS, "S-1-5-10"})
"""Stand-ins in an access list for whoever makes or owns an entry; nobody is one of them."""

_ACCOUNT = re.compile(r"(S-1-5-21-\d+-\d+-\d+)-(\d+)")
_UNIX = re.compile(r"S-1-22-([12])-(\d+)")
# Below this number a domain's identifiers are the same in all domains ([MS-SAMR] 3.1.1.9.2.1); accounts of people follow.
_FIRST_ACCOUNT = 1000
_USERS = frozenset({500, 501, 502, 503})
_GUEST, _DOMAIN_GUESTS = 501, 514
_ADMINISTERING = frozenset({500, 512, 518, 519})


def name_of(sid: str) -> str:
    """What an identifier is called in the language of the moment; empty when its form does not tell."""
    name = _names(language()).get(sid)
    if name:
        return name
    if unix := _UNIX.fullmatch(sid):
        text = _("Unix user {number}") if unix[1] == "1" else _("Unix group {number}")
        return text.format(number=unix[2])
    account = _ACCOUNT.fullmatch(sid)
    return _names_in_domains(language()).get(int(account[2]), "") if account else ""


def kind_of(sid: str) -> str:
    """`well-known`, `user` or `group` as far as the form tells; empty otherwise. The words are `principal.kind`'s."""
    if sid in _names(language()):
        return "well-known"
    if unix := _UNIX.fullmatch(sid):
        return "user" if unix[1] == "1" else "group"
    number = _number(sid)
    if number is None or number >= _FIRST_ACCOUNT:
        return ""
    if number in _USERS:
        return "user"
    return "group" if number in _names_in_domains(language()) else ""


def domain_of(sid: str) -> str:
    """The domain (or machine) that an account was made in: its identifier without the last number; empty for others."""
    account = _ACCOUNT.fullmatch(sid)
    return account[1] if account else ""


def is_made_account(sid: str) -> bool:
    """Whether somebody made this account in a domain. Those that every domain has from the start are no such accounts, and
    are not synchronised to a cloud directory either."""
    number = _number(sid)
    return number is not None and number >= _FIRST_ACCOUNT


def speaks_for_itself(sid: str) -> bool:
    """Whether the form alone tells who it is, so that nobody need be asked."""
    number, kind = _number(sid), kind_of(sid)
    return kind == "well-known" or (number is not None and number < _FIRST_ACCOUNT and kind != "")


def is_guest(sid: str) -> bool:
    """Whether a caller with this identifier is not among the authenticated users."""
    return sid in (ANONYMOUS, GUESTS) or _number(sid) in (_GUEST, _DOMAIN_GUESTS)


def is_administering(sid: str) -> bool:
    """Whether it is the system itself or those who run it, who reach everything by their office."""
    return sid in (SYSTEM, ADMINISTRATORS, "S-1-5-32-549", "S-1-5-32-551") or _number(sid) in _ADMINISTERING


def _number(sid: str) -> int | None:
    account = _ACCOUNT.fullmatch(sid)
    return int(account[2]) if account else None


@cache
def _names(language: str) -> dict[str, str]:
    return {
        "S-1-0-0": _("Nobody"),
        EVERYONE: _("Everyone"),
        "S-1-2-0": _("Everyone logged on locally"),
        "S-1-2-1": _("Everyone at the console"),
        "S-1-3-0": _("Creator owner"),
        "S-1-3-1": _("Creator group"),
        "S-1-3-2": _("Creator owner's server"),
        "S-1-3-3": _("Creator group's server"),
        OWNER_RIGHTS: _("Owner rights"),
        "S-1-5-1": _("Dial-up"),
        NETWORK: _("Everyone over the network"),
        "S-1-5-3": _("Batch jobs"),
        "S-1-5-4": _("Everyone logged on at the machine"),
        "S-1-5-6": _("Services"),
        ANONYMOUS: _("Anonymous logon"),
        "S-1-5-8": _("Proxy"),
        "S-1-5-9": _("Enterprise domain controllers"),
        "S-1-5-10": _("The account itself"),
        AUTHENTICATED_USERS: _("Authenticated users"),
        "S-1-5-12": _("Restricted code"),
        "S-1-5-13": _("Terminal server users"),
        "S-1-5-14": _("Remote interactive logon"),
        "S-1-5-15": _("This organisation"),
        "S-1-5-17": _("Web server (IUSR)"),
        SYSTEM: _("The system"),
        "S-1-5-19": _("Local service"),
        "S-1-5-20": _("Network service"),
        ADMINISTRATORS: _("Administrators of the server"),
        "S-1-5-32-545": _("Users of the server"),
        GUESTS: _("Guests of the server"),
        "S-1-5-32-547": _("Power users"),
        "S-1-5-32-548": _("Account operators"),
        "S-1-5-32-549": _("Server operators"),
        "S-1-5-32-550": _("Print operators"),
        "S-1-5-32-551": _("Backup operators"),
        "S-1-5-32-552": _("Replicator"),
        "S-1-5-32-554": _("Pre-Windows 2000 compatible access"),
        "S-1-5-32-555": _("Remote desktop users"),
        "S-1-5-32-556": _("Network configuration operators"),
        "S-1-5-32-558": _("Performance monitor users"),
        "S-1-5-32-559": _("Performance log users"),
        "S-1-5-32-562": _("Distributed COM users"),
        "S-1-5-32-568": _("Web server users (IIS_IUSRS)"),
        "S-1-5-32-569": _("Cryptographic operators"),
        "S-1-5-32-573": _("Event log readers"),
        "S-1-5-32-578": _("Hyper-V administrators"),
        "S-1-5-32-579": _("Access control assistance operators"),
        "S-1-5-32-580": _("Remote management users"),
        "S-1-5-64-10": _("NTLM authentication"),
        "S-1-5-64-14": _("SChannel authentication"),
        "S-1-5-64-21": _("Digest authentication"),
        "S-1-5-113": _("Local accounts"),
        "S-1-5-114": _("Local accounts that are administrators"),
        "S-1-5-1000": _("Other organisation"),
        "S-1-15-2-1": _("All app packages"),
        "S-1-15-2-2": _("All restricted app packages"),
        "S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464": _("Windows itself (TrustedInstaller)"),
    }


@cache
def _names_in_domains(language: str) -> dict[int, str]:
    return {
        500: _("Administrator"),
        501: _("Guest"),
        502: _("Domain key account (krbtgt)"),
        503: _("Default account"),
        498: _("Enterprise read-only domain controllers"),
        512: _("Domain administrators"),
        513: _("Domain users"),
        514: _("Domain guests"),
        515: _("Domain computers"),
        516: _("Domain controllers"),
        517: _("Certificate publishers"),
        518: _("Schema administrators"),
        519: _("Enterprise administrators"),
        520: _("Group policy owners"),
        521: _("Read-only domain controllers"),
        522: _("Clonable domain controllers"),
        525: _("Protected users"),
        526: _("Key administrators"),
        527: _("Enterprise key administrators"),
        553: _("RAS and IAS servers"),
        571: _("Password replication allowed"),
        572: _("Password replication denied"),
    }
