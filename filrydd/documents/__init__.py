"""Readers of documents' content, each in a fenced child process.

`Examiner.compare` says whether a document that SharePoint rewrote is still the document that was sent.
"""

from filrydd.documents.comparison import Comparison, Why
from filrydd.documents.examiner import Examiner

__all__ = ["Comparison", "Examiner", "Why"]
