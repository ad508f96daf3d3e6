"""links: which documents point to which others, what breaks when an area moves, and giving it new addresses.

listing    what breaks inside of an area; how a target is settled
between    what breaks between the areas of a workspace
neighbours the other areas of the workspace, only read
resolving  where that which a document points to has arrived
addresses  web addresses of what has arrived
mending    what `filrydd links mend` would do, and doing it
rewriting  one document given its new links, and proved
reasons    why a document was left as it is
"""

from filrydd.stages.links.listing import Links, follow, kinds, known, of, resolve

__all__ = ["Links", "follow", "kinds", "known", "of", "resolve"]
