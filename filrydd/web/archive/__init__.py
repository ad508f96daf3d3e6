"""The archivist's pages: rules to confirm, blocks and freezes, what is handed over and to whom, the list of what is
destroyed.

views       what is read for them, in sums that were counted before
office      the department's page and an area's
confirming  a rule, and its confirmation
holding     forms: freeze for a case, lift, note what was handed over
listing     the list of what is destroyed, as a file
words       periods and states in words
"""
