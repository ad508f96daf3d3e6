"""A directory through Microsoft Graph; `directory.Directory` has the contract.

`onPremisesSecurityIdentifier` can be filtered by `eq` and `in` without the header for advanced queries (Microsoft, "Advanced
query capabilities on Microsoft Entra ID objects"); `in` takes 15 values ("Query parameter limitations", known issues). So can
`userPrincipalName` and `mail` of users and `mail` of groups (resource types user and group).
"""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from itertools import islice
from typing import Literal

import httpx
from kiota_abstractions.base_request_configuration import RequestConfiguration
from kiota_abstractions.request_information import RequestInformation
from msgraph.generated.groups.groups_request_builder import GroupsRequestBuilder
from msgraph.generated.groups.item.transitive_members.transitive_members_request_builder import (
    TransitiveMembersRequestBuilder,
)
from msgraph.generated.users.users_request_builder import UsersRequestBuilder

from filrydd.errors import TenantError, TenantGone, TenantRefused
from filrydd.lang import _
from filrydd.model.descriptor import BadDescriptor, sid_from_text, sid_to_text
from filrydd.targets.connect import Connection
from filrydd.targets.decode import Object, error_of, object_of, understood
from filrydd.targets.directory import DirectoryEntry, Namesake

AT_ONCE = 15
"""Identifiers in one question."""
PAGE = 999
"""Members on a page, the most that Graph gives."""

_USER = ["id", "displayName", "accountEnabled", "onPremisesSecurityIdentifier", "userPrincipalName", "mail"]
_GROUP = ["id", "displayName", "onPremisesSecurityIdentifier", "mail"]
_USERS, _GROUPS = "User.Read.All", "GroupMember.Read.All"


class GraphDirectory:
    """The real directory and the rehearsal's alike: only the connection differs."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._api = connection.api

    async def find(self, sids: Sequence[str]) -> AsyncIterator[DirectoryEntry]:
        wanted = list(dict.fromkeys(sids))
        told: set[str] = set()
        groups: list[DirectoryEntry] = []
        for some in _batches(wanted):
            async for value in self._pages(self._users(_sids(some)), _USERS):
                entry = _entry(value, "user")
                if entry is not None and entry.sid not in told:
                    told.add(entry.sid)
                    yield entry
        for some in _batches([sid for sid in wanted if sid not in told]):
            async for value in self._pages(self._groups(_sids(some)), _GROUPS):
                entry = _entry(value, "group")
                if entry is not None and entry.sid not in told:
                    told.add(entry.sid)
                    groups.append(entry)
        for group in groups:
            members: dict[str, None] = {}
            async for member in self._members(group):
                members[member.sid] = None
                if member.sid not in told:
                    told.add(member.sid)
                    yield member
            yield DirectoryEntry(group.sid, group.name, "group", False, group.entra_id, tuple(members), group.mail)

    async def called(self, addresses: Sequence[str]) -> AsyncIterator[Namesake]:
        asked = {address.casefold(): address for address in addresses}
        told: set[tuple[str, str]] = set()
        for some in _batches(list(asked.values())):
            calls: tuple[tuple[Literal["user", "group"], RequestInformation, str], ...] = (
                ("user", self._users(_one_of("userPrincipalName", some)), _USERS),
                ("user", self._users(_one_of("mail", some)), _USERS),
                ("group", self._groups(_one_of("mail", some)), _GROUPS),
            )
            for kind, call, permission in calls:
                async for value in self._pages(call, permission):
                    for namesake in _namesakes(value, kind, asked):
                        if (namesake.address, namesake.entra_id) not in told:
                            told.add((namesake.address, namesake.entra_id))
                            yield namesake

    async def close(self) -> None:
        await self._connection.close()

    def _users(self, condition: str) -> RequestInformation:
        wish = UsersRequestBuilder.UsersRequestBuilderGetQueryParameters(filter=condition, select=_USER)
        return self._api.users.to_get_request_information(RequestConfiguration(query_parameters=wish))

    def _groups(self, condition: str) -> RequestInformation:
        wish = GroupsRequestBuilder.GroupsRequestBuilderGetQueryParameters(filter=condition, select=_GROUP)
        return self._api.groups.to_get_request_information(RequestConfiguration(query_parameters=wish))

    async def _members(self, group: DirectoryEntry) -> AsyncIterator[DirectoryEntry]:
        wish = TransitiveMembersRequestBuilder.TransitiveMembersRequestBuilderGetQueryParameters(select=_USER, top=PAGE)
        members = self._api.groups.by_group_id(group.entra_id).transitive_members
        call = members.to_get_request_information(RequestConfiguration(query_parameters=wish))
        async for value in self._pages(call, _GROUPS):
            with understood("member"):
                kind = str(value["@odata.type"]).rpartition(".")[2]
            if kind == "user":
                entry = _entry(value, "user")
            elif kind == "group":
                entry = _entry(value, "group")
            else:  # devices, contacts and applications are nobody that opens files
                continue
            if entry is not None:
                yield entry

    async def _pages(self, call: RequestInformation, permission: str) -> AsyncIterator[Object]:
        while True:
            page = object_of(_checked(await self._connection.ask(call), permission).content)
            with understood("directory"):
                values, following = list(page["value"]), page.get("@odata.nextLink")
            for value in values:
                yield value
            if not following:
                return
            call = self._api.users.with_url(following).to_get_request_information()


def _entry(value: Object, kind: str) -> DirectoryEntry | None:
    """An account or group; None for one that the cloud has made itself and no old list can name.

    Raises TenantRefused where Graph hides an account whose group it shows: it then gives its id and nothing else.
    """
    with understood("directory"):
        id, name, sid = str(value["id"]), value.get("displayName"), value.get("onPremisesSecurityIdentifier")
        enabled, mail = value.get("accountEnabled"), str(value.get("userPrincipalName") or value.get("mail") or "")
    if name is None:
        raise _no_permission(_USERS if kind == "user" else _GROUPS, "")
    if not sid:
        return None
    try:
        sid = sid_to_text(sid_from_text(str(sid)))
    except BadDescriptor as error:
        with understood("directory"):
            raise ValueError(f"onPremisesSecurityIdentifier {sid!r}") from error
    if kind == "group":
        return DirectoryEntry(sid, str(name), "group", False, id, mail=mail)
    with understood("directory"):
        if not isinstance(enabled, bool):
            raise TypeError("accountEnabled")
        return DirectoryEntry(sid, str(name), "user", not enabled, id, mail=mail)


def _namesakes(value: Object, kind: Literal["user", "group"], asked: Mapping[str, str]) -> Iterator[Namesake]:
    with understood("directory"):
        id, name = str(value["id"]), value.get("displayName")
        own = {str(value.get(key) or "").casefold() for key in ("userPrincipalName", "mail")}
    if name is None:
        raise _no_permission(_USERS if kind == "user" else _GROUPS, "")
    yield from (Namesake(asked[address], id, str(name), kind) for address in sorted(own & asked.keys()))


def _checked(response: httpx.Response, permission: str) -> httpx.Response:
    """The answer when it is a success. A refused question is never taken for "knows nobody"."""
    if response.is_success:
        return response
    code, message = error_of(response.content)
    detail = f"{response.status_code} {code} {message}".strip()
    if response.status_code == 403:
        raise _no_permission(permission, detail)
    if response.status_code >= 500:
        raise TenantGone(
            _("The tenant failed when asked who people are ({status}).").format(status=response.status_code),
            next=_("Wait a while, then run the same command again."),
            details=(detail,),
        )
    raise TenantError(
        _("The tenant did not take the question who people are ({status}).").format(status=response.status_code),
        next=_("Give the names with a list of people instead, and report this."),
        details=(detail,),
    )


def _no_permission(permission: str, detail: str) -> TenantRefused:
    return TenantRefused(
        _("The application may not see who people are."),
        next=_("Ask for the application permission {permission} in Microsoft Graph.").format(permission=permission),
        details=(detail,) if detail else (),
    )


def _sids(sids: Sequence[str]) -> str:
    return _one_of("onPremisesSecurityIdentifier", [sid_to_text(sid_from_text(sid)) for sid in sids])


def _one_of(name: str, values: Sequence[str]) -> str:
    # A quotation mark in a value is written twice (OData, "ABNF construction rules", SQUOTE-in-string).
    quoted = ",".join("'" + value.replace("'", "''") + "'" for value in values)
    return f"{name} in ({quoted})"


def _batches(sids: Sequence[str]) -> Iterator[list[str]]:
    rest = iter(sids)
    while some := list(islice(rest, AT_ONCE)):
        yield some
