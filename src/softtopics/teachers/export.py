"""Our corpora and soft labels in the form that the paper's authors publish theirs in (`corpora.soft_label_dataset`)."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import yaml
from pyarrow import parquet
from sklearn.feature_extraction.text import CountVectorizer

from softtopics.artifacts import Corpus, write_json, write_text
from softtopics.markup import markdown
from softtopics.storage import atomic

DATA = "data/train-00000-of-00001.parquet"
ROWS = 1000  # documents in a row group

LABELS = "\n| `label`, `label_text` | its class, and the class's readable name |"
CARD = """---
{head}---

# {corpus}, soft labels of {teacher}

{n} documents with the scores that {teacher} gives to {v} words after reading each of them.

| column | what it holds |
| --- | --- |
| `id` | row of the document in the source of the corpus, the first being 1 |
| `text` | the document |
| `bow` | its vocabulary words, as often as they count |{labels}
| `next_word_logits` | {v} scores, of the words of `vocab.json` in its order |
| `input_embeddings` | {d} values: the state that the scores were read from |

| | |
| --- | --- |
{facts}

Everything known about how it was made is in `metadata.json`. Written by SoftTopics, which reads this folder as a corpus
and as a teacher: `source: {{kind: soft_labels, id: <this folder, or its id on the hub with a revision>}}`.
"""


def publish(
    folder: str | Path,
    corpus: Corpus,
    hidden: np.ndarray,
    logits: np.ndarray,
    meta: dict,
    *,
    audit: dict,
    corpus_title: str,
    title: str,
) -> None:
    """Write a folder that is laid out like a dataset of the hub: Parquet, words, metadata, card.

    Args:
        folder: the folder.
        corpus: N documents, V words.
        hidden: N x D states.
        logits: N x V scores.
        meta: how both were computed (`meta.json` of the teacher and of its hidden states).
        audit: what was read, dropped and kept of the corpus and its vocabulary.
        corpus_title: the corpus's title on the card.
        title: the teacher's.
    """
    folder = Path(folder)
    columns = columns_of(corpus) | {"next_word_logits": lists(logits), "input_embeddings": lists(hidden)}
    with atomic(folder / DATA) as temporary:
        parquet.write_table(pa.table(columns), temporary, row_group_size=ROWS)
    write_json(folder / "vocab.json", corpus.vocabulary)
    write_json(folder / "metadata.json", {"corpus": {"title": corpus_title, **audit}, "teacher": title, **meta})
    head = {
        "pretty_name": f"{corpus_title}, soft labels of {title}",
        "tags": ["topic-modeling", "soft-labels"],
        "configs": [{"config_name": "default", "data_files": [{"split": "train", "path": DATA}]}],
    }
    card = CARD.format(
        head=yaml.safe_dump(head, sort_keys=False, allow_unicode=True),
        corpus=markdown(corpus_title),
        teacher=markdown(title),
        n=len(corpus),
        v=len(corpus.vocabulary),
        d=hidden.shape[1],
        labels=LABELS if "label" in columns else "",
        facts="\n".join(f"| {name} | {value} |" for name, value in facts_of(corpus, meta).items()),
    )
    write_text(folder / "README.md", card)


def columns_of(corpus: Corpus) -> dict[str, pa.Array]:
    """The columns that come from the corpus; labels if all documents have one."""
    documents = corpus.documents
    columns = {
        "id": pa.array(documents["id"].to_numpy(), pa.int64()),
        "text": pa.array(documents["text"].tolist(), pa.string()),
        "bow": pa.array(counted_words(corpus), pa.string()),
    }
    if documents["label"].notna().all():
        columns["label"] = pa.array(documents["label"].tolist(), pa.string())
        columns["label_text"] = pa.array(documents["label_name"].tolist(), pa.string())
    return columns


def lists(array: np.ndarray) -> pa.Array:
    """N x D numbers as N lists of float32."""
    flat = np.ascontiguousarray(array, dtype=np.float32).ravel()
    return pa.FixedSizeListArray.from_arrays(pa.array(flat), array.shape[1])


def counted_words(corpus: Corpus) -> list[str]:
    """Each document's vocabulary words joined by spaces, in reading order if they are what the bag of words counts."""
    reading = [" ".join(words) for words in corpus.words]
    counts = CountVectorizer(vocabulary=corpus.vocabulary, analyzer=str.split).transform(reading)
    vocabulary = np.array(corpus.vocabulary, dtype=object)
    for row in np.flatnonzero((counts != corpus.bow).getnnz(axis=1)):
        reading[row] = " ".join(np.repeat(vocabulary, corpus.bow[[row]].toarray().ravel()))
    return reading


def facts_of(corpus: Corpus, meta: dict) -> dict[str, str]:
    """The lines of the card that say what scored these words, and how."""
    model = {key: value for key, value in meta.get("lm", meta.get("source", {})).items() if key != "versions"}
    revision = next((model[key] for key in ("revision", "sha256") if model.get(key)), None)
    facts = {
        "model": ", ".join(f"{k} {v}" for k, v in model.items() if k not in ("revision", "sha256")) or "not known",
        "revision": revision or ("none: a local folder" if model else "not known"),
        "prompt": meta.get("prompt", "not known"),
        "words scored by": meta.get("words", "not known"),
        "dtype": meta.get("dtype", "not known"),
        "vocabulary": f"{len(corpus.vocabulary)} words: {' '.join(corpus.vocabulary[:10])} ...",
    }
    return {name: str(value).replace("|", r"\|").replace("\n", r"\n") for name, value in facts.items()}
