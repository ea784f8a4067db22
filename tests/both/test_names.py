"""Quantities, flags, codes and stages are the words of contract sections 1, 6 and 7, on both Pythons."""

from aqsense import codes, flags, quantities


def test_every_quantity_has_a_field_a_short_id_a_unit_and_a_resolution():
    table = (
        (quantities.PM1, "pm1_ugm3", "pm1", "ug/m3", "µg/m³", 1),
        (quantities.PM2_5, "pm2_5_ugm3", "pm25", "ug/m3", "µg/m³", 1),
        (quantities.PM4, "pm4_ugm3", "pm4", "ug/m3", "µg/m³", 1),
        (quantities.PM10, "pm10_ugm3", "pm10", "ug/m3", "µg/m³", 1),
        (quantities.CO2, "co2_ppm", "co2", "ppm", "ppm", 0),
        (quantities.TEMP, "temp_c", "temperature", "degC", "°C", 1),
        (quantities.RH, "rh_pct", "humidity", "%", "%", 1),
        (quantities.PRESSURE, "pressure_hpa", "pressure", "hPa", "hPa", 1),
        (quantities.HCHO, "hcho_ugm3", "hcho", "ug/m3", "µg/m³", 0),
        (quantities.VOC, "voc_index", "voc", "1", "", 0),
        (quantities.NOX, "nox_index", "nox", "1", "", 0),
    )
    assert len(table) == quantities.COUNT
    for q, field, short_id, unit, shown, decimals in table:
        assert quantities.FIELDS[q] == field and quantities.index(field) == q
        assert quantities.SHORT_IDS[q] == short_id and quantities.index_of_short_id(short_id) == q
        assert quantities.UNITS[q] == unit and quantities.SHOWN_UNITS[q] == shown
        assert quantities.DECIMALS[q] == decimals and quantities.SCALES[q] == 10**decimals


def test_micro_and_cubed_are_the_code_points_that_hubs_expect():
    shown = quantities.SHOWN_UNITS[quantities.PM2_5]
    assert [ord(c) for c in shown] == [0xB5, ord("g"), ord("/"), ord("m"), 0xB3]


def test_a_raw_register_is_no_quantity():
    assert quantities.index("pm2_5_cf1_ugm3") == -1
    assert quantities.index_of_short_id("pm2_5_ugm3") == -1


def test_flags_are_distinct_bits_in_the_order_of_the_contract():
    text = (
        "warming power_up_unknown sleeping range inconsistent saturated low_flow fan laser self_test stuck "
        "below_outdoor line_noisy late calibrating user_excluded"
    )
    assert " ".join(flags.NAMES) == text
    assert flags.names(0) == []
    assert flags.names(flags.WARMING | flags.STUCK | flags.USER_EXCLUDED) == ["warming", "stuck", "user_excluded"]


def test_withholding_codes_keep_their_precedence():
    text = (
        "clock_untrusted sensor_fault sensor_stuck sensor_warming value_missing line_noisy gap_recent user_paused "
        "sensor_changed sensor_moved correction_changed calibration_recent drift_suspected promise_broken disputed "
        "coverage_days coverage_hours coverage_weekend coverage_weeks coverage_independence"
    )
    assert " ".join(codes.CODES) == text
    assert codes.CODES[codes.SENSOR_STUCK] == "sensor_stuck"
    assert codes.CODES[codes.PROMISE_BROKEN] == "promise_broken"
    assert codes.CODES[codes.COVERAGE_INDEPENDENCE] == "coverage_independence"


def test_stages_verdicts_and_scores_are_the_words_of_the_contract():
    assert codes.STAGES == ("warmup", "learning", "provisional", "established", "relearning", "stale", "suspended")
    assert codes.VERDICTS == ("withheld", "typical", "notable", "elevated", "unknown")
    assert codes.SCORES == ("context", "peak", "sustained", "daypart")
    assert codes.STAGES[codes.SUSPENDED] == "suspended" and codes.VERDICTS[codes.UNKNOWN] == "unknown"
