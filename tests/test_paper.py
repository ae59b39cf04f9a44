"""The paper's grid by config alone: it is the paper's, it plans, and published numbers find ours."""

import re
from pathlib import Path

import pandas as pd
import pytest
from conftest import ROOT, SCHEMA, cached, small_lm
from dag import copy_project, snakemake
from datasets import ClassLabel, Dataset, Features, Value

from softtopics.artifacts import read_json
from softtopics.config import files as config_files
from softtopics.config import grid, settings
from softtopics.report.paper import pairs as conditions

PAPER = "workflow/experiments/paper.yaml"
LOCAL = "workflow/experiments/paper_local.yaml"
TEXTS_READ = "reads whole texts, not their lower-case vocabulary words"
LMS = ("ernie", "qwen", "llama1b", "llama8b", "phi3")


@pytest.fixture
def files(tmp_path, monkeypatch) -> Path:
    """A folder with small files in place of the corpora."""
    (tmp_path / "data").mkdir()
    for name in ("20_newsgroups", "tweet_topic", "stackoverflow"):
        pd.DataFrame({"text": ["some words"], "label": [1], "label_name": ["one"]}).to_csv(
            tmp_path / f"data/{name}.tsv.gz", sep="\t", index=False
        )
    (tmp_path / "data/wikipedia_sample.jsonl.xz").write_bytes(b"")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def load(*names: str) -> dict:
    return settings.load(config_files.read([ROOT / "config.yaml", *(ROOT / name for name in names)]), SCHEMA)


def test_the_grid_is_the_papers(files):
    config = load(PAPER)
    run = config["run"]
    assert (run["topics"], run["seeds"]) == ([25, 50, 75, 100], [0, 1, 2, 3, 4])
    assert len(run["corpora"]) == 3 and len(run["methods"]) == 8 + 4 * len(LMS)
    for backbone in ("", "etm_", "ecrtm_", "fastopic_"):
        for lm in LMS:
            block = config["methods"][f"dsl_{backbone}{lm}"]
            assert block["teacher"] == lm and block["input"] == [lm]
            assert block["parameters"]["temperature"] == 3 and block["parameters"]["target"] == "soft_label"
    values = {name: config["ablations"][name]["values"] for name in run["ablations"]}
    assert values["temperature"] == [0.5, *range(1, 10)] and values["top_k"] == [10, 20, 50, 100, 500, 1000]
    assert len(values["keep_ratio"]) == 9 and values["vocabulary_size"] == [500, 1000, 2000, 4000]
    assert len(values["prompt"]) == 6  # the paper's and five rephrasings
    assert len(grid.default_cells(config)) == 28 * 3 * 4
    assert {(c.corpus, c.k) for c in grid.ablation_cells(config, "top_k")} == {("stackoverflow", 50)}
    assert {c.corpus for c in grid.ablation_cells(config, "vocabulary_size")} == {"newsgroups"}


def test_every_model_trains_as_long_as_the_papers(files):
    config = load(PAPER)
    epochs = {name: block["parameters"].get("epochs") for name, block in config["methods"].items()}
    ran = {name: epochs[name] for name in config["run"]["methods"]}
    assert {ran[name] for name in ran if "fastopic" in name or "ecrtm" in name} == {200}
    assert len([name for name in ran if "ecrtm" in name]) == 1 + len(LMS)
    rest = {ran[name] for name in ran if "fastopic" not in name and "ecrtm" not in name}
    assert rest == {100, None} and ran["lda"] is ran["bertopic"] is None  # which have no epochs
    assert not [note for pair in conditions.pairs(config) for note in pair.conditions if "epochs" in note]


def test_nothing_of_the_embedded_experiment_leaks_into_the_papers_methods(files):
    own, merged = config_files.read([ROOT / PAPER]), load(PAPER)
    for name, block in own["methods"].items():
        assert merged["methods"][name]["parameters"] == block.get("parameters", {}), name


def test_the_published_conditions_are_the_grid_with_what_the_authors_code_reads(files):
    baselines = load(PAPER, "workflow/experiments/published_conditions.yaml")
    soft = load(*(PAPER, *(f"workflow/experiments/published_{name}.yaml" for name in ("conditions", "soft_labels"))))
    for config, own in ((baselines, 8), (soft, 4 * len(LMS))):
        assert len(config["run"]["methods"]) == own and config["run"]["topics"] == [25, 50, 75, 100]
        assert config["prompts"][config["teachers"]["gte"]["prompt"]]["template"] == "{words}"
    assert all(block["preparation"]["with_words_only"] for block in baselines["corpora"].values() if "size" in block)
    assert not any(block["preparation"]["with_words_only"] for block in soft["corpora"].values())
    rows = {one.published: one.conditions for one in conditions.pairs(baselines)}
    assert rows["BERTopic"] == rows["CombinedTM"] == []


def test_what_comes_from_a_hub_is_pinned_to_a_commit(files):
    config = load(PAPER)
    sources = [block["source"] for catalogue in ("corpora", "lms") for block in config[catalogue].values()]
    hub = [source for source in sources if source["kind"] == "hub"]
    assert len(hub) == 7 and all(re.fullmatch("[0-9a-f]{40}", source["revision"]) for source in hub)


def test_every_published_row_but_the_repeated_ones_finds_its_partner(files):
    config = load(PAPER)
    pairs = conditions.pairs(config)
    published = {row["method"] for row in conditions.read_published() if not row["method"].endswith("Original (Ours)")}
    assert {pair.published for pair in pairs} == published
    own = {pair.published: pair.conditions for pair in pairs}
    assert own["Generative (Llama-8B)"] == [] and own["CombinedTM"] == [TEXTS_READ]
    assert all(len(pair.corpora) == 3 for pair in pairs)


def test_files_take_the_place_of_the_hub(files):
    config = load(PAPER, LOCAL)
    assert {block["source"]["kind"] for name, block in config["corpora"].items() if "published" in block} == {"table"}
    assert grid.all_cells(config) == grid.all_cells(load(PAPER))


def test_the_whole_grid_plans(files):
    copy_project(files)
    run = snakemake(files, "all", "-n", "--quiet", "host", configs=(PAPER, LOCAL))
    assert run.returncode == 0, run.stderr[-3000:]
    stats = dict(re.findall(r"^(\w+)\s+(\d+)$", run.stdout + run.stderr, flags=re.MULTILINE))
    cells = len(grid.all_cells(load(PAPER, LOCAL)))
    assert int(stats["train"]) == int(stats["evaluate"]) == cells and int(stats["total"]) > 1500, stats


def test_published_numbers_stand_beside_those_of_a_run(tmp_path):
    """One small corpus with a published name, one method with one: the table and the figure are planned and made."""
    copy_project(tmp_path)
    rows = [f"{word} music violin concert number {i},{word}" for i in range(40) for word in ("song", "opera")]
    (tmp_path / "mine.csv").write_text("text,topic\n" + "\n".join(rows) + "\n", encoding="utf-8")
    (tmp_path / "mine.yaml").write_text(
        "experiment: mine\n"
        "corpora:\n  mine:\n    published: stackoverflow\n"
        "    source: {kind: table, path: mine.csv, text: text, label: topic}\n"
        "methods: {lda: {parameters: {passes: 2}}}\n"
        "report: {backbones: {LDA: [lda]}}\n"
        "rating: {enabled: false}\nevaluation: {judges: {words: null}}\n"  # so few words leave none to swap
        "run: {corpora: [mine], methods: [lda], topics: [3, 25], seeds: [0], ablations: [], references: []}\n",
        encoding="utf-8",
    )
    made = ("tables/paper.tex", "tables/retrieval_by_k.tex", "tables/backbones.tex", "figures/paper.png")
    run = snakemake(tmp_path, *(f"results/mine/{name}" for name in made), configs=("mine.yaml",))
    assert run.returncode == 0, run.stderr[-4000:]
    table = pd.read_csv(tmp_path / "results/mine/tables/paper.csv")
    assert set(table["metric"]) == {"c_v", "i_rbo", "purity", "p_at_1", "p_at_5", "p_at_10"}
    assert set(table.query("metric == 'p_at_1'")["k"]) == {"mean", "25"}
    assert "80 documents, not 20,000" in table["conditions"][0]
    for name in ("paper", "retrieval_by_k", "backbones"):
        assert (tmp_path / f"results/mine/tables/{name}.tex").stat().st_size > 100, name
    assert (tmp_path / "results/mine/figures/paper.png").stat().st_size > 1000


def test_a_cell_of_the_grid_runs_out_of_the_hubs_cache(files, smollm2, tmp_path, monkeypatch):
    """DSL (ERNIE) on 20 Newsgroups as paper.yaml has it, corpus and model at their pinned revisions, no network."""
    config = load(PAPER)
    corpus, lm = config["corpora"]["newsgroups"]["source"], config["lms"]["ernie"]["source"]
    names = ["opera", "song"]
    features = Features({"text": Value("string"), "label": ClassLabel(names=names), "label_text": Value("string")})
    for split in corpus["splits"]:
        rows = [(f"the {split} {name} and music with violin number {i}", name) for i in range(40) for name in names]
        texts, classes = zip(*rows, strict=True)
        data = Dataset.from_dict({"text": texts, "label": classes, "label_text": classes}, features)
        data.to_parquet(tmp_path / f"dataset/data/{split}-00000-of-00001.parquet")
    cached("dataset", corpus["id"], tmp_path / "dataset", tmp_path / "cache", corpus["revision"])
    small_lm("ernie4_5", smollm2, tmp_path)
    cached("model", lm["id"], tmp_path / "saved", tmp_path / "cache", lm["revision"])

    folder = tmp_path / "project"
    folder.mkdir()
    copy_project(folder)
    (folder / "one.yaml").write_text(
        "experiment: one\n"
        "run: {corpora: [newsgroups], methods: [dsl_ernie], topics: [25], seeds: [0], ablations: [], references: []}\n"
        "methods: {dsl_ernie: {parameters: {epochs: 2}}}\n"
        "report: {backbones: {ProdLDA: [dsl_ernie]}}\n"
        "rating: {enabled: false}\nevaluation: {judges: {words: null}}\n",  # so few words leave none to swap
        encoding="utf-8",
    )
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("HF_DATASETS_CACHE", str(tmp_path / "converted"))
    made = ("tables/main.md", "tables/paper.csv", "figures/main.png")
    run = snakemake(folder, *(f"results/one/{name}" for name in made), configs=(PAPER, "one.yaml"))
    assert run.returncode == 0, run.stderr[-4000:]
    reading = read_json(next(folder.glob("results/one/hidden/newsgroups/ernie/*/meta.json")))
    assert reading["lm"]["revision"] == lm["revision"]
    published = pd.read_csv(folder / "results/one/tables/paper.csv")
    assert set(published["method"]) == {"Generative (ERNIE)"}
