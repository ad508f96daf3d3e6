"""What deletes from a folder of this machine, or sets aside."""

import os

from filrydd.model.entry import Kind, Reason, Seen
from filrydd.sources.going import going_name
from filrydd.sources.local import retire as local_retire
from filrydd.sources.local import setting_aside
from filrydd.sources.local.facts import kind_of, seen_of
from filrydd.sources.local.posix_area import PosixArea
from filrydd.sources.source import EntryTrouble


class PosixRetiring(PosixArea):
    """The contract's Retirable. `retire` asks the kernel for a lease where it grants one."""

    def retire(self, path: str, *, size: int, hash: str, file_id: int) -> None:
        with self._at(path) as (folder, name):
            local_retire.retire(folder, name, path, size=size, hash=hash, file_id=file_id)

    def retire_folder(self, path: str) -> bool:
        if not path:
            raise EntryTrouble(path, Reason.FAULT, "the top of an area stays")
        with self._at(path) as (folder, name):
            if kind_of(os.stat(name, dir_fd=folder, follow_symlinks=False)) is not Kind.FOLDER:
                raise EntryTrouble(path, Reason.LINK, "not a folder any more")
            try:
                os.rmdir(name, dir_fd=folder)
            except OSError as error:
                if error.errno in local_retire.NOT_EMPTY:
                    return False
                raise
            local_retire.make_durable(folder)
            return True

    def set_aside(self, path: str, place: str, *, size: int, hash: str, file_id: int) -> None:
        with self._at(path) as (folder, name), self._at(place) as (aside, new):
            local_retire.take_back(folder, name, going_name(file_id), file_id)
            setting_aside.set_aside(folder, name, path, aside, new, size=size, hash=hash, file_id=file_id)

    def bring_back(self, place: str, path: str, *, file_id: int) -> None:
        with self._at(place) as (aside, old), self._at(path) as (folder, name):
            setting_aside.bring_back(aside, old, folder, name, path, file_id=file_id)

    def make_private(self, path: str) -> Seen:
        with self._at(path) as (folder, name):
            return seen_of(name, setting_aside.make_private(folder, name, path))

    def is_private(self, path: str) -> bool:
        with self._at(path) as (folder, name):
            return setting_aside.is_private(os.stat(name, dir_fd=folder, follow_symlinks=False))

    def still_there(self, path: str, file_id: int) -> bool:
        try:
            with self._at(path) as (folder, name):
                going = going_name(file_id)
                local_retire.take_back(folder, name, going, file_id)
                return any(local_retire.is_it(folder, one, file_id) for one in (name, going))
        except EntryTrouble as trouble:
            if trouble.reason is not Reason.VANISHED:
                raise
            return False
