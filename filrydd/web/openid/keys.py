"""The public keys that the provider signs with: RFC 7517."""

import logging
from typing import TYPE_CHECKING

from filrydd.web.openid import trouble

if TYPE_CHECKING:
    from joserfc.jwk import KeySet

_SHORTEST_RSA = 2048
_log = logging.getLogger(__name__)


def read(address: str) -> "KeySet":
    """The keys at an address that can check a signature. Raises LogInFailed when there is none.

    Keys of kinds that are not known here, or out of the range that is supported, are passed by (RFC 7517, section 5), and so
    are symmetric ones and RSA keys of fewer than 2,048 bits (RFC 7518, section 3.3).
    """
    from joserfc.errors import JoseError
    from joserfc.jwk import ECKey, Key, KeySet, RSAKey, import_key

    from filrydd.web.openid import channel

    listed = channel.read(address).get("keys")
    keys: list[Key] = []
    for each in listed if isinstance(listed, list) else ():
        if not isinstance(each, dict) or each.get("kty") not in ("RSA", "EC") or each.get("use", "sig") != "sig":
            continue
        try:
            key = import_key(each)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            _log.warning("a key of the log-in service cannot be read: %s", type(error).__name__)
            continue
        if isinstance(key, ECKey) or (isinstance(key, RSAKey) and key.raw_value.key_size >= _SHORTEST_RSA):
            keys.append(key)
    if not keys:
        _log.warning("%s has no key that can check a signature", address)
        raise trouble.not_understood()
    return KeySet(keys)
