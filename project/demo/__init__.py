"""The demo: a real sales day, replayed through the whole pipeline by concurrent tills."""
