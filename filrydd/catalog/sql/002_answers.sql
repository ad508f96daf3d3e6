-- What a person said about a file on the move list: beats its rule, never a block (catalog/answers.py).
CREATE TABLE answer (
  file INTEGER PRIMARY KEY,
  fate TEXT NOT NULL CHECK (fate IN ('move', 'destroy', 'hold')),
  name TEXT NOT NULL,             -- who answered
  note TEXT NOT NULL,
  at INTEGER NOT NULL
);
-- A rule that an answer made, and the policy's rule that it stands in for.
CREATE TABLE answered_rule (
  rule INTEGER PRIMARY KEY REFERENCES rule (id),
  base INTEGER NOT NULL REFERENCES rule (id)
);
