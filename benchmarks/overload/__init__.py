"""More than the machine can take, and one till that is broken: what is asked of Ringup then is measured and judged."""
