"""The only room with SQL: one area's database, `scans/<area>.db`.

connection.py   opening, transactions, SQLite's errors in the design's words
migrations.py   the schema, version by version, from sql/
place.py        is this folder on a network drive?
locks.py        who may work on an area at the same time
scanning.py     what a scan saw, published as a difference
paths.py        paths from folders; files in the order of the tree
predicates.py   predicates rendered to SQL
rulings.py      every file's ruling
proposals.py    targets, placements, parts, bundles
signoffs.py     who signed what, and what of it still holds
uploads.py      intents, receipts, failures
findings.py     findings and full comparisons
seals.py        former permissions
retirements.py  proofs, and what they allowed to delete
ledger.py       the chain, its roots and its signature
figures.py      what the status page shows
"""
