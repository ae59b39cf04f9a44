"""The tables of the report, a file for each: `table(material)` makes it."""
