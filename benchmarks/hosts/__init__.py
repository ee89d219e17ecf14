"""`python -m benchmarks.hosts`: the shop on hosts of its own for each part, which are cut off one after the other."""
