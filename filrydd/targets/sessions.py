"""Upload sessions: opened so that content and times make one version, and ended when they are given up."""

import json
from urllib.parse import quote

from kiota_abstractions.method import Method
from kiota_abstractions.request_information import RequestInformation
from msgraph.generated.drives.item.items.item.create_upload_session.create_upload_session_post_request_body import (
    CreateUploadSessionPostRequestBody,
)

from filrydd.targets.connect import Connection
from filrydd.targets.decode import object_of, understood
from filrydd.targets.items import times_of
from filrydd.targets.patience import patiently
from filrydd.targets.refusals import item_trouble
from filrydd.targets.tenant import Sending

OVER = frozenset({401, 404, 410})
"""What an uploadUrl answers when its session is used up or over. No token of ours is sent there, so 401 is that too."""
_ITEM = "filrydd-item"


class Sessions:
    """Opens the sessions of one tenant. The SDK says once a library how the call looks; building each by it takes 2 ms."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._around: dict[str, tuple[str, str]] = {}

    async def open(self, sending: Sending) -> str:
        """The uploadUrl of a new session, its host checked. Raises ItemTrouble, and TenantError for a foreign host."""
        body = json.dumps({"item": _item(sending)}).encode()
        # Also a folder that was just made may not be found yet.
        response = await patiently(
            self._connection, lambda: self._connection.ask(self._call(sending, body)), just_made=True
        )
        if not response.is_success:
            raise item_trouble(response)
        with understood("session"):
            url = str(object_of(response.content)["uploadUrl"])
        self._connection.hosts.check_content(url)
        return url

    def _call(self, sending: Sending, body: bytes) -> RequestInformation:
        before, after = self._around.get(sending.drive) or self._learn(sending.drive)
        call = RequestInformation(Method.POST)
        call.url = before + quote(address_of(sending), safe="") + after
        call.headers.add("Accept", "application/json")
        call.headers.add("Content-Type", "application/json")
        if sending.replaces:
            call.headers.add("If-Match", sending.etag)
        call.content = body
        return call

    def _learn(self, drive: str) -> tuple[str, str]:
        """What comes before and after an item in the address of the call."""
        builder = self._connection.api.drives.by_drive_id(drive).items.by_drive_item_id(_ITEM).create_upload_session
        call = builder.to_post_request_information(CreateUploadSessionPostRequestBody())
        call.path_parameters["baseurl"] = self._connection.hosts.address
        before, _item, after = call.url.rpartition(_ITEM)
        self._around[drive] = before, after
        return before, after


async def cancel(connection: Connection, session: str) -> None:
    """End a session; one that is over already is fine. Raises ItemTrouble."""
    response = await connection.exchange("DELETE", session)
    if not response.is_success and response.status_code not in OVER:
        raise item_trouble(response)


def address_of(sending: Sending) -> str:
    """What is sent to: the item that gets a new version, or a name in a folder."""
    return sending.replaces or f"{sending.parent}:/{sending.name}:"


def conflict_of(sending: Sending) -> str:
    """What is to happen when something has the name."""
    return "replace" if sending.replaces else "fail"


def _item(sending: Sending) -> dict[str, object]:
    name: dict[str, object] = {} if sending.replaces else {"name": sending.name}
    return (
        name | {"@microsoft.graph.conflictBehavior": conflict_of(sending)} | times_of(sending.created, sending.modified)
    )
