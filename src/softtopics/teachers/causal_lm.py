"""A causal language model reads documents: the hidden state of each prompt's last token."""

from pathlib import Path

import numpy as np
import torch

from softtopics.teachers.batching import batches
from softtopics.teachers.lms import describe
from softtopics.teachers.prompts import Prompt
from softtopics.teachers.reader import Reader
from softtopics.teachers.shards import WHOLE, Part, compute_rows


@torch.inference_mode()
def read(
    texts: list[str],
    folder: str | Path,
    prompt: Prompt,
    *,
    batch_tokens: int | None = None,
    dtype: str = "auto",
    trust_remote_code: bool = False,
    store: str | Path | None = None,
    part: Part = WHOLE,
) -> tuple[np.ndarray, dict]:
    """Hidden states that predict the word after the prompt.

    Documents are read in batches of similar length; the prompt's fixed beginning is computed once and its key-value
    cache shared. No logits are computed.

    Args:
        texts: N documents.
        folder: the model's folder.
        prompt: what surrounds each document.
        batch_tokens: padded tokens in one forward pass; bounds the memory. None: what suits the device.
        dtype: `auto` (the fastest here, measured) or a torch floating-point type.
        trust_remote_code: run code that the model's folder carries.
        store, part: see `shards.compute_rows`.

    Returns:
        N x D float32 last-layer states of the last prompt token, and an account of the reading.

    Raises:
        InputError: the prompt is not for this model, or the model cannot be read in batches.
    """
    reader = Reader.load(folder, prompt, texts, dtype, trust_remote_code)
    hidden = compute_rows(
        list(batches([len(rest) for rest in reader.rests], batch_tokens, reader.device.type)),
        reader.last_states,
        store=store,
        key=[describe(folder), reader.dtype, reader.start, reader.rests],
        part=part,
    )
    return hidden, reader.about()
