-- What is set aside instead of deleted at once. done: gone from its old place, for good or to `place`.
ALTER TABLE retirement ADD COLUMN file_id INTEGER;                -- of the file that was proved
ALTER TABLE retirement ADD COLUMN place TEXT NOT NULL DEFAULT '';   -- its path in the quarantine, '' where it was deleted at once
ALTER TABLE retirement ADD COLUMN aside_until INTEGER;
ALTER TABLE retirement ADD COLUMN purge INTEGER;                  -- the run that deletes it from there, stored before the act
ALTER TABLE retirement ADD COLUMN purged INTEGER;
ALTER TABLE retirement ADD COLUMN restore INTEGER;                -- the run that brings it back, stored before the act
UPDATE retirement SET file_id = (SELECT file_id FROM file WHERE id = retirement.file);
CREATE INDEX retirement_aside ON retirement (aside_until) WHERE place <> '' AND purged IS NULL;
-- Retirements of files that lie at their old places again: brought back by us, or put there by somebody.
CREATE TABLE former_retirement (
  id INTEGER PRIMARY KEY,         -- as it was in retirement
  run INTEGER NOT NULL,
  file INTEGER NOT NULL,
  path TEXT NOT NULL,
  size INTEGER NOT NULL,
  hash TEXT NOT NULL,
  proof TEXT NOT NULL,
  begun INTEGER NOT NULL,
  done INTEGER NOT NULL,
  place TEXT NOT NULL,
  purge INTEGER,
  purged INTEGER,
  restore INTEGER,                -- NULL: somebody else put the file there
  restored INTEGER NOT NULL       -- or when that was noticed
);
CREATE INDEX former_retirement_run ON former_retirement (run);
-- The folder of ours for them. file_id NULL: about to be made.
CREATE TABLE quarantine (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  file_id INTEGER
);
-- What had a proof at the last run and stayed all the same.
CREATE TABLE refusal (
  file INTEGER PRIMARY KEY,
  why TEXT NOT NULL
)
