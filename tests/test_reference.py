"""Committed results say where they come from, and their configs still plan."""

import json
import re
import subprocess

import pandas as pd
import pytest
from conftest import ROOT
from test_paper import files, load  # noqa: F401 (a fixture)

from softtopics.config import grid
from softtopics.errors import InputError
from softtopics.report import differences, reference

EXPERIMENTS = sorted((ROOT / "workflow/experiments").glob("*.yaml"))
FOLDERS = sorted(path for path in (ROOT / "results/reference").iterdir() if path.name != "benchmarks")


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_committed_results_have_a_manifest_and_their_config_still_plans(folder, files):  # noqa: F811
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert set(manifest) == {"command", "configs", "code", "machine", "date"} and manifest["machine"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", manifest["date"]) and re.fullmatch(r"[0-9a-f]{10}", manifest["code"])
    assert manifest == reference.manifest(*(manifest[name] for name in ("configs", "code", "machine", "date")))
    config = load(*manifest["configs"])
    assert config["experiment"] == folder.name and grid.all_cells(config)
    for path in folder.glob("main.csv"):
        shown = pd.read_csv(path)
        titles = {config["methods"][name]["title"] for name in config["run"]["methods"]}
        assert set(shown["corpus"]) == set(config["run"]["corpora"])
        assert set(shown["method"][~shown["reference"]]) == titles, path


@pytest.mark.parametrize("path", EXPERIMENTS, ids=lambda path: path.stem)
def test_every_experiment_plans_with_the_command_that_it_names(path, files):  # noqa: F811
    command = re.search(r"--configfile((?:[\s\\#]+workflow/experiments/\w+\.yaml)+)", path.read_text(encoding="utf-8"))
    named = re.findall(r"\S+\.yaml", command[1]) if command else [f"workflow/experiments/{path.name}"]
    assert named[-1] == f"workflow/experiments/{path.name}"
    config = load(*named)
    assert config["experiment"] == path.stem and grid.all_cells(config)


def test_a_run_is_kept_in_place_of_an_earlier_one(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for command in ("init -q", "-c user.name=a -c user.email=a@b commit -q --allow-empty -m a"):
        subprocess.run(["git", *command.split()], check=True)
    for path in ("tables/main.csv", "tables/main.md", "tables/main.tex", "figures/main.png", "figures/main.svg"):
        (tmp_path / "results/mine" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "results/mine" / path).write_text("new", encoding="utf-8")
    earlier = tmp_path / "results/reference/mine"
    earlier.mkdir(parents=True)
    for name in ("README.md", "gone.csv", "main.md"):
        (earlier / name).write_text("old", encoding="utf-8")
    folder = reference.keep("mine", ["mine.yaml"])
    found = {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}
    assert sorted(found) == ["README.md", "main.csv", "main.md", "main.png", "manifest.json"]
    assert found["README.md"] == "old" and found["main.md"] == "new"
    about = json.loads(found["manifest.json"])
    assert about["command"].endswith("--configfile mine.yaml") and re.match("[0-9a-f]{10}", about["code"])
    with pytest.raises(InputError, match="results/other: there are no tables; run the experiment first"):
        reference.keep("other", [])


def table(folder, **means: float) -> None:
    """A main table: purity of three runs with a spread of .01, NMI of one run; stability and seconds, untested."""
    measured = [("purity", 1, 0.01, 3), ("nmi", 0.0, None, 1), ("stability_nmi", 0.9, 0.001, 3), ("seconds", 9, 1.0, 3)]
    rows = [
        ("wordnet", method, False, metric, mean * factor, std, n, False, metric == "purity" and mean > 0.6)
        for method, mean in means.items()
        for metric, factor, std, n in measured
    ]
    columns = "corpus method reference metric mean std cells best not_different"
    folder.mkdir(parents=True)
    pd.DataFrame(rows, columns=columns.split()).to_csv(folder / "main.csv", index=False)


def test_two_runs_of_an_experiment_are_compared_value_by_value(tmp_path, monkeypatch, capsys):
    table(tmp_path / "results/mine/tables", a=0.3, b=0.5, c=0.61, d=0.7)
    table(tmp_path / "results/reference/mine", a=0.3, b=0.58, c=0.595)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", ["differences", "results/mine"])
    differences.main()
    said = capsys.readouterr().out
    assert "9 values of 3 methods" in said and "3 more values are in results/mine alone." in said
    assert "| purity | 3 | 1 | .0150 | .0800 | b, wordnet: .500 ±.010 and .580 ±.010 |" in said
    assert "| nmi | 3 | 3 | .0000 | .0000 |  |" in said and "seconds" not in said
    assert "p < 0.05 for 1 of 3 values" in said and "correction: 1 (purity of b, wordnet)." in said
    assert "Bold in results/mine alone: 1 (purity of c, wordnet)." in said
    assert "Bold in results/reference/mine alone: none." in said


def test_a_table_of_single_runs_is_not_tested_against_one_of_several(tmp_path):
    table(tmp_path / "several", a=0.3, b=0.5)
    table(tmp_path / "single", a=0.4, b=0.6)
    single = differences.main_table(tmp_path / "single").assign(std=float("nan"), cells=1)
    both = differences.paired(differences.main_table(tmp_path / "several"), single)
    assert both["p"].isna().all() and "p < 0.05 for 0 of 0 values" in differences.described(both, ("a", "b"))


def test_a_comparison_with_results_that_are_not_there_is_refused_in_one_sentence(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", ["differences", "results/mine"])
    with pytest.raises(SystemExit):
        differences.main()
    assert (
        "results/mine: there is no tables/main.csv and no main.csv; run the experiment first" in capsys.readouterr().err
    )
