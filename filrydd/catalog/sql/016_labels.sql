-- Retention labels. What is about to be put on an item is stored before the act, with `sure` 0.
-- A new folder that has a label from us, for all that lies in it; '': looked at, and not ours to label.
CREATE TABLE labelled_folder (
  target INTEGER PRIMARY KEY,
  item TEXT NOT NULL,
  label TEXT NOT NULL,
  before TEXT NOT NULL DEFAULT '',  -- those that it had from us until then, a line each
  sure INTEGER NOT NULL
);
-- A file whose item was given a label, or was seen to have the one that is wanted.
CREATE TABLE labelled_file (
  file INTEGER PRIMARY KEY,
  item TEXT NOT NULL,
  label TEXT NOT NULL,
  before TEXT NOT NULL DEFAULT '',  -- those that it had until then, a line each
  sure INTEGER NOT NULL
);
-- Labels that the tenant has let us use in a library.
CREATE TABLE usable_label (
  drive TEXT NOT NULL,
  label TEXT NOT NULL,
  PRIMARY KEY (drive, label)
) WITHOUT ROWID;
-- Columns that say something of a new file by themselves, and since when.
CREATE TABLE column_default (
  drive TEXT NOT NULL,
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  since INTEGER NOT NULL,
  PRIMARY KEY (drive, name)
) WITHOUT ROWID;
-- Items that new folders had before somebody deleted them.
CREATE TABLE former_folder (
  target INTEGER NOT NULL,
  item TEXT NOT NULL,
  PRIMARY KEY (target, item)
) WITHOUT ROWID
