"""The key that signs the ledger's head. It lies outside the workspace, so that whoever can write a catalog cannot sign one."""

import os
import sys
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from filrydd.catalog.place import make_durable
from filrydd.errors import LedgerBroken
from filrydd.lang import _


def place() -> Path:
    """Where the key is: `FILRYDD_KEY`, else the user's own configuration folder."""
    named = os.environ.get("FILRYDD_KEY")
    if named:
        return Path(named)
    if sys.platform == "win32":
        return Path(os.environ.get("APPDATA", Path.home())) / "filrydd" / "ledger.key"
    return Path(os.environ.get("XDG_CONFIG_HOME", Path.home() / ".config")) / "filrydd" / "ledger.key"


def signing_key(*, outside: Path, make: bool = True) -> Ed25519PrivateKey:
    """The key, made at first use unless something was signed already (`make` is False).

    Raises LedgerBroken when it lies inside `outside` (the workspace), is gone or cannot be read.
    """
    path = place()
    if path.resolve().is_relative_to(outside.resolve()):
        raise LedgerBroken(
            _(
                "The ledger's key {path} lies in the workspace, so anybody who can change a catalog could sign it."
            ).format(path=path),
            next=_("Set FILRYDD_KEY to a file outside the workspace."),
        )
    if not path.exists():
        if not make:
            # A new one would sign, and the whole ledger would look as if somebody else had written it.
            raise LedgerBroken(
                _("The ledger's key {path} is not there.").format(path=path),
                next=_("Put the key back from where it is kept safe."),
            )
        _make(path)
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else _("what is in it is no key, or a damaged one")
        raise LedgerBroken(
            _("The ledger's key {path} cannot be read: {why}").format(path=path, why=why),
            next=_("Put the key back from where it is kept safe."),
        ) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise LedgerBroken(_("The file {path} is no ledger key.").format(path=path), next=_("Set FILRYDD_KEY."))
    return key


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    content = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    # Written whole under another name first: two runs that begin together must end with one key, and no half one.
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        # The other run's key stands.
        return
    finally:
        draft.unlink()
        make_durable(path.parent)


def sign(key: Ed25519PrivateKey, head: str) -> str:
    """A signature over a ledger row's hash, `public key:signature` in hex."""
    public = key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return f"{public.hex()}:{key.sign(head.encode()).hex()}"


def public_of(key: Ed25519PrivateKey) -> str:
    """The public key in hex."""
    return key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw).hex()


def is_signed(head: str, signature: str, public: str) -> bool:
    """Whether that signature over the hash was made with the key whose public half this is."""
    by, _colon, value = signature.partition(":")
    if by != public:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(bytes.fromhex(value), head.encode())
    except (InvalidSignature, ValueError):
        return False
    return True
