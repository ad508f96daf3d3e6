-- The name by which a catalog's lease in the tenant is known as its own (catalog/leases.py).
CREATE TABLE lease (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  id TEXT NOT NULL                -- chance, made once
);
