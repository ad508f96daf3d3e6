"""The way back: signposts away, every former permission again."""

from filrydd.catalog import seals
from filrydd.catalog.connection import Catalog
from filrydd.errors import LedgerBroken
from filrydd.lang import _
from filrydd.sources import Source
from filrydd.stages import signposts
from filrydd.stages.seal.changing import Opened, open_again
from filrydd.stages.seal.moved import open_moved
from filrydd.stages.work import Work


def give_back(work: Work, catalog: Catalog, source: Source, seal: seals.Seal, *, overwrite: bool = False) -> Opened:
    """Give the area its former permissions back; with `overwrite` also where somebody else has changed them since.

    Raises SourceError when one could not be put back; running it again goes on. Raises LedgerBroken, and gives nothing back,
    when the stored permissions are not those that the ledger vouches for: whoever changes them could let himself in.
    """
    source.top()
    if not seals.is_as_vouched(catalog, seal.id):
        raise LedgerBroken(
            _(
                "The former permissions of {area} were changed after they were stored, so nothing was given back."
            ).format(area=work.area),
            next=_("Put the catalog back from the backup. What is wrong: {step}").format(
                step=f"filrydd ledger verify {work.area}"
            ),
        )
    seals.turn(catalog, seal.id, "unsealing", work.actor, work.now())
    signposts.take_down(work, catalog, source, at_last=False)
    opened = open_again(work, catalog, source, seal, overwrite=overwrite)
    if opened.strayed:
        open_moved(work, catalog, source, seal)
    signposts.take_down(work, catalog, source)
    seals.turn(catalog, seal.id, "open", work.actor, work.now())
    for path in opened.left_paths:
        work.progress.say(_("{path} has other permissions than the seal gave it. They stay.").format(path=path or "/"))
    return opened
