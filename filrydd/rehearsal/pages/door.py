"""Who may look at the pages.

On loopback: whoever sits at this machine, unless the tenant answers nobody without a token. Else the trial token is asked
for, as the password of HTTP's Basic scheme, with any user's name; there are no sessions and no cookies. A wrong one is refused
everywhere.
"""

import base64
import binascii
import hmac

from starlette.requests import Request

from filrydd.rehearsal.refusal import Refused
from filrydd.rehearsal.tenancy import Tenancy

CHALLENGE = {"WWW-Authenticate": 'Basic realm="Rehearsal", charset="UTF-8"'}


def check(tenancy: Tenancy, request: Request) -> None:
    """Let in who may look. Raises Refused (401)."""
    said = request.headers.get("authorization")
    if said is None:
        if not tenancy.ways.asks:
            return
        raise _refused("The token is needed.")
    scheme, _space, rest = said.partition(" ")
    token = rest.strip()
    if scheme.lower() == "basic":
        token = _password(token)
    elif scheme.lower() != "bearer":
        token = ""
    if not hmac.compare_digest(token.encode("utf-8", "replace"), tenancy.token.encode()):
        raise _refused("The token is wrong.")


def _password(encoded: str) -> str:
    try:
        return base64.b64decode(encoded, validate=True).decode("utf-8").partition(":")[2]
    except (binascii.Error, ValueError):
        return ""


def _refused(message: str) -> Refused:
    return Refused(401, "unauthenticated", message, headers=CHALLENGE)
