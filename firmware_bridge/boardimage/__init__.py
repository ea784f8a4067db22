"""Makes of the sources what a board gets: constants put in place, byte code, a directory to copy, an image to flash."""
