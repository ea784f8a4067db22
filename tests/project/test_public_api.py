"""The names that other programs may rely on (contract section 10). Changing one is a new version of the contract."""

import inspect

from aqsense import messages
from aqsense.monitor import Monitor
from aqsense.wire import dialogue, events, registry


def parameters(function) -> list[str]:
    return [name for name in inspect.signature(function).parameters if name != "self"]


def test_a_decoder_is_opened_by_model_and_speaks_small_integers():
    decoder = registry.open("pms5003")
    assert parameters(decoder.receive_data) == ["buf", "n"]
    assert parameters(decoder.next_event) == []
    names = (events.NEED_DATA, events.SAMPLE, events.REPLY, events.DISCARDED)
    assert len(set(names)) == 4 and all(type(name) is int for name in names)
    assert decoder.next_event() == events.NEED_DATA
    line = b"\x00" + bytes.fromhex("424d001c0026003a003f001d002d0038192307440149002a0006000297000366")
    decoder.receive_data(line, len(line))
    assert decoder.next_event() == events.DISCARDED
    assert decoder.reason == events.RESYNC and decoder.length == 1
    assert decoder.next_event() == events.SAMPLE
    assert dict(zip(decoder.FIELDS, decoder.values, strict=True))["pm2_5_ugm3"] == 45


def test_the_monitor_takes_time_as_two_small_integers_and_an_offset():
    assert parameters(Monitor)[:2] == ["settings", "restore"]
    assert inspect.signature(Monitor).parameters["restore"].default is None
    assert parameters(Monitor.step)[:5] == ["sid", "decoder", "cell", "s", "utc_offset_min"]
    assert parameters(Monitor.clock_trusted)[:1] == ["trusted"]
    assert parameters(Monitor.answer) == ["record"]
    assert parameters(Monitor.snapshot) == []


def test_the_dialogue_says_what_to_send_and_when():
    talk = dialogue.open("mhz19b", 5000)
    assert parameters(talk.due) == ["now_ms"]


def test_messages_turn_a_document_into_topic_and_text():
    assert callable(messages.topic) and callable(messages.text)
