-- The rules that a sign-off destroys by, as they were when it was signed, and where the folders of its bundles lay: a bundle
-- itself holds names alone. Sign-offs from before have neither.
CREATE TABLE signed_rule (
  signoff INTEGER NOT NULL,
  rule INTEGER NOT NULL,
  name TEXT NOT NULL,
  fate TEXT NOT NULL,
  reason_nb TEXT NOT NULL,
  reason_en TEXT NOT NULL,
  basis TEXT NOT NULL,
  noark TEXT NOT NULL,
  decided_by TEXT NOT NULL,
  decided_on TEXT NOT NULL,
  confirmed_by TEXT NOT NULL,
  confirmed_on TEXT NOT NULL,
  junk INTEGER NOT NULL,
  PRIMARY KEY (signoff, rule)
) WITHOUT ROWID;
ALTER TABLE signed_bundle ADD COLUMN path TEXT
