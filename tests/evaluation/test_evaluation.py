"""The protocol's arithmetic on hand-made homes, the peers on hand-made air, and one small run of the whole."""

import json
from pathlib import Path

import numpy as np
import pytest

from aqsense import codes, quantities
from aqsense.memory import MISSING
from firmware_bridge.commands import main
from simulators.evaluation import figures_null, former, peers, protocol, table
from simulators.evaluation.dayrank import Run
from simulators.evaluation.figures import figures
from simulators.evaluation.kept import Kept
from simulators.evaluation.result import Result, Sample
from simulators.evaluation.targets import TARGETS, Target
from simulators.evaluation.trial import Heard, Task, Trial
from tests.schemas import documents

DATA = Path(__file__).parent.parent / "data"
PM, CO2 = quantities.PM2_5, quantities.CO2
FIRST_DAY = 19723


def a_run(quantity, claims, days=400, first_permitted=67):
    run = Run(quantity)
    run.days = list(range(FIRST_DAY, FIRST_DAY + days))
    run.may_speak = [i >= first_permitted for i in range(days)]
    run.promised = [0.02 * may for may in run.may_speak]
    run.inside, run.seen = [39] * days, [48] * days
    kind = codes.PEAK if quantity == PM else codes.DAYPART
    run.claims = [((FIRST_DAY + day) * 48 + 20, kind) for day in claims]
    run.notable_days, run.promised_notable = 12, 10.0
    return run


def a_trial(seed, pm_claims, co2_claims, heard=()):
    trial = Trial(Task("box", seed), FIRST_DAY * 48)
    trial.null = {PM: a_run(PM, pm_claims), CO2: a_run(CO2, co2_claims)}
    trial.heard = {"dayrank": list(heard)}
    trial.beside = {"dayrank": 1}
    trial.event_days = {PM: 333, CO2: 333}
    return trial


def value_of(results, metric, quantity="home"):
    return next(result for result in results if result.metric == metric and result.quantity == quantity)


def test_rates_are_claims_over_active_days_summed_over_quantities():
    found = figures("box", "report", [a_trial(1, [100, 200], [150]), a_trial(2, [100], [])])
    yearly = value_of(found, "claims_a_year")
    assert yearly.value == pytest.approx(365 * (3 / 666 + 1 / 666))
    assert yearly.lo < yearly.value < yearly.hi
    assert value_of(found, "peak_a_year", "pm2_5_ugm3").value == pytest.approx(365 * 3 / 666)
    assert value_of(found, "realised_over_promised", "pm2_5_ugm3").value == pytest.approx(3 / (0.02 * 666))
    assert value_of(found, "notable_over_promised", "co2_ppm").value == pytest.approx(1.2)
    assert value_of(found, "band_coverage", "co2_ppm").value == pytest.approx(39 / 48)
    assert value_of(found, "may_speak_share", "co2_ppm").value == 1.0
    assert value_of(found, "worst_home_a_year").value == pytest.approx(365 * 3 / 333)


def test_the_worst_season_pools_all_homes_over_91_days():
    clustered = [a_trial(i, [200, 210, 220], []) for i in range(4)]
    found = figures("box", "report", clustered)
    assert value_of(found, "worst_91_days_a_year").value == pytest.approx(365 * 12 / (4 * 91), rel=0.01)


def test_an_early_claim_fails_its_gate():
    found = figures("box", "report", [a_trial(1, [40], [])])
    assert value_of(found, "claims_before_59_days").value == 1.0
    assert value_of(found, "claims_before_59_days").met is False


def test_recall_counts_what_was_not_heard_and_delay_only_what_was():
    heard = [Heard("burst", 0.5), Heard("burst", None), Heard("burst", 1.5), Heard("smoke", None)]
    found = figures("box", "report", [a_trial(1, [], [], heard)])
    assert value_of(found, "recall_burst", "pm2_5_ugm3").value == pytest.approx(2 / 3)
    assert value_of(found, "delay_burst_h", "pm2_5_ugm3").value == 1.0
    assert value_of(found, "recall_smoke", "pm2_5_ugm3").value == 0.0
    assert value_of(found, "other_claims_a_year").value == pytest.approx(365 / 333)


def test_intervals_come_from_homes_not_from_days():
    same = Sample("box", "report", [a_trial(i, [100], []) for i in range(5)])
    yearly = next(figures_null.figures(same))
    assert yearly.lo == yearly.hi == yearly.value


@pytest.mark.parametrize(
    ("target", "value", "hi", "met"),
    [
        (Target(6.0, True, 6.3), 5.9, 6.2, True),
        (Target(6.0, True, 6.3), 5.9, 6.4, False),
        (Target(6.0, True), 6.1, 9.0, False),
    ],
)
def test_a_gate_looks_at_the_figure_and_at_its_interval(target, value, hi, met):
    assert target.met(value, 0.0, hi) is met


def test_both_home_models_have_gates_for_the_figures_that_users_feel():
    for model in ("box", "rooms"):
        assert {"claims_a_year", "recall_burst", "recall_smoke", "recall_ventilation"} <= set(TARGETS[model])


def test_alarms_within_four_hours_are_one_claim():
    alarms = np.zeros(100, dtype=bool)
    alarms[[3, 4, 12, 40]] = True
    assert peers.onsets(alarms) == [3, 40]
    alarms[21] = True
    assert peers.onsets(alarms) == [3, 21, 40]


def spiky(days=60):
    values = 10.0 + np.random.default_rng(1).standard_normal(days * 48)
    values[45 * 48 + 10] = 60.0
    return values


@pytest.mark.parametrize("name", ["z_48h", "z_rolling", "z_hour", "pot", "threshold"])
def test_every_peer_sees_a_spike_of_forty_deviations_and_little_else(name):
    alarms = peers.PEERS[name](spiky(), "pm2_5_ugm3")
    assert alarms[45 * 48 + 10]
    assert alarms.sum() < 40


def test_peers_survive_missing_half_hours():
    values = spiky()
    values[100:200] = np.nan
    for name, method in peers.PEERS.items():
        if name != "half_space_trees":
            assert method(values, "pm2_5_ugm3")[45 * 48 + 10]


def test_half_space_trees_judge_every_half_hour():
    assert peers.half_space_trees(spiky()[: 20 * 48], "pm2_5_ugm3").shape == (20 * 48,)


def test_the_former_design_needs_59_scored_days_and_ranks_the_highest():
    rng = np.random.default_rng(2)
    days = (900 + rng.integers(-60, 61, (120, 48))).astype(np.int16)
    days[100, 20:22] = 2500
    days[40, 20:22] = 2400
    claims = former.claims(PM, days, FIRST_DAY)
    assert 100 * 48 + 20 in claims
    assert min(claims) >= 66 * 48
    assert former.claims(PM, np.full((120, 48), MISSING, dtype=np.int16), FIRST_DAY) == []


def test_a_table_says_which_targets_are_missed():
    results = [
        Result("dayrank", "box", "report", "home", "claims_a_year", 5.9, 5.6, 6.1, 6.0, True),
        Result("dayrank", "box", "report", "pm2_5_ugm3", "recall_burst", 0.5, 0.4, 0.6, 0.57, False),
    ]
    text = "\n".join(table.lines(results))
    assert "5.60 to 6.10" in text and "NO" in text and "1 of 2 targets met" in text


def test_homes_that_were_kept_are_not_played_again_and_one_cut_short_is(tmp_path):
    file = tmp_path / "homes"
    first, second = a_trial(1, [100], []), a_trial(2, [], [])
    Kept(file).add(first)
    whole = file.stat().st_size
    Kept(file).add(second)
    with file.open("r+b") as cut:
        cut.truncate(file.stat().st_size - 7)
    kept = Kept(file)
    assert kept.trials == {first.task: first} and file.stat().st_size == whole
    plan = protocol.Plan(1, ("box",), "tune", jobs=1)
    known = {task: a_trial(task.seed, [], []) for task in plan.tasks("box")}
    assert list(protocol.played(plan, known)) == list(known.values())


def test_homes_kept_by_other_sources_are_refused_with_the_fix(tmp_path, capsys):
    file = tmp_path / "homes"
    file.write_bytes(b"0" * 64 + b"\n")
    assert main.main(["evaluate", "--homes", "1", "--keep", str(file)]) == 2
    assert "name another file" in capsys.readouterr().err


def test_a_figure_that_does_not_exist_is_null_never_nan():
    line = table.json_line(Result("dayrank", "box", "report", "home", "x", float("nan"), float("inf"), 1.0))
    assert json.loads(line)["value"] is None and json.loads(line)["lo"] is None


def test_twelve_homes_keep_the_gates_that_hold_for_every_home(capsys):
    words = [
        "evaluate",
        "--homes",
        "12",
        "--home-model",
        "box",
        "--seeds",
        "tune",
        "--no-peers",
        "--no-extras",
        "--json",
    ]
    assert main.main(words) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    for line in lines:
        documents.validate(line, command="evaluate")
    by_metric = {(line["metric"], line["quantity"]): line for line in lines if line["event"] == "result"}
    for metric in ("claims_before_59_days", "notable_before_29_days"):
        assert by_metric[metric, "home"]["value"] == 0
    for quantity in ("pm2_5_ugm3", "co2_ppm"):
        assert by_metric["may_speak_share", quantity]["met"]
        assert by_metric["band_coverage", quantity]["met"] and by_metric["band_coverage_above", quantity]["met"]
        assert by_metric["realised_over_promised", quantity]["met"]
    assert by_metric["claims_a_year", "home"]["value"] < 9.0
    assert by_metric["recall_burst", "pm2_5_ugm3"]["value"] > 0.4


def test_a_recorded_home_shows_its_notable_days_beside_their_promise(capsys):
    assert main.main(["evaluate", "--real", str(DATA), "--json"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    for line in lines:
        documents.validate(line, command="evaluate")
    by_metric = {(line["metric"], line["quantity"]): line["value"] for line in lines}
    assert by_metric["active_days", "awair_gym co2_ppm"] > 90
    assert 0.3 < by_metric["notable_over_promised", "home"] < 2.0
    assert 0.75 < by_metric["band_coverage", "home"] < 0.85


def test_mistakes_are_one_line_that_says_what_to_write(capsys, tmp_path):
    assert main.main(["evaluate", "--homes", "0"]) == 2
    assert "at least one home" in capsys.readouterr().err
    assert main.main(["evaluate", "--real", str(tmp_path / "none")]) == 2
    assert "no folder" in capsys.readouterr().err
    assert main.main(["evaluate", "--real", str(tmp_path)]) == 1
    assert "no CSV" in capsys.readouterr().err
