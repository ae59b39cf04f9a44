"""Word scores of whole words: the log-probability of all of a word's tokens after the prompt.

The first token of a word can be read off the hidden state of the prompt's last token. The tokens that follow depend on
it and on the document: after "entity", "set" is more likely the more a document is about code. So each batch of
documents is read once, its keys and values are kept, and the likeliest beginnings of words are read behind it as
branches, all at once: a branch sees the document, the branches it continues and itself, and has the position that it
would have alone. Beginnings that are unlikely after the document are continued as they are after the prompt without a
document, which is read once.
"""

from pathlib import Path

import numpy as np
import torch
from transformers.cache_utils import DynamicSlidingWindowLayer

from softtopics.config.usual import BRANCHES
from softtopics.errors import InputError
from softtopics.teachers.batching import batches
from softtopics.teachers.branches import Branches
from softtopics.teachers.line import Line
from softtopics.teachers.lm_head import Head
from softtopics.teachers.lms import describe
from softtopics.teachers.prompts import Prompt
from softtopics.teachers.reader import Reader
from softtopics.teachers.shards import WHOLE, Part, compute_rows
from softtopics.teachers.word_scores import Spellings, collisions, spell


@torch.inference_mode()
def read(
    texts: list[str],
    folder: str | Path,
    prompt: Prompt,
    vocabulary: list[str],
    *,
    forms: list[str],
    unspaced: bool = False,
    branches: int = BRANCHES,
    batch_tokens: int | None = None,
    dtype: str = "auto",
    trust_remote_code: bool = False,
    store: str | Path | None = None,
    part: Part = WHOLE,
) -> tuple[np.ndarray, np.ndarray, dict]:
    """Hidden states that predict the word after the prompt, and log-probabilities of whole words there.

    A word's score, up to a constant of the document, is log sum exp over its spellings of the sum of its tokens'
    log-probabilities. The first token's is exact; those of the others are exact for the `branches` likeliest beginnings
    after a document, and otherwise taken from the prompt without a document.

    Args:
        texts: N documents.
        folder: the language model's folder.
        prompt: what surrounds each document.
        vocabulary: V words.
        forms, unspaced: see `word_scores.spell`.
        branches: beginnings read after each document; if there are no more, everything is exact.
        batch_tokens: padded tokens, branches included, in one forward pass; None: what suits the device.
        dtype, trust_remote_code, store, part: see `causal_lm.read`.

    Returns:
        N x D float32 states, as `causal_lm.read` gives them, N x V float32 scores, and an account of what was read.

    Raises:
        InputError: the prompt is not for this model, or the model cannot be read in batches or branches.
    """
    reader = Reader.load(folder, prompt, [*texts, ""], dtype, trust_remote_code)
    spellings = spell(reader.tokenizer, vocabulary, forms=forms, unspaced=unspaced)
    forest = Branches.of(spellings)
    n_branches = min(branches, forest.n_nodes)
    lengths = [len(rest) + n_branches for rest in reader.rests[:-1]]
    check_attention(reader, max(lengths, default=0))
    scorer = Scorer(reader, spellings, forest, Head.load(folder), n_branches)
    parts = list(batches(lengths, batch_tokens, reader.device.type))
    found = compute_rows(parts, scorer.read, store=store, key=[describe(folder), *scorer.key()], part=part)
    states, scores = np.split(found, [found.shape[1] - len(vocabulary)], axis=1)
    counts = {"spellings": len(spellings.tokens), "beginnings": forest.n_nodes, "branches": n_branches}
    return states, scores, reader.about() | counts | collisions(reader.tokenizer, vocabulary, spellings)


def check_attention(reader: Reader, n_tokens: int) -> None:
    """Branches need a model whose every layer sees all that is before them.

    Args:
        reader: of the model and prompts.
        n_tokens: the most that are read after the beginning of all prompts.

    Raises:
        InputError: the prompts share no beginning, or a layer sees less than a whole prompt.
    """
    if reader.beginning is None:
        raise InputError(
            "teachers: words.tokens: all needs a model of attention layers alone and a prompt that begins alike for "
            "all documents; set tokens: first"
        )
    longest = len(reader.start) + n_tokens
    sliding = [layer for layer in reader.beginning.layers if isinstance(layer, DynamicSlidingWindowLayer)]
    window = min((layer.sliding_window for layer in sliding), default=longest)
    if window < longest:
        raise InputError(
            f"teachers: words.tokens: all needs a model that sees the whole prompt, {longest} tokens, in every layer; "
            f"this one sees {window}: lower the prompt's max_document_tokens or set tokens: first"
        )


class Scorer:
    """Scores whole words after documents.

    Args:
        reader: its prompts are those of the N documents and, last, one without a document.
        spellings: of the words.
        branches: the beginnings of the spellings.
        head: the language model's.
        n_branches: how many beginnings are read after each document, at most as many as there are.
    """

    def __init__(self, reader: Reader, spellings: Spellings, branches: Branches, head: Head, n_branches: int) -> None:
        self.reader, self.spellings = reader, spellings
        self.branches, self.n_branches = branches, n_branches
        self.sees = torch.from_numpy(self.branches.lineage()).to(reader.device)
        self.head = head.to(reader.device).to(reader.backbone.dtype)
        self.first = head.only([tokens[0] for tokens in spellings.tokens])
        self.roots = head.only(self.branches.token[self.branches.root])
        self.edges = head.only(self.branches.edge_token).to(reader.device)
        self.background = np.zeros(len(self.branches.edge_node), dtype=np.float32)
        for chunk in self.branches.chunks():
            _, edges, values = self.read_branches(Line.of(reader, [len(reader.rests) - 1]), chunk[None])
            self.background[edges] = values
        self.reached = self.branches.reached(self.background)
        if self.n_branches:
            self.check()

    def check(self) -> None:
        """Compare a branch that is read in a batch with the same tokens read alone.

        Raises:
            InputError: they differ by more than rounding: the model takes a token's position from its place in the
                batch, not from the positions it is given.
        """
        reader, lengths = self.reader, list(map(len, self.reader.rests))
        short, long = int(np.argmin(lengths)), int(np.argmax(lengths))
        place, edges, values = self.read_branches(Line.of(reader, [short, long]), np.array([[0], [0]]))
        edges, values = edges[place == 0], values[place == 0]
        tokens = torch.tensor(
            [[*reader.start, *reader.rests[short], int(self.branches.token[0])]], device=reader.device
        )
        state = reader.backbone(input_ids=tokens).last_hidden_state[0, -1:]
        logits = self.edges.paired_logits(state.float(), torch.from_numpy(edges).to(reader.device))
        error = np.abs((logits - self.head.log_normalizer(state)).cpu().numpy() - values).max()
        if not error < (0.01 if reader.dtype == "float32" else 0.5):
            raise InputError(
                f"teachers: {type(reader.backbone).__name__} scores a word after a document differently in a batch "
                f"than alone (by {error:.2g} nats); set words.tokens: first"
            )

    def read(self, rows: list[int]) -> np.ndarray:
        """len(rows) x (D + V): states, and scores, which are log-probabilities up to a constant of the document."""
        line = Line.of(self.reader, rows)
        states = line.state.float().cpu()
        after = np.tile(self.background, (len(rows), 1))
        if self.n_branches:
            likely = self.roots.logits(states).numpy() + self.reached
            chosen = np.argpartition(-likely, self.n_branches - 1, axis=1)[:, : self.n_branches]
            place, edges, values = self.read_branches(line, np.sort(chosen, axis=1))
            after[place, edges] = values
        scores = self.spellings.per_word(self.first.logits(states).numpy() + after @ self.branches.passed)
        return np.concatenate([states.numpy(), scores], axis=1)

    def read_branches(self, line: Line, nodes: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Read M nodes behind each of B prompts, which can then be used no more.

        Args:
            line: the prompts, read.
            nodes: B x M, each with its ancestors.

        Returns:
            For each edge that starts from one of the nodes: the place of its prompt in the batch, the edge and its
            log-probability.
        """
        where, n_nodes = self.reader.device, nodes.shape[1]
        node = torch.from_numpy(nodes).to(where)
        token, depth = (torch.from_numpy(a).to(where)[node] for a in (self.branches.token, self.branches.depth))
        states = line.branch(token, depth, self.sees[node[:, :, None], node[:, None, :]]).flatten(0, 1)

        pair, edge = self.branches.edges_of(nodes.ravel())
        picked = torch.from_numpy(pair).to(where)
        logits = self.edges.paired_logits(states[picked].float(), torch.from_numpy(edge).to(where))
        values = logits - self.head.log_normalizer(states)[picked]
        return pair // n_nodes, edge, values.cpu().numpy()

    def key(self) -> list:
        """What the scores depend on besides the model, in JSON."""
        spelled = [self.spellings.tokens, self.spellings.starts.tolist()]
        return [self.reader.dtype, self.reader.start, self.reader.rests, *spelled, self.n_branches]
