"""ProdLDA: a variational autoencoder of the bag of words with a product-of-experts decoder; OCTIS's network.

Srivastava and Sutton, "Autoencoding Variational Inference for Topic Models", ICLR 2017.
"""

import numpy as np
from octis.models.pytorchavitm.avitm import avitm_model

from softtopics.models.base import TrainingData
from softtopics.models.octis_adapter import Documents, OctisModel


class OctisProdLDA(OctisModel):
    """Parameters of `OctisModel`; reads only the bag of words."""

    needs = ()
    module = avitm_model

    def prepare(self, data: TrainingData, scales: dict[str, np.ndarray]) -> tuple[avitm_model.AVITM_model, Documents]:
        network = avitm_model.AVITM_model(len(data.vocabulary), model_type="prodLDA", **self.settings())
        return network, Documents(data.vocabulary, data.bow)


MODEL = OctisProdLDA
