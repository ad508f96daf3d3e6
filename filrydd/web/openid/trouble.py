"""What a person is told when a log-in does not work: one sentence, and what to do now. Why it failed is for the log."""

from filrydd.errors import LogInFailed
from filrydd.lang import _

# RFC 6749, sections 4.1.2.1 and 5.2; OpenID Connect Core 1.0, section 3.1.2.6. Any other word is the provider's own text.
_CODES = frozenset(
    (
        "access_denied",
        "account_selection_required",
        "consent_required",
        "interaction_required",
        "invalid_client",
        "invalid_grant",
        "invalid_request",
        "invalid_request_object",
        "invalid_request_uri",
        "invalid_scope",
        "login_required",
        "registration_not_supported",
        "request_not_supported",
        "request_uri_not_supported",
        "server_error",
        "temporarily_unavailable",
        "unauthorized_client",
        "unsupported_grant_type",
        "unsupported_response_type",
    )
)


def known(code: object) -> str:
    """An error code of the standards as it is; `?` for all else, which is never shown nor logged."""
    return code if isinstance(code, str) and code in _CODES else "?"


def no_answer() -> LogInFailed:
    return LogInFailed(_("The log-in service does not answer."), next=_("Try again in a moment. Nothing was lost."))


def not_understood() -> LogInFailed:
    return LogInFailed(
        _("The log-in service does not answer as it should."), next=_("Tell those who run filrydd. Nothing was lost.")
    )


def refused(code: object) -> LogInFailed:
    """The provider said no, with that error code."""
    match known(code):
        case "access_denied":
            return LogInFailed(
                _("The log-in service did not let you in, or you stopped it yourself."),
                next=_("Begin the log-in again. If you are not let in, ask those who run the log-in service."),
            )
        case "server_error" | "temporarily_unavailable":
            return no_answer()
        case "invalid_grant":
            return not_begun()
        case "?":
            said = _("The log-in service refused.")
        case word:
            said = _("The log-in service refused ({code}).").format(code=word)
    return LogInFailed(said, next=_("Begin the log-in again. If it happens again, tell those who run filrydd."))


def not_begun() -> LogInFailed:
    return LogInFailed(
        _("This log-in was not begun in this browser, was used already, or is too old."),
        next=_("Begin the log-in again."),
    )


def not_checked() -> LogInFailed:
    return LogInFailed(
        _("The answer of the log-in service could not be checked. Nobody was logged in."),
        next=_("Begin the log-in again. If it happens again, tell those who run filrydd."),
    )


def other_tenant() -> LogInFailed:
    return LogInFailed(
        _("You logged in with an account of another organisation."),
        next=_("Begin the log-in again, and choose the account that you have at work."),
    )


def too_many_groups() -> LogInFailed:
    return LogInFailed(
        _("You are in more groups than the log-in service can name. Nobody was logged in."),
        next=_(
            "Ask those who run the log-in service to send app roles instead of groups,"
            " or only the groups that are assigned to the application."
        ),
    )
