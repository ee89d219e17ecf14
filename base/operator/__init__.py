"""What an operator types: how it asks, how it explains itself, and what it shows."""
