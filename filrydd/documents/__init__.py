"""Readers of documents' content, each in a fenced child process.

`Examiner.compare` says whether a document that SharePoint rewrote is still the document that was sent. `Examiner.examine`
says what one document holds: identity numbers, links, likeness. `EXAMINED_EXTENSIONS`: of others nothing can be told, so
their content need not be fetched. `Examiner.pointing` and `.relink` give links of Office packages other addresses
(`RELINKED_EXTENSIONS`).
"""

from filrydd.documents.comparison import Comparison, Why
from filrydd.documents.examiner import Examiner
from filrydd.documents.kinds import EXAMINED_EXTENSIONS
from filrydd.documents.relinking import EXTENSIONS as RELINKED_EXTENSIONS
from filrydd.documents.relinking import Bar, Pointing

__all__ = ["EXAMINED_EXTENSIONS", "RELINKED_EXTENSIONS", "Bar", "Comparison", "Examiner", "Pointing", "Why"]
