"""The official SDK against a tenant, wired as Microsoft's own samples do it: nothing of `filrydd.targets`."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import httpx
from azure.core.credentials import AccessToken
from kiota_abstractions.base_request_configuration import RequestConfiguration
from kiota_abstractions.native_response_handler import NativeResponseHandler
from kiota_authentication_azure.azure_identity_authentication_provider import AzureIdentityAuthenticationProvider
from kiota_http.middleware.options import ResponseHandlerOption
from msgraph import GraphRequestAdapter, GraphServiceClient
from msgraph.generated.models.drive_item import DriveItem
from msgraph.generated.models.folder import Folder
from msgraph_core import GraphClientFactory

from filrydd.rehearsal.ways import Ready

T = TypeVar("T")


class Trial:
    """A credential that has the tenant's token for trials."""

    def __init__(self, token: str) -> None:
        self._token = token

    async def get_token(self, *_scopes: str, **_options: Any) -> AccessToken:
        return AccessToken(self._token, 4_000_000_000)

    async def close(self) -> None:
        pass


@asynccontextmanager
async def graph(ready: Ready, credential: Any = None) -> AsyncIterator[GraphServiceClient]:
    """The SDK with its own middleware; only its base address is the tenant's."""
    async with httpx.AsyncClient(http2=False, timeout=30) as http:
        client = GraphClientFactory.create_with_default_middleware(client=http)
        signing = AzureIdentityAuthenticationProvider(
            credential or Trial(ready.token),
            scopes=["https://graph.microsoft.com/.default"],
            allowed_hosts=["127.0.0.1"],
        )
        adapter = GraphRequestAdapter(signing, client=client)
        adapter.base_url = ready.graph
        yield GraphServiceClient(request_adapter=adapter)


def ask(ready: Ready, act: Callable[[GraphServiceClient], Awaitable[T]]) -> T:
    """What an act with the SDK gives."""

    async def run() -> T:
        async with graph(ready) as client:
            return await act(client)

    return asyncio.run(run())


def new_folder(name: str) -> DriveItem:
    """What is sent to make a folder that must be new."""
    return DriveItem(name=name, folder=Folder(), additional_data={"@microsoft.graph.conflictBehavior": "fail"})


async def in_root(items: Any, path: str, content: bytes = b"innhold") -> DriveItem:
    """Send a file by its path from the root."""
    return await items.by_drive_item_id(f"root:/{path}:").content.put(content)


def raw() -> RequestConfiguration[Any]:
    """A configuration by which the SDK gives the answer itself, with its headers, instead of a model."""
    return RequestConfiguration(options=[ResponseHandlerOption(NativeResponseHandler())])


def asking(parameters: Any) -> RequestConfiguration[Any]:
    """A configuration with query parameters."""
    return RequestConfiguration(query_parameters=parameters)


def unknown(thing: Any) -> set[str]:
    """The properties that the SDK's model does not know, here and in all that lies below; annotations of OData aside."""
    found: set[str] = set()
    for name, value in vars(thing).items():
        if name == "additional_data":
            found |= {key for key in value or {} if not key.startswith("@")}
        for each in value if isinstance(value, list) else [value]:
            if hasattr(each, "get_field_deserializers"):
                found |= unknown(each)
    return found
