"""Tiny random models in the format of sentence-transformers, for tests of folder loading."""

from __future__ import annotations

import string
from pathlib import Path
from typing import Literal

MODEL = "model"
"""The saved model's folder, in the one that was given."""
Architecture = Literal["bert", "xlm-roberta"]
_SPECIAL = ["<pad>", "<s>", "</s>", "<unk>", "<mask>"]


def save_tiny_model(
    folder: Path,
    *,
    dimension: int = 32,
    max_tokens: int = 48,
    pooling: str = "mean",
    normalize: bool = True,
    dense: int | None = None,
    architecture: Architecture = "bert",
    prompts: dict[str, str] | None = None,
    seed: int = 0,
) -> Path:
    """Write a transformer of two random layers with a character tokenizer.

    Args:
        folder: where; made if missing.
        dimension: of the vectors, divisible by 2.
        max_tokens: what the model reads of a text.
        pooling: a pooling mode of sentence-transformers.
        normalize: whether the last module normalises.
        dense: dimension of a dense module after the pooling, if any.
        architecture: XLM-RoBERTa counts its positions from the padding index.
        prompts: saved with the model.
        seed: decides the weights.
    """
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer import modules
    from transformers.utils import logging

    logging.disable_progress_bar()
    backbone = folder / "backbone"
    _save_backbone(backbone, dimension, max_tokens, architecture, seed)
    transformer = modules.Transformer(str(backbone), max_seq_length=max_tokens)
    parts = [transformer, modules.Pooling(dimension, pooling_mode=pooling)]
    if dense is not None:
        torch.manual_seed(seed)
        parts.append(modules.Dense(dimension, dense))
    if normalize:
        parts.append(modules.Normalize())
    target = folder / MODEL
    SentenceTransformer(modules=parts, device="cpu", prompts=prompts).save(str(target))
    return target


def save_tiny_cross_encoder(folder: Path, *, labels: int = 1) -> Path:
    """Write a random classifier of pairs; with one label it is a re-ranker."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification
    from transformers.utils import logging

    logging.disable_progress_bar()
    torch.manual_seed(1)
    config = BertConfig(max_position_embeddings=64, num_labels=labels, **_settings(32))
    BertForSequenceClassification(config).save_pretrained(folder)
    _tokenizer(64).save_pretrained(folder)
    return folder


def _save_backbone(
    folder: Path, dimension: int, max_tokens: int, architecture: Architecture, seed: int
) -> None:
    import torch
    from transformers import BertConfig, BertModel, XLMRobertaConfig, XLMRobertaModel

    torch.manual_seed(seed)
    settings = _settings(dimension)
    if architecture == "bert":
        config = BertConfig(max_position_embeddings=max_tokens, **settings)
        BertModel(config).save_pretrained(folder)
    else:
        positions = max_tokens + settings["pad_token_id"] + 1
        config = XLMRobertaConfig(max_position_embeddings=positions, **settings)
        XLMRobertaModel(config).save_pretrained(folder)
    _tokenizer(max_tokens).save_pretrained(folder)


def _settings(dimension: int) -> dict[str, int | float]:
    return {
        "vocab_size": len(_vocabulary()),
        "hidden_size": dimension,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "intermediate_size": 2 * dimension,
        # The random weights of the default, 0.02, give nearly the same vector for every text.
        "initializer_range": 0.5,
        "pad_token_id": 0,
    }


def _vocabulary() -> dict[str, int]:
    pieces = list(string.ascii_lowercase + string.digits + string.punctuation)
    every = [*_SPECIAL, *pieces, *(f"##{piece}" for piece in pieces)]
    return {piece: position for position, piece in enumerate(every)}


def _tokenizer(max_tokens: int):  # noqa: ANN202 - its type would import transformers
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    vocabulary = _vocabulary()
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="<unk>"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>",
        pair="<s> $A </s> $B </s>",
        special_tokens=[("<s>", vocabulary["<s>"]), ("</s>", vocabulary["</s>"])],
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        model_max_length=max_tokens,
        pad_token="<pad>",
        cls_token="<s>",
        sep_token="</s>",
        unk_token="<unk>",
        mask_token="<mask>",
    )
