-- What was last counted for those who answer for the archive and for personal data, so that a page need not count
-- (catalog/tallies.py).
CREATE TABLE tally (
  about TEXT NOT NULL,
  part TEXT NOT NULL,             -- a part's name; '': the whole area, or outside of every part
  word TEXT NOT NULL,             -- what is counted: a word, or the number of a rule, a freeze, a folder, somebody
  place INTEGER NOT NULL,         -- the order in which a list shows them
  files INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  detail TEXT NOT NULL,           -- numbers with blanks between
  PRIMARY KEY (about, part, word)
) WITHOUT ROWID;
CREATE INDEX tally_place ON tally (about, place);
CREATE TABLE tallied (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  stamp TEXT NOT NULL,            -- what it was counted from
  at INTEGER NOT NULL
);
