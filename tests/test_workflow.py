"""The whole DAG on a hundred documents: it runs, all is there, it has nothing to do twice; what else it plans."""

import json
import re

import pandas as pd
import pytest
from dag import REPORTED, SMOKE, planned, snakemake

from softtopics.artifacts import load_cell


def test_every_method_has_every_score_for_every_seed(project):
    scores = pd.read_csv(project / "results/smoke/scores.csv")
    assert scores["value"].notna().all()
    cells = scores[scores.variant == "default"]
    methods = {"lda", "prodlda", "combinedtm", "etm", "bertopic", "fastopic"}
    methods |= {"dsl_smollm2_paper", "dsl_smollm2", "dsl_smollm2_minilm", "dsl_minilm", "grounded", "agreed"}
    assert methods <= set(cells.method)
    for (method, seed), rows in cells[cells.method.isin(methods)].groupby(["method", "seed"]):
        assert {
            "c_v",
            "c_npmi",
            "c_uci",
            "u_mass",
            "llm_rating",
            "topic_diversity",
            "i_rbo",
            "purity",
            "nmi",
            "p_at_10",
            "seconds",
        } <= set(rows.metric), (
            method,
            seed,
        )
    assert cells[cells.method.isin(methods)].groupby("method").seed.nunique().eq(2).all()


def test_tables_figures_and_the_page_are_there(project):
    folder = project / "results/smoke"
    for name in REPORTED:
        suffixes = (".csv", ".md", ".tex", ".html") if name.startswith("tables") else (".pdf", ".png")
        for suffix in suffixes:
            assert (folder / f"{name}{suffix}").stat().st_size > (50 if suffix != ".png" else 1000), name
    made = {path.relative_to(folder).with_suffix("").as_posix() for path in folder.glob("[tf]*[sg]*/[!.]*.*")}
    assert {name for name in made if name.startswith(("tables/", "figures/"))} == REPORTED
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert page.count("<table") == 13 and page.count("data:image/png") == 3 and "Validity of the rating" in page
    assert "Coherence is measured in\nthe corpus itself." in page and "Each dot is a method" in page
    for text in (page, (folder / "tables/main.md").read_text(encoding="utf-8")):
        assert re.search(r"Rating \(AUC 1?\.\d\d\)", text)


def test_a_vocabulary_of_another_size_is_trained_on(project):
    lines = (project / "results/smoke/corpora/wordnet_topics/v100/vocabulary.txt").read_text(encoding="utf-8").split()
    assert len(lines) == 100
    table = pd.read_csv(project / "results/smoke/tables/ablation_vocabulary.csv")
    assert set(table.method) == {"lda", "dsl_minilm"} and set(table.value) == {100, 300}
    words = {
        run.beta.shape[1] for run in load_cell(project / "results/smoke/runs/wordnet_topics/lda/vocabulary-100/k4.npz")
    }
    assert words == {100}


def test_a_second_run_has_nothing_to_do(project):
    assert planned(project) == {}


def test_a_touch_reruns_nothing(project):
    for folder in ("src", "workflow", "profiles"):
        for path in (path for path in (project / folder).rglob("*") if path.is_file()):
            path.touch()
    (project / "config.yaml").touch()
    (project / "Snakefile").touch()
    assert planned(project) == {}


def test_the_report_of_snakemake_is_written_without_a_network(project):
    run = snakemake(project, "--report", "report.html")
    assert run.returncode == 0, run.stderr[-3000:]
    page = (project / "report.html").read_text(encoding="utf-8")
    assert "Temperature" in page and "Tables" in page
    assert "Each dot is a method" in page and "booktabs" in page  # a caption of a figure, and that of all tables


def test_the_targets_of_the_readme_plan(project):
    assert planned(project, "tables", "figures", "report", "scores") == {}
    datasets = planned(project, "datasets")
    assert set(datasets) == {"dataset"} and "results/smoke/datasets/wordnet_topics/minilm/README.md" in datasets.files


def test_snakemakes_linter_says_one_thing_that_contributing_answers(project):
    said = snakemake(project, "--lint")
    titles = set(re.findall(r"^    \* (.+)$", said.stdout + said.stderr, flags=re.MULTILINE))
    assert titles == {"Specify a conda environment or container for each rule.:"}


READING = {"dtype", "hidden", "whole_words", "associations"}


@pytest.mark.parametrize(
    ("profile", "gpus", "configs"),
    [
        ("slurm", READING, ()),
        ("slurm", READING - {"associations"} | {"rate_with_lm", "validity_with_lm"}, ("asked.yaml",)),
        ("slurm", READING | {"thoughts"}, ("think.yaml",)),
        ("slurm-cpu", set(), ()),
        ("cluster", set(), ()),
    ],
)
def test_a_profile_asks_for_gpus_where_a_language_model_reads_and_nowhere_else(project, profile, gpus, configs):
    (project / "asked.yaml").write_text("rating: {kind: lm}\n", encoding="utf-8")
    (project / "think.yaml").write_text("prompts: {theme: {think: {instruction: Explain.}}}\n", encoding="utf-8")
    run = snakemake(project, "-n", "--forceall", "--workflow-profile", f"profiles/{profile}", configs=(SMOKE, *configs))
    assert run.returncode == 0, run.stderr[-3000:]
    said = run.stdout + run.stderr
    found = re.findall(r"^( *)(?:local)?rule (\w+):\n((?:\1    .+\n)+)", said, flags=re.MULTILINE)
    blocks = [(rule, block) for _, rule, block in found]
    assert {rule for rule, block in blocks if "gpu=1" in block} == gpus
    assert {rule for rule, block in blocks if "slurm_partition=gpu" in block} == gpus
    assert "teacher" in dict(blocks) and "mixed_teacher" in dict(blocks)


def test_readings_shared_by_jobs_are_put_together_by_one(project):
    (project / "shared.yaml").write_text("extraction: {jobs: 3}\nexperiment: shared\n", encoding="utf-8")
    rules = planned(project, configs=(SMOKE, "shared.yaml"))
    assert (rules["hidden"], rules["merge_hidden"], rules["whole_words"], rules["merge_logits"]) == (3, 1, 3, 1)


def test_a_floating_point_type_that_is_set_is_not_measured(project):
    (project / "set.yaml").write_text("extraction: {dtype: float32}\nexperiment: set\n", encoding="utf-8")
    assert "dtype" not in planned(project, configs=(SMOKE, "set.yaml"))
    measured = json.loads((project / "results/smoke/dtype.json").read_text(encoding="utf-8"))["dtype"]
    about = json.loads((project / "results/smoke/teachers/wordnet_topics/smollm2_whole/v300/meta.json").read_text())
    assert about["dtype"] == measured and planned(project) == {}


def test_a_target_behind_configfile_is_one_sentence(project):
    run = snakemake(project, configs=(SMOKE, "all"))
    said = run.stdout + run.stderr
    assert run.returncode == 1 and "put targets in front" in said and "Traceback" not in said, said


def test_the_embedded_experiment_plans_its_whole_grid(project):
    run = snakemake(project, "-n", "--quiet", "host", "--", "all", configs=())
    assert run.returncode == 0, run.stderr[-3000:]
