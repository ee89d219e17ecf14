"""Whether a database goes on from where a row of its own was written, or was restored since.

After a dump was restored, PostgreSQL counts transactions from anew: the row says in which transaction it was written,
and PostgreSQL says another one. Where a server was restored to an earlier time, or a standby took over without the last
transactions, WAL is written on another timeline than the row says. Files of a snapshot of the disk that are put back as
they were cannot be told from a server that was killed.
"""

# A file of WAL is named by its timeline first. `pg_control_checkpoint` tells of a new one after a checkpoint only, when
# transactions were numbered already.
TIMELINE = "left(pg_walfile_name(pg_current_wal_lsn()), 8)"

# `xmin` is a transaction's number without its upper half (PostgreSQL, section 5.6).
GOES_ON = f"(xmin::text::bigint = mod(made_in, 4294967296) AND timeline = {TIMELINE})"
"""Of a row with `made_in` and `timeline`, which MADE_NOW wrote."""

MADE_NOW = f"pg_current_xact_id()::text::bigint, {TIMELINE}"
"""What `made_in` and `timeline` are of a row that is written now."""
