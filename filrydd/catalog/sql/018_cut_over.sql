-- How an area is sealed: every entry's permissions, or those of its share.
ALTER TABLE seal ADD COLUMN way TEXT NOT NULL DEFAULT 'entries' CHECK (way IN ('entries', 'share'));
ALTER TABLE seal ADD COLUMN share_former INTEGER;   -- descriptors of the share, where it is the share that is sealed
ALTER TABLE seal ADD COLUMN share_sealed INTEGER;
-- Permissions that somebody else gave an entry after those of the seal were saved, so that no former ones are lost.
CREATE TABLE overtaken_permission (
  id INTEGER PRIMARY KEY,
  seal INTEGER NOT NULL,
  path TEXT NOT NULL,
  kind TEXT NOT NULL,
  descriptor INTEGER NOT NULL,      -- what was saved first
  at INTEGER NOT NULL
);
-- Files of our own in a sealed area, which say where everything is now. file_id NULL: intent.
CREATE TABLE signpost (
  id INTEGER PRIMARY KEY,
  seal INTEGER NOT NULL,
  path TEXT NOT NULL,
  size INTEGER NOT NULL,
  hash TEXT NOT NULL,
  file_id INTEGER,
  put INTEGER NOT NULL,
  taken INTEGER
);
-- Somebody accepted that the copy lies on the same machine.
ALTER TABLE backup ADD COLUMN same_machine INTEGER NOT NULL DEFAULT 0
