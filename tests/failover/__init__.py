"""Clusters that fail over."""
