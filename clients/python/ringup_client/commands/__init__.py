"""Whatever a terminal can ask for."""
