-- What the tenant listed for an item when it was compared. A comparison is never changed, since the ledger commits to it.
CREATE TABLE seen_content (
  comparison INTEGER PRIMARY KEY,
  size INTEGER NOT NULL,
  hash TEXT NOT NULL              -- '': it listed none
);
-- A verification of some files, drawn by a seed. It tells a bound and proves nothing of the others.
CREATE TABLE sample (
  id INTEGER PRIMARY KEY,
  run INTEGER NOT NULL,
  seed INTEGER NOT NULL,
  confidence REAL NOT NULL,       -- between 0 and 1
  share REAL NOT NULL,            -- of files that may differ, as it was asked for
  files INTEGER NOT NULL,         -- of which were drawn
  drawn INTEGER NOT NULL,
  different INTEGER NOT NULL,
  bound REAL NOT NULL,            -- share of files that differ at most, with that confidence
  at INTEGER NOT NULL
);
