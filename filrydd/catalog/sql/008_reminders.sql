-- One attempt to tell somebody something about a part. The row is stored before a message leaves; neither sent nor failed:
-- the run ended in between, and nobody knows whether it left.
CREATE TABLE reminder (
  id INTEGER PRIMARY KEY,
  part TEXT NOT NULL,
  person TEXT NOT NULL,
  email TEXT NOT NULL,
  kind TEXT NOT NULL,             -- weekly, before, passed, passed on
  due TEXT NOT NULL,              -- the deadline, or the day on which it fell due
  at INTEGER NOT NULL,
  sent INTEGER,
  failed TEXT NOT NULL DEFAULT '' -- what the mail server said about it
);
