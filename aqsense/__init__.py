"""Indoor air quality at the edge: what is measured, what is usual here, and what may honestly be said about it."""

__version__ = "0.1.0"
