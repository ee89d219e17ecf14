"""Pictures and tables of a run, drawn from its JSON."""
