"""The same arithmetic over arrays: years of samples at once, equal bit for bit to the scalar core. Needs numpy."""
