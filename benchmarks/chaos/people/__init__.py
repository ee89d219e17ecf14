"""Who uses the shop while things break: tills, a desk, an office, readers, followers, and a probe that times sales."""
