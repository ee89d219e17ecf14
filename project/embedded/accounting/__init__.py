"""The accounting simulator: a bookkeeping system in a process of its own, which insists on making its invoice IDs itself.

It stands for the outside system in `ringup up` and in the demo, keeps its books in its own SQLite file and can be
told to fail (`PUT /faults`). Ringup speaks to it over HTTP only.
"""
