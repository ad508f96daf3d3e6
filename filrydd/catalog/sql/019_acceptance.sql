-- What a part's contact said about the new place. Rows are never changed; the latest of a part is in force.
CREATE TABLE acceptance (
  id INTEGER PRIMARY KEY,
  part TEXT NOT NULL,             -- a part's name, as in signoff
  says TEXT NOT NULL CHECK (says IN ('yes', 'no')),
  places TEXT NOT NULL,           -- where its files had arrived: addresses, one a line
  digest TEXT NOT NULL,           -- of these places
  files INTEGER NOT NULL,         -- that had arrived
  findings INTEGER NOT NULL,      -- that were open and shown beside it
  name TEXT NOT NULL,
  role TEXT NOT NULL,
  who TEXT NOT NULL,              -- issuer|tenant|object id, or how else
  how TEXT NOT NULL,              -- how identity was established
  note TEXT NOT NULL,
  at INTEGER NOT NULL
);
CREATE INDEX acceptance_part ON acceptance (part);
-- Somebody asked for more time to read the old area. Rows are never changed; the latest day of all holds.
CREATE TABLE extension (
  id INTEGER PRIMARY KEY,
  seal INTEGER NOT NULL,          -- that stood then
  until TEXT NOT NULL,            -- the last day (UTC) on which the old area can be read
  name TEXT NOT NULL,
  role TEXT NOT NULL,
  who TEXT NOT NULL,
  how TEXT NOT NULL,
  reason TEXT NOT NULL,
  at INTEGER NOT NULL
);
-- What was last counted of the parts' files in the new place, so that a page need not count (catalog/arrivals.py).
CREATE TABLE arrival (
  part TEXT PRIMARY KEY,
  files INTEGER NOT NULL,
  places TEXT NOT NULL,           -- as in acceptance
  findings TEXT NOT NULL          -- open ones: {kind: count} as JSON
) WITHOUT ROWID;
CREATE TABLE arrival_stamp (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  stamp TEXT NOT NULL             -- what it was counted from
);
