-- What a request with an Idempotency-Key created. Never a stored answer: a replay passes the gate again.

CREATE TABLE idempotency (
    scope TEXT NOT NULL,
    key TEXT NOT NULL CHECK (key <> ''),
    operation TEXT NOT NULL,
    request_hash BLOB NOT NULL CHECK (length(request_hash) = 32),
    created_id TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    PRIMARY KEY (scope, key, operation)
) STRICT;
CREATE INDEX idempotency_by_expiry ON idempotency (expires_at);
