"""What the worker for upkeep looks at each second, beside what it sweeps."""
