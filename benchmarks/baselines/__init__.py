"""What the product is compared with."""

QUEUE = "baselines"
"""Of the textbook task: the product's workers listen at the same broker."""
