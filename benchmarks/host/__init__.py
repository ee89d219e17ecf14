"""What the machine says of itself and of its processes."""
