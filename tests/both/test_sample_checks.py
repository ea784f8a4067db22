"""Flags and quality codes of one sample, on every runtime."""

from array import array

from aqsense import flags, sample_checks
from aqsense.sample_checks import SampleChecks

PM_FIELDS = ("pm1_ugm3", "pm2_5_ugm3", "pm10_ugm3", "n0_3_per_dl", "n0_5_per_dl")
CO2_FIELDS = ("co2_ppm", "temp_board_c")
NOT_THERE = -(1 << 30)


class Model:
    def __init__(self, warm_up_s=30, detection_limit=(), clamp=()):
        self.warm_up_s = warm_up_s
        self.detection_limit = detection_limit
        self.clamp = clamp


class Frame:
    """What a decoder holds after a SAMPLE."""

    def __init__(self, values, evidence=0, mask=0, key=None):
        self.values = array("i", values)
        self.evidence = evidence
        self.flags = mask
        self._key = sum([i * v for i, v in enumerate(values, 1)]) & 0xFFFF if key is None else key

    def stuck_key(self):
        return self._key


def pm(pm1, pm2_5, pm10, n0_3=900, n0_5=300, evidence=0, mask=0, key=None):
    return Frame((pm1, pm2_5, pm10, n0_3, n0_5), evidence, mask, key)


def co2(value, evidence=0, mask=0, key=None):
    return Frame((value, 23), evidence, mask, key)


def pm_checks(warm_up_s=0, **options):
    return SampleChecks(PM_FIELDS, (1, 1, 1, 1, 1), Model(warm_up_s, **options), 1)


def co2_checks(warm_up_s=0, clamp=(("co2_ppm", 400),)):
    return SampleChecks(CO2_FIELDS, (1, 1), Model(warm_up_s, (), clamp), 5, 429)


def run(checks, frame, seconds, start=0, step=60):
    now = start
    while now <= start + seconds:
        mask = checks.check(frame, now)
        now += step
    return mask


def test_a_plain_sample_passes():
    checks = pm_checks()
    assert checks.check(pm(5, 8, 9), 100) == 0
    assert checks.qc(1) == sample_checks.QC_PASS


def test_without_evidence_the_age_of_a_sensor_is_unknown_for_its_warm_up_time():
    checks = pm_checks(30)
    assert checks.check(pm(5, 8, 9), 1000) == flags.POWER_UP_UNKNOWN
    assert checks.qc(1) == sample_checks.QC_SUSPECT  # published, not learned
    assert checks.check(pm(5, 8, 9), 1029) == flags.POWER_UP_UNKNOWN
    assert checks.check(pm(5, 8, 9), 1030) == 0


def test_evidence_of_power_up_is_warming_for_the_warm_up_time_and_has_no_value():
    checks = pm_checks(30)
    assert checks.check(pm(0, 1, 1, evidence=1), 10) == flags.WARMING
    assert checks.qc(1) == sample_checks.QC_FAIL
    assert checks.check(pm(5, 8, 9), 39) == flags.WARMING
    assert checks.check(pm(5, 8, 9), 40) == 0


def test_evidence_that_lasts_longer_than_the_warm_up_time_keeps_the_sample_warming():
    checks = co2_checks(180)
    assert run(checks, co2(410, evidence=1), 240) == flags.WARMING
    assert checks.check(co2(640), 245) == 0


def test_a_port_that_newly_appeared_warms_up():
    checks = co2_checks(180)
    checks.powered(0)
    assert checks.check(co2(640), 100) == flags.WARMING
    assert checks.check(co2(640), 180) == 0


def test_evidence_of_a_warm_sensor_ends_the_doubt():
    checks = co2_checks(180)
    assert checks.check(co2(640, evidence=2), 0) == 0
    assert checks.check(co2(640), 5) == 0


def test_a_restart_of_a_warm_sensor_is_noticed():
    checks = co2_checks(180)
    checks.check(co2(640, evidence=2), 0)
    assert checks.check(co2(500, evidence=1), 5) == flags.WARMING
    assert checks.check(co2(640), 100) == flags.WARMING
    assert checks.check(co2(640), 185) == 0


def test_zeros_at_the_start_are_a_fan_that_starts():
    checks = pm_checks(30)
    assert checks.check(pm(0, 0, 0, 0, 0), 0) == flags.WARMING
    assert checks.check(pm(4, 5, 6), 20) == flags.WARMING
    assert checks.check(pm(4, 5, 6), 31) == 0


def test_zeros_of_a_warm_sensor_are_a_reading_even_if_the_frame_looks_like_a_start():
    checks = pm_checks(30)
    checks.check(pm(4, 5, 6, evidence=2), 0)
    assert checks.check(pm(0, 0, 0, 0, 0), 60) == 0
    assert checks.check(pm(0, 0, 0, 0, 0, evidence=1), 120) == 0
    assert checks.qc(1) == sample_checks.QC_PASS


def test_a_value_no_air_can_have_is_out_of_range_and_only_that_field_fails():
    checks = SampleChecks(("co2_ppm", "temp_c"), (1, 10), Model(0), 5, 429)
    checks.check(Frame((65532, 215)), 0)
    assert checks.flags_of(0) == flags.RANGE and checks.qc(0) == sample_checks.QC_FAIL
    assert checks.flags_of(1) == 0 and checks.qc(1) == sample_checks.QC_PASS
    assert checks.all_flags() == flags.RANGE
    checks.check(Frame((0, 215)), 5)
    assert checks.flags_of(0) & flags.RANGE
    checks.check(Frame((640, -455)), 10)
    assert checks.flags_of(1) == flags.RANGE and checks.flags_of(0) == 0


def test_finer_particles_cannot_weigh_more_than_all_that_contain_them():
    checks = pm_checks()
    checks.check(pm(9, 8, 8), 0)
    assert checks.flags_of(1) == 0  # one unit is rounding
    checks.check(pm(10, 8, 8), 1)
    assert checks.flags_of(0) == checks.flags_of(1) == checks.flags_of(2) == flags.INCONSISTENT
    assert checks.qc(1) == sample_checks.QC_SUSPECT
    checks.check(pm(5, 12, 10), 2)
    assert checks.flags_of(1) == flags.INCONSISTENT


def test_mass_without_a_single_particle_is_inconsistent():
    checks = pm_checks()
    checks.check(pm(5, 8, 9, 0, 0), 0)
    assert checks.flags_of(1) == flags.INCONSISTENT
    checks.check(pm(0, 1, 1, 0, 0), 1)
    assert checks.flags_of(1) == 0
    checks.check(pm(5, 8, 9, NOT_THERE, NOT_THERE), 2)
    assert checks.flags_of(1) == 0  # no counts in this frame: nothing to compare


def test_what_the_frame_says_of_itself_is_kept():
    checks = pm_checks()
    assert checks.check(pm(5, 8, 9, mask=flags.FAN), 0) == flags.FAN
    assert checks.qc(1) == sample_checks.QC_FAIL
    checks.check(pm(5, 8, 9, mask=flags.SATURATED), 1)
    assert checks.qc(1) == sample_checks.QC_SUSPECT


def test_a_field_that_is_not_in_the_frame_is_missing():
    checks = pm_checks()
    checks.check(pm(NOT_THERE, 8, 9), 0)
    assert checks.qc(0) == sample_checks.QC_MISSING and checks.qc(1) == sample_checks.QC_PASS


def test_equal_frames_are_stuck_after_half_an_hour_from_5_ugm3_on():
    checks = pm_checks()
    assert run(checks, pm(4, 5, 6), 1740) == 0
    assert checks.check(pm(4, 5, 6), 1800) == flags.STUCK
    assert checks.qc(1) == sample_checks.QC_SUSPECT
    assert checks.check(pm(4, 6, 6), 1801) == 0


def test_equal_frames_of_little_dust_are_stuck_after_six_hours():
    checks = pm_checks(detection_limit=(("pm2_5_ugm3", 1),))
    assert run(checks, pm(3, 4, 4), 21540) == 0
    assert checks.check(pm(3, 4, 4), 21600) == flags.STUCK


def test_zeros_values_at_the_detection_limit_and_clamped_values_are_never_stuck():
    assert run(pm_checks(), pm(0, 0, 0, 0, 0), 100000) == 0
    assert run(pm_checks(detection_limit=(("pm2_5_ugm3", 3),)), pm(2, 3, 3), 100000) == 0
    assert run(co2_checks(), co2(400), 100000) == 0


def test_equal_co2_frames_are_stuck_after_twenty_minutes():
    checks = co2_checks()
    assert run(checks, co2(612), 1140) == 0
    assert checks.check(co2(612), 1200) == flags.STUCK


def test_rows_of_a_csv_need_six_hours():
    checks = SampleChecks(PM_FIELDS, (10, 10, 10, 1, 1), None, 60, 429, False)
    assert run(checks, pm(400, 500, 600), 21540) == 0
    assert checks.check(pm(400, 500, 600), 21600) == flags.STUCK


def test_half_hours_of_a_csv_need_36_equal_rows():
    checks = SampleChecks(PM_FIELDS, (10, 10, 10, 1, 1), None, 1800, 429, False)
    assert run(checks, pm(40, 50, 60), 35 * 1800 - 1, 0, 1800) == 0
    assert checks.check(pm(40, 50, 60), 35 * 1800) == flags.STUCK


def test_a_long_silence_or_a_step_back_in_time_breaks_a_run_of_equal_frames():
    checks = pm_checks()
    run(checks, pm(40, 50, 60), 1740)
    assert checks.check(pm(40, 50, 60), 2400) == 0
    assert run(checks, pm(40, 50, 60), 1680, 2460) == 0
    assert checks.check(pm(40, 50, 60), 100) == 0
    assert run(checks, pm(40, 50, 60), 1620, 160) == 0
    assert run(checks, pm(40, 50, 60), 120, 1820) == flags.STUCK  # half an hour after the step


def test_two_equal_samples_half_an_hour_apart_are_not_stuck():
    checks = SampleChecks(CO2_FIELDS, (1, 1), Model(0), 1800, 429)
    assert run(checks, co2(612), 3600, 0, 1800) == 0


def test_co2_below_outdoor_air_is_doubted_once_it_lasts():
    checks = co2_checks()
    values = (360, 361)
    now = 0
    while now < 1800:
        checks.check(co2(values[now // 60 % 2]), now)
        assert checks.flags_of(0) == 0
        now += 60
    checks.check(co2(360), 1800)
    assert checks.flags_of(0) == flags.BELOW_OUTDOOR and checks.qc(0) == sample_checks.QC_SUSPECT
    checks.check(co2(369), 1860)  # 429 - 60
    assert checks.flags_of(0) == 0


def test_scales_of_the_wire_do_not_change_the_verdict():
    checks = SampleChecks(("pm1_ugm3", "pm2_5_ugm3"), (10, 100), Model(0), 1)
    checks.check(Frame((101, 1000)), 0)  # 10.1 and 10.00
    assert checks.flags_of(0) == 0
    checks.check(Frame((102, 1000)), 1)
    assert checks.flags_of(0) == flags.INCONSISTENT


def test_checking_a_sample_allocates_nothing():
    try:
        from gc import collect, disable, enable, mem_alloc
    except ImportError:
        return
    checks = pm_checks(30)
    frame = pm(5, 8, 9)
    checks.check(frame, 0)
    collect()
    disable()
    now = 1
    before = mem_alloc()
    while now < 200:
        checks.check(frame, now)
        checks.qc(1)
        now += 1
    grown = mem_alloc() - before
    enable()
    assert grown <= 16 * 4, grown  # the counter of this very test and nothing a sample
