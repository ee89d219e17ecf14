"""`python -m benchmarks.failover`: a cluster of two PostgreSQL servers whose leader is killed while tills sell."""
