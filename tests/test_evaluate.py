"""All scores of a cell at once."""

from dataclasses import replace
from importlib import import_module

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from sklearn.metrics import normalized_mutual_info_score
from sklearn.preprocessing import normalize

from softtopics.artifacts import Corpus, Run
from softtopics.errors import InputError
from softtopics.metrics.catalogue import COHERENCE, JUDGED, METRICS, modules
from softtopics.metrics.clustering import clustering_scores
from softtopics.metrics.coherence import LOWEST, coherence
from softtopics.metrics.cooccurrence import count, encode_tokens
from softtopics.metrics.counts import Counts
from softtopics.metrics.diversity import inverted_rbo, topic_diversity
from softtopics.metrics.evaluate import evaluate_cell
from softtopics.metrics.evaluation import Evaluation
from softtopics.metrics.judges import Judges
from softtopics.metrics.retrieval import precision_by_divergence
from softtopics.metrics.stability import matched_overlap

WORDS = [f"w{i}" for i in range(30)]
N_DOCUMENTS = 60


@pytest.fixture
def corpus() -> Corpus:
    rng = np.random.default_rng(1)
    tokens = [rng.choice(WORDS, size=20) for _ in range(N_DOCUMENTS)]
    documents = pd.DataFrame({"label": np.arange(N_DOCUMENTS) % 3, "tokens": [" ".join(row) for row in tokens]})
    counts = np.array([[np.count_nonzero(row == word) for word in WORDS] for row in tokens])
    return Corpus(documents, WORDS, sparse.csr_matrix(counts))


@pytest.fixture
def counts(corpus) -> Counts:
    return counted(corpus.tokens)


def counted(texts: list[list[str]]) -> Counts:
    return count(encode_tokens(texts, WORDS), WORDS, name="texts")


def run(seed: int, n_topics: int) -> Run:
    rng = np.random.default_rng(seed)
    beta, theta = rng.normal(size=(n_topics, len(WORDS))), rng.dirichlet(np.ones(n_topics), size=N_DOCUMENTS)
    return Run(beta, theta, WORDS, seed=seed, seconds=1.5 * seed, versions={})


def judging() -> Judges:
    rng = np.random.default_rng(2)
    neighbours = np.array([np.roll(np.arange(N_DOCUMENTS), -row) for row in range(N_DOCUMENTS)])
    return Judges(normalize(rng.normal(size=(len(WORDS), 7))), neighbours)


def test_every_seed_gets_the_scores_of_its_own_topics(corpus, counts):
    runs = [run(seed=3, n_topics=4), run(seed=7, n_topics=6)]  # the second found more topics
    scores = evaluate_cell(runs, corpus, {"corpus": counts}, top_words=5).pivot(
        index="seed", columns="metric", values="value"
    )
    assert list(scores.index) == [3, 7]
    for one in runs:
        topics = [[WORDS[word] for word in row] for row in np.argsort(-one.beta, axis=1)[:, :5]]
        expected = {name: values.mean() for name, values in coherence(topics, counts).items()}
        expected |= clustering_scores(corpus.labels, one.theta.argmax(axis=1))
        expected |= precision_by_divergence(one.theta, corpus.labels)
        expected |= {"topic_diversity": topic_diversity(topics), "i_rbo": inverted_rbo(topics)}
        expected |= {"topics_found": len(one.beta), "empty_topics": 0, "seconds": one.seconds}
        expected |= {"stability_nmi": normalized_mutual_info_score(*(each.theta.argmax(axis=1) for each in runs))}
        expected |= {"stability_rbo": matched_overlap(*(each.top_words(5) for each in runs))}
        assert scores.loc[one.seed].to_dict() == pytest.approx(expected)


def test_the_scores_are_those_of_the_catalogue(corpus, counts):
    runs = [run(seed=0, n_topics=4), run(seed=1, n_topics=4)]
    scores = evaluate_cell(runs, corpus, {"corpus": counts}, top_words=5, judges=judging())
    without_split = {name for name, metric in METRICS.items() if not metric.needs_split}
    assert set(scores["metric"]) == without_split - {"llm_rating", "missing_words"}  # asked for apart; external
    alone = evaluate_cell(runs, corpus, {"corpus": counts}, top_words=5)
    assert set(scores["metric"]) - set(alone["metric"]) == set(JUDGED)  # what nobody judges has no score
    assert not scores.duplicated(["seed", "metric"]).any()


def test_without_labels_only_the_scores_that_need_none_are_given(corpus, counts):
    unlabelled = Corpus(corpus.documents.assign(label=None), corpus.vocabulary, corpus.bow)
    scores = evaluate_cell([run(seed=0, n_topics=4)], unlabelled, {"corpus": counts}, top_words=5)
    assert set(scores["metric"]) == {name for name, m in METRICS.items() if not m.needs_labels} - {
        "llm_rating",
        "missing_words",
        *JUDGED,  # there is no judge
        "stability_nmi",  # there is no other seed
        "stability_rbo",
    }


def test_every_module_of_the_catalogue_gives_the_scores_of_its_rows_and_no_others(corpus, counts, monkeypatch):
    others = [run(seed=1, n_topics=4)]
    two = {"corpus": counts, "wiki": counts}
    split = Corpus(corpus.documents, WORDS, corpus.bow, held_out=corpus)
    one = replace(run(seed=0, n_topics=4), held_out_theta=others[0].theta)
    evaluation = Evaluation(one, split, two, 5, others, judges=judging())
    for name in modules():
        found = import_module(f"softtopics.metrics.{name}").scores(evaluation)
        own = {metric for metric, about in METRICS.items() if about.module == name}
        assert {metric.partition("@")[0] for metric in found} == own, name
    monkeypatch.setattr("softtopics.metrics.diversity.scores", lambda evaluation: {"c_v": 1.0})
    said = r"metrics/diversity\.py returned 'c_v', which metrics/catalogue\.py has as one of coherence\.py"
    with pytest.raises(ValueError, match=said):
        evaluate_cell([evaluation.run], corpus, {"corpus": counts}, top_words=5)


def test_a_score_that_the_catalogue_does_not_have_is_one_sentence(corpus, counts, monkeypatch):
    monkeypatch.setattr("softtopics.metrics.diversity.scores", lambda evaluation: {"topic_diversty": 1.0})
    sentence = (
        r"^metrics/diversity\.py returned 'topic_diversty', which metrics/catalogue\.py does not have; did you mean 't"
    )
    with pytest.raises(InputError, match=sentence):
        evaluate_cell([run(seed=0, n_topics=4)], corpus, {"corpus": counts}, top_words=5)


def test_a_metric_that_reads_classes_says_so_in_the_catalogue(corpus, counts):
    unlabelled = Corpus(corpus.documents.assign(label=None), corpus.vocabulary, corpus.bow)
    for module in ("clustering", "retrieval"):
        with pytest.raises(ValueError, match="needs_labels in the catalogue"):
            evaluation = Evaluation(run(seed=0, n_topics=4), unlabelled, {"corpus": counts}, 5)
            import_module(f"softtopics.metrics.{module}").scores(evaluation)


def test_a_score_that_is_not_a_number_is_refused(corpus, counts):
    broken = run(seed=5, n_topics=4)
    object.__setattr__(broken, "seconds", float("nan"))
    with pytest.raises(ValueError, match="seconds of seed 5 is nan"):
        evaluate_cell([broken], corpus, {"corpus": counts}, top_words=5)


def test_an_external_reference_gives_scores_of_its_own_and_says_what_it_lacks(corpus, counts, caplog):
    texts = [[word for word in text if word not in ("w0", "w1")] for text in corpus.tokens]
    one = run(seed=0, n_topics=12)
    lacking = [word for topic in one.top_words(5) for word in topic if word in ("w0", "w1")]
    assert lacking
    scores = evaluate_cell([one], corpus, {"corpus": counts, "wiki": counted(texts)}, top_words=5)
    scores = scores.set_index("metric")["value"]
    assert scores["missing_words@wiki"] == len(lacking) and "missing_words" not in scores
    for name in COHERENCE:
        assert scores[f"{name}@wiki"] == pytest.approx(coherence(one.top_words(5), counted(texts))[name].mean())
        assert scores[name] == pytest.approx(coherence(one.top_words(5), counts)[name].mean())
        assert scores[name] != scores[f"{name}@wiki"]
    assert (
        f"{len(lacking)} of 60 top words are not there and are left out: {' '.join(sorted(set(lacking)))}"
        in caplog.text
    )


def test_a_topic_without_two_known_words_is_named_and_nothing_is_nan(corpus, caplog):
    one = run(seed=0, n_topics=3)
    known = one.top_words(5)[0][0]
    scores = evaluate_cell([one], corpus, {"wiki": counted([[known, "other"]])}, top_words=5)
    assert scores["value"].notna().all()
    assert f"nothing to score in the topic {' '.join(one.top_words(5)[0])}" in caplog.text


def test_words_that_palmetto_takes_for_never_found_are_named(corpus, caplog):
    one = run(seed=0, n_topics=3)
    counts = count(encode_tokens(corpus.tokens, WORDS), WORDS, name="texts", c_v="palmetto")
    scores = evaluate_cell([one], corpus, {"corpus": counts}, top_words=5).set_index("metric")["value"]
    assert scores["c_v"] == 0 and "15 of 15 top words are in fewer than 1,100 windows" in caplog.text


def test_relevance_at_one_is_weight_alone_and_below_it_favours_words_that_mark_a_topic_off():
    beta = np.array([[0.5, 0.3, 0.2, 0.0], [0.5, 0.1, 0.1, 0.3]])
    one = Run(beta, np.full((10, 2), 0.5), list("abcd"), seed=0, seconds=1.0, versions={})
    assert one.top_words(3) == one.top_words(3, 1.0) == [["a", "b", "c"], ["a", "d", "b"]]
    assert one.top_words(2, 0.2) == [["b", "c"], ["d", "a"]]  # "a" is in both topics alike
    plain = 0.2 * np.log(beta[0, :3]) + 0.8 * np.log(beta[0, :3] / beta[:, :3].mean(axis=0))
    assert one.relevance(0.2)[0, :3] == pytest.approx(plain) and one.relevance(0.2)[0, 3] == -np.inf
    signed = Run(np.log(beta + 1e-9), one.theta, one.vocabulary, seed=0, seconds=1.0, versions={})
    assert signed.top_words(2, 0.2) == one.top_words(2, 0.2)  # weights that may be negative are logits


def test_a_word_without_weight_is_no_word_of_a_topic_and_every_score_copes(corpus, counts, caplog):
    beta = np.zeros((4, len(WORDS)))
    beta[0, :6], beta[1, 6:9], beta[2, 9] = 6 - np.arange(6), 1, 1  # six words, three, one, none
    theta = np.random.default_rng(0).dirichlet(np.ones(4), size=N_DOCUMENTS)
    one = Run(beta, theta, WORDS, seed=0, seconds=1, versions={})
    topics = [WORDS[:5], WORDS[6:9], [WORDS[9]], []]
    assert one.top_words(5) == one.top_words(5, 0.5) == topics
    scores = evaluate_cell([one], corpus, {"corpus": counts}, top_words=5).set_index("metric")["value"]
    assert scores["empty_topics"] == 2 and scores["topics_found"] == 4
    assert scores["topic_diversity"] == pytest.approx(9 / 14)  # the topic without words: five places, none distinct
    alone = [coherence([topic], counts) for topic in topics]
    for name in ("c_v", "c_npmi", "c_uci", "u_mass"):
        assert scores[name] == pytest.approx(np.mean([each[name][0] for each in alone]))
        assert alone[3][name] == alone[2][name] == LOWEST[name]
    assert "3 of 4 topics have fewer than 5 words of weight above 0" in caplog.text


def test_a_model_whose_topics_have_no_words_has_the_lowest_scores(corpus, counts):
    theta = np.full((N_DOCUMENTS, 2), 0.5)
    nothing = Run(np.zeros((2, len(WORDS))), theta, WORDS, seed=0, seconds=1, versions={})
    scores = evaluate_cell([nothing], corpus, {"corpus": counts}, top_words=5).set_index("metric")["value"]
    assert scores[["topic_diversity", "i_rbo"]].eq(0).all() and scores["empty_topics"] == 2
    assert all(scores[name] == lowest for name, lowest in LOWEST.items())
