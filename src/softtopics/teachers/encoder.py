"""A sentence encoder reads documents; as a teacher it scores a word by its cosine to the document."""

from pathlib import Path

import numpy as np
import torch
from sentence_transformers import SentenceTransformer

from softtopics.runtime import Progress, device, fastest_dtype
from softtopics.teachers.batching import batches
from softtopics.teachers.prompts import Prompt


@torch.inference_mode()
def read(
    texts: list[str],
    folder: str | Path,
    prompt: Prompt,
    *,
    batch_tokens: int = 4096,
    dtype: str = "float32",
    trust_remote_code: bool = False,
) -> tuple[np.ndarray, dict]:
    """Embeddings of texts as the encoder's own `encode` computes them, batched by length in tokens.

    Args:
        texts: N texts.
        folder: the encoder's folder.
        prompt: what surrounds each text (some encoders want a prefix).
        batch_tokens: padded tokens in one forward pass; bounds the memory.
        dtype: `auto` (the fastest here, measured) or a torch floating-point type.
        trust_remote_code: run code that the encoder's folder carries.

    Returns:
        N x D float32 rows of length 1, and what was measured on the way.
    """
    where = device()
    dtype = fastest_dtype(where) if dtype == "auto" else dtype
    encoder = SentenceTransformer(
        str(folder),
        device=where,
        trust_remote_code=trust_remote_code,
        model_kwargs={"dtype": getattr(torch, dtype)},
    ).eval()
    prompts = prompt.fill(texts, encoder.tokenizer)
    lengths = [len(tokens) for tokens in encoder.tokenizer(prompts, truncation=True)["input_ids"]]
    embeddings = np.empty((len(texts), encoder.get_embedding_dimension()), dtype=np.float32)
    with Progress("texts", len(texts)) as progress:
        for rows in batches(lengths, batch_tokens):
            features = encoder.preprocess([prompts[row] for row in rows])
            features = {name: v.to(where) if torch.is_tensor(v) else v for name, v in features.items()}
            vectors = encoder(features)["sentence_embedding"].float()
            embeddings[rows] = torch.nn.functional.normalize(vectors, dim=1).cpu().numpy()
            progress.advance(len(rows))
    return embeddings, {"dtype": dtype, "device": where, "computed_tokens": sum(lengths)}


def score_words(
    hidden: np.ndarray,
    vocabulary: list[str],
    folder: str | Path,
    *,
    scale: float,
    prompt: Prompt,
    trust_remote_code: bool = False,
) -> tuple[np.ndarray, dict]:
    """`scale` times the cosine of documents (N x D unit rows) and words: N x V float32."""
    words, about = read(vocabulary, folder, prompt, trust_remote_code=trust_remote_code)
    return scale * (hidden @ words.T), about
