"""Where messages go. A folder, for somebody or something else to send them from; `smtp` has the mail server."""

import os
from email.message import EmailMessage
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self


class Post(Protocol):
    """Takes messages while it is open."""

    @property
    def uncertain(self) -> bool:
        """After `deliver` raised: whether that message may have left all the same."""
        ...

    def deliver(self, message: EmailMessage, name: str) -> str:
        """Hand over one message to its one recipient; `name` is fit for a file. Empty when it was taken, else why this one
        was not. Raises NoticeGone, NoticeRefused when no other could go either; an OSError from a folder.
        """
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class FolderPost:
    """Writes each message as NAME.eml into a folder, which is made if it is not there.

    Outlook opens such a file as a draft that is ready to be sent (`X-Unsent`).
    """

    # A file is there whole or not at all.
    uncertain = False

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __enter__(self) -> Self:
        self._folder.mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass

    def deliver(self, message: EmailMessage, name: str) -> str:
        message["X-Unsent"] = "1"
        place = self._folder / f"{name}.eml"
        # Whole under another name first: whatever watches the folder must not send half a message.
        draft = place.with_name(f".{name}.{os.getpid()}")
        with draft.open("wb") as file:
            file.write(message.as_bytes())
            file.flush()
            os.fsync(file.fileno())
        draft.replace(place)
        return ""
