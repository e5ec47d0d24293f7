"""The semantic extra, with a model made here: each token has a vector, words of one meaning the same."""

from pathlib import Path

import numpy as np
import onnx
import pytest
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace

from avow.errors import AvowError
from avow.matching.index import MatchIndex
from avow.matching.matcher import match
from avow.matching.semantic import Meanings, SemanticModel
from avow.model.matches import Recommendation

# Token -> direction. "gremlins" and "sprites" mean the same, and no lexicon knows either.
WORDS = {"[UNK]": 0, "gremlins": 1, "sprites": 1, "chased": 2, "hunted": 2, "lamps": 3, "lit": 4}
SIZE = 5


def make_model(folder: Path, dimensions: int = 3) -> Path:
    """A folder as the extra reads it; `dimensions` of the output tensor."""
    folder.mkdir(parents=True, exist_ok=True)
    places = {word: number for number, word in enumerate(WORDS)}
    tokenizer = Tokenizer(WordLevel(places, unk_token="[UNK]"))  # noqa: S106
    tokenizer.pre_tokenizer = Whitespace()
    tokenizer.save(str(folder / "tokenizer.json"))
    table = np.zeros((len(WORDS), SIZE), dtype=np.float32)
    for word, number in places.items():
        table[number, WORDS[word]] = 0.1 if word == "[UNK]" else 1.0
    helper = onnx.helper
    nodes = [helper.make_node("Gather", ["table", "input_ids"], ["vectors"])]
    shape: list[int | str] = ["texts", "tokens", SIZE]
    output = "vectors"
    if dimensions == 2:
        nodes.append(helper.make_node("ReduceMean", ["vectors"], ["mean"], axes=[1], keepdims=0))
        shape, output = ["texts", SIZE], "mean"
    graph = helper.make_graph(
        nodes,
        "words",
        [helper.make_tensor_value_info("input_ids", onnx.TensorProto.INT64, ["texts", "tokens"])],
        [helper.make_tensor_value_info(output, onnx.TensorProto.FLOAT, shape)],
        [onnx.numpy_helper.from_array(table, "table")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.save(model, str(folder / "model.onnx"))
    return folder


@pytest.fixture
def model(tmp_path: Path) -> SemanticModel:
    return SemanticModel(make_model(tmp_path / "model"))


def with_meanings(index: MatchIndex, model: SemanticModel) -> MatchIndex:
    index.meanings = Meanings.of(model, index.answers)
    return index


def test_vectors_have_length_one_and_stand_in_the_order_of_the_texts(model):
    texts = ["gremlins chased", "lamps", "sprites hunted and hunted again by lamps lit"]
    found = model.vectors(texts)
    assert np.allclose(np.linalg.norm(found, axis=1), 1.0)
    for number, text in enumerate(texts):
        assert np.allclose(found[number], model.vectors([text])[0], atol=1e-6)


def test_an_answer_that_shares_no_word_is_found_by_its_meaning(index_of, model):
    index = index_of("Are gremlins chased?", "Are lamps lit?")
    assert not match("Have sprites been hunted?", index).matches
    index.memory.clear()
    found = match("Have sprites been hunted?", with_meanings(index, model))
    assert found.matches[0].answer == "a0"
    assert "meaning" in {signal.name for signal in found.matches[0].signals}


def test_meaning_makes_nothing_sure(index_of, model):
    found = match("Have sprites been hunted?", with_meanings(index_of("Are gremlins chased?"), model))
    assert found.recommendation is not Recommendation.STRONG


def test_contrast_still_caps_what_means_about_the_same(index_of, model):
    index = with_meanings(index_of("Are gremlins chased and encrypted at rest?"), model)
    found = match("Are sprites hunted and encrypted in transit?", index)
    assert "contrast" in {cap.name for cap in found.caps}


def test_the_signal_can_be_turned_off(index_of, model):
    index = with_meanings(index_of("Are gremlins chased?"), model)
    index.turn_off(["meaning"])
    assert not match("Have sprites been hunted?", index).matches


def test_vectors_are_kept_and_read_back(index_of, model):
    side = index_of("Are gremlins chased?", "Are lamps lit?", alone=True).answers
    kept = Meanings.of(model, side).to_bytes()
    again = Meanings.kept_or_read(kept, model, side)
    assert again.nearest("sprites hunted", 1) == Meanings.of(model, side).nearest("sprites hunted", 1)
    other = index_of("Are lamps lit?", alone=True).answers
    with pytest.raises(ValueError, match="not the vectors"):
        Meanings.from_bytes(kept, model, other)
    assert list(Meanings.kept_or_read(kept, model, other).nearest("lamps", 5)) == [0]


def test_a_missing_file_is_named_with_what_to_do(tmp_path):
    folder = make_model(tmp_path / "model")
    (folder / "tokenizer.json").unlink()
    with pytest.raises(AvowError, match=r"tokenizer\.json is missing; semantic\.model_path in avow\.toml"):
        SemanticModel(folder)


def test_a_damaged_model_is_no_silent_way_on(tmp_path):
    folder = make_model(tmp_path / "model")
    (folder / "model.onnx").write_bytes(b"not a model")
    with pytest.raises(AvowError, match="the semantic model cannot be read"):
        SemanticModel(folder)


def test_a_model_of_another_shape_is_refused(tmp_path):
    model = SemanticModel(make_model(tmp_path / "model", dimensions=2))
    with pytest.raises(AvowError, match="must give a vector for each token"):
        model.vectors(["lamps"])


def test_without_the_extra_the_error_says_how_to_install_it(tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "onnxruntime", None)
    with pytest.raises(AvowError, match=r"pip install 'avow\[semantic\]'"):
        SemanticModel(tmp_path)
