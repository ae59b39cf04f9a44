"""Give every document of a corpus a place on a map."""

from softtopics.jobs.job import job

with job("map {corpus}".format(**snakemake.wildcards), snakemake.log[0]):
    from softtopics.artifacts import read_array, read_counts, write_array
    from softtopics.report.explorer.document_map import document_map, standardized

    source = snakemake.input[0]
    rows = read_counts(source) if source.endswith(".npz") else read_array(source)
    write_array(snakemake.output[0], document_map(standardized(rows) if snakemake.params.standardize else rows))
