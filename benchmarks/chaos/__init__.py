"""What the stack does when its processes are killed while it sells."""
