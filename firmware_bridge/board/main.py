"""Start of a board: read `aqsense.json`, run as a full or a thin node, and come back after whatever went wrong."""

import gc
import sys
import time

import machine

from firmware_bridge.board import config

CONFIG = "aqsense.json"
CRASH = "aqsense-crash.txt"
WATCHDOG_MS = 8000  # RP2040 knows no longer one
AGAIN_MS = 5000
COLLECT_EVERY = 8192  # bytes: what lasts then lies close together, and holes of 5 KB remain for a series' half hours


def main(path: str = CONFIG) -> None:
    """Run for ever. A bad configuration is printed and nothing is started; any other failure restarts the board."""
    try:
        table = config.load(path)
    except config.BadConfig as error:
        for problem in error.problems:
            print("aqsense:", problem)
        return
    try:
        run(table)
    except Exception as error:
        note(error)
        time.sleep_ms(AGAIN_MS)
        machine.reset()


def run(table) -> None:
    """Run the configured mode with the watchdog on."""
    gc.threshold(COLLECT_EVERY)
    if table.link == "usb":
        online = bool
    else:
        from firmware_bridge.board.wifi import Wifi

        online = Wifi(table.wifi.ssid, table.wifi.password, "aqsense-" + table.home).step
    watchdog = machine.WDT(timeout=WATCHDOG_MS)
    feed = watchdog.feed
    forget_config_code()
    if table.mode == "thin":
        from firmware_bridge.board.thin import Thin

        node = Thin(table, feed)
    else:
        load_flat()
        from firmware_bridge.board.node import Node

        node = Node(table, feed)
    node.run(online)


def load_flat() -> None:
    """Import what the node needs one after the other, none from within another."""
    from firmware_bridge.board import modules

    for name in modules.ORDER:
        __import__(name)
    del sys.modules["firmware_bridge.board.modules"]


def forget_config_code() -> None:
    """The checks of the configuration have done their work; their memory is needed."""
    sys.modules.pop("firmware_bridge.board.config", None)
    package = sys.modules.get("firmware_bridge.board")
    if package is not None and hasattr(package, "config"):
        delattr(package, "config")
    global config
    config = None
    gc.collect()


def note(error: BaseException) -> None:
    """Leave the traceback of the last failure in a file, and on the console."""
    sys.print_exception(error)
    try:
        with open(CRASH, "w") as file:
            sys.print_exception(error, file)
    except OSError:
        pass  # the file system itself may be what failed
