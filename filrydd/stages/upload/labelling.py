"""Retention labels of files: those that a folder's label covers are seen to have it, the others are given theirs.

What lies in a folder is listed with its labels, 2 RU for two hundred items; nothing is asked file by file. A label from a
folder comes some time later, so the next upload looks again. A label that somebody else has put there is never replaced: that
is a finding. What was labelled by us in vain for a week is labelled by itself.

It is looked before anything is sent too: a label that has come since moved the item's eTag, by which a new content is sent.
"""

from collections.abc import AsyncIterator, Mapping, Sequence

from filrydd.catalog import labels
from filrydd.catalog.connection import Catalog
from filrydd.catalog.labels import Unseen, Wanting
from filrydd.lang import _
from filrydd.model.times import TICKS_A_SECOND
from filrydd.stages.together import together
from filrydd.stages.work import Work
from filrydd.targets import Tenant
from filrydd.targets.tenant import ItemTrouble, Labelled

_PAGE = 200
_LONGEST_CASCADE = 7 * 86_400 * TICKS_A_SECOND
"""Ticks: Microsoft, "Auto-apply retention labels": labels that come by themselves can take up to seven days."""


async def label(work: Work, catalog: Catalog, tenant: Tenant, wished: Mapping[str, str]) -> int:
    """Let every item that was sent have the label that its code of decision asks for; returns how many have it not yet."""
    labels.want(catalog, wished)
    if not wished:
        return 0
    labelling = _Labelling(work, catalog, tenant)
    await together(labels.unseen(catalog), labelling.see_to, lambda: tenant.meter.at_once)
    return labels.count_unseen(catalog)


class _Labelling:
    """Sees to one folder at a time; several may be under way."""

    def __init__(self, work: Work, catalog: Catalog, tenant: Tenant) -> None:
        self._work, self._catalog, self._tenant = work, catalog, tenant
        self._covered = labels.covered(catalog)

    async def see_to(self, folder: Unseen) -> None:
        """See to the files that lie in a folder."""
        try:
            gave = False
            async for some in self._pages(folder):
                to_give = self._look(folder.target, some)
                labels.intend(self._catalog, to_give)
                for one in to_give:
                    gave = await self._give(folder.drive, one) or gave
            if gave:
                # What was given is seen too, and so is the eTag that it moved.
                async for some in self._pages(folder):
                    self._look(folder.target, some)
        except ItemTrouble as trouble:
            if trouble.status != 404:
                self._work.progress.say(
                    _("The retention labels in {folder} could not be seen: {why}").format(
                        folder=folder.path, why=trouble
                    )
                )

    async def _pages(self, folder: Unseen) -> AsyncIterator[Sequence[tuple[Labelled, Wanting]]]:
        """What lies in a folder and wants a label that it was not seen to have, in portions."""
        some: list[Labelled] = []
        async for one in self._tenant.labels_below(folder.drive, folder.item):
            some.append(one)
            if len(some) == _PAGE:
                yield self._of_ours(some)
                some = []
        if some:
            yield self._of_ours(some)

    def _of_ours(self, some: Sequence[Labelled]) -> list[tuple[Labelled, Wanting]]:
        wanting = labels.wanting(self._catalog, [one.id for one in some])
        return [(one, wanting[one.id]) for one in some if one.id in wanting]

    def _look(self, target: int, some: Sequence[tuple[Labelled, Wanting]]) -> list[Wanting]:
        """Store what is seen; returns the files that are to be given their label one by one."""
        catalog, now = self._catalog, self._work.now()
        inherited = labels.ever_given(catalog, target)
        seen: list[tuple[Wanting, str]] = []
        to_give: list[Wanting] = []
        for there, file in some:
            ours = file.given if there.explicit else (*file.given, *inherited)
            if there.label == file.label:
                seen.append((file, there.etag if there.ctag == file.ctag else ""))
            elif there.label and there.label not in ours:
                labels.keep_conflict(catalog, file.file, file.item, there.label, now)
            elif self._covered.get(target) != file.label or now - file.at > _LONGEST_CASCADE or there.explicit:
                to_give.append(file)
        if seen:
            labels.keep_seen(catalog, seen, now)
        return to_give

    async def _give(self, drive: str, file: Wanting) -> bool:
        try:
            await self._tenant.set_label(drive, file.item, file.label)
        except ItemTrouble as trouble:
            self._work.progress.say(
                _("{path} did not get its retention label: {why}").format(
                    path=labels.path_of(self._catalog, file), why=trouble
                )
            )
            return False
        return True
