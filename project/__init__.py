"""Wiring: settings, the launcher, and what `./ringup` can do."""

import gc

gc.set_threshold(10_000)
"""Of objects. Each process imports this first and then makes hundreds of thousands that stay: looking every 700 of them
for what is none any longer would be a tenth of its start."""
