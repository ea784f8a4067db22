"""Errors by who must act: every text says what is wrong and what to do about it, in one line."""

EXIT_FAILED = 1
EXIT_USAGE = 2
EXIT_CONFIG = 78


class AqsenseError(Exception):
    """Something a person has to put right; `str(error)` is the one line that they see."""

    exit_code = EXIT_FAILED

    def lines(self) -> list[str]:
        """What a person reads, each thing that they can put right on a line of its own."""
        return [str(self)]


class PortError(AqsenseError):
    """A serial port that cannot be used now; the daemon tries again, a command stops."""

    kind = "other"  # or missing, denied, busy, lost


class BrokerError(AqsenseError):
    """A broker that cannot be used now; the daemon tries again, a command stops."""


class StoreError(AqsenseError):
    """The state directory cannot be written; readings go on without it."""


class InputError(AqsenseError):
    """A file that was given on the command line cannot be used."""


class UsageError(AqsenseError):
    """Arguments that make no sense together."""

    exit_code = EXIT_USAGE
