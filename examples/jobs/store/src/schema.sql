-- The tables of a store. Times are milliseconds since 1970.

CREATE TABLE jobs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    envelope BLOB NOT NULL,
    state TEXT NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'claimed', 'done')),
    claimed_by TEXT,
    -- For people who look.
    claimed_at INTEGER,
    lease_until INTEGER,
    -- One retry for each job, however often somebody asks.
    retry_of INTEGER UNIQUE REFERENCES jobs (id),
    CHECK ((state = 'claimed') = (claimed_by IS NOT NULL))
) STRICT;

CREATE INDEX jobs_by_state ON jobs (state, id);

-- The key is the job, so a second outcome is refused.
CREATE TABLE outcomes (
    job INTEGER PRIMARY KEY REFERENCES jobs (id),
    envelope BLOB NOT NULL
) STRICT;
