"""Figures, what is asked of them, and how they are told."""
