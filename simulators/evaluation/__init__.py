"""The protocol by which claims are judged: homes without and with known events, and peers on the same air."""
