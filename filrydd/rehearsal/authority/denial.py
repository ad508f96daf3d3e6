"""What the sign-in service refuses, with Entra's codes and texts (Microsoft, "Microsoft Entra authentication error codes")."""

import uuid
from datetime import UTC, datetime
from typing import Any


class Denied(Exception):
    """Becomes Entra's error body. `error` is OAuth's word, `code` the number after AADSTS."""

    def __init__(self, error: str, code: int, message: str, status: int = 400) -> None:
        super().__init__(f"AADSTS{code}")
        self.status = status
        self.error = error
        self.code = code
        self.message = message


def body(denied: Denied, now: float, correlation: str) -> dict[str, Any]:
    """The error as Entra writes it. `now` in seconds since 1970."""
    trace, when = str(uuid.uuid4()), f"{datetime.fromtimestamp(now, UTC):%Y-%m-%d %H:%M:%SZ}"
    said = f"AADSTS{denied.code}: {denied.message} Trace ID: {trace} Correlation ID: {correlation} Timestamp: {when}"
    return {
        "error": denied.error,
        "error_description": said,
        "error_codes": [denied.code],
        "timestamp": when,
        "trace_id": trace,
        "correlation_id": correlation,
        "error_uri": f"https://login.microsoftonline.com/error?code={denied.code}",
    }


def client(code: int, message: str) -> Denied:
    """401 invalid_client."""
    return Denied("invalid_client", code, message, 401)


def lacking(parameter: str) -> Denied:
    """A parameter that must be there."""
    return Denied("invalid_request", 900144, f"The request body must contain the following parameter: '{parameter}'.")


def shown(text: str) -> str:
    """What a client said, short and printable, to be said back."""
    return "".join(sign if sign.isprintable() else "?" for sign in text[:100])
