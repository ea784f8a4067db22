"""Makes of the sources what a board gets: constants in place, one module of many, byte code, a directory, an image."""
