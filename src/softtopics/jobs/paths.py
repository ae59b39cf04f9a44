"""The map of the results folder: where every artifact of an experiment is, and which of them a job reads."""

import hashlib
import os
from collections.abc import Iterable, Sequence
from contextlib import suppress
from functools import cached_property
from pathlib import Path

from softtopics.config import grid, judges, teachers
from softtopics.metrics.raters.catalogue import RATERS
from softtopics.report.catalogue import Item
from softtopics.report.explorer import plan

CELL = "{corpus}/{method}/{variant}/k{k}"
DOCUMENTS, VOCABULARY, BOW = "documents.parquet", "vocabulary.txt", "bow.npz"


def unpatterned(folder: str) -> str:
    """A folder as Snakemake can name it: it takes {name} for a wildcard and <name> for a variable, everywhere.

    Where a path has such a sign, it is a link to the folder, in Snakemake's own.
    """
    folder = os.path.normpath(folder)
    if not set("{}<>") & set(folder):
        return folder
    link = Path(".snakemake/results") / hashlib.sha256(folder.encode()).hexdigest()[:12]
    Path(folder).mkdir(parents=True, exist_ok=True)
    link.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError):
        link.symlink_to(Path(folder).resolve())
    return str(link)


class Paths:
    """Paths of one experiment. Attributes are templates with the wildcards of the rules; methods fill them in.

    Args:
        config: the whole of it, checked.
    """

    def __init__(self, config: dict) -> None:
        self.config = config
        self.store = unpatterned(config["results"])  # language models are shared by all experiments
        self.results = f"{self.store}/{config['experiment']}"

        self.corpus = f"{self.results}/corpora/{{corpus}}"
        self.documents = f"{self.corpus}/{DOCUMENTS}"
        self.vocabulary = f"{self.corpus}/v{{v}}"
        self.words = f"{self.vocabulary}/{VOCABULARY}"
        self.vectors = f"{self.vocabulary}/vectors/{{vectors}}"

        self.lm = f"{self.store}/lms/{{lm}}/source.json"
        self.lm_log, self.lm_benchmark = f"{self.store}/lms/{{lm}}.log", f"{self.store}/lms/{{lm}}.tsv"
        self.dtype = f"{self.results}/dtype.json"  # the floating-point type that was measured for all readings
        self.thoughts = f"{self.results}/thoughts/{{corpus}}/{{lm}}/{{prompt}}"
        self.hidden = f"{self.results}/hidden/{{corpus}}/{{lm}}/{{prompt}}"
        self.precomputed = f"{self.results}/hidden/{{corpus}}/{{teacher}}"  # of a teacher that is a dataset
        self.teacher = f"{self.results}/teachers/{{corpus}}/{{teacher}}/v{{v}}"
        self.view = f"{self.results}/views/{{corpus}}/{{view}}"
        self.neighbours = f"{self.results}/neighbours/{{corpus}}/{{view}}"
        self.dataset = f"{self.results}/datasets/{{corpus}}/{{teacher}}"  # ours, over the corpus's own vocabulary

        self.runs = f"{self.results}/runs/{CELL}.npz"
        self.models = f"{self.results}/runs/{CELL}.model.npz"
        self.counts = f"{self.results}/counts/{{corpus}}/v{{v}}/{{reference}}.npz"
        self.scores = f"{self.results}/scores/{CELL}.csv"
        self.representations = f"{self.results}/scores/{{corpus}}/representations.csv"
        self.associations = f"{self.results}/ratings/{{corpus}}/v{{v}}/associations"
        self.ratings = f"{self.results}/ratings/{{corpus}}/v{{v}}/{{part}}.csv"
        self.validity = f"{self.results}/ratings/{{corpus}}/validity.csv"
        self.rating_cache = f"{self.results}/ratings/cache.jsonl"

        self.all_scores = f"{self.results}/scores.csv"
        self.table = f"{self.results}/tables/{{table}}"
        self.figure = f"{self.results}/figures/{{figure}}"
        self.page = f"{self.results}/report.html"
        self.map = f"{self.results}/maps/{{corpus}}"
        self.explorer = f"{self.results}/explorer"
        self.explorer_data = f"{self.explorer}/data"
        self.explorer_page = f"{self.explorer}/index.html"

    @cached_property
    def used(self) -> list[grid.WordScores]:
        """The word scores that something reads, worked out once for all tables."""
        return grid.used_word_scores(self.config)

    @cached_property
    def branched(self) -> dict[grid.Reading, grid.WordScores]:
        return grid.branched(self.config)

    @cached_property
    def rating_jobs(self) -> dict[grid.RatingJob, list[grid.Cell]]:
        return grid.rating_jobs(self.config)

    def log(self, name: str) -> str:
        return f"{self.results}/logs/{name}.log"

    def benchmark(self, name: str) -> str:
        return f"{self.results}/benchmarks/{name}.tsv"

    def shards(self, name: str) -> str:
        """Where a reading that was cut short keeps what it has."""
        return f"{self.results}/shards/{name}"

    def part(self, folder: str) -> str:
        """One of several jobs' parts of a reading."""
        return f"{folder}/part{{share}}.npz"

    def share(self, name: str) -> str:
        """The name of a reading, or of one job's part where several share it."""
        return name if self.config["extraction"]["jobs"] == 1 else f"{name}/part{{share}}"

    def of_dtype(self) -> list[str]:
        """The file of the floating-point type, if the experiment leaves it to a measurement."""
        return [self.dtype] if self.config["extraction"]["dtype"] == "auto" else []

    def size(self, corpus: str) -> int:
        """V of the corpus's own block."""
        return grid.own_size(self.config, corpus)

    def of_corpus(self, corpus: str, v: int | str) -> dict[str, str]:
        """What `Corpus.load` reads, by the names of its parameters."""
        found = {"documents": self.documents, "vocabulary": self.words, "bow": f"{self.vocabulary}/{BOW}"}
        return {name: path.format(corpus=corpus, v=v) for name, path in found.items()}

    def of_words_read(self, corpus: str, prompt: str) -> list[str]:
        """The vocabulary that a prompt with {words} takes them from: the corpus's own, whatever V an ablation has."""
        if "{words}" not in self.config["prompts"][prompt]["template"]:
            return []
        return [self.words.format(corpus=corpus, v=self.size(corpus))]

    def of_thoughts(self, corpus: str, lm: str, prompt: str) -> list[str]:
        """What the model has written of the documents, if the prompt has it write first."""
        if not self.config["prompts"][prompt].get("think"):
            return []
        return [f"{self.thoughts.format(corpus=corpus, lm=lm, prompt=prompt)}/thoughts.npy"]

    def of_hidden(self, corpus: str, teacher: str, file: str = "hidden.npy") -> str:
        """The hidden states that a teacher scores words from, or what is known of them (meta.json).

        Where whole words are scored after the same prompts, they come out on the way.
        """
        if teachers.is_precomputed(self.config, teacher):
            return f"{self.precomputed}/{file}".format(corpus=corpus, teacher=teacher)
        if on_the_way := self.branched.get(grid.Reading(corpus, *teachers.reading(self.config, teacher))):
            return self.of_teacher(*on_the_way, file)
        block = self.config["teachers"][teacher]
        return f"{self.hidden}/{file}".format(corpus=corpus, lm=block["lm"], prompt=block["prompt"])

    def of_states(self, corpus: str, name: str) -> str:
        """The states of a teacher, or the rows of a view."""
        if name in self.config["views"]:
            return f"{self.view}.npy".format(corpus=corpus, view=name)
        return self.of_hidden(corpus, name)

    def of_reading(self, scores: grid.WordScores) -> str:
        """What is known of how the documents were read; a mixed teacher reads none."""
        if teachers.is_mixed(self.config, scores.teacher):
            return self.of_teacher(*scores, "meta.json")
        return self.of_hidden(scores.corpus, scores.teacher, "meta.json")

    def of_neighbours(self, corpus: str, block: dict) -> list[str]:
        """The graph that a view or a mixed teacher averages over, if it does."""
        around = block.get("neighbours")
        return [f"{self.neighbours}.npy".format(corpus=corpus, view=around["view"])] if around else []

    def of_parts(self, corpus: str, block: dict, v: int | str) -> list[str]:
        """What the parts of a view or a mixed teacher are made of, in order: states, scores, counts or documents."""
        found = {
            "states": lambda part: self.of_hidden(corpus, part["teacher"]),
            "soft_label": lambda part: self.of_teacher(corpus, part["teacher"], v),
            "words": lambda part: self.of_corpus(corpus, v)["bow"],
            "lsa": lambda part: self.documents.format(corpus=corpus),
        }
        return [found[part["of"]](part) for part in block["parts"]]

    def of_teacher(self, corpus: str, teacher: str, v: int | str, file: str = "logits.npy") -> str:
        """A teacher's scores of the words of one vocabulary, or what is known of them (meta.json)."""
        return f"{self.teacher}/{file}".format(corpus=corpus, teacher=teacher, v=v)

    def of_encoded(self, corpus: str, teacher: str | None, v: int | str) -> list[str]:
        """What an encoder makes of the words of a vocabulary, and an account of it; nothing for no teacher."""
        return [self.of_teacher(corpus, teacher, v, file) for file in ("words.npy", "words.json")] if teacher else []

    def of_cell(self, cell: grid.Cell) -> dict[str, str | list[str]]:
        """What a cell is trained on, by the names of `TrainingData.load` and `Corpus.load`."""
        own, v = grid.method_settings(self.config, cell.method, cell.variant), self.size_of(cell)
        teacher, vectors = own["teacher"], own["word_vectors"]
        return {
            **self.of_corpus(cell.corpus, v),
            "hidden": [self.of_states(cell.corpus, name) for name in own["input"]],
            "logits": [self.of_teacher(cell.corpus, teacher, v)] if teacher else [],
            "vectors": [f"{self.vectors}.npy".format(corpus=cell.corpus, v=v, vectors=vectors)] if vectors else [],
        }

    def size_of(self, cell: grid.Cell) -> int:
        """V that a cell asks for."""
        return grid.vocabulary_size(self.config, *cell[:3])

    def of_counts(self, corpus: str, v: int | str) -> list[str]:
        references = self.config["evaluation"]["coherence"]["references"]
        return [self.counts.format(corpus=corpus, v=v, reference=reference) for reference in references]

    def of_judges(self, corpus: str, v: int | str) -> dict[str, list[str]]:
        """What judges without labels, by the names of `Judges.load`: word vectors with their account, neighbours."""
        named = self.config["evaluation"]["judges"]
        vectors = [f"{self.vectors}.npy", f"{self.vectors}.json"] if named["words"] else []
        near = [f"{self.neighbours}.npy".format(corpus=corpus, view=named["documents"])] if named["documents"] else []
        return {"vectors": [p.format(corpus=corpus, v=v, vectors=named["words"]) for p in vectors], "neighbours": near}

    def main_runs(self, corpus: str) -> list[str]:
        """The runs of every method as its block says."""
        return self.of_runs(cell for cell in grid.default_cells(self.config) if cell.corpus == corpus)

    def of_rater(self, corpus: str, v: int | str) -> dict[str, str]:
        """What the rater reads beside topics, by the names of its parameters."""
        rating = self.config["rating"]
        found = {"lm": self.lm, "logits": f"{self.associations}.npy", "vocabulary": self.words}
        return {name: found[name].format(corpus=corpus, v=v, lm=rating["lm"]) for name in RATERS[rating["kind"]].reads}

    def of_runs(self, cells: Iterable[grid.Cell]) -> list[str]:
        return [self.runs.format(**cell._asdict()) for cell in cells]

    def of_scores(self, cells: Iterable[grid.Cell]) -> list[str]:
        return [self.scores.format(**cell._asdict()) for cell in cells]

    def of_ratings(self, cells: Iterable[grid.Cell]) -> list[str]:
        """The files with the ratings of some cells, where topics are rated."""
        wanted = set(cells)
        jobs = [job for job, own in self.rating_jobs.items() if wanted & set(own)]
        return [self.ratings.format(**job._asdict()) for job in jobs]

    def of_representations(self, corpora: Iterable[str]) -> list[str]:
        return [self.representations.format(corpus=corpus) for corpus in corpora]

    def of_item(self, item: Item) -> dict[str, list[str]]:
        """What a table or figure is made of, by the names that its catalogue row reads."""
        measured = judges.words_judged(self.config)
        found = {
            "scores": lambda: self.of_scores(item.cells),
            "ratings": lambda: self.of_ratings(item.cells),
            "representations": lambda: self.of_representations(item.corpora),
            "audits": lambda: [f"{self.corpus}/audit.json".format(corpus=c) for c in item.corpora],
            "vocabularies": lambda: [
                f"{self.vocabulary}/audit.json".format(corpus=c, v=self.size(c)) for c in item.corpora
            ],
            "validity": lambda: [self.validity.format(corpus=c) for c in item.corpora] if measured else [],
            "runs": lambda: self.of_runs(item.cells),
            "readings": lambda: [self.of_reading(one) for one in self.used],
            "words": lambda: [self.of_teacher(*one, "meta.json") for one in self.used],
        }
        return {name: found[name]() for name in item.reads}

    def of_map(self, corpus: str) -> str:
        """What a map of the documents is made of: states, or the words of the corpus's own vocabulary."""
        name = plan.mapped(self.config, corpus)
        return self.of_corpus(corpus, self.size(corpus))["bow"] if name == plan.WORDS else self.of_hidden(corpus, name)

    def of_report(self, tables: Sequence[str], figures: Sequence[str]) -> list[str]:
        """Every file of the tables and figures."""
        found = [f"{self.table}.{end}".format(table=name) for end in ("csv", "md", "tex", "html") for name in tables]
        return found + [f"{self.figure}.{end}".format(figure=name) for end in ("pdf", "png") for name in figures]

    def of_datasets(self) -> list[str]:
        """The datasets of soft labels that the experiment's teachers give."""
        by_model = [one for one in self.used if not teachers.is_mixed(self.config, one.teacher)]
        own = [one for one in by_model if one.v == self.size(one.corpus)]
        return [f"{self.dataset}/README.md".format(corpus=one.corpus, teacher=one.teacher) for one in own]
