"""How long a server of the database may say nothing: libpq's parameters of a connection (PostgreSQL, section 32.1.2).

A machine that is gone says nothing more. What waits for its answer would learn of it after two hours, or a quarter of
one, as the kernel has it.
"""

SILENCE = {"keepalives_idle": 4, "keepalives_interval": 2, "keepalives_count": 3, "tcp_user_timeout": 10_000}
"""Then a connection is given up, and what went on in it has failed."""

SHORT_SILENCE = {"keepalives_idle": 1, "keepalives_interval": 1, "keepalives_count": 1, "tcp_user_timeout": 2_000}
"""Of what can be done without."""
