"""When calls may go: one budget for all workers and all processes, and everybody waits when the tenant asks one of us to.

Throttled calls count against the limit too, so going on with the other workers while one waits makes it worse: a 429 or
503 closes one gate for all.

    governor   who may send now; what answers teach
    purse      the units that this process has at hand
    budget     units of a minute: what the tenant said is left, or a pace until it says so
    recent     what was sold in the last minute     unsaid   a pace for tenants that tell nothing
    day        units of 24 hours
    costs      what each kind of call costs, learnt
    room       how many calls at once
    shared     the file by which all processes have one budget
    told       what headers say                     timing   clocks and chance
"""

from filrydd.targets.governor.governor import Call, Governor
from filrydd.targets.governor.timing import Timing
from filrydd.targets.governor.told import http_date, retry_after

__all__ = ["Call", "Governor", "Timing", "http_date", "retry_after"]
