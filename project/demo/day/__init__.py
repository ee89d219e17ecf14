"""A sales day as its CSV tells it: what is to be done, by whom, and what it has to come to."""
