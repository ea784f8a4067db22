"""Named corrections against their formulas written out in plain numbers, on every runtime."""

from aqsense import correction_co2, correction_formulas, corrections, quantities
from aqsense.corrected import Corrected
from aqsense.settings import SensorSettings
from aqsense.wire import registry

PLANTOWER = ("pm2_5_ugm3", "pm2_5_cf1_ugm3", "pm2_5_atm_ugm3", "n0_3_per_dl")
WITH_RH = ("pm2_5_ugm3", "pm2_5_cf1_ugm3", "pm2_5_atm_ugm3", "n0_3_per_dl", "temp_c", "rh_pct")
ONES = (1, 1, 1, 1)
NOT_THERE = -(1 << 30)


def raises(call, *arguments):
    try:
        call(*arguments)
    except ValueError as error:
        return str(error)
    raise AssertionError("nothing was raised")


def near(tenths, plain, tolerance=0.11):
    """A result in tenths against the formula in plain numbers, which a 32-bit float may also have computed."""
    assert abs(tenths / 10 - max(0, plain)) <= tolerance, (tenths, plain)


def everywhere(formula, plain):
    x = 0
    while x <= 1000:
        for rh in (0, 23, 40, 71, 100):
            near(formula(x * 10, rh * 10), plain(x, rh), 0.0502 + 1e-5 * max(0, plain(x, rh)))
        x += 7


def test_epa_us_2021_is_its_formula():
    x = 0
    while x <= 1000:
        for rh in (0, 23, 40, 71, 100):
            plain = 0.524 * x - 0.0862 * rh + 5.75
            near(correction_formulas.epa_us_2021(x * 10, rh * 10), plain, 0.0501)  # half of the last digit shown
        x += 7


def test_the_map_of_2021_bends_above_343():
    def plain(x, rh):
        return 0.524 * x - 0.0862 * rh + 5.75 if x <= 343 else 0.46 * x + 3.93e-4 * x * x + 2.97

    everywhere(correction_formulas.epa_us_2021_map, plain)
    near(correction_formulas.epa_us_2021_map(3430, 400), 182.0)
    near(correction_formulas.epa_us_2021_map(3431, 400), 207.0)


def test_epa_us_2022_goes_from_300_to_400_between_its_two_fits():
    def plain(x, rh):
        low = 0.524 * x - 0.0862 * rh + 5.75
        high = 4.21e-4 * x * x + 0.392 * x + 3.44
        weight = min(1, max(0, 0.0244 * x - 13.9))
        return low if x < 570 else high if x >= 611 else low * (1 - weight) + high * weight

    everywhere(correction_formulas.epa_us_2022, plain)
    for x in (570, 575, 583, 590, 599, 605, 610):
        near(correction_formulas.epa_us_2022(x * 10, 500), plain(x, 50), 0.2)
    near(correction_formulas.epa_us_2022(5699, 500), 300, 1)  # "up to 300 ug/m3 ...
    near(correction_formulas.epa_us_2022(6110, 500), 400, 1)  # ... a quadratic fit above 400", the paper's abstract


def test_airgradient_is_its_five_bands():
    def plain(x, rh):
        wet = 5.75 - 0.0862 * rh
        if x < 30:
            return 0.524 * x + wet
        if x < 50:
            return (0.786 * (x / 20 - 1.5) + 0.524 * (1 - (x / 20 - 1.5))) * x + wet
        if x < 210:
            return 0.786 * x + wet
        w = x / 50 - 4.2
        if x < 260:
            slope = 0.69 * w + 0.786 * (1 - w)
            return slope * x - 0.0862 * rh * (1 - w) + 2.966 * w + 5.75 * (1 - w) + 8.84e-4 * x * x * w
        return 2.966 + 0.69 * x + 8.84e-4 * x * x

    everywhere(correction_formulas.airgradient_2024, plain)
    for x in (29, 30, 30.8, 31, 40, 49, 50, 209, 210, 211, 235, 259, 260):
        near(correction_formulas.airgradient_2024(int(x * 10), 400), plain(x, 40), 0.11)


def test_the_example_of_airgradient_s_own_tracker():
    # "the expected result 20.89 for input values of PM2.5=33 and RH=40", airgradienthq/arduino issue 225
    assert correction_formulas.airgradient_2024(330, 400) == 209


def test_no_correction_goes_below_zero():
    for formula in (
        correction_formulas.epa_us_2021,
        correction_formulas.epa_us_2022,
        correction_formulas.airgradient_2024,
    ):
        assert formula(0, 1000) == 0


def test_a_batch_scales_the_count_where_that_is_below_31():
    batch = corrections.open("pms5003-batch:20231218", PLANTOWER, ONES)
    assert batch.value((5, 5, 5, 400)) == 141  # 0.03525 * 400 = 14.1
    assert batch.value((5, 5, 5, 879)) == 310  # 30.98, still below
    assert batch.value((5, 5, 5, 880)) == 50  # 31.02
    assert batch.value((60, 80, 60, 2000)) == 600  # 70.5 by count: the reading stands
    assert batch.needs == ("pm2_5_atm_ugm3", "n0_3_per_dl")


def test_kappa_takes_off_the_water():
    fields = ("pm2_5_ugm3", "rh_pct")
    for kappa in ("0.35", "0.4", "0.05"):
        dry = corrections.open("kappa:" + kappa, fields, (1, 10))
        for rh in (0, 10, 50, 80, 90, 95):
            growth = 1 + float(kappa) / 1.65 / (100 / rh - 1) if rh else 1
            near(dry.value((100, rh * 10)), 100 / growth, 0.11)
        assert dry.value((100, 951)) is None  # mostly water
    wet = corrections.open("kappa:0.4", fields, (1, 10))
    assert wet.value((240, 900)) == 754  # 240 / (1 + 0.4 / 1.65 * 9)


def test_pressure_by_the_gas_law_and_by_senseair():
    law = corrections.open("co2-pressure:899", ("co2_ppm",), (1,))  # about 1000 m
    assert law.value((1000,)) == 1127
    senseair = corrections.open("co2-pressure-senseair:899", ("co2_ppm",), (1,))
    assert senseair.value((1000,)) == 1224  # 1000 / (1 - 0.016 * 11.43)
    level = corrections.open("co2-pressure:1013.3", ("co2_ppm",), (1,))
    assert level.value((417,)) == 417 and level.quantity == quantities.CO2


def test_a_formula_for_cf1_never_reads_the_atmospheric_register():
    for name in ("epa-us-2021", "epa-us-2021-map", "epa-us-2022"):
        message = raises(corrections.open, name, ("pm2_5_ugm3", "pm2_5_atm_ugm3", "rh_pct"), (1, 1, 10))
        assert "pm2_5_cf1_ugm3" in message
        bound = corrections.open(name, WITH_RH, (1, 1, 1, 1, 10, 10))
        assert bound.value((45, 58, 45, 6435, 215, 410)) == bound.value((1, 58, 1, 0, 0, 410))
    assert "pm2_5_atm_ugm3" in raises(corrections.open, "airgradient-2024", ("pm2_5_cf1_ugm3", "rh_pct"), (1, 10))


def test_humidity_comes_from_the_sensor_or_from_another_one_of_the_room():
    alone = corrections.open("epa-us-2021", PLANTOWER, ONES)
    assert alone.value((7, 8, 7, 900)) is None
    assert alone.value((7, 8, 7, 900), 410) == 64  # 0.524 * 8 - 0.0862 * 41 + 5.75 = 6.41
    own = corrections.open("epa-us-2021", WITH_RH, (1, 1, 1, 1, 10, 10))
    assert own.value((7, 8, 7, 900, 215, 410), 990) == 64
    assert own.inputs((7, 8, 7, 900, 215, 410)) == [("pm2_5_cf1_ugm3", 80, 1), ("rh_pct", 410, 1)]
    assert own.value((7, NOT_THERE, 7, 900, 215, 410)) is None


def test_the_scale_of_the_wire_does_not_matter():
    tenths = corrections.open("kappa:0.35", ("pm2_5_ugm3", "rh_pct"), (10, 100))
    whole = corrections.open("kappa:0.35", ("pm2_5_ugm3", "rh_pct"), (1, 1))
    assert tenths.value((400, 6000)) == whole.value((40, 60))


def test_names_that_make_no_sense_are_refused_with_what_to_write():
    assert corrections.open("none", (), ()) is None
    assert "epa-us-2021" in raises(corrections.describe, "epa")
    assert "20231218" in raises(corrections.describe, "pms5003-batch:20200101")
    for name in ("kappa:", "kappa:x", "kappa:0", "kappa:9", "kappa:-0.3"):
        assert "kappa:0.35" in raises(corrections.describe, name)
    for name in ("co2-pressure:", "co2-pressure:12", "co2-pressure-senseair:high"):
        assert "hPa" in raises(corrections.describe, name)


def test_every_name_has_a_version_and_says_what_it_needs():
    for name in corrections.NAMES:
        made = corrections.describe(name.replace("<lot>", "20240104").replace("<k>", "0.35").replace("<hPa>", "954"))
        assert made.version == 1 and made.needs and made.name in (made.name, name)


def test_no_intermediate_leaves_thirty_bits():
    # the worst inputs a frame can hold: results stay plain, whatever the words of the machine
    assert correction_formulas.airgradient_2024(655350, 1000) == correction_formulas.airgradient_2024(10000, 1000)
    assert 4210 * 1000 + 392 * 10000 < 1 << 30 and 421 * (10000 * 10000 // 100) < 1 << 30
    assert correction_co2.IdealGas(5000).value(1 << 29) == correction_co2.IdealGas(5000).value(50000)


def test_counting_a_corrected_sample_allocates_nothing():
    try:
        from gc import collect, disable, enable, mem_alloc
    except ImportError:
        return
    decoder = registry.open("pms5003t")
    sensor = SensorSettings("s1", "pms5003t", "kitchen")
    sensor.correction = "epa-us-2021"
    corrected = Corrected(sensor, decoder)
    values = [80] * len(decoder.FIELDS)
    corrected.take(values, (), 0)
    corrected.add()
    collect()
    disable()
    n = 1
    before = mem_alloc()
    while n < 200:
        corrected.add()
        n += 1
    grown = mem_alloc() - before
    enable()
    assert grown <= 16 * 4, grown  # the counter of this very test and nothing a sample
    mean, inputs = corrected.close()
    assert mean is not None and len(inputs) == 2
