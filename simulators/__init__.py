"""Simulated sensors on real pseudo-terminals, and simulated homes with known truth."""
