"""ledger: the record of an area, checked here or handed out to be checked elsewhere.

checking   is it whole, and does it continue the copy in the tenant?
exporting  all of it in one file, for a program that shares no code with this one
"""

from filrydd.stages.record.checking import Checked, landing, verify, verify_with
from filrydd.stages.record.exporting import Exported, export

__all__ = ["Checked", "Exported", "export", "landing", "verify", "verify_with"]
