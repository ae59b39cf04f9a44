"""Every baseline keeps the contract: shapes, orders, seeds, documents without words."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import sparse

from softtopics.corpora.word_vectors import word_vectors
from softtopics.errors import InputError
from softtopics.models.base import TrainingData, load_model, train_cell

N, V, TOPICS = 160, 40, 4
BOW = {"reads": "bow", "target": "counts"}
VECTORS = {"epochs": 200, "learning_rate": 5e-3}
QUICK = {  # the model's file, its parameters
    "lda": ("lda", {"passes": 10}),
    "prodlda": ("neural", BOW | {"epochs": 60, "learning_rate": 1e-2}),
    "combinedtm": ("neural", {"reads": "both", "target": "counts", "epochs": 40, "learning_rate": 1e-2}),
    "zeroshottm": ("neural", {"reads": "input", "target": "counts", "epochs": 40, "learning_rate": 1e-2}),
    "etm": ("neural", BOW | VECTORS | {"decoder": "etm"}),
    "ecrtm": ("neural", BOW | VECTORS | {"decoder": "ecrtm", "shifts": True}),
    "octis_prodlda": ("octis_prodlda", {"epochs": 60, "learning_rate": 1e-2}),
    "octis_combinedtm": ("octis_combinedtm", {"epochs": 40, "learning_rate": 1e-2}),
    "octis_etm": ("octis_etm", VECTORS),
    "bertopic": ("bertopic", {"min_topic_size": 15, "n_neighbors": 10}),
    "fastopic": ("fastopic", {"epochs": 120, "learning_rate": 2e-2}),
}


@pytest.fixture(scope="module")
def planted() -> tuple[TrainingData, np.ndarray]:
    """4 topics of 10 words each; document 0 has no words; embeddings know the topic."""
    rng = np.random.default_rng(0)
    topic = rng.integers(0, TOPICS, size=N)
    vocabulary = [f"{'abcd'[word // 10]}{chr(97 + word % 10)}é" for word in range(V)]
    counts = np.zeros((N, V), dtype=np.int32)
    for row in range(1, N):
        own = rng.integers(0, 10, size=12) + 10 * topic[row]
        np.add.at(counts[row], np.append(own, rng.integers(0, V, size=2)), 1)
    words = [[vocabulary[word] for word in np.repeat(np.arange(V), row)] for row in counts]
    inputs = np.eye(TOPICS)[topic] @ rng.normal(size=(TOPICS, 16)) + 0.1 * rng.normal(size=(N, 16))
    inputs /= np.linalg.norm(inputs, axis=1, keepdims=True)
    texts = [" ".join(row) or "?" for row in words]
    vectors, _ = word_vectors(words, vocabulary, kind="corpus", size=20)
    data = TrainingData(texts, words, vocabulary, sparse.csr_matrix(counts), inputs.astype(np.float32), vectors=vectors)
    return data, topic


@pytest.fixture(scope="module")
def runs(planted):
    """Two seeds of every baseline, and the first one again."""
    data, _ = planted

    def train(name, seeds):
        model, parameters = QUICK[name]
        return train_cell(load_model(model), parameters, data, n_topics=TOPICS, seeds=seeds)

    return {name: (*train(name, [1, 2]), *train(name, [1])) for name in QUICK}


@pytest.mark.parametrize("name", QUICK)
def test_the_result_keeps_the_contract(name, runs):
    for run in runs[name]:
        run.check()
        assert run.theta.shape == (N, len(run.beta)) and run.beta.shape[1] == V
        assert len(run.beta) <= TOPICS
        assert run.seconds > 0 and run.versions["softtopics"]


@pytest.mark.parametrize("name", QUICK)
def test_the_same_seed_gives_the_same_result_and_another_another(name, runs):
    first, other, again = runs[name]
    # Models trained together are rounded differently when they are trained alone; all else is the same to the bit.
    tolerance = 1e-3 if QUICK[name][0] == "neural" else 0
    np.testing.assert_allclose(first.beta, again.beta, atol=tolerance)
    np.testing.assert_allclose(first.theta, again.theta, atol=tolerance)
    assert first.theta.shape != other.theta.shape or not np.array_equal(first.theta, other.theta)


@pytest.mark.parametrize("name", QUICK)
def test_words_are_in_our_order(name, runs):
    """Words planted together come out together, under their own names."""
    best = max(runs[name], key=lambda run: coherent(run.top_words(6)))
    assert coherent(best.top_words(6)) > 0.7


@pytest.mark.parametrize("name", QUICK)
def test_other_documents_are_given_the_topics_of_their_subject_by_the_model_or_its_arrays(name, planted):
    """Half of the documents teach; a new model that is given what the trained one has learned says the same."""
    data, topic = planted
    model, parameters = QUICK[name]
    first, rest = (part_of(data, slice(start, None, 2)) for start in (0, 1))
    untrained = load_model(model)(TOPICS, random_state=1, **parameters)
    with pytest.raises(InputError, match="is not trained; call `fit` first"):
        untrained.transform(rest)
    trained = load_model(model)(TOPICS, random_state=1, **parameters)
    assert trained.fit_transform(first) is trained.theta_
    found = trained.transform(rest)
    assert found.shape == (N // 2, len(trained.beta_)) and (found >= 0).all()
    np.testing.assert_allclose(found.sum(axis=1), 1, atol=1e-4)
    most = [np.bincount(topic[::2][trained.theta_.argmax(axis=1) == k], minlength=1).argmax() for k in range(TOPICS)]
    assert (np.array(most)[found.argmax(axis=1)] == topic[1::2]).mean() > 0.6  # by chance a quarter
    np.testing.assert_allclose(trained.transform(rest), found, atol=1e-6)  # and again
    if name == "bertopic":
        assert trained.learned_ is None
        return
    untrained.learned_ = {key: value.copy() for key, value in trained.learned_.items()}
    np.testing.assert_allclose(untrained.transform(replace(rest, vectors=None)), found, atol=1e-6)


# How far theta of a training document may be from `theta_`: rounding where nothing is drawn; the standard error of the
# mean of ten draws, which two of them have; and BERTopic's approximation of a new point's membership.
NEAR = {"etm": 1e-6, "ecrtm": 1e-6, "octis_etm": 1e-6, "fastopic": 1e-6, "lda": 0.01, "bertopic": 0.05}


@pytest.mark.parametrize("name", QUICK)
def test_of_training_documents_transform_says_what_fit_said_within_its_noise(name, planted):
    data, _ = planted
    model, parameters = QUICK[name]
    trained = load_model(model)(TOPICS, random_state=1, **parameters).fit(data)
    again = trained.transform(data)
    assert np.abs(again - trained.theta_).mean() < NEAR.get(name, 0.1)
    if name not in NEAR:  # more draws come nearer to what `fit` drew; all that is between them is noise
        trained.samples = 200
        many = trained.transform(data)
        trained.random_state = 2
        others = trained.transform(data)
        noise = np.abs(again - trained.theta_).mean()
        assert np.abs(many - trained.theta_).mean() < 0.85 * noise  # one side's alone: by theory .72 of both sides'
        assert np.abs(many - others).mean() < 0.35 * noise  # a twentieth of the variance: .22


def part_of(data, rows):
    """Some of the documents."""
    own = {"texts": data.texts[rows], "words": data.words[rows], "bow": data.bow[np.arange(N)[rows]]}
    return replace(data, **own, inputs=data.inputs[rows])


def coherent(topics):
    """Mean share of a topic's words that belong to its commonest planted topic (chance: about .4)."""
    return np.mean(
        [max([word[0] for word in topic].count(letter) for letter in "abcd") / len(topic) for topic in topics]
    )


@pytest.mark.parametrize("name", QUICK)
def test_documents_are_in_our_order(name, runs, planted):
    _, topic = planted
    purity = [
        sum(np.bincount(topic[clusters == k]).max() for k in np.unique(clusters)) / N
        for clusters in (run.theta.argmax(axis=1) for run in runs[name])
    ]
    assert max(purity) > 0.7


@pytest.mark.parametrize("name", ["octis_combinedtm", "bertopic", "fastopic"])
def test_a_model_that_reads_embeddings_asks_for_them_in_one_sentence(name, planted):
    data, _ = planted
    without = TrainingData(data.texts, data.words, data.vocabulary, data.bow)
    with pytest.raises(InputError, match=rf"methods\.{name}\.input"):
        load_model(name)(TOPICS, random_state=0).fit(without)


def test_fastopic_learns_from_the_likeliest_words_of_a_soft_label(planted):
    data, topic = planted
    logits = np.where(np.arange(V)[None, :] // 10 == topic[:, None], 3.0, 0.0).astype(np.float32)
    with_teacher = replace(data, logits=logits)
    model = load_model("fastopic")(TOPICS, random_state=0, target="soft_label", top_k=10, temperature=1.0, epochs=60)
    targets = model.targets(with_teacher)
    assert (np.diff(targets.indptr) == 10).all()
    np.testing.assert_allclose(targets.sum(axis=1), 1, rtol=1e-5)
    assert coherent([[data.vocabulary[word] for word in row.indices] for row in targets]) == 1
    assert np.isfinite(model.fit(with_teacher).beta_).all()
    with pytest.raises(InputError, match="name a `teacher`"):
        model.fit(data)


def test_the_length_of_embeddings_does_not_matter_to_fastopic(planted):
    data, _ = planted
    models = []
    for scale in (1, 64):
        model = load_model("fastopic")(TOPICS, random_state=0, epochs=5)
        models.append(model.fit(replace(data, inputs=scale * data.inputs)))
    np.testing.assert_allclose(models[0].beta_, models[1].beta_, rtol=1e-2)


def test_fastopic_has_a_theta_at_any_temperature(planted):
    data, _ = planted
    model = load_model("fastopic")(TOPICS, random_state=0, epochs=5, theta_temperature=1e-3).fit(data)
    np.testing.assert_allclose(model.theta_.sum(axis=1), 1, rtol=1e-5)
    np.testing.assert_allclose(model.transform(data), model.theta_, rtol=1e-5)


def test_bertopic_asks_for_smaller_clusters_until_there_are_as_many_as_topics():
    rng = np.random.default_rng(0)
    points = np.concatenate([rng.normal(centre, 0.1, size=(30, 2)) for centre in ((0, 0), (0, 9), (9, 0), (9, 9))])
    model = load_model("bertopic")
    assert model(4, random_state=0).cluster_size(points) == 5  # 120 / (8 * 4), at least 5
    assert model(1, random_state=0).cluster_size(points) == 15
    assert model(40, random_state=0).cluster_size(points) == 5


def test_bertopics_outlier_topic_counts_where_it_is_asked_for(planted):
    data, _ = planted
    parameters = QUICK["bertopic"][1]
    model = load_model("bertopic")(TOPICS, random_state=0, outlier_topic=True, **parameters).fit(data)
    assert model.beta_.shape[0] == model.theta_.shape[1] <= TOPICS
    np.testing.assert_allclose(model.theta_.sum(axis=1), 1)


def test_word_vectors_come_from_a_file(planted, tmp_path):
    data, _ = planted
    path = tmp_path / "vectors.txt"
    rows = [f"{word} {i} {i % 10} 1" for i, word in enumerate(data.vocabulary[:-1])]
    path.write_text(f"{len(rows)} 3\n" + "\n".join(rows) + "\n", encoding="utf-8")
    vectors, about = word_vectors(data.words, data.vocabulary, kind="file", path=str(path))
    assert vectors.shape == (V, 3) and about["lacking"] == [data.vocabulary[-1]]
    np.testing.assert_allclose(vectors.mean(axis=0), 0, atol=1e-5)
    path.write_text("not vectors", encoding="utf-8")
    with pytest.raises(InputError, match="is not a word2vec text file"):
        word_vectors(data.words, data.vocabulary, kind="file", path=str(path))


def test_words_of_a_topic_have_like_vectors_in_the_corpus(planted):
    data, _ = planted
    vectors, _ = word_vectors(data.words, data.vocabulary, kind="corpus", size=20)
    again, _ = word_vectors(data.words, data.vocabulary, kind="corpus", size=20)
    np.testing.assert_array_equal(vectors, again)
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    same = np.arange(V)[:, None] // 10 == np.arange(V) // 10
    assert (unit @ unit.T)[same].mean() > 0.2 > 0 > (unit @ unit.T)[~same].mean()


def test_vectors_that_cannot_be_downloaded_are_one_sentence(planted, monkeypatch):
    data, _ = planted

    def unreachable(name):
        raise OSError("no network")

    monkeypatch.setattr("gensim.downloader.load", unreachable)
    with pytest.raises(InputError, match=r"gave no glove.*give kind: file"):
        word_vectors(data.words, data.vocabulary, kind="gensim", name="glove")
