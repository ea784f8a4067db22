"""Every packet id is used and used again. `make soak`: half a minute."""

from tests.board.test_mqtt import many


def test_seventy_thousand_messages_pass_and_leave_nothing_on_the_heap(library, broker):
    acknowledged, echoed, highest, _, heap = many(library, broker, 1, 70_000)
    assert (acknowledged, echoed, highest) == (70_000, 70_000, 65535)
    assert heap < 20_000
