"""The MicroPython side: UART, Wi-Fi, clock, MQTT, flash and the loop of a board. CPython does not import it."""
