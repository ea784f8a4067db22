"""Homes with physics and truth: what the air does, why, and which of it is an event."""
