"""Channels of Teams teams, by name, and where their files lie."""

from collections.abc import AsyncIterator

import httpx
from kiota_abstractions.base_request_configuration import RequestConfiguration
from msgraph.generated.teams.item.channels.channels_request_builder import ChannelsRequestBuilder
from msgraph.generated.teams.teams_request_builder import TeamsRequestBuilder

from filrydd.errors import TenantLacks, TenantRefused
from filrydd.lang import _
from filrydd.model.names import fold
from filrydd.targets.connect import Connection
from filrydd.targets.decode import Object, error_of, object_of, understood
from filrydd.targets.refusals import check_site

_TEAMS, _CHANNELS, _FILES = "Team.ReadBasic.All", "Channel.ReadBasic.All", "Files.Read.All"


async def files_folder(connection: Connection, team: str, channel: str) -> tuple[str, str]:
    """The drive and the item of the folder that has a channel's files. Raises TenantLacks, TenantRefused."""
    team_id = await _team(connection, team)
    channels = connection.api.teams.by_team_id(team_id).channels
    found = [value async for value in _pages(connection, channels, _CHANNELS, f"{team}")]
    ids = [str(value["id"]) for value in found if fold(str(value.get("displayName"))) == fold(channel)]
    if len(ids) != 1:
        raise TenantLacks(
            _("The team {team} has no channel {channel}.").format(team=team, channel=channel),
            next=_("Check both names in the policy, or have the channel made."),
            details=tuple(str(value.get("displayName")) for value in found),
        )
    call = channels.by_channel_id(ids[0]).files_folder.to_get_request_information()
    response = await connection.ask(call)
    if response.status_code == 404:
        # The folder, and a private channel's site, come when somebody first looks for them there
        # (microsoftgraph/microsoft-graph-docs#8300, microsoft-graph-docs-contrib#4452).
        raise TenantLacks(
            _("The channel {channel} in the team {team} has no folder for files yet.").format(
                team=team, channel=channel
            ),
            next=_("Have a member open the tab Files in the channel once."),
        )
    folder = object_of(_checked(response, _FILES, channel).content)
    with understood("channel"):
        return str(folder["parentReference"]["driveId"]), str(folder["id"])


async def _team(connection: Connection, name: str) -> str:
    quoted = name.replace("'", "''")
    wish = TeamsRequestBuilder.TeamsRequestBuilderGetQueryParameters(
        filter=f"displayName eq '{quoted}'", select=["id", "displayName"]
    )
    teams = [
        value
        async for value in _pages(
            connection, connection.api.teams, _TEAMS, name, RequestConfiguration(query_parameters=wish)
        )
    ]
    found = [value for value in teams if fold(str(value.get("displayName"))) == fold(name)]
    if not found:
        raise TenantLacks(
            _("The tenant has no team {team}.").format(team=name),
            next=_("Check the name in the policy, or have the team made."),
            details=tuple(str(value.get("displayName")) for value in teams),
        )
    if len(found) > 1:
        raise TenantLacks(
            _("The tenant has several teams with the name {team}.").format(team=name),
            next=_("Have all but one of them renamed."),
            details=tuple(str(value["id"]) for value in found),
        )
    return str(found[0]["id"])


async def _pages(
    connection: Connection,
    builder: TeamsRequestBuilder | ChannelsRequestBuilder,
    permission: str,
    what: str,
    wish: RequestConfiguration[TeamsRequestBuilder.TeamsRequestBuilderGetQueryParameters] | None = None,
) -> AsyncIterator[Object]:
    if isinstance(builder, TeamsRequestBuilder):
        call = builder.to_get_request_information(wish)
    else:
        call = builder.to_get_request_information()
    while True:
        page = object_of(_checked(await connection.ask(call), permission, what).content)
        with understood("teams"):
            values, following = page["value"], page.get("@odata.nextLink")
            for value in values:
                value["id"]
        for value in values:
            yield value
        if not following:
            return
        call = builder.with_url(following).to_get_request_information()


def _checked(response: httpx.Response, permission: str, what: str) -> httpx.Response:
    if response.status_code != 403:
        return check_site(response, what)
    code, message = error_of(response.content)
    raise TenantRefused(
        _("The application may not see the team or channel {name}.").format(name=what),
        next=_("Ask for the application permission {permission} in Microsoft Graph.").format(permission=permission),
        details=(f"403 {code} {message}".strip(),),
    )
