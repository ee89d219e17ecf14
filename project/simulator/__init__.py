"""The accounting simulator: a bookkeeping system that insists on making invoice IDs itself.

It stands for the outside system in `ringup up` and in the demo: a process of its own, its books in a SQLite file
of its own, and it can be told to fail (`PUT /faults`). Ringup speaks to it over HTTP only.
"""
