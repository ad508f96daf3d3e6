"""The refusals of faults, with the codes and texts that clients have met."""

from filrydd.rehearsal.faults.rule import Fault, Rule
from filrydd.rehearsal.refusal import Refused, not_found
from filrydd.rehearsal.rules.retry_after import busy, header

_USUAL_WAIT = 5
_UNAVAILABLE = {
    500: ("generalException", "General exception while processing"),
    502: ("BadGateway", "The server received an invalid response from an upstream server."),
    504: ("UnknownError", "The gateway did not receive a response in time."),
}
REFUSING = frozenset(
    {
        Fault.TOO_MANY_REQUESTS,
        Fault.UNAVAILABLE,
        Fault.LOCKED,
        Fault.TOKEN_EXPIRED,
        Fault.RESOURCE_MODIFIED,
        Fault.SESSION_GONE,
        Fault.OFFICE_NOT_FOUND,
    }
)


def refusal(rule: Rule, dice: int) -> Refused:
    """What a rule with one of the refusing faults answers. `dice` decides what the rule leaves open.

    That 502 and 504 come in Graph's form too is our inference; some of them come as pages of the servers in between.
    """
    left = _USUAL_WAIT if rule.seconds is None else int(rule.seconds)
    match rule.fault:
        case Fault.TOO_MANY_REQUESTS:
            return busy(429, left, rule.retry_after, dice)
        case Fault.UNAVAILABLE if rule.status == 503:
            return busy(503, left, rule.retry_after, dice)
        case Fault.UNAVAILABLE:
            code, message = _UNAVAILABLE[rule.status]
            waiting = {} if rule.seconds is None else header(left, rule.retry_after, dice)
            return Refused(rule.status, code, message, headers=waiting)
        case Fault.LOCKED:
            # microsoftgraph/msgraph-sdk-java#365
            return Refused(423, "resourceLocked", "The resource you are attempting to access is locked")
        case Fault.TOKEN_EXPIRED:
            return Refused(401, "InvalidAuthenticationToken", "Lifetime validation failed, the token is expired.")
        case Fault.RESOURCE_MODIFIED:
            message = "The resource has changed since the caller last read it; usually an eTag mismatch"
            return Refused(409, "resourceModified", message)
    # abraunegg/onedrive#3859 has this text for both.
    return not_found("The upload session was not found")
