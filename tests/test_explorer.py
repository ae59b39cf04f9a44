"""The explorer's data: what its scripts hold, against the plain computation; what a config makes it show."""

import base64
import copy
import json
import re
from inspect import signature
from pathlib import Path

import numpy as np
import pytest
from configs import EMBEDDED
from conftest import SCHEMA
from explorer_site import HOSTILE, METHODS, WORDS, corpus, counts_of, make_site, rate, runs
from scipy import sparse
from scipy.special import softmax

from softtopics.config import settings
from softtopics.jobs.paths import Paths
from softtopics.metrics.retrieval import precision_by_divergence
from softtopics.models.neural import NeuralTopicModel
from softtopics.report.explorer import plan
from softtopics.report.explorer.document_map import document_map, standardized
from softtopics.report.explorer.documents import nearest_documents, run_documents, scaled
from softtopics.report.explorer.encoding import packed, write_script
from softtopics.report.explorer.page.site import drop_others
from softtopics.report.explorer.soft_labels import label_words
from softtopics.report.explorer.topics import SNIPPET, snippet, topics_of


def read(path: Path) -> tuple[str, dict]:
    """The name and the content of a script."""
    text = path.read_text(encoding="utf-8")
    name, content = json.loads(f"[{text.removeprefix('received(').removesuffix(');' + chr(10))}]")
    return name, content


def rows_of(array: dict) -> np.ndarray:
    values = np.frombuffer(base64.b64decode(array["data"]), dtype=f"<u{array['bits'] // 8}")
    return values.reshape(-1, array["columns"])


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_site(tmp_path_factory.mktemp("results"))


def test_every_script_says_its_own_name(site):
    names = {
        path.relative_to(site / "data").with_suffix("").as_posix(): read(path)[0] for path in site.rglob("data/**/*.js")
    }
    assert all(path == name for path, name in names.items())
    runs_of_a_method = {f"documents-{k}-{seed}" for k in (4, 6) for seed in (0, 1)} | {"topics"}
    expected = {f"news/methods/{method}/{name}" for method in METHODS for name in runs_of_a_method}
    expected |= {f"news/corpus/{name}" for name in ("about", "texts-0", "label-0", "label-1")}
    assert set(names) == {*expected, "experiment"}


@pytest.mark.parametrize("largest", [255, 256, 65535, 65536])
def test_arrays_come_back(largest):
    array = np.array([[0, 1, 2], [3, 4, largest]])
    assert rows_of(packed(array)).tolist() == array.tolist()
    with pytest.raises(ValueError, match="natural"):
        packed(-array)


def test_a_score_that_is_not_finite_is_refused(tmp_path):
    with pytest.raises(ValueError, match="JSON"):
        write_script(tmp_path, "a", [float("nan")])
    assert not list(tmp_path.iterdir())


def test_topics_score_what_the_run_scores(site):
    one, run = corpus(), runs(6, 12)[1]
    topics = topics_of(run, one, counts_of(one), n_words=6, rate=rate, rated_words=5)
    assert read(site / "data/news/methods/dsl/topics.js")[1]["6-1"] == topics
    largest = run.theta.argmax(axis=1)
    right = 0
    for number, topic in enumerate(topics):
        order = np.argsort(-run.beta[number])[:6]
        assert [WORDS[word] for word in topic["words"]] == [WORDS[word] for word in order]
        assert np.allclose(topic["weights"], run.beta[number][order], rtol=0.01)
        labels = one.labels[largest == number]
        assert dict(map(tuple, topic["classes"])) == {c: int((labels == c).sum()) for c in np.unique(labels)}
        assert [count for _, count in topic["classes"]] == sorted(
            (count for _, count in topic["classes"]), reverse=True
        )
        assert topic["typical"][0][:1] == [run.theta[:, number].argmax()]
        right += max((count for _, count in topic["classes"]), default=0)
    assert sum(topic["documents"] for topic in topics) == len(one)
    assert np.isclose(sum(topic["share"] for topic in topics), 1, atol=1e-3)


def test_topics_without_classes_or_a_rater_say_nothing_of_them():
    one = corpus()
    one.documents["label"] = None
    topics = topics_of(runs(4, 12)[0], one, counts_of(one), n_words=6, texts=False)
    assert not {"classes", "rating"} & set(topics[0]) and topics[0]["typical"][0][2] == ""


def test_a_snippet_is_one_line_that_ends_with_a_word():
    assert snippet("one\n two") == "one two"
    long = snippet("word " * 100)
    assert long.endswith("word …") and len(long) <= SNIPPET + 2


def test_nearest_documents_are_those_that_precision_counts():
    theta = np.random.default_rng(0).dirichlet(np.full(5, 0.3), size=80)
    labels = np.arange(80) % 4
    near = nearest_documents(theta, 5)
    for i, row in enumerate(theta):
        divergence = (row * (np.log(np.maximum(row, 1e-12)) - np.log(np.maximum(theta, 1e-12)))).sum(axis=1)
        divergence[i] = np.inf
        assert near[i].tolist() == np.argsort(divergence)[:5].tolist()
    right = (labels[near] == labels[:, None]).mean()
    assert np.isclose(right, precision_by_divergence(theta, labels, (5,))["p_at_5"])


def test_nearest_documents_that_are_tied_do_not_go_by_their_place():
    near = nearest_documents(np.tile([0.5, 0.5], (200, 1)), 5)
    assert (near != np.arange(200)[:, None]).all() and near.mean() > 50
    assert (near == nearest_documents(np.tile([0.5, 0.5], (200, 1)), 5)).all()


def test_a_run_says_the_largest_topics_of_each_document():
    theta = np.array([[0.1, 0.2, 0.6, 0.1], [0.25, 0.25, 0.25, 0.25], [1, 0, 0, 0]])
    found = run_documents(theta)
    assert rows_of(found["topics"]).tolist() == [[2, 1, 0], [0, 1, 2], [0, 1, 2]]
    assert np.allclose(rows_of(found["shares"])[0] / 255, [0.6, 0.2, 0.1], atol=0.002)
    assert found["nearest"]["columns"] == 2  # there are no more others


def test_label_words_are_the_likeliest_at_the_methods_temperature():
    scores = np.random.default_rng(0).normal(size=(7, 9)).astype(np.float32)
    found = label_words(scores, 2.0, 0.5)
    label = softmax((scores - 0.5 * scores.mean(axis=0)) / 2, axis=1)
    assert rows_of(found["words"]).tolist() == np.argsort(-label, axis=1)[:, :6].tolist()
    assert np.allclose(rows_of(found["shares"]) / 65535, -np.sort(-label, axis=1)[:, :6], atol=1e-4)


def test_a_mixed_label_is_shown_before_and_after_its_neighbours(site):
    alone, mixed = (read(site / f"data/news/corpus/label-{i}.js")[1] for i in (0, 1))
    assert set(alone) == {"after"} and set(mixed) == {"before", "after"}
    before, after = (rows_of(mixed[name]["words"]) for name in ("before", "after"))
    one = corpus()
    own = one.bow.toarray() > 0
    inside = [np.mean([own[i, row].mean() for i, row in enumerate(words)]) for words in (before, after)]
    assert inside[0] > inside[1]  # the average names words that are not in the document


def test_texts_are_data_and_nothing_of_them_is_left_where_they_are_unwanted(site, tmp_path):
    content = read(site / "data/news/corpus/texts-0.js")[1]
    assert content["texts"][0] == HOSTILE and content["ids"][0] == 100
    bare = make_site(tmp_path, texts=False)
    for path in bare.rglob("*"):
        if path.is_file():
            assert "rareword" not in path.read_text(encoding="utf-8") and "alert(" not in path.read_text(
                encoding="utf-8"
            ), path
    assert read(bare / "data/news/corpus/texts-0.js")[1]["texts"] == []


def test_nothing_is_left_of_corpora_and_methods_that_are_not_in_the_experiment(site):
    data = site / "data"
    kept = {path for path in data.rglob("*.js")}
    for folder in ("old/corpus", "old/methods/dsl", "news/methods/old"):
        write_script(data / folder, "topics", {"secret": 1})
    drop_others(data, {"corpora": {"news": "News"}, "methods": METHODS})
    assert set(data.rglob("*.js")) == kept and not (data / "old").exists()


def test_the_page_needs_nothing_from_outside(site):
    frame = (site / "index.html").read_text(encoding="utf-8")
    script, style = ((site / f"explorer.{kind}").read_text(encoding="utf-8") for kind in ("js", "css"))
    for text in (frame, script, style):
        addresses = set(re.findall(r"https?://[^\s\"')]+", text))
        assert addresses <= {"http://www.w3.org/2000/svg"}, addresses
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|fetch\(", script)
    assert 'href="../report.html"' in script or '"../report.html"' in script


def test_a_map_is_the_same_every_time_and_its_axes_have_one_measure():
    rng = np.random.default_rng(0)
    states = np.repeat(rng.normal(size=(3, 8)), 20, axis=0) + rng.normal(scale=0.1, size=(60, 8))
    first = document_map(states)
    assert first.shape == (60, 2) and (first == document_map(states)).all()
    centres = [first[rows].mean(axis=0) for rows in np.split(np.arange(60), 3)]
    spread = max(
        np.linalg.norm(first[rows] - first[rows].mean(axis=0), axis=1).mean() for rows in np.split(np.arange(60), 3)
    )
    assert min(np.linalg.norm(a - b) for a, b in zip(centres, centres[1:] + centres[:1], strict=True)) > 2 * spread
    places = scaled(np.array([[0.0, 0.0], [4.0, 1.0]]))
    assert places[:, 0].tolist() == [0, 65535] and np.isclose(np.ptp(places[:, 1]), 65535 / 4, atol=1)


def test_a_map_of_words_and_of_a_handful_of_documents():
    words = sparse.random(40, 30, density=0.2, random_state=0, format="csr")
    assert np.isfinite(document_map(words)).all()
    assert np.isfinite(document_map(np.eye(3))).all() and document_map(np.eye(7)).shape == (7, 2)
    assert np.allclose(standardized(np.array([[1.0, 5.0], [3.0, 5.0]])), [[-1, 0], [1, 0]])


@pytest.fixture
def config() -> dict:
    return copy.deepcopy(EMBEDDED)


def load(config: dict) -> dict:
    return settings.load(config, SCHEMA)


def test_labels_are_those_that_methods_learn_from(config):
    found = plan.labels(load(config))
    assert found == [
        ("smollm2_paper", 3, 0.0),
        ("smollm2_whole", 2, 0.5),
        ("minilm", 3, 0.0),
        ("grounded", 1, 0.0),
    ]
    mixed = plan.label_settings(config)[-1]
    assert mixed["around"] == 10 and [part["of"] for part in mixed["parts"]] == ["soft_label", "words"]
    assert "teacher" not in mixed["parts"][0]


def test_the_defaults_of_a_label_are_the_models():
    parameters = signature(NeuralTopicModel.__init__).parameters
    assert tuple(parameters[n].default for n in ("temperature", "calibration")) == (plan.TEMPERATURE, plan.CALIBRATION)


def test_a_map_is_of_an_encoder_then_of_a_language_model_then_of_words(config):
    paths = Paths(load(config))
    assert (
        plan.mapped(config, "wordnet_nouns") == "minilm"
        and plan.map_title(config, "wordnet_nouns") == "MiniLM's embeddings"
    )
    assert paths.of_map("wordnet_nouns").endswith("hidden/wordnet_nouns/minilm/document/hidden.npy")
    config["run"] |= {"methods": ["lda", "dsl_smollm2"], "references": [], "ablations": []}
    assert plan.mapped(config, "wordnet_nouns") == "smollm2_whole" and plan.standardized(config, "wordnet_nouns")
    assert plan.map_title(config, "wordnet_nouns") == "SmolLM2-135M's hidden states, standardised"
    config["run"]["methods"] = ["lda"]
    assert "words" in plan.map_title(config, "wordnet_nouns") and not plan.standardized(config, "wordnet_nouns")
    assert Paths(config).of_map("wordnet_nouns").endswith("corpora/wordnet_nouns/v2000/bow.npz")


def test_the_first_seeds_are_shown(config):
    config["run"]["seeds"] = [3, 1, 2]
    assert plan.seeds(load(config)) == [3, 1]
    config["report"]["explorer"]["seeds"] = 1
    assert plan.seeds(config) == [3]
