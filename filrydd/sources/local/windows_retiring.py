"""What deletes from a folder or network path of Windows, or sets aside."""

from pathlib import Path

from filrydd.model.entry import Kind, Reason, Seen
from filrydd.sources.local import windows_retire
from filrydd.sources.local.facts import kind_of
from filrydd.sources.local.windows_reading import WindowsReading
from filrydd.sources.source import EntryTrouble

_NOT_EMPTY = 145  # ERROR_DIR_NOT_EMPTY


class WindowsRetiring(WindowsReading):
    """The contract's Retirable."""

    def retire(self, path: str, *, size: int, hash: str, file_id: int) -> None:
        with self._trouble_of(path):
            windows_retire.retire(self._file(path), path, size=size, hash=hash, file_id=file_id)

    def retire_folder(self, path: str) -> bool:
        if not path:
            raise EntryTrouble(path, Reason.FAULT, "the top of an area stays")
        with self._trouble_of(path):
            place = self._way(path)
            if kind_of(Path(place).lstat()) is not Kind.FOLDER:
                raise EntryTrouble(path, Reason.LINK, "not a folder any more")
            try:
                Path(place).rmdir()
            except OSError as error:
                if getattr(error, "winerror", None) == _NOT_EMPTY:
                    return False
                raise
            return True

    def set_aside(self, path: str, place: str, *, size: int, hash: str, file_id: int) -> None:
        with self._trouble_of(path):
            aside = self._way(place)
            windows_retire.set_aside(self._file(path), aside, path, size=size, hash=hash, file_id=file_id)

    def bring_back(self, place: str, path: str, *, file_id: int) -> None:
        with self._trouble_of(path):
            windows_retire.bring_back(self._file(place), self._way(path), path, file_id=file_id)

    def make_private(self, path: str) -> Seen:
        with self._trouble_of(path):
            windows_retire.make_private(self._way(path), path)
        return self.look(path)

    def is_private(self, path: str) -> bool:
        with self._trouble_of(path):
            return windows_retire.is_private(self._way(path))

    def still_there(self, path: str, file_id: int) -> bool:
        try:
            with self._trouble_of(path):
                return windows_retire.is_it(self._file(path), file_id)
        except EntryTrouble as trouble:
            if trouble.reason is not Reason.VANISHED:
                raise
            return False
