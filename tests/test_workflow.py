"""The whole DAG on a hundred documents: it runs, it has nothing to do twice, an edit reruns what depends on it."""

import gzip
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT

from softtopics.artifacts import load_cell

SMOKE = "workflow/experiments/smoke.yaml"


def snakemake(folder: Path, *arguments: str, configs: tuple[str, ...] = (SMOKE,)) -> subprocess.CompletedProcess:
    # `--configfile` takes every word that follows it, so it comes last.
    command = [sys.executable, "-m", "snakemake", "--cores", "2", *arguments]
    command += ["--configfile", *configs] if configs else []
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


TARGETS = ("all", "tables", "figures", "report", "datasets")  # rules that make nothing themselves


class Planned(dict):
    """How many jobs of each rule a dry run plans.

    Attributes:
        files: what they will write.
        reported: the tables and figures among it: `tables/main`.
    """

    def __init__(self, text: str) -> None:
        table = text.split("Job stats:")[1].split("\n\n")[0] if "Job stats:" in text else ""
        counts = dict(re.findall(r"^(\w+)\s+(\d+)$", table, flags=re.MULTILINE))
        super().__init__({rule: int(count) for rule, count in counts.items() if rule not in ("total", *TARGETS)})
        outputs = re.findall(r"^    output: (.+)$", text, flags=re.MULTILINE)
        self.files = {file for line in outputs for file in line.split(", ")}
        self.reported = set(re.findall(r"((?:tables|figures)/\w+)\.\w+\b", " ".join(self.files)))
        assert len(outputs) == sum(self.values()), text


def planned(folder: Path, *arguments: str, configs: tuple[str, ...] = (SMOKE,)) -> Planned:
    run = snakemake(folder, "-n", *arguments, configs=configs)
    assert run.returncode == 0, run.stderr
    text = run.stdout + run.stderr
    assert ("Job stats:" in text) != ("Nothing to be done" in text), text
    return Planned(text)


def copy_project(folder: Path) -> Path:
    """A working copy, so that files can be edited."""
    for name in ("Snakefile", "all", "config.yaml", "profiles", "workflow", "src", "envs"):
        source = ROOT / name
        ignore = shutil.ignore_patterns("__pycache__", "*.egg-info")
        shutil.copytree(source, folder / name, ignore=ignore) if source.is_dir() else shutil.copy(source, folder)
    return folder


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy in which the smoke experiment has run."""
    folder = copy_project(tmp_path_factory.mktemp("project"))
    run = snakemake(folder, "all")
    assert run.returncode == 0, run.stderr[-5000:]
    return folder


@pytest.fixture
def edit(project: Path):
    """Change a file of the copy for one test."""
    changed: dict[Path, str] = {}

    def change(name: str, old: str, new: str) -> None:
        path = project / name
        text = path.read_text(encoding="utf-8")
        changed.setdefault(path, text)
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    yield change
    for path, text in changed.items():
        path.write_text(text, encoding="utf-8")


def append(name: str, edit, project: Path) -> None:
    """An edit that changes a file's content, not what it does."""
    first = (project / name).read_text(encoding="utf-8").splitlines()[0]
    edit(name, first, first + "\n# an edit" if first.startswith("#") else first.rstrip() + "  # an edit")


REPORTED = {
    *("tables/main", "tables/label_free", "tables/trust"),
    *("tables/rating_validity", "tables/coherence", "tables/clustering", "tables/retrieval"),
    *("tables/ablation_temperature", "tables/ablation_vocabulary", "tables/topics", "tables/corpora"),
    *("tables/duplicates", "tables/teachers", "figures/main", "figures/ablation_temperature"),
    "figures/ablation_vocabulary",
}


def test_every_method_has_every_score_for_every_seed(project):
    scores = pd.read_csv(project / "results/smoke/scores.csv")
    assert scores["value"].notna().all()
    cells = scores[scores.variant == "default"]
    methods = {"lda", "prodlda", "combinedtm", "etm", "bertopic", "fastopic"}
    methods |= {"dsl_smollm2_paper", "dsl_smollm2", "dsl_smollm2_minilm", "dsl_minilm", "grounded"}
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


def test_the_explorer_is_there_and_its_data_are_written_again_without_texts(project, edit):
    data = project / "results/smoke/explorer/data"
    assert (data / "wordnet_topics/corpus/texts-0.js").stat().st_size > 5000
    assert len(list((data / "wordnet_topics/methods").iterdir())) == 11
    edit("config.yaml", "experiment: embedded", "report: {explorer: {texts: false}}\nexperiment: embedded")
    assert planned(project) == {"explorer_corpus": 1, "explorer_method": 11, "explorer": 1, "page": 1}


def test_an_edit_of_the_explorers_script_writes_the_page_alone(project, edit):
    edit("src/softtopics/report/explorer/explorer.js", '"use strict";', '"use strict"; // an edit')
    assert planned(project) == {"explorer": 1}


def test_a_second_run_has_nothing_to_do(project):
    assert planned(project) == {}


def test_a_touch_reruns_nothing(project):
    for folder in ("src", "workflow", "profiles"):
        for path in (path for path in (project / folder).rglob("*") if path.is_file()):
            path.touch()
    (project / "config.yaml").touch()
    (project / "Snakefile").touch()
    assert planned(project) == {}


def test_an_older_file_in_place_of_another_reruns_what_depends_on_it(project, edit):
    """As `git checkout` of an earlier version may leave it: other content, an earlier date."""
    append("src/softtopics/metrics/diversity.py", edit, project)
    append("workflow/scripts/representations.py", edit, project)
    for name in ("src/softtopics/metrics/diversity.py", "workflow/scripts/representations.py"):
        os.utime(project / name, (0, 0))
    rules = planned(project)
    assert rules["evaluate"] == len(list((project / "results/smoke/runs").rglob("k*[0-9].npz")))
    assert rules["representations"] == 1 and not {"train", "counts", "rate"} & set(rules), rules


def test_an_edit_of_what_figures_share_reruns_only_figures_and_the_page_that_shows_them(project, edit):
    append("src/softtopics/report/figures/style.py", edit, project)
    rules = planned(project)
    assert rules == {"figure": 3, "page": 1}
    assert rules.reported == {"figures/main", "figures/ablation_temperature", "figures/ablation_vocabulary"}


@pytest.mark.parametrize("made", ["tables/topics", "figures/main"])
def test_an_edit_of_one_table_or_figure_reruns_it_and_the_page_alone(project, edit, made):
    append(f"src/softtopics/report/{made}.py", edit, project)
    rules = planned(project)
    suffixes = ("csv", "md", "tex", "html") if made.startswith("tables") else ("pdf", "png")
    assert rules == {made.split("s/")[0]: 1, "page": 1}
    assert rules.files == {f"results/smoke/{made}.{suffix}" for suffix in suffixes} | {"results/smoke/report.html"}


def test_a_new_row_of_the_catalogue_makes_its_table_and_no_other(project, edit):
    row = '"sizes": Row("Sizes", "corpora", ("audits", "vocabularies"), selection.every_corpus),'
    edit("src/softtopics/report/catalogue.py", "TABLES = {", f"TABLES = {{\n    {row}")
    rules = planned(project)
    assert rules == {"table": 1, "page": 1} and rules.reported == {"tables/sizes"}


def test_an_edit_of_a_model_reruns_its_runs_and_what_reads_their_scores(project, edit):
    append("src/softtopics/models/lda.py", edit, project)
    rules = planned(project)
    # lda as it is and with 100 words
    assert rules["train"] == rules["evaluate"] == 2
    assert not {"corpus", "vocabulary", "lm", "hidden", "teacher", "scaled_cosines", "representations"} & set(rules)
    # the temperature's table does not show it, nor do those of documents and teachers
    others = {"tables/ablation_temperature", "figures/ablation_temperature"}
    assert rules.reported == REPORTED - others - {"tables/corpora", "tables/duplicates", "tables/teachers"}


def test_a_new_temperature_trains_only_the_new_variant(project, edit):
    edit("workflow/experiments/smoke.yaml", "values: [2, 3]", "values: [2, 3, 7]")
    rules = planned(project)
    assert rules["train"] == rules["evaluate"] == 2  # one for each method of the ablation
    assert rules["rate"] == 1 and not {"associations", "validity"} & set(rules)
    assert not {"corpus", "lm", "hidden", "teacher", "representations"} & set(rules), rules
    assert rules.reported == {"tables/ablation_temperature", "figures/ablation_temperature"}


def test_a_new_vocabulary_size_reads_no_document_again(project, edit):
    edit("workflow/experiments/smoke.yaml", "values: [100, 300]", "values: [100, 200, 300]")
    rules = planned(project)
    # one for each of the two methods; one of them has a teacher
    assert (rules["vocabulary"], rules["scaled_cosines"], rules["train"], rules["evaluate"]) == (1, 1, 2, 2)
    assert set(rules) == {
        *("vocabulary", "encoded_words", "scaled_cosines", "word_vectors", "counts", "train", "evaluate"),
        *("associations", "rate"),
        *("table", "figure", "scores", "page", "explorer"),
    }, rules
    assert rules.reported == {"tables/ablation_vocabulary", "figures/ablation_vocabulary", "tables/teachers"}


def test_another_vocabulary_size_of_a_corpus_reads_no_document_again(project, edit):
    edit("workflow/experiments/smoke.yaml", "vocabulary_size: 300", "vocabulary_size: 100")
    rules = planned(project)
    assert "train" in rules and not {"corpus", "lm", "hidden"} & set(rules), rules


def test_another_count_of_neighbours_mixes_again_and_reads_nothing(project, edit):
    edit("config.yaml", "neighbours: {view: near, count: 10}", "neighbours: {view: near, count: 5}")  # the teacher's
    rules = planned(project)
    assert (rules["mixed_teacher"], rules["train"], rules["evaluate"]) == (1, 1, 1)
    assert not {"hidden", "teacher", "neighbours", "view", "corpus"} & set(rules), rules


def test_another_weight_of_a_part_mixes_again_and_compares_nothing(project, edit):
    edit("config.yaml", "- {of: words, weight: 0.5}", "- {of: words, weight: 0.6}")
    rules = planned(project)
    assert (rules["mixed_teacher"], rules["train"]) == (1, 1)
    assert not {"hidden", "teacher", "neighbours", "view", "corpus"} & set(rules), rules


PROMPTS = """
prompts:
  subject: {instruction: "What is this about?", template: "{instruction} {document} Subject:"}
teachers:
  smollm2_subject: {title: "SmolLM2, subject", lm: smollm2, prompt: subject, words: {forms: [written]}}
ablations:
  prompt: {methods: [dsl_smollm2_paper], parameter: reader, values: [smollm2_paper, smollm2_subject]}
run: {ablations: [prompt], references: [smollm2_paper, smollm2_subject]}
"""


def test_an_ablation_of_prompts_reads_once_more_with_each_new_one(project):
    (project / "prompts.yaml").write_text(PROMPTS, encoding="utf-8")
    rules = planned(project, configs=(SMOKE, "prompts.yaml"))
    # both references read with SmolLM2: the tables call them by their prompts
    assert (rules["hidden"], rules["teacher"], rules["train"], rules["representations"]) == (1, 1, 1, 1), rules
    assert not {"corpus", "vocabulary", "lm"} & set(rules), rules
    assert "tables/ablation_prompt" in rules.reported and "figures/ablation_prompt" not in rules.reported


def test_more_top_words_are_evaluated_and_not_trained(project, edit):
    edit("workflow/experiments/smoke.yaml", "evaluation: {top_words: 10}", "evaluation: {top_words: 12}")
    rules = planned(project)
    assert "evaluate" in rules and not {"train", "vocabulary", "teacher", "representations"} & set(rules), rules


def test_a_vocabulary_of_another_size_is_trained_on(project):
    lines = (project / "results/smoke/corpora/wordnet_topics/v100/vocabulary.txt").read_text(encoding="utf-8").split()
    assert len(lines) == 100
    table = pd.read_csv(project / "results/smoke/tables/ablation_vocabulary.csv")
    assert set(table.method) == {"lda", "dsl_minilm"} and set(table.value) == {100, 300}
    words = {
        run.beta.shape[1] for run in load_cell(project / "results/smoke/runs/wordnet_topics/lda/vocabulary-100/k4.npz")
    }
    assert words == {100}


def test_a_new_version_of_a_local_folder_starts_over(project):
    shutil.copytree(project / "results/lms/minilm", project / "mine")
    (project / "local.yaml").write_text("lms: {mine: {kind: encoder, source: {kind: folder, path: mine}}}\n")
    target, configs = "results/lms/mine/source.json", (SMOKE, "local.yaml")
    run = snakemake(project, target, configs=configs)
    assert run.returncode == 0, run.stderr[-3000:]
    assert planned(project, target, configs=configs) == {}
    with (project / "mine/model.safetensors").open("ab") as weights:
        weights.write(b" ")
    assert planned(project, target, configs=configs) == {"lm": 1}


def test_an_edit_of_the_word_scores_does_not_run_the_language_model(project, edit):
    append("src/softtopics/teachers/word_scores.py", edit, project)
    rules = planned(project)
    assert "teacher" in rules and "hidden" not in rules, rules


def test_an_edit_of_the_coherence_scores_again_but_neither_trains_nor_counts(project, edit):
    append("src/softtopics/metrics/coherence.py", edit, project)
    rules = planned(project)
    assert "evaluate" in rules and not {"counts", "train", "representations"} & set(rules), rules


def test_another_c_v_counts_again_and_does_not_train(project, edit):
    edit("config.yaml", "evaluation:\n", "evaluation:\n  coherence: {c_v: palmetto}\n")
    rules = planned(project)
    # once for each size of the vocabulary
    assert rules["counts"] == 2 and "evaluate" in rules and "train" not in rules, rules


def test_an_edit_of_the_rating_looks_up_and_does_not_read(project, edit):
    append("src/softtopics/metrics/raters/likelihood.py", edit, project)
    rules = planned(project)
    # the main cells, and what each ablation adds; of the score tables the main one alone shows it
    assert rules == {"rate": 3, "validity": 1, "table": 4, "scores": 1, "page": 1, "explorer_method": 11, "explorer": 1}
    assert rules.reported == {f"tables/{name}" for name in ("main", "label_free", "trust", "rating_validity")}


def test_a_new_title_draws_and_does_not_train(project, edit):
    edit("config.yaml", "title: BERTopic", "title: BERTopic, renamed")
    rules = planned(project)
    assert set(rules) == {"table", "figure", "page", "explorer"}, rules
    assert {"tables/main", "figures/main"} <= rules.reported


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
        ("slurm-cpu", set(), ()),
        ("cluster", set(), ()),
    ],
)
def test_a_profile_asks_for_gpus_where_a_language_model_reads_and_nowhere_else(project, profile, gpus, configs):
    (project / "asked.yaml").write_text("rating: {kind: lm}\n", encoding="utf-8")
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


def failing(folder: Path, config: str, *arguments: str) -> str:
    """What a run with a bad config prints; it must end with code 1."""
    (folder / "bad.yaml").write_text(config, encoding="utf-8")
    run = snakemake(folder, *arguments, configs=(SMOKE, "bad.yaml"))
    assert run.returncode == 1, run.stdout + run.stderr
    return run.stdout + run.stderr


TABLE = (
    "corpora:\n  mine:\n    source: {{kind: table, path: {path}, text: text, label: topic}}\nrun: {{corpora: [mine]}}\n"
)


def test_an_unknown_key_ends_the_run_before_it_starts(project):
    output = failing(project, "run: {topcis: [3]}\n")
    assert "run has the unknown key 'topcis'; did you mean 'topics'?" in output


def test_a_missing_file_ends_the_run_before_it_starts(project):
    assert "there is no file nowhere.csv" in failing(project, TABLE.format(path="nowhere.csv"))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"text,subject\nsome words,law\n", "topic"),
        (b"text,topic\n,law\n ,law\n", "empty"),
        (b"text,topic\ncaf\xe9,law\n", "UTF-8"),
    ],
    ids=["missing column", "empty corpus", "not UTF-8"],
)
def test_a_bad_file_is_one_sentence_and_nothing_is_lost(project, content, sentence):
    (project / "mine.csv").write_bytes(content)
    output = failing(project, TABLE.format(path="mine.csv"), "results/smoke/corpora/mine/v300/bow.npz")
    assert any("error:" in line and sentence in line and "mine.csv" in line for line in output.splitlines()), output
    assert planned(project) == {}


def test_more_topics_than_documents_is_one_sentence(project):
    output = failing(project, "run: {topics: [500]}\n", "results/smoke/runs/wordnet_topics/lda/default/k500.npz")
    assert "error: run.topics: 500 topics are more than the" in output
    assert planned(project) == {}


@pytest.mark.parametrize("label", ["", "\n    label: topic"], ids=["no labels", "one class"])
def test_without_labels_or_with_one_class_label_metrics_are_left_out(project, label):
    rows = [f"{word} music violin concert number {i},same" for i in range(40) for word in ("song", "opera")]
    (project / "mine.csv").write_text("text,topic\n" + "\n".join(rows) + "\n", encoding="utf-8")
    config = (
        "corpora:\n  plain:\n    source: {kind: table, path: mine.csv, text: text"
        + (", label: topic" if label else "")
        + "}\nexperiment: plain\nrun: {corpora: [plain], methods: [lda], topics: [3], ablations: [], references: []}\n"
        "rating: {enabled: false}\nevaluation: {judges: {words: null}}\n"
    )
    (project / "plain.yaml").write_text(config, encoding="utf-8")
    targets = ("tables", "figures", "report", "scores", "explorer")
    run = snakemake(project, "--forceall", *targets, configs=(SMOKE, "plain.yaml"))
    assert run.returncode == 0, run.stderr[-4000:]
    scores = pd.read_csv(project / "results/plain/scores.csv")
    assert {"c_v", "stability_rbo", "neighbour_agreement"} <= set(scores.metric)
    assert not {"purity", "p_at_10"} & set(scores.metric)
    assert "fewer than the" in run.stdout + run.stderr
    about = (project / "results/plain/explorer/data/plain/corpus/about.js").read_text(encoding="utf-8")
    assert '"classes":[]' in about and '"labels":null' in about and "no model has read this corpus" in about


def test_coherence_in_a_text_of_ones_own_is_one_block_of_config(project):
    rows = [f"{word} music violin concert number {i},same" for i in range(40) for word in ("song", "opera")]
    (project / "mine.csv").write_text("text,topic\n" + "\n".join(rows) + "\n", encoding="utf-8")
    with gzip.open(project / "other.txt.gz", "wt", encoding="utf-8") as stream:
        stream.write("Violin music, in concert!\n\nThe song was long.\n" * 9)
    config = """
experiment: external
corpora: {plain: {source: {kind: table, path: mine.csv, text: text}}}
run: {corpora: [plain], methods: [lda], topics: [3], ablations: [], references: []}
reference_texts: {other: {title: Other, path: other.txt.gz}}
rating: {enabled: false}
evaluation: {coherence: {references: [corpus, other]}, judges: {words: null}}
"""
    (project / "external.yaml").write_text(config, encoding="utf-8")
    run = snakemake(project, "tables", "figures", configs=(SMOKE, "external.yaml"))
    assert run.returncode == 0, run.stderr[-4000:]
    folder = project / "results/external"
    scores = pd.read_csv(folder / "scores/plain/lda/default/k3.csv")
    assert scores.value.notna().all() and {"c_v", "c_v@other", "u_mass@other"} <= set(scores.metric)
    # the vocabulary is violin, music, concert and number: a topic has them all, and the other text has no number
    assert (scores[scores.metric == "missing_words@other"].value == 3).all()
    assert "left out: number" in (folder / "logs/scores/plain/lda/default/k3.log").read_text(encoding="utf-8")
    assert "C_V (Other)" in (folder / "tables/main.md").read_text(encoding="utf-8")
    assert "Missing words (Other)" in (folder / "tables/coherence.md").read_text(encoding="utf-8")


PUBLISHED = """
rating: {enabled: false}
evaluation: {judges: {words: null}}
experiment: published
corpora:
  theirs: {title: Theirs, source: {kind: soft_labels, id: data/theirs}}
teachers:
  ernie: {title: ERNIE, source: {kind: soft_labels, id: data/theirs}}
methods:
  dsl_ernie: {title: DSL (ERNIE), model: neural, teacher: ernie, input: [ernie], parameters: {epochs: 5}}
run: {corpora: [theirs], methods: [lda, dsl_ernie], topics: [3], seeds: [0], ablations: [], references: [ernie]}
"""


@pytest.fixture
def published(tmp_path: Path) -> Path:
    """A copy with a dataset of published soft labels in it: 60 documents of counts alone, two of them equal."""
    folder = copy_project(tmp_path)
    (folder / "published.yaml").write_text(PUBLISHED, encoding="utf-8")
    generator = np.random.default_rng(0)
    words = [f"{stem}{i}" for stem in ("tone", "judge", "cell") for i in range(10)]
    label = np.arange(60) % 3
    bow = generator.poisson(np.where(np.arange(30) // 10 == label[:, None], 2, 0.2)) + (np.arange(30) == 0)
    bow[59] = bow[56]
    rows = {"bow": bow.tolist(), "label": label.tolist()}
    rows["next_word_logits"] = (bow + generator.normal(size=bow.shape)).tolist()
    rows["input_embeddings"] = generator.normal(size=(60, 8)).tolist()
    (folder / "data/theirs").mkdir(parents=True)
    pd.DataFrame(rows).to_parquet(folder / "data/theirs/train.parquet")
    (folder / "data/theirs/vocab.json").write_text(json.dumps(words), encoding="utf-8")
    return folder


def test_published_soft_labels_plan_no_language_model(published):
    rules = planned(published, configs=(SMOKE, "published.yaml"))
    assert not {"lm", "hidden", "teacher"} & set(rules), rules
    assert rules["precomputed_hidden"] == rules["precomputed_logits"] == 1 and rules["train"] == 2


def test_published_soft_labels_are_a_corpus_and_a_teacher_and_can_be_published_again(published):
    target = "results/published/datasets/theirs/ernie/README.md"
    run = snakemake(published, "tables", "scores", target, configs=(SMOKE, "published.yaml"))
    assert run.returncode == 0, run.stderr[-5000:]
    results = published / "results/published"
    scores = pd.read_csv(results / "scores.csv")
    assert {"dsl_ernie", "soft_labels/ernie", "kmeans/ernie"} <= set(scores.method)
    duplicates = pd.read_csv(results / "tables/duplicates.csv")
    assert duplicates[["rows_read", "distinct", "largest_group"]].values.tolist() == [[60, 59, 2]]
    assert "Theirs: rebuilt from bags of words" in (results / "tables/corpora.md").read_text(encoding="utf-8")
    assert "as published in data/theirs" in (results / "tables/teachers.md").read_text(encoding="utf-8")
    again = pd.read_parquet(results / "datasets/theirs/ernie/data")
    logits = np.load(results / "teachers/theirs/ernie/v2000/logits.npy")
    assert np.stack(again["next_word_logits"]).tolist() == logits.tolist() and len(again) == 59
    assert planned(published, "tables", "scores", target, configs=(SMOKE, "published.yaml")) == {}
    # A new version of the dataset starts over.
    (published / "data/theirs/vocab.json").write_text(json.dumps([f"w{i}" for i in range(30)]), encoding="utf-8")
    assert {"corpus", "vocabulary", "precomputed_hidden", "precomputed_logits"} <= set(
        planned(published, configs=(SMOKE, "published.yaml"))
    )
