"""Resource units, as SharePoint counts them: an app's in a minute and in 24 hours, the whole tenant's in five minutes.

Source: Microsoft, "Avoid getting throttled or blocked in SharePoint Online". Calls that were refused count too. The
RateLimit headers come only from 80 % of an app's minute on. That a window begins with the first call in it, and that a full
day or a full tenant tells the time that is really left, are our inference.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from filrydd.rehearsal.clock import Clock
from filrydd.rehearsal.rules.chance import dice
from filrydd.rehearsal.rules.retry_after import Form, busy
from filrydd.rehearsal.rules.windows import DAY, TENANT, Account, Window


class Cost(StrEnum):
    """A kind of call, by what it costs."""

    GET = "get"
    LIST = "list"
    DELTA = "delta"
    """A delta listing that goes on from a token; one without costs as a list does."""
    DOWNLOAD = "download"
    WRITE = "write"
    UPLOAD = "upload"
    """`PUT content`."""
    FRAGMENT = "fragment"
    PERMISSIONS = "permissions"


UNITS: Mapping[Cost, int] = MappingProxyType(
    {
        Cost.GET: 1,
        Cost.LIST: 2,
        Cost.DELTA: 1,
        Cost.DOWNLOAD: 1,
        Cost.WRITE: 2,
        Cost.UPLOAD: 2,
        # Not published: taken to be a write.
        Cost.FRAGMENT: 2,
        Cost.PERMISSIONS: 5,
    }
)

_WARN = 0.8


@dataclass(frozen=True, slots=True)
class Limits:
    """Units of an app a minute and a day, units of the whole tenant in five minutes, bytes into it from an app an hour.

    0: never refuses.
    """

    minute: int = 0
    day: int = 0
    tenant: int = 0
    ingress: int = 0


_INGRESS = 400 * 10**9
TIERS: Mapping[str, Limits] = MappingProxyType(
    {
        "0-1000": Limits(1_250, 1_200_000, 18_750, _INGRESS),
        "1001-5000": Limits(2_500, 2_400_000, 37_500, _INGRESS),
        "5001-15000": Limits(3_750, 3_600_000, 56_250, _INGRESS),
        "15001-50000": Limits(5_000, 4_800_000, 75_000, _INGRESS),
        "50001-": Limits(6_250, 6_000_000, 93_750, _INGRESS),
    }
)
"""Limits by the number of licences in the tenant."""


class RefuseWith(StrEnum):
    """The status of a refusal."""

    TOO_MANY = "429"
    UNAVAILABLE = "503"
    MIXED = "mixed"


@dataclass(frozen=True, slots=True)
class Setting:
    """One way to throttle, from `after_seconds` or `after_requests` on, counted from the setting before it."""

    limits: Limits = Limits()
    units: Mapping[Cost, int] = field(default_factory=lambda: UNITS)
    refuse_with: RefuseWith = RefuseWith.TOO_MANY
    retry_after: Form = Form.TOLD
    after_seconds: float = math.inf
    after_requests: float = math.inf


@dataclass(frozen=True, slots=True)
class Standing:
    """What an app has used of what it may, in units (`ingress` in bytes). A limit of 0 is none; `refused` counts calls."""

    app: str
    minute_used: int
    minute_limit: int
    day_used: int
    day_limit: int
    tenant_used: int
    tenant_limit: int
    ingress_used: int
    ingress_limit: int
    refused: int


class Throttle:
    """Counts what every app uses, and refuses what is beyond the limits. Used on the event loop's thread."""

    def __init__(self, settings: tuple[Setting, ...], clock: Clock, seed: int = 1) -> None:
        """`settings` take effect one after the other; the first at once."""
        self._clock = clock
        self._seed = seed
        self._accounts: dict[str, Account] = {}
        self._tenant = Window(TENANT)
        self._asked = 0
        self._refusals = 0
        self._settings = settings
        self._begin(0, clock.now())

    @property
    def setting(self) -> Setting:
        """The one that holds now."""
        return self._setting

    def change(self, settings: tuple[Setting, ...]) -> None:
        """Throttle otherwise from now on. What was used stays used; settings that are the same go on where they are."""
        if settings != self._settings:
            self._settings = settings
            self._begin(0, self._clock.now())

    def _begin(self, position: int, now: float) -> None:
        self._position, self._setting = position, self._settings[position]
        following = self._settings[position + 1 :]
        self._until = now + following[0].after_seconds if following else math.inf
        self._until_asked = self._asked + following[0].after_requests if following else math.inf

    def spend(self, kind: Cost, app: str) -> None:
        """Count a call. Raises Refused (429 or 503) when a limit is passed."""
        now = self._clock.now()
        if now >= self._until or self._asked >= self._until_asked:
            self._begin(self._position + 1, now)
        self._asked += 1
        setting = self._setting
        units = setting.units[kind]
        account = self._accounts.get(app)
        if account is None:
            account = self._accounts[app] = Account()
        minute, day = account.minute.add(now, units), account.day.add(now, units)
        tenant = self._tenant.add(now, units)
        limits = setting.limits
        if minute > limits.minute > 0 or day > limits.day > 0 or tenant > limits.tenant > 0:
            full = [
                window
                for window, limit in (
                    (account.minute, limits.minute),
                    (account.day, limits.day),
                    (self._tenant, limits.tenant),
                )
                if window.used > limit > 0
            ]
            self._refuse(account, max(window.left(now) for window in full))

    def take_in(self, size: int, app: str) -> None:
        """Count bytes that an app is about to send, as far as it says. Raises Refused when they are too many in an hour."""
        limit = self._setting.limits.ingress
        account = self._accounts.get(app)
        if account is None:
            account = self._accounts[app] = Account()
        now = self._clock.now()
        if account.hour.add(now, size) > limit > 0:
            account.hour.used -= size
            self._refuse(account, account.hour.left(now))

    def _refuse(self, account: Account, left: int) -> None:
        self._refusals += 1
        account.refused += 1
        number = dice(self._seed, "throttle", self._refusals)
        match self._setting.refuse_with:
            case RefuseWith.MIXED:
                status = 429 if number & 1 else 503
            case named:
                status = int(named)
        raise busy(status, left, self._setting.retry_after, number >> 1)

    def headers(self, app: str) -> dict[str, str]:
        """The RateLimit headers of a response, if it is time for them."""
        limit = self._setting.limits.minute
        account = self._accounts.get(app) if limit else None
        if account is None or account.minute.used < _WARN * limit:
            return {}
        now = self._clock.now()
        if not account.minute.began <= now < account.minute.ends:
            return {}
        return {
            "RateLimit-Limit": str(limit),
            "RateLimit-Remaining": str(max(0, limit - account.minute.used)),
            "RateLimit-Reset": str(account.minute.left(now)),
        }

    def standing(self) -> list[Standing]:
        """What every app that asked has used, by its id. A window that is over counts nothing."""
        now, limits = self._clock.now(), self._setting.limits

        def used(window: Window) -> int:
            return window.used if window.began <= now < window.ends else 0

        return [
            Standing(
                app=app,
                minute_used=used(account.minute),
                minute_limit=limits.minute,
                day_used=used(account.day),
                day_limit=limits.day,
                tenant_used=used(self._tenant),
                tenant_limit=limits.tenant,
                ingress_used=used(account.hour),
                ingress_limit=limits.ingress,
                refused=account.refused,
            )
            for app, account in sorted(self._accounts.items())
        ]

    def days(self) -> dict[str, tuple[float, int]]:
        """When each app's day began, in seconds since 1970, and what it has used: what a restart must not forget."""
        return {app: (account.day.began, account.day.used) for app, account in self._accounts.items()}

    def recall(self, days: Mapping[str, tuple[float, int]]) -> None:
        """Go on with the days of a former run."""
        for app, (began, used) in days.items():
            self._accounts.setdefault(app, Account()).day = Window(DAY, began, used)
