"""A network that is always there."""

STA_IF = 0


class WLAN:
    def __init__(self, interface):
        self._up = False

    def active(self, up):
        self._up = up

    def isconnected(self):
        return self._up

    def connect(self, ssid, password):
        pass


def hostname(name):
    pass
