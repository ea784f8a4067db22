-- The home's memory and what awaits delivery. A file here is never changed once released; the next one is 2.sql.
CREATE TABLE cell (          -- closed half hours: what everything inferred can be folded from again
  sid TEXT NOT NULL,
  quantity INTEGER NOT NULL,
  cell INTEGER NOT NULL,     -- UTC half hours since 1970
  utc_offset_min INTEGER NOT NULL,
  code INTEGER NOT NULL,     -- logarithmic code; -32768 is missing
  filled INTEGER NOT NULL,
  reason INTEGER NOT NULL,   -- withholding code that made it missing; -1 is none
  regime INTEGER NOT NULL,
  a INTEGER NOT NULL,        -- codes of its three ten minutes
  b INTEGER NOT NULL,
  c INTEGER NOT NULL,
  mean INTEGER NOT NULL,     -- scaled mean of its samples; -1 when there were none
  PRIMARY KEY (sid, quantity, cell)
) WITHOUT ROWID;
CREATE TABLE answer (        -- what the owner said, in order; only ever added to, except by forgetting
  id TEXT PRIMARY KEY,
  t TEXT NOT NULL,
  verb TEXT NOT NULL,
  args TEXT NOT NULL
);
CREATE TABLE snapshot (      -- the folded state, to start from without folding everything again
  id INTEGER PRIMARY KEY CHECK (id = 1),
  version TEXT NOT NULL,
  cell INTEGER NOT NULL,     -- half hours up to and including this one are in it
  state BLOB NOT NULL
);
CREATE TABLE outbox (        -- samples and events that no broker has acknowledged
  id INTEGER PRIMARY KEY,
  kind INTEGER NOT NULL,     -- 0 sample, 1 message
  sid TEXT NOT NULL,
  boot TEXT NOT NULL,
  seq INTEGER NOT NULL,
  t_ms INTEGER,              -- end of the window, epoch; null when no clock could date it
  up_ms INTEGER NOT NULL,
  topic TEXT NOT NULL,
  payload TEXT NOT NULL
);
CREATE TABLE retained (      -- the newest document of each retained topic, for a broker that forgot
  topic TEXT PRIMARY KEY,
  qos INTEGER NOT NULL,
  expires_s INTEGER NOT NULL, -- epoch; 0 is never
  payload TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE note (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
