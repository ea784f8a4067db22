"""Starts the board's main under MicroPython.

Environment: AQ_CONFIG the configuration; AQ_LEDGER whether to write the ledger's lines into a file.
"""

import os

from firmware_bridge.board import main

restoring = [False]


def write_ledger(_sid, _quantity, line):
    if not restoring[0]:  # what is folded again was written before
        with open("ledger", "a") as file:
            file.write(line + "\n")


if os.getenv("AQ_LEDGER"):
    from firmware_bridge.board import modules

    for name in modules.ORDER:
        __import__(name)
    try:
        from firmware_bridge.board.node import Node
    except ImportError:  # in a build for a board it is a name of the common module
        from firmware_bridge.board.resident import node__Node as Node

    restore = Node.restore

    def restore_silently(self):
        restoring[0] = True
        restore(self)
        restoring[0] = False

    Node.restore = restore_silently
    Node.ledger = staticmethod(write_ledger)
main.main(os.getenv("AQ_CONFIG"))
