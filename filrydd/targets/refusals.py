"""What a tenant's answers other than success mean."""

import httpx

from filrydd.errors import TenantGone, TenantLacks, TenantRefused
from filrydd.lang import _
from filrydd.targets.decode import error_of
from filrydd.targets.tenant import NAME_TAKEN, ItemTrouble

__all__ = ["NAME_TAKEN", "QUOTA", "check_site", "item_trouble", "token_refused"]

QUOTA = "quotaLimitReached"


def item_trouble(response: httpx.Response) -> ItemTrouble:
    """The trouble that an answer about one item means; its code is Graph's, or the status where Graph gave none."""
    code, message = error_of(response.content)
    if response.status_code == 507:
        code = QUOTA
    return ItemTrouble(code or f"status{response.status_code}", response.status_code, message)


def token_refused(response: httpx.Response) -> TenantRefused:
    """The tenant does not accept who we are."""
    code, message = error_of(response.content)
    return TenantRefused(
        _("The tenant did not accept the sign-in (401 {code}).").format(code=code or "Unauthorized"),
        next=_("Check AZURE_TENANT_ID, AZURE_CLIENT_ID and the secret or certificate of the application."),
        details=(message,) if message else (),
    )


def check_site(response: httpx.Response, what: str, *, role: str = "write") -> httpx.Response:
    """The answer about a site or library named `what`, when it is a success.

    Raises TenantLacks (not there, or no address of this tenant), TenantRefused (403, naming the grant with `role`),
    TenantGone (the tenant's own fault).
    """
    status = response.status_code
    if response.is_success:
        return response
    code, message = error_of(response.content)
    details = (f"{status} {code} {message}".strip(),)
    if status == 403:
        raise TenantRefused(
            _("The application has no access to {what} (403 {code}).").format(what=what, code=code or "accessDenied"),
            next=_("Ask for the grant Sites.Selected with the role {role} on this site.").format(role=role),
            details=details,
        )
    if status >= 500:
        raise TenantGone(
            _("The tenant failed when asked for {what} ({status}).").format(what=what, status=status),
            next=_("Wait a while, then run the same command again."),
            details=details,
        )
    raise TenantLacks(
        _("The tenant has no {what}.").format(what=what),
        next=_("Check the address in the policy, or have the site or library made."),
        details=details,
    )
