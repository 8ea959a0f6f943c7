"""Claims that are asked one after another: from a pipe, and by a person."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys

from support.commands import Commands
from support.product import ROOT

CLAIM = "What happened to the bridge is told only1 here"
OTHER = "What happened to the glacier is told only0 here"
NONSENSE = "Quantum zebras juggle marmalade"
CONVERSATION = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
from support.word_encoder import WordEncoder
import bot.wiring
from bot.cli import main
bot.wiring.load_encoder = lambda settings: WordEncoder()
sys.argv = ["factcontext", "ask"]
main()
"""


def test_every_line_of_a_pipe_is_a_claim_and_blank_ones_are_none(answering: Commands) -> None:
    said = answering.run("ask", stdin=f"{CLAIM}\n\n   \n{OTHER}")
    echoed = [line for line in said.out.splitlines() if line.startswith("> ")]
    assert echoed == [f"> {CLAIM}", f"> {OTHER}"]
    assert said.err == ""


def test_a_conversation_as_json_is_an_object_a_line(answering: Commands) -> None:
    said = answering.run("ask", "--json", stdin=f"{CLAIM}\n{NONSENSE}\n")
    answers = [json.loads(line) for line in said.out.splitlines()]
    assert [answer["claim"] for answer in answers] == [CLAIM, NONSENSE]


def test_a_person_is_greeted_and_prompted_on_the_side(answering: Commands) -> None:
    said = answering.run("ask", stdin=f"{CLAIM}\n", typed=True)
    assert "Ctrl-D ends" in said.err
    assert said.err.count("claim>") == 2
    assert "claim>" not in said.out


def test_a_failed_line_does_not_end_the_conversation(answering: Commands) -> None:
    def fail_once() -> None:
        answering.encoder.before = lambda: None
        raise RuntimeError("the engine stumbled")

    answering.encoder.before = fail_once
    said = answering.run("ask", stdin=f"{CLAIM}\n{OTHER}\n", expect=1)
    assert said.err.startswith("error: ")
    assert [line for line in said.out.splitlines() if line.startswith(">")] == [f"> {OTHER}"]


def test_ctrl_c_at_the_prompt_ends_the_conversation_at_once(answering: Commands) -> None:
    person, terminal = pty.openpty()
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}"}
    with subprocess.Popen(
        [sys.executable, "-c", CONVERSATION],
        env=environment,
        cwd=answering.folder,
        stdin=terminal,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stderr is not None
        said = b""
        while b"claim>" not in said:
            piece = os.read(process.stderr.fileno(), 1_000)
            assert piece, said
            said += piece
        process.send_signal(signal.SIGINT)
        _, rest = process.communicate(timeout=30)
    os.close(person)
    os.close(terminal)
    assert process.returncode == 0
    assert b"Traceback" not in rest
