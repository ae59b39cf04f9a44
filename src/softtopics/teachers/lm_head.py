"""The output matrix of a language model on its own: hidden states -> next-token logits, without loading the model."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Self

import numpy as np
import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor

from softtopics.errors import InputError

if TYPE_CHECKING:  # it takes seconds, and who needs the head alone does not need it
    from transformers import PreTrainedModel

FILE = "head.safetensors"  # a name of ours: the matrix has a different name in each family of models


@dataclass(frozen=True)
class Head:
    """logits = cap * tanh(scale * (states @ weight^T + bias) / cap), without tanh if there is no cap.

    Attributes:
        weight: tokens x D.
        bias: a value for each token, or None.
        scale: factor by which some families multiply logits (Cohere, Granite, Falcon H1).
        cap: of a soft cap (Gemma), or None.
    """

    weight: Tensor
    bias: Tensor | None = None
    scale: float = 1.0
    cap: float | None = None

    def only(self, tokens: Sequence[int] | np.ndarray) -> Self:
        """The head of these tokens, in this order."""
        rows = torch.as_tensor(tokens, dtype=torch.long)
        return replace(self, weight=self.weight[rows], bias=None if self.bias is None else self.bias[rows])

    def logits(self, states: Tensor) -> Tensor:
        """R x D states -> R x tokens logits."""
        scores = states @ self.weight.T
        return self.bounded(scores if self.bias is None else scores + self.bias)

    def paired_logits(self, states: Tensor, places: Tensor) -> Tensor:
        """One logit for each of R states: that of the head's token at the place given for it."""
        scores = (states * self.weight[places]).sum(dim=1)
        return self.bounded(scores if self.bias is None else scores + self.bias[places])

    def bounded(self, scores: Tensor) -> Tensor:
        scores = scores * self.scale if self.scale != 1 else scores
        return scores if self.cap is None else self.cap * torch.tanh(scores / self.cap)

    def log_normalizer(self, states: Tensor, rows: int = 256) -> Tensor:
        """log sum exp of each state's logits; `rows` states at a time, because a vocabulary is large."""
        return torch.cat([self.logits(part).float().logsumexp(dim=1) for part in states.split(rows)])

    def to(self, where: torch.device | torch.dtype) -> Self:
        return replace(self, weight=self.weight.to(where), bias=None if self.bias is None else self.bias.to(where))

    def save(self, folder: str | Path) -> None:
        tensors = {"weight": self.weight.contiguous()} | ({} if self.bias is None else {"bias": self.bias})
        # One entry: safetensors writes several in an order that differs from run to run.
        about = json.dumps({"scale": self.scale, "cap": self.cap})
        save_file(tensors, Path(folder) / FILE, metadata={"head": about})

    @classmethod
    def load(cls, folder: str | Path) -> Self:
        """The head in float32."""
        with safe_open(Path(folder) / FILE, framework="pt") as file:
            about = json.loads(file.metadata()["head"])
            tensors = {name: file.get_tensor(name).float() for name in file.keys()}  # noqa: SIM118 (not a dict)
        return cls(tensors["weight"], tensors.get("bias"), about["scale"], about["cap"])

    @classmethod
    def of(cls, model: "PreTrainedModel", name: str) -> Self:
        """The head of a whole causal language model, checked against the model's own logits.

        Args:
            model: the language model.
            name: what errors call it.

        Raises:
            InputError: the model computes its logits in another way.
        """
        output, config = model.get_output_embeddings(), model.config.get_text_config()
        scale = getattr(config, "logit_scale", None) or 1.0
        scale *= getattr(config, "lm_head_multiplier", None) or 1.0
        scale /= getattr(config, "logits_scaling", None) or 1.0
        head = cls(
            output.weight.detach().clone(),
            None if getattr(output, "bias", None) is None else output.bias.detach().clone(),
            float(scale),
            getattr(config, "final_logit_softcapping", None),
        )
        with torch.inference_mode():
            tokens = torch.arange(1, 9, device=model.device)[None] % head.weight.shape[0]
            theirs = model(input_ids=tokens).logits[0].float()
            ours = head.logits(model.base_model(input_ids=tokens).last_hidden_state[0]).float()
        error = (ours - theirs).abs().max() / theirs.abs().max().clamp(min=1e-6)
        if not error < 0.02:  # bfloat16 rounds to 3 digits
            raise InputError(
                f"lms.{name}: {type(model).__name__} does more between its last hidden state and its logits than a "
                "matrix product, a scale and a soft cap; take a model of another family"
            )
        return head
