"""The figures of the report, a file for each: `figure(material)` draws it."""
