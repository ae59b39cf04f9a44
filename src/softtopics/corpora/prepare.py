"""Documents of any source -> the corpus that all models of an experiment see, and an account of what was left out."""

import logging
from collections.abc import Callable

import numpy as np
import pandas as pd

from softtopics.artifacts import HELD_OUT, held_out_of
from softtopics.corpora import split
from softtopics.corpora.duplicates import audit_duplicates
from softtopics.corpora.giants import LONGEST
from softtopics.corpora.hub import read_hub
from softtopics.corpora.labels import alike
from softtopics.corpora.languages import looks_like, title
from softtopics.corpora.soft_labels import read_soft_labels
from softtopics.corpora.table import read_table
from softtopics.corpora.text import Tokens, running_text, tokenize
from softtopics.corpora.vocabulary import build_vocabulary, no_word_is_left
from softtopics.corpora.wordnet import read_wordnet
from softtopics.errors import InputError

log = logging.getLogger(__name__)

MANY = 20  # classes that may be more than half as many as documents without a warning
# The settings of a preparation for `select`.
SELECTION = ("deduplicate", "max_documents", "max_per_class", "seed", "held_out")
READERS: dict[str, Callable[..., pd.DataFrame]] = {
    "wordnet": read_wordnet,
    "table": read_table,
    "hub": read_hub,
    "soft_labels": read_soft_labels,
}


def read(source: dict, held_out: dict | None = None) -> pd.DataFrame:
    """Columns text, label, label_name of a source, which is given by its `kind` and the settings of that kind's reader.

    A source that knows its tokens has them in a column tokens, and one of which a part is to be held out that part in
    a column split; what is recorded about it is in `attrs["source"]`.
    """
    settings = {**source, **split.reader_settings(held_out)}
    return READERS[settings.pop("kind")](**settings)


def prepare(
    rows: pd.DataFrame,
    *,
    name: str,
    deduplicate: bool = True,
    capitalized: bool = True,
    language: str = "en",
    lower_case: bool | None = None,
    max_documents: int | None = None,
    max_per_class: int | None = None,
    seed: int = 0,
    held_out: dict | None = None,
    with_words_of: dict | None = None,
) -> tuple[pd.DataFrame, dict]:
    """Select documents, find their tokens, and give an account of both.

    Args:
        rows: as `read` gives them.
        name: what errors call the source.
        deduplicate: whether only the first of texts that differ at most in white space is kept.
        capitalized: whether words are also counted where they are capitalised or begin a sentence, although they do not
            enter the vocabulary because of that. If false, as in the DSL paper, bags of words and coherence see no
            tokens but those that may bring their word into the vocabulary.
        language: of the texts, a code of spaCy's.
        lower_case: whether only words in lower case inside sentences enter the vocabulary, see `text.tokenize`.
        max_documents: the size of a random sample; None: all.
        max_per_class: the size of a random sample of each class, taken before that; None: all.
        seed: of the samples; the documents keep their order.
        held_out: what no model is trained on, see `split`: a named part, of which samples are drawn apart, or a share
            of the sample; None: nothing.
        with_words_of: vocabulary_size and min_documents of a vocabulary; documents without a word of it are left out.
            (It is the vocabulary of those that stay, too: no word of it is in the others.)

    Returns:
        The documents of an `artifacts.Corpus`, with a column held_out where some are, and what happened to the rows. A
        document's `id` is the number of its row in the source, the first being 1.

    Raises:
        InputError: no document or no word is left, or labels do not fit (`check_labels`).
    """
    documents, account = select(rows, name, deduplicate, max_documents, max_per_class, seed, held_out)
    documents, account["words"] = with_tokens(documents, name, capitalized, language, lower_case)
    if with_words_of:
        kept = with_words(documents, name, account["words"], **with_words_of)
        account |= {"without_words_left_out": len(documents) - len(kept)} | split.counted(kept, name)
        account["labels"], documents = labels_of(account["classes"]), kept
    lengths = documents["tokens"].str.split().str.len()
    account |= {"tokens_median": float(np.median(lengths)), "tokens_max": int(lengths.max())}
    return documents, account


def with_tokens(
    documents: pd.DataFrame, name: str, capitalized: bool, language: str, lower_case: bool | None
) -> tuple[pd.DataFrame, dict | None]:
    """Documents with the columns tokens and candidates, and an account of the words; none of those that were given."""
    if "tokens" in documents:  # rebuilt from words that were chosen already
        return documents.assign(candidates=documents["tokens"]), None
    tokens = tokenize(documents["text"].tolist(), language, lower_case)
    account = account_of_words(tokens, documents, name, language)
    candidates = running_text(tokens, len(documents), tokens.counts)
    found = running_text(tokens, len(documents)) if capitalized else candidates
    if not any(candidates):
        raise no_word_is_left(name, pd.Series(candidates), 1, account)
    return documents.assign(tokens=found, candidates=candidates), account


def with_words(
    documents: pd.DataFrame, name: str, words: dict | None, *, vocabulary_size: int, min_documents: int
) -> pd.DataFrame:
    """The documents that hold a word of the vocabulary of their candidates."""
    candidates = documents["candidates"][split.trained_on(held_out_of(documents))]
    vocabulary = set(build_vocabulary(candidates, vocabulary_size, min_documents))
    kept = documents["tokens"].map(lambda row: not vocabulary.isdisjoint(row.split()))
    if not kept.any():
        raise no_word_is_left(name, candidates, min_documents, words)
    return documents[kept].reset_index(drop=True)


def labels_of(classes: dict[str, int]) -> str:
    return {0: "none", 1: "one class only"}.get(len(classes), f"{len(classes)} classes")


def account_of_words(tokens: Tokens, documents: pd.DataFrame, name: str, language: str) -> dict:
    """What the audit says about tokens: `text.Tokens`' account, and which other language the texts look like."""
    account = {"language": language, "looks_like": None, **tokens.account}
    counts = np.bincount(tokens.word, minlength=len(tokens.words))
    account["looks_like"] = looks_like(documents["text"].tolist(), tokens.words, counts, language)
    if other := account["looks_like"]:
        log.warning(
            "%s: the documents look like %s, not %s, whose words and stop words are looked for; if they are, set "
            "preparation.language of the corpus to %s",
            *(name, title(other), title(language), other),
        )
    first = account.pop("first_document_with_giant_tokens")
    if first is not None:
        log.warning(
            "%s: %d of %d documents hold something of more than %d characters without a space, such as an attachment "
            "or a run of signs, the first being document %d (counted from 1); it was cut",
            *(name, account["documents_with_giant_tokens"], len(documents), LONGEST, documents["id"].iloc[first]),
        )
    return account


def select(
    rows: pd.DataFrame,
    name: str,
    deduplicate: bool = True,
    max_documents: int | None = None,
    max_per_class: int | None = None,
    seed: int = 0,
    held_out: dict | None = None,
) -> tuple[pd.DataFrame, dict]:
    """The documents that are kept, and what happened to the others.

    Their columns are id, text, label, label_name, tokens if given, held_out if there is a split.
    """
    rows = rows.assign(id=np.arange(1, len(rows) + 1), **{HELD_OUT: split.named(rows, held_out, name)})
    text = rows["text"].str.split().str.join(" ")
    empty = text == ""
    in_order = text.iloc[np.argsort(rows[HELD_OUT], kind="stable")]  # of copies in both parts the training one stays
    repeated = in_order.duplicated().sort_index() & ~empty
    leaked = rows[HELD_OUT] & text.isin(text[~rows[HELD_OUT]]) & ~empty
    relabelled = repeated & rows["label"].notna() & (rows["label"] != rows["label"].groupby(text).transform("first"))
    kept = rows[~(empty | leaked | (repeated & deduplicate))]
    if rows.empty:
        raise InputError(f"{name}: its source has no rows; give one that has documents")
    if kept.empty:
        raise InputError(f"{name}: all of the {len(rows)} documents are empty; give a column with text in it")
    check_labels(kept, name)
    same = labels_alike(kept, name)
    sample = sampled(kept, name, max_documents, max_per_class, seed)
    if held_out:
        sample[HELD_OUT] |= split.drawn(text.iloc[sample["id"] - 1], held_out, name)
    else:
        del sample[HELD_OUT]
    counted = split.counted(sample, name)
    account = {
        "rows_read": len(rows),
        "empty": int(empty.sum()),
        "repeated": int(repeated.sum()),
        "repeated_with_another_label": int(relabelled.sum()),
        "deduplicated": deduplicate,
        "sampled_away": len(kept) - len(sample),
        "documents": counted.pop("documents"),
        "labels": labels_of(counted["classes"]),
        "classes": counted.pop("classes"),
        "labels_alike": same,
        "copies": audit_duplicates(rows.assign(text=text)[~empty], sample["id"]),
    }
    account |= {"source": rows.attrs["source"]} if "source" in rows.attrs else {}
    account |= {**counted, "held_out_copies_of_training_documents": int(leaked.sum())} if held_out else {}
    more = [*(["tokens"] if "tokens" in rows else []), *([HELD_OUT] if held_out else [])]
    return sample[["id", "text", "label", "label_name", *more]], account


def sampled(
    documents: pd.DataFrame, name: str, max_documents: int | None, max_per_class: int | None, seed: int
) -> pd.DataFrame:
    """A random sample of training documents and one of held-out documents, in the order of all.

    Raises:
        InputError: classes are to be sampled, and there are none.
    """
    if max_per_class is not None and documents["label"].isna().any():
        raise InputError(f"{name}: max_per_class needs labels; name the label column or use max_documents")
    drawn = []
    for part in (documents[~documents[HELD_OUT]], documents[documents[HELD_OUT]]):
        sample = part.sample(frac=1, random_state=seed)
        if max_per_class is not None:
            sample = sample[sample.groupby("label").cumcount() < max_per_class]
        drawn.append(sample[:max_documents])
    return pd.concat(drawn).sort_values("id", ignore_index=True)


def labels_alike(documents: pd.DataFrame, name: str) -> list[list[str]]:
    """Labels that may be one class, with a warning."""
    same = alike(documents["label"]) or alike(documents["label_name"])
    if same:
        log.warning(
            "%s: labels that may be one class count as several: %s; write them in one way if they are",
            *(name, "; ".join(" and ".join(map(repr, group)) for group in same[:5])),
        )
    return same


def check_labels(documents: pd.DataFrame, name: str) -> None:
    """Metrics by label need every document in exactly one class, so all documents have a label or none.

    Where most classes are of one document, as where a column of numbers of rows is named, there is a warning.

    Raises:
        InputError: only some documents have a label, or labels and names do not belong together one to one.
    """
    missing = documents["label"].isna()
    if missing.any() and not missing.all():
        raise InputError(
            f"{name}: {missing.sum()} of {len(documents)} documents have no label, the first being document "
            f"{documents['id'][missing].iloc[0]} (counted from 1); label them, take them out, or leave out `label`"
        )
    classes = documents["label"].nunique()
    if classes > max(MANY, len(documents) / 2):
        log.warning(
            "%s: %d documents have %d labels, so that hardly two are of one class; name another column as `label`, or "
            "none",
            *(name, len(documents), classes),
        )
    for label, names in documents.groupby("label")["label_name"].unique().items():
        if len(names) > 1:
            raise InputError(f"{name}: label {label} is called {names[0]!r} and {names[1]!r}; give each label one name")
    for called, labels in documents.groupby("label_name")["label"].unique().items():
        if len(labels) > 1:
            raise InputError(
                f"{name}: labels {labels[0]!r} and {labels[1]!r} are both called {called!r}; give each label a name of "
                "its own, or name that column as `label`"
            )
