"""The only room with SQL: one area's database, `scans/<area>.db`.

connection.py   opening, transactions, SQLite's errors in the design's words
migrations.py   the schema, version by version, from sql/
blank.py        a new catalog, made whole and then named
place.py        is this folder on a network drive?
locks.py        who may work on an area at the same time
copies.py       copies of a catalog, and whether one is whole
scanning.py     what a running scan has seen so far, as far as it differs
publishing.py   what a scan saw, made the area's state as a difference
preorder.py     folders numbered so that a subtree is a range
descriptors.py  permissions as the source gave them
people/         who owns and reaches what
contents/       copies, examinations, links, and findings that rules ask for
freezes.py      what a case holds fast
handovers.py    holds that ended elsewhere
private_notices.py  what was done about private folders
insight/        totals for people, and where to begin
searching/      entries by old path, name, words and new address, with a side file of its own
paths.py        paths from folders; files in the order of the tree
predicates.py   predicates rendered to SQL, with places.py (asked of folders) and likes.py (expressions)
rules.py        rules as they are kept
judging.py      every file's ruling in one pass, with shares.py and share.py (two processes); it touches nothing
rulings.py      that pass published, and read
comparing.py    what such a pass would change
explaining.py   the same SQL about one file, question by question
answers.py      what people said about single files on the move list
movelist.py     the move list's lines, beside a sheet's rows
shaping.py      old folders as the structure is computed from them
staging.py      a proposal under way, in TEMP tables
proposing.py    that proposal published as a difference, with remarks.py (what it says to people)
proposals.py    what is proposed: parts, libraries, problems
structure_changes.py  what a proposal changes of the one before, in words
structures.py   a part's old and new tree, with structure_lines.py and structure_access.py: for the page
edits.py        what people changed about the structure
scopes.py       who is granted what in a new folder
bundles.py      the digest that a sign-off names
portions/       the groups that people are asked about, and their answers
overview.py     what a part's contact is shown
totals.py       a part's files by what becomes of them
standings.py    what was last counted of the parts, for pages that must not count
signoffs.py     who signed what, and what of it still holds
signing.py      a sign-off stored
cosigns.py      the second person's signature
signed.py       the answer that a part was given
signatures.py   whether what counts as signed is what the bundles say
reminders.py    who was told that a part waits for them
tallies.py      what was last counted for the archive and the privacy officer, with tallying.py (how)
disposals.py    the list of what is destroyed
concerns.py     what concerns personal data, some rows at a time
acts.py         what people did, as the ledger says it
landings.py     the library, and the folders made in it
queue.py        what an upload has to send
uploads.py      intents, receipts, failures
forecasts.py    what an upload has before it, what was expected of a run, and what it came to
reporting.py    every file that moves and what became of it
shared_items.py earlier versions, and copies of what went
columns.py      what the library's columns say of what arrived
labels.py       retention labels: which files want which, and what was seen in the tenant
outstanding.py  what has not been sent, library by library
missing_sites.py  sites that a look at the tenant did not find
findings/       the tenant's listing beside what was signed: places, findings, full comparisons, samples
arrivals.py     where each part's files have arrived, as it was counted last
acceptances.py  what contacts said about the new place
extensions.py   more time to read the old area
seals.py        former permissions
former_access.py  who could get at what before the seal
seal_trials.py  where a seal is tried out
seal_moves.py   what was moved after it had been made read-only
proofs.py       which files may go, and by what
retirements.py  what went, each with its proof stored before
quarantine.py   what is set aside before it is deleted
remains.py      what is still there, with a reason each; whether the area is done
runs.py         runs of the acting stages, each ended by a ledger row
ledger.py       the chain and its roots; audit.py is it whole?
roots.py        what a row of the ledger commits to, to be hashed or handed out
schema.py       whether a catalog is built as the migrations build it
leases.py       by what a catalog knows a lease in the tenant as its own
keys.py         the key that signs it, outside the workspace
figures.py      what the status page shows
whereabouts.py  what became of files, and of all in a folder
new_folders.py  new folders by their web addresses
gathered.py     old addresses beside new ones, each old one once
"""
