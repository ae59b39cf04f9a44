"""Word scores of whole words: the log-probability of all of a word's tokens after the prompt.

The first token of a word can be read off the hidden state that is stored. What follows it depends on it: after
"entity", "set" is the likelier the more a document is about code. For each document the likeliest beginnings of words
are therefore read as branches over the document's tokens, all in one pass: a branch sees the document, the branches
it continues and itself, and stands where it would stand alone. Beginnings that are unlikely after the document go on
as they do after the prompt without a document, which is read once.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
import torch
from scipy import sparse

from softtopics.errors import InputError
from softtopics.teachers.batching import batches
from softtopics.teachers.heads import Head
from softtopics.teachers.lms import describe
from softtopics.teachers.prompts import Prompt
from softtopics.teachers.reader import Reader, padded
from softtopics.teachers.shards import compute_rows
from softtopics.teachers.word_scores import Spellings, collisions, spell

CHUNK = 512  # branches in one pass over the empty document


@dataclass(frozen=True)
class Branches:
    """The beginnings of words as a forest: a node is a token that continues its parent.

    Attributes:
        token: of each of B nodes, parents before children.
        parent: of each node, -1 for a first token.
        depth: of each node, 0 for a first token.
        root: of each node, the node of its first token.
        edge_node: of each of E edges the node it starts from, in order.
        edge_token: of each edge the token that it leads to.
        passed: E x P, 1 where a spelling passes an edge.
    """

    token: np.ndarray
    parent: np.ndarray
    depth: np.ndarray
    root: np.ndarray
    edge_node: np.ndarray
    edge_token: np.ndarray
    passed: sparse.csr_matrix

    @classmethod
    def of(cls, spellings: Spellings) -> Self:
        ways = [(path, tokens[:end], tokens[end]) for path, tokens in enumerate(spellings.tokens)
                for end in range(1, len(tokens))]  # fmt: skip
        ordered = sorted({beginning for _, beginning, _ in ways}, key=lambda tokens: (len(tokens), tokens))
        number = {tokens: place for place, tokens in enumerate(ordered)}
        edges = sorted({(number[beginning], token) for _, beginning, token in ways})
        place = {edge: position for position, edge in enumerate(edges)}
        rows = [place[number[beginning], token] for _, beginning, token in ways]
        columns = [path for path, _, _ in ways]
        shape = (len(edges), len(spellings.tokens))
        return cls(
            token=np.array([tokens[-1] for tokens in ordered], dtype=int),
            parent=np.array([number.get(tokens[:-1], -1) for tokens in ordered], dtype=int),
            depth=np.array([len(tokens) - 1 for tokens in ordered], dtype=int),
            root=np.array([number[tokens[:1]] for tokens in ordered], dtype=int),
            edge_node=np.array([node for node, _ in edges], dtype=int),
            edge_token=np.array([token for _, token in edges], dtype=int),
            passed=sparse.csr_matrix((np.ones(len(rows), dtype=np.float32), (rows, columns)), shape=shape),
        )

    @property
    def n_nodes(self) -> int:
        return len(self.token)

    def lineage(self) -> np.ndarray:
        """B x B, True where the second node is the first one or above it."""
        above = np.eye(self.n_nodes, dtype=bool)
        for node in np.flatnonzero(self.parent >= 0):
            above[node] |= above[self.parent[node]]
        return above

    def reached(self, edges: np.ndarray) -> np.ndarray:
        """B log-probabilities of each node after its root, from those of the edges.

        A child is less likely than its parent even where rounding says otherwise: the likeliest nodes are then chosen
        with all that is above them.
        """
        value = dict(zip(zip(self.edge_node, self.edge_token, strict=True), edges, strict=True))
        total = np.zeros(self.n_nodes, dtype=np.float32)
        for node in np.flatnonzero(self.parent >= 0):
            total[node] = total[self.parent[node]] + min(value[self.parent[node], self.token[node]], -1e-3)
        return total

    def edges_of(self, nodes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """For R nodes all their edges: the place of the node among the R, and the edge."""
        first, last = (np.searchsorted(self.edge_node, nodes, side) for side in ("left", "right"))
        place = np.repeat(np.arange(len(nodes)), last - first)
        start = np.cumsum(last - first) - (last - first)
        return place, np.arange(len(place)) - start[place] + first[place]

    def chunks(self) -> Iterator[np.ndarray]:
        """All nodes in parts of about `CHUNK`, each tree in one part and parents before children."""
        order = np.lexsort((np.arange(self.n_nodes), self.root))
        trees = np.split(order, np.flatnonzero(np.diff(self.root[order])) + 1) if self.n_nodes else []
        part: list[np.ndarray] = []
        for tree in trees:
            if part and sum(map(len, part)) + len(tree) > CHUNK:
                yield np.concatenate(part)
                part = []
            part.append(tree)
        if part:
            yield np.concatenate(part)


class Scorer:
    """Scores whole words after documents that a reader reads.

    Args:
        reader: its prompts are the documents and, last, one without a document.
        hidden: N x D last states of the documents.
        spellings: of the words.
        branches: the beginnings of the spellings.
        head: the language model's.
        n_branches: how many beginnings of each document are read after it, at most as many as there are.
    """

    def __init__(
        self,
        reader: Reader,
        hidden: np.ndarray,
        spellings: Spellings,
        branches: Branches,
        head: Head,
        n_branches: int,
    ) -> None:
        self.reader, self.hidden, self.spellings = reader, hidden, spellings
        self.branches, self.n_branches = branches, n_branches
        self.sees = torch.from_numpy(self.branches.lineage()).to(reader.device)
        self.head = head.to(reader.device).to(reader.backbone.dtype)
        self.first = head.only([tokens[0] for tokens in spellings.tokens])
        self.roots = head.only(self.branches.token[self.branches.root])
        self.edges = head.only(self.branches.edge_token).to(reader.device)
        self.background = np.zeros(len(self.branches.edge_node), dtype=np.float32)
        for chunk in self.branches.chunks():
            _, edges, values = self.read_branches([len(hidden)], chunk[None])
            self.background[edges] = values
        self.reached = self.branches.reached(self.background)
        if self.n_branches:
            self.check()

    def check(self) -> None:
        """Compare a branch that is read in a batch with the same tokens read alone.

        Raises:
            InputError: they differ by more than rounding: the model takes a token's place from where it stands in
                the batch, not from its position.
        """
        reader, lengths = self.reader, list(map(len, self.reader.rests))
        short, long = int(np.argmin(lengths)), int(np.argmax(lengths))
        place, edges, values = self.read_branches([short, long], np.array([[0], [0]]))
        edges, values = edges[place == 0], values[place == 0]
        tokens = torch.tensor(
            [[*reader.start, *reader.rests[short], int(self.branches.token[0])]], device=reader.device
        )
        state = reader.backbone(input_ids=tokens).last_hidden_state[0, -1:]
        logits = self.edges.paired_logits(state.float(), torch.from_numpy(edges).to(reader.device))
        error = np.abs((logits - self.head.log_normalizer(state)).cpu().numpy() - values).max()
        if not error < (0.01 if reader.dtype == "float32" else 0.5):
            raise InputError(
                f"teachers: {type(reader.backbone).__name__} scores a word behind a document otherwise in a batch than "
                f"alone (by {error:.2g} nats); set words.tokens: first"
            )

    def score(self, rows: list[int]) -> np.ndarray:
        """len(rows) x V scores: log-probabilities up to a constant of the document."""
        states = torch.from_numpy(np.array(self.hidden[rows]))
        after = np.tile(self.background, (len(rows), 1))
        if self.n_branches:
            likely = self.roots.logits(states).numpy() + self.reached
            chosen = np.argpartition(-likely, self.n_branches - 1, axis=1)[:, : self.n_branches]
            place, edges, values = self.read_branches(rows, np.sort(chosen, axis=1))
            after[place, edges] = values
        return self.spellings.per_word(self.first.logits(states).numpy() + after @ self.branches.passed)

    def read_branches(self, rows: list[int], nodes: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Read M nodes (and what is above them) after each of some prompts.

        Args:
            rows: B prompts.
            nodes: B x M.

        Returns:
            For each edge that starts from one of the nodes: the place of its prompt in `rows`, the edge and its
            log-probability.
        """
        where = self.reader.device
        documents, lengths = padded([self.reader.rests[row] for row in rows], where)
        (n_rows, width), n_nodes = documents.shape, nodes.shape[1]
        node = torch.from_numpy(nodes).to(where)
        token, depth = (torch.from_numpy(a).to(where)[node] for a in (self.branches.token, self.branches.depth))
        place = torch.arange(width, device=where)
        positions = torch.cat([place.expand(n_rows, width), lengths[:, None] + depth], dim=1)

        mask = torch.zeros(n_rows, 1, width + n_nodes, width + n_nodes, dtype=torch.bool, device=where)
        mask[:, 0, :width, :width] = place[:, None] >= place
        mask[:, 0, width:, :width] = (place < lengths[:, None])[:, None]
        mask[:, 0, width:, width:] = self.sees[node[:, :, None], node[:, None, :]]
        start = mask.new_ones(n_rows, 1, width + n_nodes, len(self.reader.start))
        # What is added to attention scores, not True and False: not every implementation understands these.
        least = torch.finfo(self.reader.backbone.dtype).min
        mask = torch.cat([start, mask], dim=3).logical_not().to(self.reader.backbone.dtype) * least
        states = self.reader.after_beginning(torch.cat([documents, token], dim=1), mask, positions)
        states = states[:, width:].flatten(0, 1)

        pair, edge = self.branches.edges_of(nodes.ravel())
        picked = torch.from_numpy(pair).to(where)
        logits = self.edges.paired_logits(states[picked].float(), torch.from_numpy(edge).to(where))
        values = logits - self.head.log_normalizer(states)[picked]
        return pair // n_nodes, edge, values.cpu().numpy()


@torch.inference_mode()
def score_words(
    hidden: np.ndarray,
    vocabulary: list[str],
    folder: str | Path,
    *,
    texts: list[str],
    prompt: Prompt,
    forms: list[str],
    unspaced: bool = False,
    branches: int = 16,
    batch_tokens: int | None = None,
    dtype: str = "auto",
    trust_remote_code: bool = False,
    store: str | Path | None = None,
) -> tuple[np.ndarray, dict]:
    """Log-probabilities of whole words after documents, up to a constant of the document.

    A word's score is log sum exp over its spellings of the sum of its tokens' log-probabilities. The first token's is
    exact; those that follow are exact for the `branches` likeliest beginnings of a document and elsewhere taken from
    the prompt without a document.

    Args:
        hidden: N x D last states, as `causal_lm.read` gives them for the same texts and prompt.
        vocabulary: V words.
        folder: the language model's folder.
        texts: N documents.
        prompt: what surrounds each document.
        forms: surface forms, see `word_scores.spell`.
        unspaced: also without the space in front.
        branches: beginnings read after each document; at least as many as there are: everything is exact.
        batch_tokens: padded tokens, branches included, in one forward pass; None: what suits the device.
        dtype: `auto` or a torch floating-point type.
        trust_remote_code: run code that the model's folder carries.
        store: folder of finished shards, see `shards.compute_rows`.

    Returns:
        N x V float32, and an account of what was read.

    Raises:
        InputError: the prompt is not for this model, or the model cannot be read in batches or branches.
    """
    reader = Reader.load(folder, prompt, [*texts, ""], dtype, trust_remote_code)
    if reader.beginning is None:
        raise InputError(
            "teachers: words.tokens: all needs a model of attention layers alone and a prompt that begins alike for "
            "all documents; set tokens: first"
        )
    spellings = spell(reader.tokenizer, vocabulary, forms=forms, unspaced=unspaced)
    forest = Branches.of(spellings)
    branches = min(branches, forest.n_nodes)
    lengths = [len(rest) + branches for rest in reader.rests[:-1]]
    longest = len(reader.start) + max(lengths, default=0)
    window = min((layer.sliding_window for layer in reader.beginning.layers if layer.is_sliding), default=longest)
    if window < longest:
        raise InputError(
            f"teachers: words.tokens: all needs a model that sees the whole prompt, {longest} tokens, in every layer; "
            f"this one sees {window}: lower the prompt's max_document_tokens or set tokens: first"
        )
    scorer = Scorer(reader, hidden, spellings, forest, Head.load(folder), branches)
    logits = compute_rows(
        list(batches(lengths, batch_tokens, reader.device.type)),
        scorer.score,
        store=store,
        key=[
            describe(folder),
            reader.dtype,
            reader.start,
            reader.rests,
            spellings.tokens,
            spellings.starts.tolist(),
            branches,
        ],
    )
    about = {
        **reader.about(),
        "spellings": len(spellings.tokens),
        "beginnings": scorer.branches.n_nodes,
        "branches": scorer.n_branches,
        **collisions(reader.tokenizer, vocabulary, spellings),
    }
    return logits, about
