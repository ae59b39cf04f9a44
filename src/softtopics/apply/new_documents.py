"""Documents that came after an experiment, as its language models, encoders and views would have had them.

They are read under the experiment's prompts. A view's means, deviations and neighbours are those of the training
documents, as for held-out documents (`teachers.neighbours`): a new document sees itself and training documents.
"""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from softtopics.artifacts import Corpus, read_array, read_words, write_array, write_documents
from softtopics.config import teachers
from softtopics.config.usual import LSA_DIMENSIONS
from softtopics.corpora.lsa import lsa
from softtopics.errors import InputError
from softtopics.jobs import parameters
from softtopics.jobs.paths import Paths
from softtopics.teachers.neighbours import MOST, adjacency, closest
from softtopics.teachers.prompts import Prompt
from softtopics.teachers.reading import texts_for, with_dtype
from softtopics.teachers.views import Part, view

if TYPE_CHECKING:
    from softtopics.teachers.thoughts import Presented


class NewDocuments:
    """M documents beside an experiment; each is read at most once by each model and prompt.

    Args:
        new: the documents.
        training: the N training documents of the experiment's corpus.
        config: what `jobs.parameters.application` kept of the experiment's, with `results` and `experiment`.
        corpus: the corpus's name.
        folder: an empty one, for what readers read from files.
    """

    def __init__(self, new: Corpus, training: Corpus, config: dict, corpus: str, folder: Path) -> None:
        self.new, self.training, self.config, self.corpus = new, training, config, corpus
        self.paths, self.folder = Paths(config), folder
        self.documents = str(folder / "documents.parquet")
        write_documents(self.documents, new.documents)
        self.made: dict[tuple[str, str], np.ndarray] = {}

    def once(self, make: Callable[[str], np.ndarray], name: str) -> np.ndarray:
        """What `states`, `scores` or `view` makes, made once."""
        if (key := (make.__name__, name)) not in self.made:
            self.made[key] = make(name)
        return self.made[key]

    def inputs(self, names: list[str]) -> np.ndarray | None:
        """M x D of what a method reads, side by side; None if it reads nothing but words.

        Raises:
            InputError: one of them is a dataset, or a file of the experiment is not there.
        """
        found = [self.once(self.view if name in self.config["views"] else self.states, name) for name in names]
        return np.concatenate(found, axis=1) if found else None

    def states(self, teacher: str) -> np.ndarray:
        """M x D hidden states or embeddings."""
        block = self.block(teacher)
        settings, shown = self.reading(block)
        read = import_module(f"softtopics.teachers.{self.config['lms'][block['lm']]['kind']}").read
        return read(shown.texts, self.lm(block), shown.prompt, **settings)[0][shown.place]

    def scores(self, teacher: str) -> np.ndarray:
        """M x V scores of the words of the corpus's own vocabulary."""
        from softtopics.teachers import encoder, scaled_cosines, whole_words, word_scores

        block, scoring = self.block(teacher), parameters.scoring(self.config, teacher)
        settings, shown = self.reading(block)
        vocabulary = read_words(self.paths.of_corpus(self.corpus, self.paths.size(self.corpus))["vocabulary"])
        if scoring["scorer"] == "scaled_cosines":
            words, _ = encoder.read(
                vocabulary, self.lm(block), Prompt(**scoring["prompt"]), trust_remote_code=scoring["trust"]
            )
            return scaled_cosines.score_words(self.once(self.states, teacher), words, **scoring["settings"])
        own = {"trust_remote_code": scoring["trust"], **scoring["settings"]}
        if scoring["scorer"] == "whole_words":
            scores = whole_words.read(shown.texts, self.lm(block), shown.prompt, vocabulary, **own | settings)[1]
        else:
            states = self.once(self.states, teacher)[shown.first]
            scores = word_scores.score_words(states, vocabulary, self.lm(block), **own)[0]
        return scores[shown.place]

    def view(self, name: str) -> np.ndarray:
        """M x D rows of a view."""
        block = self.config["views"][name]
        made = view([self.part(part) for part in block["parts"]], self.is_new)
        own, around = len(self.training) + np.arange(len(self.new)), block.get("neighbours")
        if not around:
            return made[own]
        stored = self.training.of(self.stored(f"{self.paths.view}.npy".format(corpus=self.corpus, view=around["view"])))
        count = min(around["count"], MOST, len(self.training))
        near = np.column_stack([own, closest(self.once(self.view, around["view"]), stored, count - 1)])
        return adjacency(near, count, len(made)) @ made

    def part(self, part: dict) -> Part:
        """A part of a view: rows of the training documents and, behind them, of the new ones."""
        settings = {name: value for name, value in part.items() if name not in ("teacher", "dimensions")}
        if part["of"] == "lsa":
            tokens = [*self.training.documents["tokens"], *self.new.documents["tokens"]]
            return Part(rows=lsa(tokens, part.get("dimensions", LSA_DIMENSIONS), self.is_new), **settings)
        if part["of"] == "states":
            path = f"{self.paths.results}/{self.config['states'][part['teacher']]}"
            new = self.once(self.states, part["teacher"])
        else:
            size, new = self.paths.size(self.corpus), self.once(self.scores, part["teacher"])
            path = self.paths.of_teacher(self.corpus, part["teacher"], size)
        return Part(rows=np.concatenate([self.training.of(self.stored(path)), new]), **settings)

    @property
    def is_new(self) -> np.ndarray:
        return np.arange(len(self.training) + len(self.new)) >= len(self.training)

    def stored(self, path: str) -> np.ndarray:
        """Raises InputError: the experiment has no such file any more."""
        if not Path(path).is_file():
            raise InputError(
                f"{path} is not there, which the model reads of training documents; run the experiment again"
            )
        return read_array(path)

    def block(self, teacher: str) -> dict:
        """Raises InputError: the teacher is no model that could read anything."""
        if not teachers.is_model(self.config, teacher):
            raise InputError(
                f"teachers.{teacher} is a dataset of published soft labels, which no model is there to make for other "
                "documents; apply a method that reads a language model or an encoder"
            )
        return self.config["teachers"][teacher]

    def lm(self, block: dict) -> Path:
        """Raises InputError: the folder of a teacher's model is gone."""
        record = Path(self.paths.lm.format(lm=block["lm"]))
        if not record.is_file():
            raise InputError(f"{record.parent} is not there, the model that reads documents; run the experiment again")
        return record.parent

    def reading(self, block: dict) -> tuple[dict, "Presented"]:
        """How a teacher reads: settings of a reader, and what of the documents."""
        from softtopics.teachers.thoughts import presented, think

        lm, prompt = self.config["lms"][block["lm"]], Prompt(**self.config["prompts"][block["prompt"]])
        words, folder = self.paths.of_words_read(self.corpus, block["prompt"]), self.lm(block)
        settings = with_dtype(self.config["extraction"], self.paths.of_dtype())
        settings["trust_remote_code"] = lm["trust_remote_code"]
        thoughts = [str(self.folder / f"{block['lm']}-{block['prompt']}.npy")] if prompt.think else []
        if thoughts and not Path(thoughts[0]).is_file():
            write_array(thoughts[0], think(texts_for(self.documents, words), folder, prompt, **settings)[0])
        return settings, presented(self.documents, words, thoughts, folder, prompt, lm["trust_remote_code"])
