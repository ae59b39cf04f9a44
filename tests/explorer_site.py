"""A small explorer and the scores it must agree with: three classes, two methods, a teacher, one with neighbours."""

from pathlib import Path

import numpy as np
import pandas as pd
from scipy import sparse

from softtopics.artifacts import Corpus, Run, write_array
from softtopics.metrics.cooccurrence import count, encode_tokens
from softtopics.metrics.counts import Counts
from softtopics.metrics.evaluate import evaluate_cell
from softtopics.report.explorer.documents import write_documents
from softtopics.report.explorer.page.site import write_site
from softtopics.report.explorer.runs import write_method
from softtopics.report.explorer.soft_labels import write_labels
from softtopics.report.layout import Layout
from softtopics.teachers.mixed import Part, mixed_scores
from softtopics.teachers.neighbours import adjacency, nearest

STEMS = ("tone", "judge", "cell")
WORDS = [f"{stem}{'abcdefgh'[i]}" for stem in STEMS for i in range(8)]
N_DOCUMENTS = 60
HOSTILE = '<img src=x onerror="document.title=1"></script><script>alert("tonea")</script> & \u2028 tonea'
METHODS = {"lda": "LDA", "dsl": "DSL <small>"}
TOPICS, SEEDS = (4, 6), (0, 1)


def corpus() -> Corpus:
    rng = np.random.default_rng(0)
    label = np.arange(N_DOCUMENTS) // 20
    bow = rng.poisson(np.where(np.arange(24) // 8 == label[:, None], 1.2, 0.1)) + (np.arange(24) == label[:, None] * 8)
    texts = [" ".join(np.repeat(WORDS, row)) + f" rareword{i}" for i, row in enumerate(bow)]
    texts[0] = HOSTILE
    names = [f"{STEMS[one]} & co" for one in label]
    documents = pd.DataFrame({"id": np.arange(100, 160), "text": texts, "label": label, "label_name": names})
    documents["tokens"] = [" ".join(np.repeat(WORDS, row)) for row in bow]
    return Corpus(documents, WORDS, sparse.csr_matrix(bow))


def runs(k: int, quality: float) -> list[Run]:
    made = []
    for seed in SEEDS:
        rng = np.random.default_rng(10 * k + seed)
        near = np.arange(N_DOCUMENTS)[:, None] // 20 == np.arange(k) % 3
        theta = rng.dirichlet(np.ones(k), N_DOCUMENTS) * np.where(near, quality, 1)
        beta = rng.gamma(1, size=(k, 24)) * np.where(np.arange(24) // 8 == np.arange(k)[:, None] % 3, quality, 1)
        made.append(Run(beta, theta / theta.sum(axis=1, keepdims=True), WORDS, seed, 1.0, {}))
    return made


def counts_of(one: Corpus) -> Counts:
    return count(encode_tokens(one.tokens, WORDS), WORDS, name="texts")


def make_site(results: Path, texts: bool = True) -> Path:
    """Write `<results>/explorer` and `<results>/scores.csv`.

    Returns:
        The explorer's folder.
    """
    folder, data, one = results / "explorer", results / "explorer/data", corpus()
    counts, rng = counts_of(one), np.random.default_rng(1)
    logits = rng.normal(size=one.bow.shape) + 2 * (one.bow.toarray() > 0)
    parts = [{"of": "soft_label", "weight": 0.5, "temperature": 2.0, "calibration": 0.5}]
    parts.append({"of": "words", "weight": 0.5, "temperature": 1.0, "calibration": 0.0})
    around = adjacency(nearest(one.bow.toarray().astype(np.float32), 5), 5)
    mixed = mixed_scores([Part(logits, 0.5, 2.0, 0.5), Part(one.bow, 0.5)], around)[0]
    for name, array in {"alone": logits, "mixed": mixed}.items():
        write_array(results / f"{name}.npy", array.astype(np.float32))
    sparse.save_npz(results / "bow.npz", one.bow)
    labels = [{"teacher": "lm", "title": "LM", "temperature": 2.0, "calibration": 0.5, "parts": [], "around": 0}]
    labels.append({**labels[0], "teacher": "mixed", "title": "LM and words", "parts": parts, "around": 5})
    about = {"texts": texts, "map_of": "an encoder's embeddings", "teachers": labels}
    places = rng.normal(size=(N_DOCUMENTS, 2)) + one.labels[:, None] * 4
    write_documents(data, "news/corpus", one, places, about)
    files = [str(results / f"{name}.npy") for name in ("alone", "mixed")]
    write_labels(data, "news/corpus", labels, files, [files[0], str(results / "bow.npz")], one)
    scores = []
    for method, quality in zip(METHODS, (1, 12), strict=True):
        cells = {k: runs(k, quality) for k in TOPICS}
        shown = {"n_words": 6, "relevance": 1.0, "rated_words": 5, "texts": texts}
        write_method(data, f"news/methods/{method}", cells, one, counts, seeds=SEEDS, rate=rate, **shown)
        for k, cell in cells.items():
            own = evaluate_cell(cell, one, {"corpus": counts}, top_words=6)
            rated = [(run.seed, "llm_rating", rate(run.top_words(5)).mean()) for run in cell]
            own = pd.concat([own, pd.DataFrame(rated, columns=["seed", "metric", "value"])])
            scores.append(own.assign(corpus="news", method=method, variant="default", k=k))
    write_numbers(results, folder, pd.concat(scores), texts)
    return folder


def rate(topics: list[list[str]]) -> np.ndarray:
    """How many words of a topic begin like its first."""
    return np.array([np.mean([word[:2] == words[0][:2] for word in words]) for words in topics])


def write_numbers(results: Path, folder: Path, scores: pd.DataFrame, texts: bool) -> None:
    scores.to_csv(results / "scores.csv", index=False)
    columns = ["corpus", "method", "metric"]
    main = scores.groupby(columns, sort=False)["value"].agg(["mean", "std"]).reset_index()
    main = main.assign(reference=False, best=False, not_different=main["mean"] > 0.5)
    curve = main[main["method"] == "dsl"]
    pd.concat([curve.assign(value=value, mean=curve["mean"] / value) for value in (1, 2, 5)]).to_csv(
        results / "ablation.csv", index=False
    )
    main.assign(method=main["method"].map(METHODS)).to_csv(results / "main.csv", index=False)
    validity = pd.DataFrame({"metric": "llm_rating", "swapped": [1, 3], "auc": [0.6, 0.8], "corpus": "news"})
    validity.to_csv(results / "validity.csv", index=False)
    titles = {"news": "News"}
    layout = Layout(titles, METHODS, {}, {}, list(TOPICS), list(SEEDS), 0.05, rater="the first letters")
    fields = set(layout.__dataclass_fields__) - {"labelled", "validity"}
    experiment = {
        "name": "small",
        "corpora": titles,
        "methods": METHODS,
        "proposed": ["dsl"],
        "topics": TOPICS,
        "seeds": SEEDS,
        "texts": texts,
        "relevance": 1,
        "ablations": {"temperature": {"title": "Temperature", "parameter": "temperature"}},
        "layout": {name: getattr(layout, name) for name in fields},
    }
    ablations = {"temperature": str(results / "ablation.csv")}
    write_site(folder, experiment, str(results / "main.csv"), ablations, [str(results / "validity.csv")])


if __name__ == "__main__":
    import sys

    print(make_site(Path(sys.argv[1])))
