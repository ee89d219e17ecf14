"""How many sales the tests' grown shop has had."""

ORDERS = 400_000
"""What reads through them reads a hundred times more than it may; a million take as long again to make
(`./ringup bench grown`)."""
