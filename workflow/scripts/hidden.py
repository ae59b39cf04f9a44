"""Read every document of a corpus with a language model or encoder."""

from importlib import import_module
from pathlib import Path

from softtopics.runtime import job

with job("hidden {corpus} {lm}".format(**snakemake.wildcards), snakemake.log[0]):
    import pandas as pd

    from softtopics.artifacts import write_array, write_json
    from softtopics.teachers.prompts import Prompt

    texts = pd.read_parquet(snakemake.input.documents, columns=["text"])["text"].tolist()
    hidden, meta = import_module(f"softtopics.teachers.{snakemake.params.kind}").read(
        texts,
        Path(snakemake.input.lm).parent,
        Prompt(**snakemake.params.prompt),
        trust_remote_code=snakemake.params.trust,
        **snakemake.params.extraction,
    )
    write_array(snakemake.output.hidden, hidden)
    write_json(snakemake.output.meta, {"prompt": snakemake.params.prompt, **meta})
