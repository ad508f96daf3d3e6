"""The review in small portions: an area's part as groups that a busy person can answer; pure: no file, no clock.

given     what is known of a part: its folders, how many files of each lie under which rule, sets of files
sums      what a number of files add up to, and the digest of what a group holds
risk      what makes a group risky, in words and points
forming   the groups; piles: what they are made from, branches: of the tree
order     which portion each is in, and its place there
looks     the single files that ask to be looked at
"""

from filrydd.portions.forming import Group, form
from filrydd.portions.given import Cell, Earlier, Folder, Given, Member, Saying, Together
from filrydd.portions.looks import Look, to_look_at
from filrydd.portions.order import MOST_IN_PORTION, MOST_PORTIONS, Placed, ordered
from filrydd.portions.piles import MOST
from filrydd.portions.sums import Sums, same_content

__all__ = [
    "MOST",
    "MOST_IN_PORTION",
    "MOST_PORTIONS",
    "Cell",
    "Earlier",
    "Folder",
    "Given",
    "Group",
    "Look",
    "Member",
    "Placed",
    "Saying",
    "Sums",
    "Together",
    "form",
    "ordered",
    "same_content",
    "to_look_at",
]
