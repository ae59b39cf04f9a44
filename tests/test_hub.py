"""Datasets and models of the hub at a pinned revision: out of its cache, or of a folder laid out like a repository."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from conftest import cached, small_lm
from datasets import ClassLabel, Dataset, DatasetDict, Features, Value

from softtopics.corpora.hub import read_hub
from softtopics.corpora.prepare import prepare, read
from softtopics.errors import InputError
from softtopics.hub import local_files
from softtopics.teachers.lm_head import Head
from softtopics.teachers.lms import describe, fetch

REVISION = "0123456789abcdef0123456789abcdef01234567"
NAMES = ["law", "music"]
FEATURES = Features({"text": Value("string"), "label": ClassLabel(names=NAMES), "subject": Value("string")})
ROWS = {
    "train": {"text": ["the old judge", "a loud violin"], "label": [0, 1], "subject": ["The Law", "Music!"]},
    "test": {"text": ["a court", None], "label": [0, 1], "subject": ["The Law", "Music!"]},
}


@pytest.fixture(autouse=True)
def offline(tmp_path, monkeypatch):
    """No network, an empty cache of the hub, and a folder for what `datasets` converts."""
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr("datasets.config.HF_DATASETS_CACHE", tmp_path / "converted")


def splits() -> DatasetDict:
    return DatasetDict({split: Dataset.from_dict(rows, FEATURES) for split, rows in ROWS.items()})


@pytest.fixture
def repository(tmp_path):
    """A dataset's repository: a card and Parquet files."""
    folder = tmp_path / "repository"
    (folder / "data").mkdir(parents=True)
    for split, part in splits().items():
        part.to_parquet(folder / f"data/{split}-00000-of-00001.parquet")
    (folder / "README.md").write_text("---\npretty_name: Two subjects\n---\nSome words.\n", encoding="utf-8")
    return folder


def check(frame: pd.DataFrame) -> None:
    assert frame["text"].tolist() == ["the old judge", "a loud violin", "a court", ""]
    assert frame["label"].tolist() == ["0", "1", "0", "1"]
    assert frame["label_name"].tolist() == ["law", "music", "law", "music"]


def test_a_repository_s_folder_is_read_split_after_split_with_the_names_of_classes(repository):
    frame = read_hub(id=str(repository), text="text", label="label")
    check(frame)
    source = frame.attrs["source"]
    assert source["splits"] == {"train": 2, "test": 2} and len(source["fingerprint"]) == 64
    again = read_hub(id=str(repository), text="text", label="label")
    assert again.attrs == frame.attrs


def test_what_save_to_disk_wrote_is_read(tmp_path):
    splits().save_to_disk(tmp_path / "saved")
    check(read_hub(id=str(tmp_path / "saved"), text="text", label="label"))
    splits()["test"].save_to_disk(tmp_path / "one")
    assert read_hub(id=str(tmp_path / "one"), text="text")["text"].tolist() == ["a court", ""]


def test_a_dataset_in_the_cache_of_the_hub_is_read_without_a_network(repository, tmp_path):
    cached("dataset", "someone/subjects", repository, tmp_path / "cache", REVISION)
    frame = read_hub(id="someone/subjects", revision=REVISION, text="text", label="label")
    check(frame)
    assert frame.attrs["source"]["revision"] == REVISION


def test_json_lines_as_on_the_hub_with_a_column_of_names(tmp_path):
    frame = pd.DataFrame({"text": ["a", "b"], "label": [7, 3], "label_text": ["rec.autos", "sci.med"]})
    for split in ("train", "test"):
        frame.to_json(tmp_path / f"{split}.jsonl", orient="records", lines=True)
    read_frame = read_hub(id=str(tmp_path), text="text", label="label", label_name="label_text")
    assert read_frame["label"].tolist() == ["7", "3"] * 2
    assert read_frame["label_name"].tolist() == ["rec.autos", "sci.med"] * 2


def put(folder, **files: str):
    """A folder laid out like a dataset's repository; in names, _ stands for a dot."""
    (folder / "data").mkdir(parents=True)
    for name, content in files.items():
        folder.joinpath("README.md" if name == "README" else f"data/{name.replace('_', '.')}").write_text(content)
    return str(folder)


@pytest.mark.parametrize(("name", "delimiter"), [("train_csv", ","), ("train_tsv", "\t")])
def test_strings_of_a_folder_s_tables_stay_strings(tmp_path, name, delimiter):
    rows = ["text,label", "null,NA", "NA,007", "", '"two\nlines",null', "b,1.0"]
    folder = put(tmp_path / "d", **{name: "\n".join(rows).replace(",", delimiter)})
    frame = read_hub(id=folder, text="text", label="label")
    assert frame["text"].tolist() == ["null", "NA", "", "two\nlines", "b"]
    assert frame["label"].dropna().tolist() == ["NA", "007", "null", "1.0"]


def test_a_lone_quote_in_a_folder_s_table_merges_no_rows(tmp_path):
    rows = ['"a lone,x', "b,y", '"another,x', "d,y"]
    with pytest.raises(InputError, match=r"train.csv: the quote that opens a field in row 2"):
        read_hub(id=put(tmp_path / "c", train_csv="\n".join(["text,label", *rows])), text="text", label="label")
    lines = [row.replace(",", "\t") for row in ["text,label", *rows]]
    frame = read_hub(id=put(tmp_path / "t", train_tsv="\n".join(lines)), text="text", label="label")
    assert frame["text"].tolist() == ['"a lone', "b", '"another', "d"]


def test_json_of_a_folder_keeps_its_values_and_nan_is_missing(tmp_path):
    lines = ['{"text": "a b", "label": NaN}', '{"text": NaN, "label": 1}', "", '{"text": 12, "label": "x"}']
    frame = read_hub(id=put(tmp_path / "l", train_jsonl="\n".join(lines)), text="text", label="label")
    assert frame["text"].tolist() == ["a b", "", "", "12"] and frame["label"].dropna().tolist() == ["1", "x"]
    array = '[{"text": "a b", "label": null}, {"text": null, "label": "NA"}, {"text": 12, "label": "x"}]'
    frame = read_hub(id=put(tmp_path / "a", train_json=array), text="text", label="label")
    assert frame["text"].tolist() == ["a b", "", "12"] and frame["label"].dropna().tolist() == ["NA", "x"]


def test_a_file_without_the_columns_of_the_others_is_refused_with_its_name(tmp_path):
    folder = put(tmp_path / "d", train_1_csv="text,label\na,x\n", train_2_csv="body,label\nb,y\n")
    with pytest.raises(InputError, match=r"2.csv: there is no column 'text'; known are body, label"):
        read_hub(id=folder, text="text", label="label")


CARD = "---\n{}\n---\n"
LABEL = "{name: label, dtype: {class_label: {names: [law, music]}}}"
CLASSES = f"dataset_info: {{features: [{{name: text, dtype: string}}, {LABEL}]}}"
OPTIONS = "configs: [{config_name: default, data_files: data/train.csv, sep: ';', %s}]"


@pytest.mark.parametrize(
    ("card", "rows", "names"),
    [
        (CLASSES, "text,label\nNA,1\nb,law\n", ["music", "law"]),
        (CLASSES.replace("law, music", "'1', '2', '3'"), "text,label\nNA,1\nb,0\n", ["2", "1"]),
        (OPTIONS % "description: x", "text;label\nNA;01\nb;null\n", ["01", "null"]),
        (OPTIONS % "skiprows: 1", "exported today\ntext;label\nNA;01\nb;null\n", ["01", "null"]),
    ],
    ids=["names of classes", "classes named by numbers", "a delimiter", "an option of pandas"],
)
def test_what_the_card_says_about_its_tables_counts(tmp_path, card, rows, names):
    frame = read_hub(id=put(tmp_path / "d", README=CARD.format(card), train_csv=rows), text="text", label="label")
    assert frame["text"].tolist() == ["NA", "b"] and frame["label_name"].tolist() == names


def test_splits_names_and_labels_are_as_asked_for(repository):
    frame = read_hub(id=str(repository), splits=["test", "train"], text="text", label="label", label_name="subject")
    assert frame["text"].tolist() == ["a court", "", "the old judge", "a loud violin"]
    assert frame["label_name"].tolist() == ["The Law", "Music!"] * 2
    assert read_hub(id=str(repository), text="text")["label"].isna().all()


def test_what_was_read_is_in_the_audit_and_a_change_changes_the_fingerprint(repository):
    source = {"kind": "hub", "id": str(repository), "text": "text", "label": "label"}
    audit = prepare(read(source), name="two")[1]
    assert audit["rows_read"] == 4 and audit["source"]["id"] == str(repository)
    assert prepare(read(source | {"splits": ["train"]}), name="two")[1]["source"] != audit["source"]
    changed = splits()["test"].map(lambda row: {"text": (row["text"] or "") + "!"})
    changed.to_parquet(repository / "data/test-00000-of-00001.parquet")
    assert read(source).attrs["source"]["fingerprint"] != audit["source"]["fingerprint"]


def test_linked_folders_count_and_a_link_to_a_folder_above_does_not(tmp_path):
    put(tmp_path / "real", train_csv="text\na\n")
    (tmp_path / "set").mkdir()
    (tmp_path / "set/data").symlink_to(tmp_path / "real")
    (tmp_path / "real/above").symlink_to(tmp_path)
    assert [Path(path).name for path in local_files(tmp_path / "set")] == ["train.csv"]


def test_a_negative_class_number_is_no_label(tmp_path):
    rows = {"text": ["a", "b"], "label": [-1, 1], "subject": ["", ""]}
    Dataset.from_dict(rows, FEATURES).save_to_disk(tmp_path / "saved")
    frame = read_hub(id=str(tmp_path / "saved"), text="text", label="label")
    assert frame["label"].isna().tolist() == frame["label_name"].isna().tolist() == [True, False]


FAR = {"id": "someone/nothing", "revision": REVISION, "text": "text"}
MISTAKES = {
    "no revision": (FAR | {"revision": None}, r"revision of someone/nothing is not given, and there is no folder"),
    "a branch": (FAR | {"revision": "main"}, "revision of someone/nothing is 'main', not a commit; copy the 40"),
    "no network": (
        FAR,
        r"someone/nothing at revision 0123.* could not be reached and is not in the cache; check the network, or "
        r"run `hf download someone/nothing --repo-type dataset --revision 0123\w+` .*\(HF_HOME\), or give a",
    ),
    "no folder": ({"id": "./nowhere", "text": "text"}, r"there is no folder \./nowhere"),
    "no split": ({"splits": ["dev"], "text": "text"}, "there is no split 'dev' among train, test"),
    "no config": ({"config": "de", "text": "text"}, "not a readable dataset .*BuilderConfig 'de' not found"),
    "no text": ({"text": "body"}, "split train: there is no column 'body'; known are text, label, subject"),
    "no label": ({"text": "text", "label": "lable"}, "there is no column 'lable'; did you mean 'label'"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_one_sentence(mistake, repository):
    settings, message = MISTAKES[mistake]
    with pytest.raises(InputError, match=message) as raised:
        read_hub(**{"id": str(repository)} | settings)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("content", [{}, {"data.parquet": b"no parquet"}], ids=["empty", "damaged"])
def test_a_folder_without_a_dataset_is_one_sentence(content, tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    for name, data in content.items():
        (folder / name).write_bytes(data)
    with pytest.raises(InputError, match="this is not a readable dataset") as raised:
        read_hub(id=str(folder), text="text")
    assert "\n" not in str(raised.value)


def test_a_language_model_in_the_cache_of_the_hub_is_loaded_without_a_network(smollm2, tmp_path):
    folder = small_lm("llama", smollm2, tmp_path)
    cached("model", "someone/small", tmp_path / "saved", tmp_path / "cache", REVISION)
    source = {"kind": "hub", "id": "someone/small", "revision": REVISION}
    fetch("small", source, tmp_path / "fetched")
    assert describe(tmp_path / "fetched")["revision"] == REVISION
    np.testing.assert_array_equal(Head.load(tmp_path / "fetched").weight, Head.load(folder).weight)
