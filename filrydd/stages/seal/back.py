"""The way back: signposts away, every former permission again."""

from filrydd.catalog import seals
from filrydd.catalog.connection import Catalog
from filrydd.lang import _
from filrydd.sources import Source
from filrydd.stages import signposts
from filrydd.stages.seal.changing import Opened, open_again
from filrydd.stages.seal.moved import open_moved
from filrydd.stages.work import Work


def give_back(work: Work, catalog: Catalog, source: Source, seal: seals.Seal, *, overwrite: bool = False) -> Opened:
    """Give the area its former permissions back; with `overwrite` also where somebody else has changed them since.

    Raises SourceError when one could not be put back; running it again goes on.
    """
    source.top()
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
