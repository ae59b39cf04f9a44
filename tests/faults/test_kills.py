"""A run that is killed again and again ends as one that is left alone; `make test-faults` kills fifty times."""

import os
from pathlib import Path

from kills import as_table, contents, copy_project, differences, finish, kill_until, leftovers

KILLS = os.environ.get("KILLS")
A_FEW = 3
SEED = 14


def test_killed_runs_end_with_the_same_bytes_and_so_do_clean_copies(tmp_path: Path):
    alone, killed = (copy_project(tmp_path / name, small=not KILLS) for name in ("alone", "killed"))
    finish(alone)
    expected = contents(alone / "results")
    assert {"faults/scores.csv", "faults/report.html", "faults/figures/main.png"} <= expected.keys()
    hit = kill_until(killed, expected, int(KILLS or A_FEW), SEED)
    print(as_table(hit))
    assert not differences(expected, contents(killed / "results"))
    assert not list(leftovers(killed))
