"""Published beside reproduced: right pairs, right numbers, what differs is said; the paper's other arrangements."""

import copy
import itertools
import json
import pickle
from pathlib import Path

import pandas as pd
import pytest
from configs import EMBEDDED
from conftest import SCHEMA

from softtopics.config import settings
from softtopics.errors import InputError
from softtopics.metrics.catalogue import METRICS
from softtopics.report.catalogue import FIGURES, TABLES, items
from softtopics.report.figures.paper import published_figure
from softtopics.report.figures.style import save
from softtopics.report.layout import Layout
from softtopics.report.material import Material
from softtopics.report.paper import pairs as conditions
from softtopics.report.paper.side_by_side import beside, shown, side_by_side
from softtopics.report.scores import COLUMNS
from softtopics.report.tables import backbones, retrieval_by_k
from softtopics.report.tables.paper import published_table

NAMES = {"so": "stackoverflow", "plain": "20_newsgroups"}


@pytest.fixture
def config(tmp_path) -> dict:
    """A config with two published corpora, of which the second has no labels."""
    (tmp_path / "texts.csv").write_text("text\nwords\n", encoding="utf-8")
    config = copy.deepcopy(EMBEDDED)
    source = {"kind": "table", "path": str(tmp_path / "texts.csv"), "text": "text"}
    config["corpora"] |= {name: {"source": dict(source), "published": published} for name, published in NAMES.items()}
    config["run"] |= {"corpora": list(NAMES), "methods": ["lda", "dsl"], "topics": [25, 50], "seeds": [0, 1]}
    config["run"] |= {"ablations": ["target"], "references": ["teacher"]}
    (tmp_path / "lm").mkdir()
    (tmp_path / "lm/config.json").write_text("{}", encoding="utf-8")
    source = {"kind": "folder", "path": str(tmp_path / "lm")}
    config["lms"]["small"] = {"kind": "causal_lm", "title": "Small LM", "source": source}
    words = {"forms": ["written"]}
    config["teachers"]["teacher"] = {
        "lm": "small", "prompt": "theme", "words": words, "published": "LLM Targets (ERNIE)",
    }  # fmt: skip
    config["methods"]["dsl"] = {
        "title": "Ours", "model": "neural", "teacher": "teacher", "input": ["teacher"],
        "published": "Generative (ERNIE)", "differs": "on paper", "parameters": {"temperature": 2, "epochs": 100},
    }  # fmt: skip
    names = {"dsl": "ERNIE-4.5-0.3B-PT: BoW Target"}
    config["ablations"] = {
        "target": {"methods": ["dsl"], "parameter": "target", "values": ["bow"], "published": {"bow": names}}
    }
    return config


def load(config: dict) -> dict:
    return settings.load(config, SCHEMA)


@pytest.fixture
def layout() -> Layout:
    return Layout(
        corpora={"so": "Titles", "plain": "Posts"},
        methods={"lda": "LDA", "dsl": "Ours"},
        teachers={"teacher": "Teacher"},
        readings={},
        topics=[25, 50],
        seeds=[0, 1],
        alpha=0.05,
        labelled=frozenset({"so"}),
    )


@pytest.fixture
def scores() -> pd.DataFrame:
    rows = []
    for corpus, metric in itertools.product(NAMES, METRICS):
        if METRICS[metric].needs_labels and corpus == "plain":
            continue
        for (method, variant), k, s in itertools.product(
            [("lda", "default"), ("dsl", "default"), ("dsl", "target-bow")], (25, 50), (0, 1)
        ):
            rows.append((corpus, method, variant, k, s, metric, 0.1 + 0.001 * k + 0.01 * s + 0.5 * (method == "dsl")))
        if metric.startswith("p_at"):
            rows += [(corpus, method, "default", 0, 0, metric, 0.4) for method in ("bow", "soft_labels/teacher")]
    return pd.DataFrame(rows, columns=COLUMNS)


@pytest.fixture
def rows(config, scores, layout) -> pd.DataFrame:
    config = load(config)
    notes = {"so": ["2,000 documents, not 20,000"], "plain": []}
    return side_by_side(scores, conditions.pairs(config), conditions.metrics(config), NAMES, notes, layout)


def test_published_names_are_those_of_the_file_that_is_shipped():
    published = conditions.read_published()
    assert len(published) > 900
    assert set(conditions.METRIC_NAMES) == {row["metric"] for row in published}
    assert set(conditions.METRIC_NAMES.values()) <= set(METRICS)
    assert set(conditions.DOCUMENTS) == {row["dataset"] for row in published}
    names = {row["method"] for row in published}
    assert set(conditions.READ_ENCODER) <= names and set(conditions.EPOCHS) <= names
    for name in names:
        speaks_of_an_lm = any(word in name for word in ("ERNIE", "Llama"))
        assert bool(conditions.lm_of(name)) == speaks_of_an_lm, name


def test_methods_variants_and_raw_soft_labels_find_their_partner(config):
    found = {(pair.method, pair.variant): pair for pair in conditions.pairs(load(config))}
    assert {key: pair.published for key, pair in found.items()} == {
        ("lda", "default"): "LDA",
        ("dsl", "default"): "Generative (ERNIE)",
        ("dsl", "target-bow"): "ERNIE-4.5-0.3B-PT: BoW Target",
        ("soft_labels/teacher", "default"): "LLM Targets (ERNIE)",
        ("bow", "default"): "BoW (Baseline)",
    }
    assert [pair.kind for pair in found.values()] == ["baseline", "proposed", "variant", "reference", "reference"]


def test_what_differs_is_derived_from_the_config(config):
    found = {(pair.method, pair.variant): pair.conditions for pair in conditions.pairs(load(config))}
    assert found["lda", "default"] == []
    assert found["dsl", "default"] == ["Small LM in place of ERNIE-4.5-0.3B-PT", "temperature 2, not 3", "on paper"]
    assert "temperature 2, not 3" not in found["dsl", "target-bow"]  # a bag of words has none
    assert found["soft_labels/teacher", "default"][-1] == "compared at temperature 1"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"input": ["minilm"]}, "reads MiniLM in place of ERNIE-4.5-0.3B-PT"),
        ({"teacher": "smollm2_whole"}, "whole words scored, not first tokens"),
        ({"teacher": "minilm"}, "words scored by cosine"),
        ({"parameters": {"epochs": 7}}, "7 epochs, not 100"),
        ({"published": "ECRTM", "parameters": {}}, "100 epochs, not 200"),  # the model's default is not the paper's
        ({"parameters": {"calibration": 0.5}}, "0.5 of the corpus mean removed"),
        ({"parameters": {"standardize": True}}, "inputs standardized"),
    ],
)
def test_each_difference_is_said(config, change, expected):
    config["methods"]["dsl"] |= change
    pair = next(pair for pair in conditions.pairs(load(config)) if pair[1:3] == ("dsl", "default"))
    assert expected in pair.conditions


def test_published_soft_labels_are_no_substitute_and_an_encoder_in_their_place_is(config, tmp_path):
    source = {"kind": "soft_labels", "id": str(tmp_path)}
    config["teachers"]["teacher"] = {"title": "Theirs", "source": source, "published": "LLM Targets (ERNIE)"}
    config["methods"]["lda"] = {
        "model": "neural",
        "input": ["teacher"],
        "parameters": {"target": "counts"},
        "published": "CombinedTM",
    }
    found = {pair.method: pair.conditions for pair in conditions.pairs(load(config)) if pair.kind != "variant"}
    said = f"soft labels as published in {tmp_path}"
    assert found["dsl"] == [said, "temperature 2, not 3", "on paper"]
    assert found["lda"] == ["reads Theirs in place of gte-large-en-v1.5"]
    assert found["soft_labels/teacher"] == [said, "compared at temperature 1"]


def test_the_papers_own_models_differ_in_nothing(config):
    config["lms"]["small"]["source"] = {"kind": "hub", "id": conditions.LMS["ERNIE"], "revision": "0" * 40}
    config["methods"]["dsl"] |= {"parameters": {"temperature": 3, "epochs": 100}}
    del config["methods"]["dsl"]["differs"]
    pair = next(pair for pair in conditions.pairs(load(config)) if pair[1:3] == ("dsl", "default"))
    assert pair.conditions == []


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda c: c["methods"]["lda"].update(published="LDa"), r"methods\.lda\.published: .* did you mean 'LDA'\?"),
        (lambda c: c["corpora"]["so"].update(published="stack"), r"corpora\.so\.published: .* 'stack'"),
        (lambda c: c["teachers"]["teacher"].update(published="x"), r"teachers\.teacher\.published"),
        (lambda c: c["ablations"]["target"].update(published={"bows": {}}), r"'bows' is none of its values"),
        (lambda c: c["ablations"]["target"].update(published={"bow": {"lda": "LDA"}}), r"'lda' is none of its methods"),
    ],
)
def test_a_name_that_was_not_published_is_one_sentence(config, change, message):
    change(config)
    with pytest.raises(InputError, match=message) as raised:
        conditions.pairs(load(config))
    assert "\n" not in str(raised.value)


def test_nothing_is_compared_where_no_corpus_was_published():
    assert conditions.pairs(load(copy.deepcopy(EMBEDDED))) == []


def test_the_numbers_stand_beside_each_other(rows):
    row = rows.query("corpus == 'Titles' and ours == 'LDA' and metric == 'purity'").squeeze()
    assert (row["published"], row["k"], row["runs"]) == (0.174, "mean", 4)
    assert row["value"] == pytest.approx(0.1425) and row["difference"] == pytest.approx(0.1425 - 0.174)
    assert row["std"] == pytest.approx(pd.Series([0.125, 0.135, 0.15, 0.16]).std(ddof=1))
    single = rows.query("corpus == 'Titles' and ours == 'LDA' and metric == 'p_at_1' and k == 50").squeeze()
    assert single["published"] == 0.116 and single["value"] == pytest.approx(0.155) and single["runs"] == 2


def test_only_what_both_have_is_compared(rows):
    assert set(rows.query("corpus == 'Posts'")["metric"]) == {"c_v", "i_rbo"}  # no labels
    assert "llm_rating" not in set(rows["metric"])  # not rated
    assert {75, 100}.isdisjoint(rows["k"])


def test_conditions_of_runs_corpus_and_metric_are_said(rows):
    def notes(k, metric):
        return rows[(rows.corpus == "Titles") & (rows.ours == "LDA") & (rows.k == k) & (rows.metric == metric)].iloc[0][
            "conditions"
        ]

    assert notes("mean", "c_v") == [
        "2 seeds, not 5",
        "K = 25, 50, not 25, 50, 75, 100",
        "2,000 documents, not 20,000",
        "C_V in the corpus itself, not in Wikipedia",
    ]
    assert notes(25, "p_at_1") == ["2 seeds, not 5", "2,000 documents, not 20,000"]


def test_people_see_single_k_where_the_means_are_of_other_k(rows):
    seen = shown(rows)
    assert set(seen.query("metric == 'p_at_1' and kind == 'proposed'")["k"]) == {25, 50}
    assert set(seen.query("metric == 'purity'")["k"]) == {"mean"}
    assert set(seen.query("kind == 'reference'")["k"]) == {"mean"}  # they have no K


def test_a_missing_score_is_named(config, scores, layout):
    config = load(config)
    missing = scores[~((scores.method == "dsl") & (scores.k == 50) & (scores.metric == "purity"))]
    with pytest.raises(ValueError, match="no score for corpus so, method dsl, variant default, k 50, seed 0"):
        side_by_side(
            missing, conditions.pairs(config), conditions.metrics(config), NAMES, {key: [] for key in NAMES}, layout
        )


def test_the_table_numbers_conditions_and_the_csv_spells_them_out(rows, layout, tmp_path):
    table = published_table("Published and reproduced", rows, layout)
    table.write(tmp_path / "paper")
    data = pd.read_csv(tmp_path / "paper.csv")
    assert len(data) == len(rows) and "C_V in the corpus itself, not in Wikipedia" in data["conditions"][0]
    purity = next(row for row in table.sections[0].rows if row[2].text == "Purity")
    assert [cell.text for cell in purity[:2]] == ["", ""]  # the method's name stands once
    assert [cell.text for cell in purity[5:]] == [".174", ".143", "-.031"] and purity[6].spread == ".016"
    number = table.caption.split(": Small LM in place")[0].split()[-1]
    first = next(row for row in table.sections[0].rows if row[0].text == "Generative (ERNIE)")
    assert number in first[3].text.split(", ")


@pytest.mark.parametrize("difference, shown", [(0.0001, ".000"), (-0.0001, ".000"), (0.0, ".000"), (0.012, "+.012")])
def test_a_difference_that_is_rounded_away_has_no_sign(rows, layout, difference, shown):
    table = published_table("Published", rows.assign(difference=difference), layout)
    assert {row[-1].text for section in table.sections for row in section.rows if row[2].text != "Topics"} == {shown}


def test_a_condition_of_every_row_is_said_once(rows, layout):
    rows["conditions"] = rows["conditions"].map(lambda notes: [*notes, "on the moon"])
    table = published_table("Published and reproduced", rows, layout)
    assert table.caption.count("on the moon") == 1 and "Everywhere: on the moon." in table.caption


def test_the_figure_has_a_panel_for_every_metric_and_the_same_bytes_twice(rows, layout, tmp_path):
    figure = published_figure(rows, layout)
    panels = [axis for axis in figure.axes if axis.get_visible()]
    assert [axis.get_title() for axis in panels] == ["C_V", "I-RBO", "Purity", "P@1", "P@5", "P@10"]
    for name in ("first", "second"):
        save(published_figure(rows, layout), tmp_path / name)
    assert (tmp_path / "first.png").read_bytes() == (tmp_path / "second.png").read_bytes()
    assert (tmp_path / "first.pdf").read_bytes() == (tmp_path / "second.pdf").read_bytes()


def test_the_c_v_of_an_external_text_is_preferred(config, tmp_path):
    (tmp_path / "wiki.jsonl").write_text('{"text": "words"}\n', encoding="utf-8")
    config["reference_texts"] = {"wiki": {"title": "Wikipedia", "path": str(tmp_path / "wiki.jsonl")}}
    config["evaluation"] = {"coherence": {"references": ["corpus", "wiki"], "c_v": "palmetto"}}
    assert conditions.metrics(load(config))["c_v"] == ("c_v@wiki", "")


def test_corpora_differ_in_documents_and_words():
    block = {
        "published": "tweet_topic",
        "preparation": {"deduplicate": True, "capitalized": True, "vocabulary_size": 500},
    }
    notes = conditions.corpus_conditions(block, 5790)
    assert notes == ["5,790 documents, not 21,996, each text once", "capitalised words count", "500 words, not 2,000"]
    block["preparation"] = {"deduplicate": False, "capitalized": False, "vocabulary_size": 2000}
    assert conditions.corpus_conditions(block, 21996) == []


def test_retrieval_by_k_has_a_column_for_every_k_and_rank(scores, layout):
    settings = TABLES["retrieval_by_k"].settings({}, "")
    table = retrieval_by_k.table(Material("Retrieval by number of topics", layout, settings, scores))
    assert table.columns[1:] == [f"P@{n}, K = {k}" for k in (25, 50) for n in (1, 5, 10)]
    ours = next(row for row in table.sections[0].rows if row[0].text == "Ours")
    assert [cell.text for cell in ours[1:]] == [".630"] * 3 + [".655"] * 3 and all(cell.marked for cell in ours[1:])
    assert [cell.text for cell in table.sections[1].rows[0][1:]] == ["–"] * 6  # no labels
    assert {cell.text for row in table.sections[0].references for cell in row[1:]} == {".400"}
    own = table.data.query("corpus == 'so' and method == 'Ours' and k == 25 and metric == 'p_at_1'").squeeze()
    assert own["mean"] == pytest.approx(0.63) and own["cells"] == 2


def test_methods_compete_within_their_backbone(config, scores, layout):
    def sections(groups: dict) -> list:
        config["report"] = {"backbones": groups}
        settings = items(TABLES, load(copy.deepcopy(config)))["backbones"].settings
        return backbones.table(Material("Backbones", layout, settings, scores)).sections

    first = sections({"A": ["lda"], "B": ["dsl"]})[0].rows
    assert [[cell.text for cell in row[:2]] for row in first] == [["A", "LDA"], ["B", "Ours"]]
    assert not any(cell.marked for row in first for cell in row[2:])  # each is alone
    together = sections({"A": ["lda", "dsl"]})[0].rows
    assert not any(cell.marked for cell in together[0][2:]) and together[1][0].text == ""
    assert [row[1].text for row in sections({"A": ["lda", "bertopic"]})[0].rows] == ["LDA"]  # the other does not run


@pytest.fixture
def files(config, scores, tmp_path) -> dict[str, list[str]]:
    """What a job reads, on disk: score files by method, and an audit for each corpus."""
    found: dict[str, list[str]] = {"scores": [], "representations": [], "audits": []}
    for method, part in scores.groupby("method"):
        where = "scores" if method in ("lda", "dsl") else "representations"
        found[where].append(str(tmp_path / f"{method.replace('/', '_')}.csv"))
        part.to_csv(found[where][-1], index=False)
    for corpus, classes in (("so", {"x": 1, "y": 1}), ("plain", {})):
        found["audits"].append(str(tmp_path / f"{corpus}.json"))
        Path(found["audits"][-1]).write_text(json.dumps({"documents": 2000, "classes": classes}), encoding="utf-8")
    return found


def test_a_job_makes_of_its_parameters_and_files_what_the_config_says(config, scores, layout, files):
    """The way of pairs to the table: config, a rule's parameter, a job's pickle, Material, rows."""
    config = load(config)
    told = items(TABLES, config)["paper"].for_script()
    told = pickle.loads(pickle.dumps(told))  # as Snakemake hands it to the script
    assert told.pop("module") == "paper"
    rows = beside(Material.load(**told, files=files))
    blocks = {name: config["corpora"][name] for name in NAMES}
    notes = {name: conditions.corpus_conditions(block, 2000) for name, block in blocks.items()}
    expected = side_by_side(scores, conditions.pairs(config), conditions.metrics(config), NAMES, notes, layout)
    titles = {"Titles": "so", "Posts": "plain"}
    pd.testing.assert_frame_equal(rows, expected.assign(corpus=expected["corpus"].map(titles)))
    assert {"Generative (ERNIE)", "ERNIE-4.5-0.3B-PT: BoW Target", "BoW (Baseline)"} <= set(rows["method"])
    assert "Small LM in place of ERNIE-4.5-0.3B-PT" in rows.query("ours == 'Ours'")["conditions"].iloc[0]


def plain(value: object) -> bool:
    if type(value) in (list, tuple, dict):
        return all(map(plain, value.items() if type(value) is dict else value))
    return value is None or type(value) in (str, int, float, bool)


@pytest.mark.parametrize("catalogue", [TABLES, FIGURES], ids=["tables", "figures"])
def test_what_jobs_are_told_is_plain_so_that_snakemake_can_tell_whether_it_changed(config, catalogue):
    """Snakemake keeps what a parameter prints as, and compares that: no set, no object may be in it."""
    config["report"] = {"backbones": {"A": ["lda", "dsl"]}}
    config["rating"] = {"enabled": True, "kind": "likelihood", "lm": "small"}
    for block in config["corpora"].values():
        block["preparation"] = {"held_out": {"share": 0.5}}
    found = items(catalogue, load(config))
    assert {name.removesuffix("_target") for name in found} == set(catalogue) - (
        {"ablation"} if catalogue is FIGURES else set()  # of words: no curve
    )
    for name, item in found.items():
        assert plain(item.for_script()), name
