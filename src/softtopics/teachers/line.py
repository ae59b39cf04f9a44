"""What a language model has read, and what comes behind it: one token after another, or branches side by side."""

import torch
from torch import Tensor

from softtopics.teachers.reader import Reader, padded


class Line:
    """A batch of prompts that have been read, what is written behind them, and the B x D states of their last tokens.

    Keys and values of what has been read are kept, so that nothing is read twice.
    """

    def __init__(self, reader: Reader, tokens: Tensor, lengths: Tensor) -> None:
        self.reader, self.lengths = reader, lengths
        self.state, self.mask, self.cache = reader.read(tokens, lengths)

    @classmethod
    def of(cls, reader: Reader, rows: list[int]) -> "Line":
        return cls(reader, *padded([reader.rests[row] for row in rows], reader.device))

    def only(self, rows: Tensor) -> "Line":
        """The same line without the other rows."""
        self.cache.batch_select_indices(rows)
        self.mask, self.lengths, self.state = self.mask[rows], self.lengths[rows], self.state[rows]
        return self

    def extend(self, token: Tensor) -> None:
        """Write one token behind each row."""
        self.mask = torch.cat([self.mask, self.mask.new_ones(len(token), 1)], dim=1)
        read = self.reader.backbone(
            input_ids=token[:, None],
            attention_mask=self.mask,
            position_ids=(len(self.reader.start) + self.lengths)[:, None],
            cache=self.cache,
        )
        self.cache, self.state, self.lengths = read.cache, read.last_hidden_state[:, 0], self.lengths + 1

    def branch(self, token: Tensor, depth: Tensor, sees: Tensor) -> Tensor:
        """B x M x D states of M tokens behind each prompt, which see the prompt and each other as they are told.

        Args:
            token: B x M.
            depth: B x M, how many tokens are between the prompt and each.
            sees: B x M x M, whether the first of two tokens sees the second.
        """
        before = self.mask.bool()[:, None].expand(-1, token.shape[1], -1)
        # Numbers, because not every implementation of attention understands True and False.
        dtype = self.reader.backbone.dtype
        mask = torch.cat([before, sees], dim=2)[:, None].logical_not().to(dtype) * torch.finfo(dtype).min
        return self.reader.backbone(
            input_ids=token,
            attention_mask=mask,
            position_ids=len(self.reader.start) + self.lengths[:, None] + depth,
            cache=self.cache,
        ).last_hidden_state
