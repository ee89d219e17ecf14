"""Whether a database goes on from where a row of its own was written, or was restored since.

After a dump was restored, PostgreSQL counts transactions from anew: the row says in which transaction it was written,
and PostgreSQL says another one. Where a server was restored to an earlier time, or a standby took over without the last
transactions, WAL is written on another timeline than the row says. Files of a snapshot of the disk that are put back as
they were cannot be told from a server that was killed.

A standby that took over without losing anything is told from the others by three things (ADR 0017). The row says that
commits waited for a synchronous standby; while it does, nobody relies on it but where they still do. The server is on
the very next timeline. And it came there by streaming from the one before, which it remembers until it is started anew:
a server that was restored from a backup has streamed from nobody. Whoever finds it so writes the row anew, and goes on.
"""

# A file of WAL is named by its timeline first. `pg_control_checkpoint` tells of a new one after a checkpoint only, when
# transactions were numbered already.
TIMELINE = "left(pg_walfile_name(pg_current_wal_lsn()), 8)"

# `remote_write` is what a standby has not on its disk yet.
AWAITS_STANDBY = (
    "(current_setting('synchronous_standby_names') <> ''"
    " AND current_setting('synchronous_commit') IN ('on', 'remote_apply'))"
)
"""Whether this session's commits are only acknowledged when a synchronous standby has them on its disk."""

# `xmin` is a transaction's number without its upper half (PostgreSQL, section 5.6).
_OURS = "xmin::text::bigint = mod(made_in, 4294967296)"

GOES_ON = f"({_OURS} AND timeline = {TIMELINE} AND (NOT awaits_standby OR {AWAITS_STANDBY}))"
"""Of a row with `made_in`, `timeline` and `awaits_standby`, which MADE_NOW wrote."""

_NEXT = "upper(lpad(to_hex(('x' || timeline)::bit(32)::bigint + 1), 8, '0'))"

# `pg_last_wal_receive_lsn` stays what it was when recovery ended. A recovery target is how a standby, too, is brought
# to an earlier time.
_STREAMED = "pg_last_wal_receive_lsn() IS NOT NULL AND " + " AND ".join(
    f"current_setting('recovery_target{of}') = ''" for of in ("", "_lsn", "_name", "_time", "_xid")
)

FOLLOWS = f"({_OURS} AND (timeline = {TIMELINE} OR (awaits_standby AND {_NEXT} = {TIMELINE} AND {_STREAMED})))"
"""Whether nothing was lost since the row was written: it may be written anew, as it is now (AS_IT_IS)."""

IS_PAST = f"(timeline <> {TIMELINE} OR awaits_standby <> {AWAITS_STANDBY})"
"""Of a row that FOLLOWS, whether it does not say any more what is so."""

_NOW = {"made_in": "pg_current_xact_id()::text::bigint", "timeline": TIMELINE, "awaits_standby": AWAITS_STANDBY}

MADE_NOW = ", ".join(_NOW.values())
"""What `made_in`, `timeline` and `awaits_standby` are of a row that is written now."""

HERE = f"{TIMELINE}, pg_current_wal_insert_lsn()::text, {AWAITS_STANDBY}"
"""Where the server is in its log. What was answered for before is behind that, once a later commit was answered for."""

# It stays what it was when recovery ended, which tells how far the server had come that leads now.
LACKS = f"({TIMELINE} <> %(timeline)s AND pg_last_wal_replay_lsn() < %(position)s::pg_lsn)"
"""Whether this server took over before it had all that was answered for on that timeline up to that position."""

NOT_OURS = "made_in = 0"
"""Of a row: whoever looks next finds that the database was restored."""

AS_IT_IS = ", ".join(f"{column} = {value}" for column, value in _NOW.items())
"""The same, for a row that is written anew."""
