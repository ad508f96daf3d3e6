"""What verification saw: the tenant's own listing beside what was signed and sent, findings, and full comparisons.

listing      the listing in TEMP tables
places       where everything should lie and where it does
access       where permissions begin
comparisons  contents that are to be compared, and comparisons
noted        findings, gathered and stored as a difference
samples      files drawn by a seed, and what was concluded
"""

from filrydd.catalog.findings.comparisons import arrived, compared
from filrydd.catalog.findings.noted import Finding, counted, open_findings, store_figures

__all__ = ["Finding", "arrived", "compared", "counted", "open_findings", "store_figures"]
