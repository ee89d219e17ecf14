"""What befalls the stack: each fault begins, lasts, and ends by itself or is ended."""
