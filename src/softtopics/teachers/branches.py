"""The beginnings of words that are read as branches over a document: a forest of tokens."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

import numpy as np
from scipy import sparse

from softtopics.teachers.word_scores import Spellings

CHUNK = 512  # branches in one pass over the empty document


@dataclass(frozen=True)
class Branches:
    """The beginnings of P spellings as a forest: a node is a token that continues its parent.

    Every spelling of several tokens is a path through it: the edges from a beginning to each token that follows it,
    the last of which leads to no node.

    Attributes:
        token: of each of B nodes, parents before children.
        parent: of each node, -1 for a first token.
        depth: of each node, 0 for a first token.
        root: of each node, the node of its first token.
        edge_node: for each of E edges, the node it starts from, in ascending order.
        edge_token: for each edge, the token it leads to.
        passed: E x P, 1 if a spelling passes an edge.
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
        """The forest of some spellings."""
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
        """B x B, True where the second node is the first one or one of its ancestors."""
        above = np.eye(self.n_nodes, dtype=bool)
        for node in np.flatnonzero(self.parent >= 0):
            above[node] |= above[self.parent[node]]
        return above

    def reached(self, edges: np.ndarray) -> np.ndarray:
        """The log-probability of each of the B nodes after its root, from those of the edges.

        A child counts as less likely than its parent even if rounding says otherwise, so the likeliest nodes always
        come with all their ancestors.
        """
        value = dict(zip(zip(self.edge_node, self.edge_token, strict=True), edges, strict=True))
        total = np.zeros(self.n_nodes, dtype=np.float32)
        for node in np.flatnonzero(self.parent >= 0):
            total[node] = total[self.parent[node]] + min(value[self.parent[node], self.token[node]], -1e-3)
        return total

    def edges_of(self, nodes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """All edges that start from R nodes: for each, the place of its node among the R, and its number."""
        first, last = (np.searchsorted(self.edge_node, nodes, side) for side in ("left", "right"))
        place = np.repeat(np.arange(len(nodes)), last - first)
        start = np.cumsum(last - first) - (last - first)
        return place, np.arange(len(place)) - start[place] + first[place]

    def chunks(self) -> Iterator[np.ndarray]:
        """All nodes in parts of about `CHUNK`, each tree within one part, parents before children."""
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
