"""Every protection by its name, what is taken away of it, and the test that fails then."""
