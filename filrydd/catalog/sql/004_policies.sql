-- Findings about files that rules ask for: `other` is the file that one is a copy or an earlier version of, or points to.
ALTER TABLE finding ADD COLUMN other INTEGER;
CREATE INDEX finding_kind ON finding (kind, file) WHERE closed IS NULL;
-- What reading a file's content told, and as what it was read.
CREATE TABLE examination (
  file INTEGER PRIMARY KEY,
  size INTEGER NOT NULL,
  modified INTEGER NOT NULL,
  outcome TEXT NOT NULL,
  detail TEXT NOT NULL,
  likeness INTEGER
);
-- Where a file points to, as written in it. to_file, to_folder: what that is in this area; both NULL: outside, or nothing.
CREATE TABLE link (
  id INTEGER PRIMARY KEY,
  file INTEGER NOT NULL,
  kind TEXT NOT NULL,
  target TEXT NOT NULL,
  place TEXT NOT NULL,            -- inside, outside, missing, web
  to_file INTEGER,
  to_folder INTEGER
);
CREATE INDEX link_file ON link (file);
CREATE INDEX link_to ON link (to_file) WHERE to_file IS NOT NULL;
-- Nothing under the path is destroyed, moved or purged until lifted. A path, not a folder: it holds what comes there later.
CREATE TABLE freeze (
  id INTEGER PRIMARY KEY,
  path TEXT NOT NULL,             -- '' for the whole area
  matter TEXT NOT NULL,           -- the case that asks for it
  name TEXT NOT NULL,
  note TEXT NOT NULL,
  at INTEGER NOT NULL,
  lifted INTEGER,
  lifted_by TEXT NOT NULL DEFAULT '',
  lifted_note TEXT NOT NULL DEFAULT ''
);
CREATE INDEX freeze_open ON freeze (path) WHERE lifted IS NULL;
-- A hold that ended elsewhere, with a person's receipt.
CREATE TABLE handed_over (
  file INTEGER PRIMARY KEY,
  place TEXT NOT NULL,            -- the case system, the archive, HR, stays on a file server
  receipt TEXT NOT NULL,          -- that system's own reference
  name TEXT NOT NULL,
  note TEXT NOT NULL,
  at INTEGER NOT NULL,
  size INTEGER NOT NULL,
  modified INTEGER NOT NULL
);
-- Private folders and what was done about them (FOR-2018-07-02-1108 sections 1-3).
CREATE TABLE private_notice (
  id INTEGER PRIMARY KEY,
  path TEXT NOT NULL,
  owner TEXT NOT NULL,
  what TEXT NOT NULL CHECK (what IN ('told', 'opened')),
  name TEXT NOT NULL,             -- who told, or who was let in by name
  note TEXT NOT NULL,
  at INTEGER NOT NULL,
  deadline TEXT                   -- told: the day until which the owner may answer
);
-- How many folders a stage has looked at since the scan; it begins anew with the next one.
CREATE TABLE noticed (
  scan INTEGER PRIMARY KEY,
  at INTEGER NOT NULL
);
-- Rulings are read by file; an index by rule cost more at every classification than it ever saved.
DROP INDEX ruling_rule;
ALTER TABLE rule ADD COLUMN instead TEXT NOT NULL DEFAULT '';
