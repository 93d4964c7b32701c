"""Models made here, of a few kilobytes: whole in every part, with weights so that they say what they were made to say.

All attention is zero; what a token of the answer is hangs on its place alone. They need the extras ``speech`` and
``machine``, which are too large to be installed for the suite.
"""

import importlib.util
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import pytest

WIDTH: Final = 32
WORDS: Final = ("They", "Ġare", "Ġgone", ".")
SAID: Final = ("<|0.00|>", "They", "Ġare", "Ġgone", ".", "<|2.00|>", "<|2.00|>", "They", ".", "<|4.00|>")
SENTENCE: Final = "他们走了。"


def needs(*packages: str) -> pytest.MarkDecorator:
    """Skips, and says so, where an extra is not installed."""
    missing = [each for each in packages if importlib.util.find_spec(each) is None]
    return pytest.mark.skipif(bool(missing), reason=f"not installed, being large: {', '.join(missing)}")


def heads(folder: Path, says: bytes, *names: str) -> Path:
    """A folder that is a model by its names alone: model.bin has but the beginning of one."""
    folder.mkdir(parents=True)
    for name in names:
        (folder / name).write_bytes(b"{}")
    (folder / "model.bin").write_bytes(b"\6\0\0\0" + (len(says) + 1).to_bytes(2, "little") + says + b"\0\3\0\0\0")
    return folder


def speech_model(folder: Path, said: Sequence[str] = SAID) -> Path:
    """A model of speech, of English alone, that hears the same in whatever is spoken, at the same times."""
    import ctranslate2
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers

    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    plain = [*letters, *(each for each in WORDS if each not in letters)]
    special = ["<|endoftext|>", "<|startoftranscript|>", "<|en|>", "<|translate|>"]
    special += ["<|transcribe|>", "<|startoflm|>", "<|startofprev|>", "<|nospeech|>", "<|notimestamps|>"]
    stamps = [f"<|{at * 0.02:.2f}|>" for at in range(1501)]
    tokens = [*plain, *special, *stamps]
    spec = ctranslate2.specs.WhisperSpec(1, 1, 1, 1)
    encoder = spec.encoder
    for layer, inner in ((encoder.conv1, 80), (encoder.conv2, WIDTH)):
        layer.weight, layer.bias = _zeros(WIDTH, inner, 3), _zeros(WIDTH)
    encoder.position_encodings.encodings = _zeros(1500, WIDTH)
    _zero_layers(encoder, own=True)
    _speaks(spec.decoder, tokens, said, 448)
    spec.register_vocabulary(tokens)
    spec.config.lang_ids = [tokens.index("<|en|>")]
    spec.config.suppress_ids, spec.config.suppress_ids_begin, spec.config.alignment_heads = [], [], [(0, 0)]
    _save(spec, folder)
    made = Tokenizer(models.BPE(vocab={each: at for at, each in enumerate(plain)}, merges=[]))
    made.pre_tokenizer, made.decoder = pre_tokenizers.ByteLevel(add_prefix_space=False), decoders.ByteLevel()
    made.add_special_tokens(special + stamps)
    made.save(str(folder / "tokenizer.json"))
    return folder


def translation_model(folder: Path, sentence: str = SENTENCE) -> Path:
    """A model that translates everything by one sentence."""
    import ctranslate2
    import sentencepiece

    folder.mkdir(parents=True)
    vocabularies = []
    for name, lines in (("source", ["they are gone .", "the school is empty ."]), ("target", [sentence] * 2)):
        made = io.BytesIO()
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(lines * 20), model_writer=made, vocab_size=40, hard_vocab_limit=False,
            minloglevel=3, num_threads=1,
        )  # fmt: skip
        (folder / f"{name}.spm").write_bytes(made.getvalue())
        pieces = sentencepiece.SentencePieceProcessor(model_proto=made.getvalue())
        vocabularies.append([pieces.id_to_piece(at) for at in range(pieces.get_piece_size())])
    spec = ctranslate2.specs.TransformerSpec.from_config((1, 1), 1)
    spec.encoder.embeddings[0].weight = _apart(len(vocabularies[0]))
    spec.encoder.position_encodings.encodings = _zeros(100, WIDTH)
    _zero_layers(spec.encoder, own=True)
    _speaks(spec.decoder, vocabularies[1], [*pieces.encode(sentence, out_type=str), "</s>"], 100)
    spec.register_source_vocabulary(vocabularies[0])
    spec.register_target_vocabulary(vocabularies[1])
    _save(spec, folder)
    return folder


def _speaks(decoder: Any, tokens: list[str], says: Sequence[str], places: int) -> None:
    """Weights with which the token of a place follows, whatever was before."""
    table, where = _apart(len(tokens)), _zeros(places, WIDTH)
    end = "<|endoftext|>" if "<|endoftext|>" in tokens else "</s>"
    for at in range(places):
        where[at] = 50 * table[tokens.index(says[at] if at < len(says) else end)]
    decoder.embeddings.weight, decoder.projection.weight = table, 40 * table
    decoder.position_encodings.encodings = where
    _zero_layers(decoder, own=False)


def _zero_layers(part: Any, own: bool) -> None:
    if hasattr(part, "layer_norm"):
        _norm(part.layer_norm)
    for layer in part.layer:
        attentions = [(layer.self_attention, (3, 1))] + ([] if own else [(layer.attention, (1, 2, 1))])
        for attention, sizes in attentions:
            _norm(attention.layer_norm)
            for linear, size in zip(attention.linear, sizes, strict=True):
                linear.weight, linear.bias = _zeros(size * WIDTH, WIDTH), _zeros(size * WIDTH)
        _norm(layer.ffn.layer_norm)
        for linear, (out, inner) in ((layer.ffn.linear_0, (4, 1)), (layer.ffn.linear_1, (1, 4))):
            linear.weight, linear.bias = _zeros(out * WIDTH, inner * WIDTH), _zeros(out * WIDTH)


def _norm(layer: Any) -> None:
    layer.gamma, layer.beta = _zeros(WIDTH) + 1, _zeros(WIDTH)


def _apart(count: int) -> Any:
    """A vector of each token, none of which is like another."""
    import numpy

    table = numpy.random.default_rng(1).standard_normal((count, WIDTH)).astype("float32")
    table -= table.mean(axis=1, keepdims=True)
    return table / numpy.linalg.norm(table, axis=1, keepdims=True)


def _zeros(*shape: int) -> Any:
    import numpy

    return numpy.zeros(shape, "float32")


def _save(spec: Any, folder: Path) -> None:
    spec.validate()
    spec.optimize()
    folder.mkdir(parents=True, exist_ok=True)
    spec.save(str(folder))
