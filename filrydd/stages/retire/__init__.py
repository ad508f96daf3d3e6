"""retire: delete from the old area what is proved, after the grace period, and nothing else.

For every file the order is: proof joined from the catalog -> the target item still there -> proof stored durably, here and
in the tenant -> no case has frozen it meanwhile -> the source file found unchanged on the handle that deletes it, or that
sets it aside -> gone -> stored as done.

planning    what may go, and what forbids that anything does
brake       more than was to be expected goes only when somebody says the number
running     the run itself, batch by batch
proving     what is still true of a file right before it goes, and its proof in words
lanes       several connections to the source at once
quarantine  the folder of ours: made, emptied, and what an interrupted run left
folders     folders that are empty now, with our signposts in them
remaining   what is left, with a reason each, and its list
"""

from filrydd.stages.retire.planning import Plan, plan
from filrydd.stages.retire.running import Retired, apply

__all__ = ["Plan", "Retired", "apply", "plan"]
