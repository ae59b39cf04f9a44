"""CSV and TSV, read strictly: a lone quote must never make one row of many."""

import csv
import logging
import re
import sys
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple, NoReturn

import pyarrow as pa

from softtopics.corpora.lines import check_filled, lines
from softtopics.errors import InputError

log = logging.getLogger(__name__)

LONE_RETURN = re.compile(r"\r(?!\r*\n|\Z)")
SEPARATORS = {",": "commas", "\t": "tabs", ";": "semicolons", "|": "bars"}
PRIVATE_USE = range(0xE000, 0xF900)  # characters without a meaning
REMEDY = "put a field that holds a delimiter or a line end in double quotes, and double the quotes inside"


class Row(NamedTuple):
    """The fields of a row, and the lines that it is written on, the first being 0."""

    fields: list[str]
    first: int
    end: int


class Unquoted(ValueError):
    """Quotes that do not open and close a whole field, in which row and line."""

    def __init__(self, reason: str, row: int, line: int) -> None:
        super().__init__(reason)
        self.where = f"row {row} (line {line + 1}; the header is row 1)"


def read_delimited(
    path: Path, delimiter: str, columns: Collection[str] | None = None, label: str | None = None
) -> pa.Table:
    """All rows of a file, every field a string; a blank line between others is a row of empty fields.

    Quoted fields may hold delimiters and line ends, and quotes that are doubled. A TSV may be written without quoting,
    so that quotes are part of its text: it is read so where its quotes do not open and close whole fields.

    Args:
        path: the file.
        delimiter: a comma, a tab, or what else separates fields.
        columns: those that are wanted, of others only the names are kept; None: all.
        label: a column of few different values, by which rows that a pair of lone quotes swallowed are recognised.

    Raises:
        InputError: the file is empty, damaged or not UTF-8, a row has another number of fields than the header, or a
            quote is not where it may be.
    """
    written = [line for _, line in lines(path)]
    check_filled(path, "".join(written).strip())
    if len(written) == 1 and "\r" in written[0].rstrip("\r\n"):  # line ends as they were on old Macs
        written = [f"{line}\n" for line in written[0].split("\r")]
    while not written[-1].strip(" \r\n"):
        written.pop()
    check_header(path, next(line for line in written if line.strip()), delimiter, columns)
    rows = tsv_rows(path, written, label) if delimiter == "\t" else csv_rows(path, written, delimiter, label)
    names, *fields = [row.fields for row in rows]
    wanted = [columns is None or name in columns for name in names]
    arrays = [
        pa.array([row[place] for row in fields], pa.large_string()) if keep else pa.nulls(len(fields))
        for place, keep in enumerate(wanted)
    ]
    return pa.Table.from_arrays(arrays, names=names)


def check_header(path: Path, header: str, delimiter: str, columns: Collection[str] | None) -> None:
    """Raises InputError: the columns that are wanted stand in the header, but with another sign between them."""
    if delimiter in header:
        return
    for sign in SEPARATORS:
        if set(columns or ()) & {name.strip(' "\r\n') for name in header.split(sign)} and sign in header:
            raise InputError(
                f"{path}: its columns are separated by {SEPARATORS[sign]}, but the ending of its name says "
                f"{SEPARATORS[delimiter]}; save it with those, or rename it (.csv: commas, .tsv: tabs)"
            )


def csv_rows(path: Path, written: Sequence[str], delimiter: str, label: str | None) -> list[Row]:
    """The header and the rows of a CSV file."""
    try:
        rows = check_widths(path, quoted(written, delimiter))
    except Unquoted as error:
        refuse(path, error)
    check_swallowing(path, rows, written, delimiter, label)
    return rows


def tsv_rows(path: Path, written: Sequence[str], label: str | None) -> list[Row]:
    """The header and the rows of a TSV file, in which quotes may be quotes or text."""
    unquoted = [Row(line.rstrip("\r\n").split("\t"), at, at + 1) for at, line in enumerate(written)]
    width = len(next(row.fields for row in unquoted if any(row.fields)))
    fits = width > 1 and all(len(row.fields) == width or is_blank(row.fields) for row in unquoted)
    try:
        rows = check_widths(path, quoted(written, "\t"))
    except (Unquoted, InputError) as error:
        if fits or (width == 1 and isinstance(error, Unquoted)):
            log.info("%s: quotes are read as part of the text, because they do not all enclose a field", path)
            return check_widths(path, iter(unquoted))
        if isinstance(error, Unquoted):
            refuse(path, error)
        raise
    if fits and (found := swallowing(rows, written, "\t")):
        if label_evidence(rows, found, written, "\t", label):
            return check_widths(path, iter(unquoted))
        refuse_swallowing(path, rows, found[0])
    check_swallowing(path, rows, written, "\t", label)
    return rows


def quoted(written: Sequence[str], delimiter: str) -> Iterator[Row]:
    """Rows as the csv module reads them when it is strict.

    Raises:
        Unquoted: a quote opens a field and never closes it, or closes it in the middle.
    """
    csv.field_size_limit(sys.maxsize)
    # The csv module takes a lone carriage return for a line end, which it is not in a file with other line ends; for a
    # while, it is another character.
    mark = unused(written) if any(map(LONE_RETURN.search, written)) else ""
    marked = [LONE_RETURN.sub(mark, line) for line in written] if mark else written
    reader = csv.reader(marked, delimiter=delimiter, strict=True)
    number = 0
    while True:
        first, number = reader.line_num, number + 1
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            never = "unexpected end" in str(error)
            reason = "never closes" if never else f"closes in the middle of a field (line {reader.line_num})"
            raise Unquoted(reason, number, first) from error
        if mark:
            fields = [field.replace(mark, "\r") for field in fields]
        yield Row(fields, first, reader.line_num)


def unused(written: Sequence[str]) -> str:
    """A character that no line has."""
    return next(mark for mark in map(chr, PRIVATE_USE) if not any(mark in line for line in written))


def is_blank(fields: list[str]) -> bool:
    return len(fields) < 2 and not "".join(fields).strip()


def check_widths(path: Path, rows: Iterator[Row]) -> list[Row]:
    """The header, which is the first row that is not blank, and the rows after it, a blank one with empty fields."""
    found: list[Row] = []
    for row in rows:
        if not found:
            if not is_blank(row.fields):
                found.append(row)
        elif is_blank(row.fields) and (len(found[0].fields) > 1 or not row.fields):
            found.append(row._replace(fields=[""] * len(found[0].fields)))
        elif len(row.fields) != len(found[0].fields):
            raise InputError(
                f"{path}: row {len(found) + 1} (the header is row 1) has {len(row.fields)} fields where the header has "
                f"{len(found[0].fields)}; correct line {row.first + 1}, or {REMEDY}"
            )
        else:
            found.append(row)
    return found


def check_swallowing(path: Path, rows: list[Row], written: Sequence[str], delimiter: str, label: str | None) -> None:
    """Warn where a pair of lone quotes may have made one row of many.

    Raises:
        InputError: it surely has, because each line of such a row has a label where a row has its label.
    """
    found = swallowing(rows, written, delimiter)
    if found and label_evidence(rows, found, written, delimiter, label):
        refuse_swallowing(path, rows, found[0])
    if found:
        row = rows[found[0]]
        log.warning(
            "%s: %d rows hold line ends although each of their lines would make a row by itself, the first being row "
            "%d (the header is row 1; lines %d to %d); if a lone quote opens it, double the quote",
            *(path, len(found), found[0] + 1, row.first + 1, row.end),
        )


def swallowing(rows: list[Row], written: Sequence[str], delimiter: str) -> list[int]:
    """The rows on several lines each of which would make a whole row: two lone quotes may have made one of many."""
    delimiters = len(rows[0].fields) - 1
    return [
        place
        for place, row in enumerate(rows)
        if delimiters and row.end - row.first > 1
        if all(line.count(delimiter) == delimiters for line in written[row.first : row.end])
    ]


def label_evidence(
    rows: list[Row], found: list[int], written: Sequence[str], delimiter: str, label: str | None
) -> bool:
    """Whether all lines of such a row have the label of another row where a row has its label."""
    if label is None or rows[0].fields.count(label) != 1:
        return False
    place = rows[0].fields.index(label)
    suspects = set(found)
    labels = {row.fields[place].strip() for at, row in enumerate(rows) if at and at not in suspects}

    def known(line: str) -> bool:
        return line.rstrip("\r\n").split(delimiter)[place].strip(' "') in labels

    return any(all(map(known, written[rows[at].first : rows[at].end])) for at in found)


def refuse(path: Path, error: Unquoted) -> NoReturn:
    raise InputError(f"{path}: the quote that opens a field in {error.where} {error}; {REMEDY}") from error


def refuse_swallowing(path: Path, rows: list[Row], place: int) -> NoReturn:
    row = rows[place]
    raise InputError(
        f"{path}: a pair of lone quotes may have made one row of lines {row.first + 1} to {row.end}, row {place + 1} "
        "(the header is row 1), since each of these lines is a row by itself; double the quotes that are text and put "
        "the field in quotes, or write the file as .jsonl"
    )
