"""How a causal language model reads prompts: what all of them share once, the rest in batches of similar length."""

import copy
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Self, cast

import numpy as np
import torch
from torch import Tensor
from transformers import AutoModelForCausalLM, AutoTokenizer, Cache, PreTrainedModel, PreTrainedTokenizerBase

from softtopics.errors import InputError
from softtopics.runtime import device, fastest_dtype
from softtopics.storage import check_folder
from softtopics.teachers.prompts import Prompt, shared_beginning

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Reader:
    """A model without its head, and the beginning of all prompts in its key-value cache.

    Attributes:
        tokenizer: the model's.
        backbone: the model without its head.
        dtype: name of the floating-point type it computes in.
        start: the tokens that all prompts begin with.
        beginning: their key-value cache (batch size 1), or None if there are none.
        rests: for each prompt, its tokens after the start, at least one.
    """

    tokenizer: PreTrainedTokenizerBase
    backbone: PreTrainedModel
    dtype: str
    start: list[int]
    beginning: Cache | None
    rests: list[list[int]]

    @classmethod
    @torch.inference_mode()
    def load(
        cls, folder: str | Path, prompt: Prompt, texts: list[str], dtype: str, trust_remote_code: bool, behind: int = 0
    ) -> Self:
        """Load the model in `folder`, read what the prompts of all `texts` share, and check how it reads.

        Args:
            folder: the model's folder.
            prompt: what surrounds each text.
            texts: N documents.
            dtype: `auto` (the fastest here, measured) or a torch floating-point type.
            trust_remote_code: run code that the model's folder carries.
            behind: how many tokens will be written behind a prompt.

        Raises:
            InputError: the prompt is not for this model or too long for it, or it cannot be read in batches.
        """
        where = device()
        dtype = fastest_dtype(where) if dtype == "auto" else dtype
        check_folder(folder)
        tokenizer = AutoTokenizer.from_pretrained(folder, trust_remote_code=trust_remote_code)
        model = AutoModelForCausalLM.from_pretrained(
            folder, dtype=getattr(torch, dtype), trust_remote_code=trust_remote_code
        )
        backbone = cast(PreTrainedModel, model.base_model.to(where).eval())
        prompts = prompt.tokens(texts, tokenizer)
        refuse_longer(max(map(len, prompts)) + behind, model, prompt)
        start = prompts[0][: shared_beginning(prompts)]
        beginning = None
        if start:
            beginning = backbone(input_ids=torch.tensor([start], device=where), use_cache=True).cache
            if any(hasattr(layer, "recurrent_states") for layer in beginning.layers):
                log.info("%s has recurrent layers: every prompt is read whole", type(model).__name__)
                start, beginning = [], None
        reader = cls(tokenizer, backbone, dtype, start, beginning, [tokens[len(start) :] for tokens in prompts])
        reader.check()
        return reader

    @property
    def device(self) -> torch.device:
        return self.backbone.device

    def read(self, tokens: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor, Cache]:
        """Read a batch behind the shared beginning.

        Args:
            tokens: B x T, padded on the right.
            lengths: B, how many of them are tokens.

        Returns:
            The states of the last tokens, B x D; the mask of beginning and tokens, B x (S + T); their keys and values.
        """
        places = torch.arange(tokens.shape[1], device=self.device).expand_as(tokens)
        mask = (places < lengths[:, None]).long()
        mask = torch.cat([mask.new_ones(len(tokens), len(self.start)), mask], dim=1)
        read = self.backbone(
            input_ids=tokens,
            attention_mask=mask,
            position_ids=len(self.start) + places,
            cache=self.begun(len(tokens)),
            use_cache=True,
        )
        return read.last_hidden_state[torch.arange(len(tokens), device=self.device), lengths - 1], mask, read.cache

    def begun(self, n_rows: int) -> Cache | None:
        """The key-value cache of the shared beginning for a batch, None if there is none."""
        if self.beginning is None:
            return None
        cache = copy.deepcopy(self.beginning)
        cache.batch_repeat_interleave(n_rows)
        return cache

    def last_states(self, rows: list[int]) -> np.ndarray:
        """B x D float32 states of the last token of some prompts."""
        states, _, _ = self.read(*padded([self.rests[row] for row in rows], self.device))
        return states.float().cpu().numpy()

    def about(self) -> dict:
        """What `meta.json` says about the reading."""
        return {
            "dtype": self.dtype,
            "device": str(self.device),
            "shared_tokens": len(self.start),
            "computed_tokens": len(self.start) + sum(map(len, self.rests)),
            "first_prompt": self.tokenizer.decode(self.start + self.rests[0]),
        }

    def check(self) -> None:
        """Compare reading in a batch, after the shared beginning, with reading one whole prompt at a time.

        Raises:
            InputError: they differ by more than rounding, so this model cannot be read in batches.
        """
        rows = sorted({0, len(self.rests) // 2, len(self.rests) - 1})
        batch = self.last_states(rows)
        for row, state in zip(rows, batch, strict=True):
            tokens = torch.tensor([self.start + self.rests[row]], device=self.device)
            plain = self.backbone(input_ids=tokens).last_hidden_state[0, -1].float().cpu().numpy()
            error = np.linalg.norm(state - plain) / np.linalg.norm(plain)
            if not error < (1e-3 if self.dtype == "float32" else 0.1):
                raise InputError(
                    f"extraction: {type(self.backbone).__name__} gives document {row + 1} a different hidden state in "
                    f"a batch than alone (relative difference {error:.2g}); set extraction.dtype to float32, or take a "
                    "model of another family"
                )


def refuse_longer(tokens: int, model: PreTrainedModel, prompt: Prompt) -> None:
    """Raises InputError: a prompt has more tokens than the model has places for, if it says how many."""
    places = getattr(model.config.get_text_config(), "max_position_embeddings", None)
    if places and tokens > places:
        shown = "no limit" if prompt.max_document_tokens is None else prompt.max_document_tokens
        raise InputError(
            f"prompts: the longest prompt has {tokens} tokens, and {type(model).__name__} has places for {places}; cut "
            f"documents by max_document_tokens of the prompt (now {shown})"
        )


def padded(rests: list[list[int]], where: torch.device) -> tuple[Tensor, Tensor]:
    """B x T tokens and their B true lengths.

    Padding goes to the right: causal attention never looks there, so it does not matter which token it is.
    """
    width = max(map(len, rests))
    tokens = torch.tensor([rest + [0] * (width - len(rest)) for rest in rests], device=where)
    return tokens, torch.tensor([len(rest) for rest in rests], device=where)
