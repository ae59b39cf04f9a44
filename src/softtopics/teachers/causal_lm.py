"""A causal language model reads documents: the hidden state of each prompt's last token."""

import copy
from pathlib import Path

import numpy as np
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from softtopics.runtime import Progress, device, fastest_dtype
from softtopics.teachers.batching import batches
from softtopics.teachers.prompts import Prompt, shared_beginning


@torch.inference_mode()
def read(
    texts: list[str],
    folder: str | Path,
    prompt: Prompt,
    *,
    batch_tokens: int = 2048,
    dtype: str = "auto",
    trust_remote_code: bool = False,
) -> tuple[np.ndarray, dict]:
    """Hidden states that predict the word after the prompt.

    Documents are read in batches of similar length; the prompt's fixed beginning is computed once and its
    key-value cache shared; no logits are computed here.

    Args:
        texts: N documents.
        folder: the model's folder.
        prompt: what surrounds each document.
        batch_tokens: padded tokens in one forward pass; bounds the memory.
        dtype: `auto` (the fastest here, measured) or a torch floating-point type.
        trust_remote_code: run code that the model's folder carries.

    Returns:
        N x D float32 last-layer states of the last prompt token, and what was measured on the way.
    """
    where = device()
    dtype = fastest_dtype(where) if dtype == "auto" else dtype
    tokenizer = AutoTokenizer.from_pretrained(folder, trust_remote_code=trust_remote_code)
    model = AutoModelForCausalLM.from_pretrained(
        folder, dtype=getattr(torch, dtype), trust_remote_code=trust_remote_code
    )
    backbone = model.base_model.to(where).eval()  # the model without its head

    prompts = tokenizer(prompt.fill(texts, tokenizer))["input_ids"]
    shared = shared_beginning(prompts)
    beginning = None
    if shared:
        tokens = torch.tensor([prompts[0][:shared]], device=where)
        beginning = backbone(input_ids=tokens, use_cache=True).cache
    rests = [tokens[shared:] for tokens in prompts]

    hidden = np.empty((len(texts), model.config.get_text_config().hidden_size), dtype=np.float32)
    with Progress("documents", len(texts)) as progress:
        for rows in batches([len(rest) for rest in rests], batch_tokens):
            hidden[rows] = last_states(backbone, [rests[row] for row in rows], beginning, shared)
            progress.advance(len(rows))
    computed = shared + sum(map(len, rests))
    about = {"dtype": dtype, "device": where, "shared_tokens": shared, "computed_tokens": computed}
    return hidden, about


def last_states(backbone: torch.nn.Module, rests: list[list[int]], beginning: object, shared: int) -> np.ndarray:
    """B x D states of the last token of each rest, read after the shared beginning."""
    where = backbone.device
    lengths = torch.tensor([len(rest) for rest in rests], device=where)
    width = int(lengths.max())
    # Padding goes to the right: causal attention never looks there, so the pad token's number is of no account.
    tokens = torch.tensor([rest + [0] * (width - len(rest)) for rest in rests], device=where)
    mask = torch.arange(width, device=where) < lengths[:, None]
    cache = None
    if beginning is not None:
        cache = copy.deepcopy(beginning)
        cache.batch_repeat_interleave(len(rests))
        mask = torch.cat([mask.new_ones(len(rests), shared), mask], dim=1)
    states = backbone(input_ids=tokens, attention_mask=mask.long(), cache=cache).last_hidden_state
    return states[torch.arange(len(rests), device=where), lengths - 1].float().cpu().numpy()
