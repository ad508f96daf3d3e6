"""A call that the tenant refuses."""


class Refused(Exception):
    """Becomes Graph's error body. `status` is the HTTP status, `code` Graph's error code, `inner` a finer one."""

    def __init__(
        self, status: int, code: str, message: str, *, inner: str = "", headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.inner = inner
        self.headers = headers or {}


def bad(message: str, *, inner: str = "") -> Refused:
    """400 invalidRequest."""
    return Refused(400, "invalidRequest", message, inner=inner)


def not_found(message: str = "The resource could not be found.") -> Refused:
    """404 itemNotFound."""
    return Refused(404, "itemNotFound", message)


def taken(message: str = "Name already exists") -> Refused:
    """409 nameAlreadyExists."""
    return Refused(409, "nameAlreadyExists", message)
