"""What a full and a thin node have in common at their start."""

import os

from firmware_bridge.board.mqtt import Client

_LONGEST = 2304  # bytes of a packet with a request
_LONGEST_POLL = 512  # and of one with a poll for a thin node's sensor
_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"


def new_boot() -> str:
    """Six characters that no other start has had."""
    return "".join([_LETTERS[b % 36] for b in os.urandom(6)])


def client_of(config) -> Client:
    """The MQTT client of a configuration."""
    mqtt = config.mqtt
    tls = None
    if mqtt.tls:
        from firmware_bridge.board.tls import wrapper

        tls = wrapper(mqtt.host, mqtt.ca_file)
    return Client(
        mqtt.host,
        mqtt.port,
        "aqsense-" + config.home,
        mqtt.username or None,
        mqtt.password or None,
        mqtt.keepalive_s,
        tls,
        longest=_LONGEST if config.mode == "full" else _LONGEST_POLL,
    )
