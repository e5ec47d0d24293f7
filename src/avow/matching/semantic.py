"""The semantic extra: a sentence-embedding model in a local folder says which phrasings mean about the same.

It finds candidates that share no word with the question and orders those that fit about equally well. It makes nothing
sure by itself: what `strong` asks for, and every cap, stays as it is without it.
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from avow.errors import AvowError
from avow.matching.side import Side

_MODEL, _TOKENIZER = "model.onnx", "tokenizer.json"
_MOST_TOKENS = 256
_BATCH = 32
_MAGIC = b"AVOWVEC1"


class SemanticModel:
    """A model read from a folder with `model.onnx` (token vectors, last hidden state) and `tokenizer.json`.

    A text's vector is the mean of its tokens' vectors, scaled to length 1 (Reimers and Gurevych 2019, "Sentence-BERT").
    """

    def __init__(self, folder: Path) -> None:
        """Raises AvowError, saying what is missing or unreadable; there is no silent way on without the model."""
        try:
            import onnxruntime
            from tokenizers import Tokenizer
        except ImportError as missing:
            raise AvowError(
                f"the semantic extra is not installed ({missing.name} is missing): pip install 'avow[semantic]',"
                " or remove [semantic] from avow.toml"
            ) from None
        files = [folder / _MODEL, folder / _TOKENIZER]
        for file in files:
            if not file.is_file():
                raise AvowError(
                    f"{file} is missing; semantic.model_path in avow.toml names a folder with {_MODEL} and {_TOKENIZER}"
                )
        self.fingerprint = hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:32]
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        try:
            self._session = onnxruntime.InferenceSession(
                str(files[0]), options, providers=["CPUExecutionProvider"]
            )
            self._tokenizer: Any = Tokenizer.from_file(str(files[1]))
        except Exception as broken:  # whatever the readers of a damaged file raise
            raise AvowError(f"{folder}: the semantic model cannot be read: {broken}") from broken
        self._tokenizer.enable_truncation(_MOST_TOKENS)
        self._tokenizer.enable_padding()
        self._inputs = [one.name for one in self._session.get_inputs()]

    def vectors(self, texts: Sequence[str]) -> Any:
        """One row of length 1 a text, as a float32 array of shape (texts, dimensions).

        Raises AvowError where the model does not take token ids and give token vectors.
        """
        import numpy as np

        rows = []
        # Texts of about one length are read together: less is padded. The order is put back at the end.
        order = sorted(range(len(texts)), key=lambda place: len(texts[place]))
        for start in range(0, len(order), _BATCH):
            rows.append(self._batch([texts[place] for place in order[start : start + _BATCH]]))
        if not rows:
            return np.zeros((0, 0), dtype=np.float32)
        found = np.concatenate(rows)
        return found[np.argsort(np.asarray(order), kind="stable")]

    def _batch(self, texts: Sequence[str]) -> Any:
        import numpy as np

        read = self._tokenizer.encode_batch(list(texts))
        mask = np.asarray([one.attention_mask for one in read], dtype=np.int64)
        given = {
            "input_ids": np.asarray([one.ids for one in read], dtype=np.int64),
            "attention_mask": mask,
            "token_type_ids": np.asarray([one.type_ids for one in read], dtype=np.int64),
        }
        try:
            out = self._session.run(None, {name: given[name] for name in self._inputs})[0]
        except Exception as broken:  # a model of another shape
            raise AvowError(f"the semantic model does not fit: {broken}") from broken
        if getattr(out, "ndim", 0) != 3:
            raise AvowError("the semantic model does not fit: it must give a vector for each token")
        weight = mask[:, :, None].astype(np.float32)
        mean = (out * weight).sum(axis=1) / np.maximum(weight.sum(axis=1), 1.0)
        return (mean / np.maximum(np.linalg.norm(mean, axis=1, keepdims=True), 1e-9)).astype(np.float32)


class Meanings:
    """The vectors of a side's phrasings, in their order, with the model that reads questions."""

    def __init__(self, model: SemanticModel, vectors: Any) -> None:
        self._model = model
        self._vectors = vectors
        self._asked: dict[str, Any] = {}

    @classmethod
    def of(cls, model: SemanticModel, side: Side) -> "Meanings":
        """Reads every phrasing of a side; some milliseconds each."""
        return cls(model, model.vectors(side.texts))

    @classmethod
    def kept_or_read(cls, kept: bytes | None, model: SemanticModel, side: Side) -> "Meanings":
        """What was kept, where it fits this side; else read anew."""
        if kept is not None:
            try:
                return cls.from_bytes(kept, model, side)
            except ValueError:
                pass  # another index, or a damaged cache
        return cls.of(model, side)

    def to_bytes(self) -> bytes:
        """The vectors, to be kept under a key that says model and content."""
        rows, size = self._vectors.shape
        head: bytes = _MAGIC + int(rows).to_bytes(4, "little") + int(size).to_bytes(4, "little")
        return head + bytes(self._vectors.tobytes())

    @classmethod
    def from_bytes(cls, data: bytes, model: SemanticModel, side: Side) -> "Meanings":
        """What `to_bytes` gave. Raises ValueError where it is not of this side's phrasings."""
        import numpy as np

        head = len(_MAGIC)
        rows, size = (int.from_bytes(data[at : at + 4], "little") for at in (head, head + 4))
        if data[:head] != _MAGIC or rows != len(side.texts) or len(data) != head + 8 + rows * size * 4:
            raise ValueError("not the vectors of this library")
        return cls(model, np.frombuffer(data, dtype=np.float32, offset=head + 8).reshape(rows, size))

    def read_ahead(self, texts: Sequence[str]) -> None:
        """Reads many questions in one go, before they are asked one by one (and before processes are forked)."""
        fresh = [text for text in dict.fromkeys(texts) if text not in self._asked]
        self._asked.update(zip(fresh, self._model.vectors(fresh), strict=True))

    def nearest(self, text: str, most: int) -> dict[int, float]:
        """The phrasings closest in meaning, number -> cosine, at most `most`, best first."""
        import numpy as np

        if not len(self._vectors):
            return {}
        if text not in self._asked:
            self.read_ahead([text])
        cosines = self._vectors @ self._asked[text]
        most = min(most, len(cosines))
        best = np.argpartition(-cosines, most - 1)[:most]
        ranked = sorted((-float(cosines[number]), int(number)) for number in best)
        return {number: -cosine for cosine, number in ranked}
