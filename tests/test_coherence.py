"""Counts against counting by hand, coherence against gensim's CoherenceModel and a plain reading of Palmetto's code."""

import itertools
import json
import subprocess
import sys

import numpy as np
import pytest
from gensim.corpora import Dictionary
from gensim.models.coherencemodel import CoherenceModel

from softtopics.artifacts import Corpus
from softtopics.corpora.prepare import prepare, read
from softtopics.corpora.vocabulary import vocabulary_of
from softtopics.errors import InputError
from softtopics.metrics.coherence import EPSILON, MEASURES, RARE, coherence, missing_words
from softtopics.metrics.cooccurrence import WHOLE, count, encode_tokens, fold, slide
from softtopics.metrics.counts import Counts

rng = np.random.default_rng(0)
WORDS = [f"w{i}" for i in range(40)]
# Longer and shorter than both windows, full of repeated words, with words outside the vocabulary, and empty ones.
TEXTS = [list(rng.choice([*WORDS, "x", "y", "z"], size=size)) for size in rng.integers(0, 300, size=60)]
TEXTS += [[], ["w1"], ["x"], ["w1", "w1", "w2"], list(rng.choice(WORDS, 110)), list(rng.choice(WORDS, 10)), []]


def counted(texts, vocabulary=WORDS, **settings) -> Counts:
    return count(encode_tokens(texts, vocabulary), vocabulary, name="texts", **settings)


def topics_of(vocabulary, n: int, size: int) -> list[list[str]]:
    return [list(rng.choice(vocabulary, size=size, replace=False)) for _ in range(n)]


def gensims(topics, texts, measure: str) -> np.ndarray:
    model = CoherenceModel(
        topics=topics, texts=texts, dictionary=Dictionary(texts), coherence=measure, topn=len(topics[0]), processes=1
    )
    return np.array(model.get_coherence_per_topic())


@pytest.fixture(scope="module")
def wordnet() -> Corpus:
    rows = read({"kind": "wordnet", "entries": "topics", "classes": 8, "max_per_class": 60})
    documents, _ = prepare(rows, name="wordnet")
    vocabulary, bow, _ = vocabulary_of(documents, name="wordnet", size=800)
    return Corpus(documents, vocabulary, bow)


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize("size", [2, 10, 15])
def test_every_topic_is_as_coherent_as_gensim_says_on_wordnet(wordnet, measure, size):
    topics = topics_of(wordnet.vocabulary, 30, size)
    ours = coherence(topics, counted(wordnet.tokens, wordnet.vocabulary))[measure]
    np.testing.assert_allclose(ours, gensims(topics, wordnet.tokens, measure), atol=1e-9)


@pytest.mark.parametrize("measure", MEASURES)
def test_every_topic_is_as_coherent_as_gensim_says_on_long_running_texts(wordnet, measure):
    running = [word for text in wordnet.tokens for word in text]
    ends = np.cumsum(rng.integers(1, 900, size=20))
    texts = [list(part) for part in np.split(np.array(running, dtype=object), ends)]
    topics = topics_of(wordnet.vocabulary[:300], 20, 10)
    ours = coherence(topics, counted(texts, wordnet.vocabulary))[measure]
    np.testing.assert_allclose(ours, gensims(topics, texts, measure), atol=1e-9)


@pytest.mark.parametrize("measure", MEASURES)
def test_repeated_words_and_short_and_empty_documents_count_as_in_gensim(measure):
    topics = topics_of(WORDS, 30, 8)
    np.testing.assert_allclose(coherence(topics, counted(TEXTS))[measure], gensims(topics, TEXTS, measure), atol=1e-9)


@pytest.mark.parametrize("measure", MEASURES)
def test_missing_words_are_left_out_as_gensim_does(measure):
    topics = [[*topic[:3], "unicorn", *topic[3:], "dragon"] for topic in topics_of(WORDS, 10, 6)]
    counts = counted(TEXTS, [*WORDS, "unicorn", "dragon"])
    np.testing.assert_allclose(coherence(topics, counts)[measure], gensims(topics, TEXTS, measure), atol=1e-9)
    assert missing_words(topics, counts) == [["unicorn", "dragon"]] * 10


def test_topics_of_different_lengths_are_scored_each_for_itself():
    topics, counts = [*topics_of(WORDS, 3, 4), *topics_of(WORDS, 3, 9)], counted(TEXTS)
    together = coherence(topics, counts)
    for measure, position in itertools.product(MEASURES, range(6)):
        alone = coherence([topics[position]], counts)[measure][0]
        assert together[measure][position] == pytest.approx(alone, abs=1e-12)


def test_a_topic_with_fewer_than_two_known_words_scores_lowest():
    counts = counted(TEXTS, [*WORDS, "unicorn", "dragon"])
    scores = coherence([["w1", "unicorn"], ["dragon", "unicorn"]], counts)
    assert (scores["c_v"] == 0).all() and (scores["c_npmi"] == -1).all()
    assert np.array([scores["c_uci"], scores["u_mass"]]) == pytest.approx(np.log(EPSILON))
    real = coherence([WORDS[:5]], counts)
    assert all((scores[name] <= real[name]).all() for name in MEASURES)


def test_words_that_always_come_together_are_more_coherent_than_words_that_never_do():
    texts = [["cat", "dog"], ["sun", "moon"]] * 20
    scores = coherence([["cat", "dog"], ["cat", "sun"]], counted(texts, ["cat", "dog", "sun", "moon"]))
    assert scores["c_npmi"][0] == pytest.approx(1, abs=1e-6) and scores["c_npmi"][1] < 0
    assert all(values[0] > values[1] for values in scores.values())


@pytest.mark.parametrize(
    ("topics", "sentence"),
    [
        ([], "there is no topic"),
        ([["w1", "w2", "w1"]], "twice"),
        ([["w1", "unicorn"], ["dragon", "w2"]], "not in the vocabulary: dragon, unicorn"),
    ],
)
def test_what_no_coherence_can_be_computed_of_is_refused(topics, sentence):
    with pytest.raises(ValueError, match=sentence):
        coherence(topics, counted(TEXTS))


def by_hand(texts, size: int) -> tuple[int, np.ndarray]:
    """Windows, and V x V counts of those that hold two words, by making every window a set."""
    counts, total = np.zeros((len(WORDS), len(WORDS)), dtype=int), 0
    for text in texts:
        for start in range(max(len(text) - size + 1, 1)):
            inside = sorted({WORDS.index(word) for word in text[start : start + size] if word in WORDS})
            counts[np.ix_(inside, inside)] += 1
            total += 1
    return total, counts


@pytest.mark.parametrize("size", [1, 2, 10, 110, WHOLE])
def test_windows_are_counted_as_sets_where_a_word_stays_as_long_as_any_of_its_tokens(size):
    occurrences, changes = np.zeros(len(WORDS), dtype=np.int64), np.zeros((len(WORDS), len(WORDS)), dtype=np.int64)
    total = sum(slide(*batch, size, True, occurrences, changes) for batch in encode_tokens(TEXTS, WORDS, batch=7))
    expected_total, expected = by_hand(TEXTS, size)
    assert total == expected_total
    np.testing.assert_array_equal(occurrences, expected.diagonal())
    np.testing.assert_array_equal(fold(changes), expected[np.triu_indices(len(WORDS), k=1)])


def test_gensim_takes_a_word_out_with_its_first_token_and_palmetto_does_not():
    texts = [["w0", "w1", "w0", *["x"] * 200]]  # w0 is inside the first three windows
    assert counted(texts, c_v="palmetto").wide.occurrences[0] == 3
    assert counted(texts).wide.occurrences[0] == 1


@pytest.mark.parametrize("split", [1, 5, 1000])
def test_batches_do_not_matter(split):
    one, other = counted(TEXTS), count(encode_tokens(TEXTS, WORDS, batch=split), WORDS, name="texts")
    for kind in ("wide", "narrow", "documents"):
        assert getattr(one, kind).total == getattr(other, kind).total
        np.testing.assert_array_equal(getattr(one, kind).pairs, getattr(other, kind).pairs)


def palmettos_c_v(topic: list[str], texts: list[list[str]]) -> float:
    """Word by word as in WindowBasedProbabilityEstimator, NormalizedLogRatioConfirmationMeasure and Cosinus...."""
    total, counts = by_hand(texts, 110)

    def probability(first: str, second: str) -> float:
        found = counts[WORDS.index(first), WORDS.index(second)]
        return found / total if found >= 10 * 110 else 0

    def confirmation(first: str, second: str) -> float:
        alone = probability(first, first) * probability(second, second)
        joint = probability(first, second) + 1e-12
        return np.log(joint / alone) / -np.log(joint) if alone > 0 else 0

    vectors = np.array([[confirmation(first, second) for second in topic] for first in topic])
    whole = vectors.sum(axis=0)
    lengths = np.linalg.norm(vectors, axis=1) * np.linalg.norm(whole)
    return float(np.mean([v @ whole / n if n > 0 else 0 for v, n in zip(vectors, lengths, strict=True)]))


def test_palmettos_c_v_ignores_what_is_rare_and_lets_it_count_as_zero():
    rng = np.random.default_rng(0)  # of its own: what is rare must not depend on the tests before
    common, rare = WORDS[:12], WORDS[12:16]
    texts = [list(rng.choice([*common, *["x"] * 170], size=900)) for _ in range(8)] + [rare * 3]
    topics = [[*rng.choice(common, 5, replace=False), *rng.choice(rare, 2, replace=False)] for _ in range(6)]
    topics += [[*common[:3], "w39"], common]  # w39 is nowhere
    counts = counted(texts, c_v="palmetto")
    pairs = counts.wide.pairs[counts.wide.pairs > 0]
    assert (pairs < RARE).any() and (pairs >= RARE).any() and counts.wide.occurrences[:12].min() >= RARE
    expected = [palmettos_c_v(topic, texts) for topic in topics]
    np.testing.assert_allclose(coherence(topics, counts)["c_v"], expected, atol=1e-12)
    assert np.abs(coherence(topics, counted(texts))["c_v"] - expected).min() > 0.001


def test_counts_come_back_as_they_were_saved(tmp_path):
    counts = counted(TEXTS, c_v="palmetto")
    counts.save(tmp_path / "counts.npz")
    again = Counts.load(tmp_path / "counts.npz")
    assert (again.vocabulary, again.c_v) == (WORDS, "palmetto")
    topics = topics_of(WORDS, 5, 6)
    assert json.dumps({k: v.tolist() for k, v in coherence(topics, again).items()}) == json.dumps(
        {k: v.tolist() for k, v in coherence(topics, counts).items()}
    )


def test_a_text_with_nothing_to_count_is_refused():
    with pytest.raises(InputError, match="wiki: there is no text in it"):
        count(encode_tokens([], WORDS), WORDS, name="wiki")
    with pytest.raises(InputError, match="wiki: no word of the vocabulary is in it"):
        count(encode_tokens([["mot"]], WORDS), WORDS, name="wiki")


def test_scoring_needs_neither_gensim_nor_torch_and_counting_a_corpus_no_torch():
    program = "import sys, softtopics.metrics.evaluate; assert not {'gensim', 'numba', 'torch'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", program], check=True)
    program = "import sys, softtopics.metrics.cooccurrence; assert not {'gensim', 'spacy', 'torch'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", program], check=True)
