"""CombinedTM and ZeroShotTM: ProdLDA whose encoder reads document embeddings; OCTIS's network.

CombinedTM: Bianchi et al., "Pre-training is a Hot Topic", ACL 2021. ZeroShotTM: Bianchi et al., "Cross-lingual
Contextualized Topic Models with Zero-shot Learning", EACL 2021.
"""

from typing import Any, Literal

import numpy as np
from octis.models.contextualized_topic_models.models import ctm

from softtopics.errors import InputError
from softtopics.models.base import TrainingData
from softtopics.models.octis_adapter import Documents, OctisModel


class OctisCombinedTM(OctisModel):
    """Parameters of `OctisModel`, and `encoder`. Embeddings are scaled to a mean square of 1.

    Embeddings of length 1, as most sentence encoders give them, have entries so small that the network hardly learns
    from them: with the scaling, a document's loss after 100 epochs falls from 68 to 62 on dictionary entries.

    Args:
        encoder: what the encoder reads: `combined` (bag of words and embedding) or `zeroshot` (embedding alone).
    """

    module = ctm
    needs = (("input", {}),)

    def __init__(
        self,
        n_topics: int,
        *,
        random_state: int,
        encoder: Literal["combined", "zeroshot"] = "combined",
        **parameters: Any,
    ) -> None:
        super().__init__(n_topics, random_state=random_state, **parameters)
        self.encoder = encoder

    def scales(self, data: TrainingData) -> dict[str, np.ndarray]:
        """Raises InputError: there are no document embeddings."""
        return {"input_scale": np.sqrt(np.mean(np.square(self.embeddings(data))))}

    def embeddings(self, data: TrainingData) -> np.ndarray:
        if data.inputs is None:
            raise InputError("methods.octis_combinedtm.input: CombinedTM reads document embeddings; name a teacher")
        return data.inputs

    def prepare(self, data: TrainingData, scales: dict[str, np.ndarray]) -> tuple[ctm.CTM, Documents]:
        """Raises InputError: there are no document embeddings, or `encoder` is unknown."""
        inputs = self.embeddings(data)
        if self.encoder not in ("combined", "zeroshot"):
            raise InputError(f"methods.octis_combinedtm.encoder: {self.encoder!r} is neither combined nor zeroshot")
        network = ctm.CTM(
            len(data.vocabulary),
            inputs.shape[1],
            inference_type=self.encoder,
            model_type="prodLDA",
            **self.settings(),
        )
        return network, Documents(data.vocabulary, data.bow, inputs / scales["input_scale"])


MODEL = OctisCombinedTM
