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
from softtopics.report import reference

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
