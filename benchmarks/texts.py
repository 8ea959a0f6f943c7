"""Texts to measure with, made here: the same on every machine, of the lengths that occur."""

from __future__ import annotations

import random

_SENTENCES = (
    "The river rose two metres overnight, and the old bridge was closed to lorries.",
    "Engineers inspected the dam on Tuesday and found three cracks near the spillway.",
    "The council voted nine to four against the new tax on empty flats.",
    "A spokesman said that no decision would be made before the end of the month.",
    "Doctors at the regional hospital treated forty people for smoke, most of them children.",
    "The study followed 12,400 nurses for eleven years and found no rise in deaths.",
    "Wheat prices fell by a fifth after the ports opened again in August.",
    "Nobody has claimed responsibility, and the police have not named a suspect.",
    "The company recalled 300,000 heaters because a switch could melt.",
    "Satellite pictures show that the fire burned less than half of the area first reported.",
    "The photograph was taken in 2011 in another country, according to its author.",
    "Turnout was the lowest since records began, at thirty-one per cent.",
    "The minister denied that the contract had been given to her brother's firm.",
    "Two of the witnesses later changed their accounts of what happened at the gate.",
    "The vaccine was approved in March after three trials with 44,000 volunteers.",
    "Fishermen say the catch has halved since the factory upstream began to work.",
    "Temperatures in July were 1.4 degrees above the average of the last century.",
    "The bank froze the accounts while the court examined the documents.",
    "Teachers went on strike for a third day, asking for smaller classes.",
    "An earlier version of this article gave the wrong year for the treaty.",
    "The museum returned four bronze figures that soldiers had taken in 1897.",
    "Residents were told to boil their water until the pipes had been flushed.",
    "The court ruled that the border closure was lawful but the fines were not.",
    "Astronomers measured the distance again and found it a little shorter.",
)
_ASIDES = (
    "officials said",
    "the report notes",
    "according to two people who were there",
    "as the mayor put it",
    "in a statement on Friday",
    "the newspaper wrote",
)


def passages(count: int, *, words: int = 120, seed: int = 0) -> list[str]:
    """Passages of whole sentences, about `words` words each, from a third to twice of it."""
    rng = random.Random(seed)  # noqa: S311 - repeatable, not secret
    return [_passage(rng, words * rng.triangular(0.3, 2.0, 1.0)) for _ in range(count)]


def claims(count: int, *, seed: int = 1) -> list[str]:
    """One-sentence texts of 8 to 20 words."""
    rng = random.Random(seed)  # noqa: S311 - same
    return [_sentence(rng) for _ in range(count)]


def _passage(rng: random.Random, words: float) -> str:
    sentences = [_sentence(rng)]
    while sum(len(sentence.split()) for sentence in sentences) < words:
        sentences.append(_sentence(rng))
    return " ".join(sentences)


def _sentence(rng: random.Random) -> str:
    sentence = rng.choice(_SENTENCES)
    if rng.random() < 0.4:
        return f"{sentence[:-1]}, {rng.choice(_ASIDES)}."
    return sentence
