"""A model of a few hundred kilobytes, written by the tests, for a real llama.cpp server.

It has the layers of a real one, but its words follow each other as a table says:
the state of a word is the word itself, and attention adds next to nothing.  So what it says
is always the same, and only a grammar makes it JSON.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import gguf
import numpy as np
import xllamacpp

KEY = "sk-llama-0123456789abcdefghijklmnop"
NAME = "tiny"

_WIDTH = 384
_BYTES = [f"<0x{value:02X}>" for value in range(256)]
_SPECIAL = ["<unk>", "<s>", "</s>"]
_PIECES = [*_SPECIAL, *_BYTES, *map(chr, range(32, 127)), "▁", "route", "queue"]
_TEMPLATE = "{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}assistant: "


def write(path: Path) -> None:
    """Write the model."""
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_name(NAME)
    writer.add_context_length(16_384)
    writer.add_embedding_length(_WIDTH)
    writer.add_block_count(1)
    writer.add_feed_forward_length(32)
    writer.add_head_count(1)
    writer.add_head_count_kv(1)
    writer.add_key_length(16)
    writer.add_value_length(16)
    writer.add_rope_dimension_count(16)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_vocab_size(len(_PIECES))
    writer.add_tokenizer_model("llama")
    writer.add_token_list(_PIECES)
    writer.add_token_scores([-float(index) for index in range(len(_PIECES))])
    writer.add_token_types([2, 3, 3, *[6] * 256, *[1] * (len(_PIECES) - 259)])
    writer.add_unk_token_id(0)
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_add_bos_token(value=True)
    writer.add_chat_template(_TEMPLATE)
    for name, weights in _tensors().items():
        writer.add_tensor(name, weights.astype(np.float16 if weights.ndim > 1 else np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _tensors() -> dict[str, np.ndarray]:
    chance = np.random.default_rng(7)

    def noise(*shape: int) -> np.ndarray:
        return chance.normal(0, 0.001, shape)

    words = len(_PIECES)
    block = "blk.0."
    return {
        "token_embd.weight": np.eye(words, _WIDTH),
        "output_norm.weight": np.ones(_WIDTH),
        "output.weight": _table(words),
        f"{block}attn_norm.weight": np.ones(_WIDTH),
        f"{block}attn_q.weight": noise(16, _WIDTH),
        f"{block}attn_k.weight": noise(16, _WIDTH),
        f"{block}attn_v.weight": noise(16, _WIDTH),
        f"{block}attn_output.weight": noise(_WIDTH, 16),
        f"{block}ffn_norm.weight": np.ones(_WIDTH),
        f"{block}ffn_gate.weight": noise(32, _WIDTH),
        f"{block}ffn_up.weight": noise(32, _WIDTH),
        f"{block}ffn_down.weight": noise(_WIDTH, 32),
    }


def _table(words: int) -> np.ndarray:
    """How likely each word (row) is after each other one (column)."""
    table = np.random.default_rng(8).normal(0, 0.02, (words, _WIDTH))
    table[: len(_SPECIAL) + 256] -= 2.0  # bytes would make no text, and an end no answer
    place = {piece: index for index, piece in enumerate(_PIECES)}
    for before, after in (('"', "route"), ("route", '"'), ("[", '"'), ("▁", "route")):
        table[place[after], place[before]] += 1.0
    for closing in '"}]':
        table[place[closing]] += 0.3
    table[place[" "]] -= 0.5
    return table


@contextmanager
def serving(model: Path, *, context: int = 2048) -> Iterator[str]:
    """A real server of that model; its base address."""
    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(model)
    parameters.n_ctx = context
    parameters.n_parallel = 1
    parameters.n_gpu_layers = 0
    parameters.warmup = False
    parameters.cpuparams.n_threads = 1
    parameters.hostnames = ["127.0.0.1"]
    parameters.port = 0
    parameters.api_keys = [KEY]
    parameters.sampling.temp = 0.0
    parameters.use_jinja = True
    parameters.verbosity = -1
    server = xllamacpp.Server(parameters)
    try:
        yield f"{server.listening_address}/v1"
    finally:
        del server
