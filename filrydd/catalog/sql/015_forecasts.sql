-- upload: what was expected of a run when it began, and what it came to. `lessons` compares the two.
CREATE TABLE forecast (
  run INTEGER PRIMARY KEY,
  tier TEXT NOT NULL,
  hours TEXT NOT NULL,            -- the timetable; '': around the clock
  binding TEXT NOT NULL,          -- the limit that decides how long it takes, as a stored word
  files INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  requests INTEGER NOT NULL,
  units INTEGER NOT NULL,
  seconds INTEGER                 -- from its beginning to its end, closed hours included; NULL: over ten years
);
-- Written when the run ends; an interrupted run has none.
CREATE TABLE run_actual (
  run INTEGER PRIMARY KEY,
  files INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  failed INTEGER NOT NULL,
  requests INTEGER NOT NULL,
  units INTEGER NOT NULL,
  throttled INTEGER NOT NULL,
  waited INTEGER NOT NULL,        -- seconds in which the tenant had asked to wait
  seconds INTEGER NOT NULL,
  working INTEGER NOT NULL        -- of these within the timetable
);
