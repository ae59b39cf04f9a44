"""theta as features of held-out documents, beside those of raw states, soft labels and bags of words."""

from dataclasses import replace

from softtopics.artifacts import HELD_OUT
from softtopics.report.material import Material
from softtopics.report.render import Table, counted, shortened
from softtopics.report.tables import scores

MEASURED = (
    "Documents that no method and no vocabulary has seen: P@k of their nearest training documents, and a linear probe "
    "(logistic regression on training documents, asked for the classes of these; F1: the mean over classes)."
)


def table(material: Material) -> Table:
    """As `scores.table`; the caption says what chance and the commonest class reach.

    Raises:
        ValueError: a score that must be there is not.
    """
    said = [MEASURED]
    for corpus, title in material.layout.corpora.items():
        if corpus in material.layout.labelled:
            said.append(sentence(title, material.audits[corpus]))
    found = scores.table(material)
    return replace(found, caption=" ".join([found.caption, *said]))


def sentence(title: str, audit: dict) -> str:
    """How many documents there are, and what P@k is by chance and accuracy by always naming the commonest class."""
    train, test = audit["classes"], audit[HELD_OUT]["classes"]
    n_train, n_test = sum(train.values()), sum(test.values())
    chance = sum(train.get(name, 0) / n_train * count / n_test for name, count in test.items())
    majority = test.get(max(train, key=lambda name: train[name]), 0) / n_test
    documents = f"{n_train:,} training and {counted(n_test, 'held-out document')}"
    return (
        f"{title}: {documents}; by chance P@k is {shortened(chance, 3)}, "
        f"and the commonest training class is {shortened(majority, 3)} of the held-out documents."
    )
