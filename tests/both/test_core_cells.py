"""From samples to a half hour's code: minute means, lower median, thirds; allocation free."""

from aqsense import logcode, quantities
from aqsense.cells import CellBuilder

PM = quantities.PM2_5
CO2 = quantities.CO2


def code(value, quantity=PM):
    return logcode.encode(quantity, value)


def filled(builder, values, step):
    """One value every `step` seconds from second 0."""
    s = 0
    for value in values:
        builder.add(s, value)
        s += step
    return builder.close()


def test_a_half_hour_is_the_lower_median_of_its_minute_means():
    # minutes 0..29 hold 10 and 11 (mean 10 by floor), then 100 and 102 in ten of them (mean 101)
    builder = CellBuilder(PM, 30)
    values = []
    for minute in range(30):
        values += [100, 102] if minute >= 20 else [10, 11]
    assert filled(builder, values, 30) == code(10)
    assert (builder.filled, builder.expected) == (30, 30)
    assert (builder.a, builder.b, builder.c) == (code(10), code(10), code(101))


def test_the_lower_of_two_middle_values_is_taken():
    builder = CellBuilder(PM, 60)
    assert filled(builder, [5] * 15 + [50] * 15, 60) == code(5)


def test_fewer_than_half_of_the_slots_are_no_value():
    builder = CellBuilder(PM, 60)
    assert filled(builder, [30] * 14, 60) == logcode.MISSING
    assert builder.filled == 14 and builder.a == logcode.MISSING
    assert filled(builder, [30] * 15, 60) == code(30)


def test_a_slow_sensor_fills_one_slot_a_sample():
    for interval, expected in ((90, 20), (300, 6), (600, 3), (900, 2), (1800, 1), (3600, 1)):
        builder = CellBuilder(CO2, interval)
        assert builder.expected == expected
        samples = [600 + i for i in range(expected)]
        assert filled(builder, samples, interval) == code(samples[(expected - 1) // 2], CO2)
        assert builder.filled == expected


def test_thirds_of_a_sensor_every_five_minutes_are_its_pairs():
    builder = CellBuilder(PM, 300)
    own = filled(builder, [100, 201, 300, 301, 900, 900], 300)
    assert own == code(300)
    assert (builder.a, builder.b, builder.c) == (code(150), code(300), code(900))


def test_a_sensor_slower_than_ten_minutes_has_no_thirds_of_its_own():
    builder = CellBuilder(PM, 900)
    own = filled(builder, [100, 300], 900)
    assert (builder.a, builder.b, builder.c) == (own, own, own)


def test_a_thin_third_takes_the_code_of_the_half_hour():
    builder = CellBuilder(PM, 60)
    for minute in list(range(4)) + list(range(10, 30)):
        builder.add(minute * 60, 500 if minute < 10 else 20)
    assert builder.close() == code(20)
    assert builder.a == code(20)


def test_a_closed_half_hour_says_only_what_somebody_reads():
    said = {name for name in dir(CellBuilder(PM, 60)) if name[0] != "_"}
    read = {"filled", "a", "b", "c"}
    given = {"quantity", "by_minute", "expected", "expected_third", "add", "close"}
    assert said == read | given


def test_a_closed_builder_starts_anew():
    builder = CellBuilder(PM, 60)
    filled(builder, [900] * 30, 60)
    assert filled(builder, [10] * 30, 60) == code(10)
    assert builder.close() == logcode.MISSING and builder.filled == 0


def test_samples_outside_the_half_hour_and_absurd_values_do_no_harm():
    builder = CellBuilder(PM, 1)
    for s in (-5, 1800, 9999):
        builder.add(s, 100)
    assert builder.close() == logcode.MISSING
    for s in range(1800):
        builder.add(s, 10**9 if s % 2 else -(10**9))
    assert logcode.MISSING < builder.close() <= 4352


def test_adding_and_closing_allocate_nothing():
    try:
        from gc import collect, disable, enable, mem_alloc
    except ImportError:
        return  # CPython counts no bytes
    builder = CellBuilder(PM, 1)
    builder.add(0, 10)
    builder.close()
    collect()
    disable()
    before = mem_alloc()
    s = 0
    while s < 1800:
        builder.add(s, 100 + s % 7)
        s += 1
    builder.close()
    used = mem_alloc() - before
    enable()
    assert used == 0, used
