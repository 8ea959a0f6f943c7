"""What a soak showed: a table for people, and a picture."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from rich import box
from rich.console import Console
from rich.table import Table
from support.telegram.messages import Message
from support.telegram.world import Call

from benchmarks.soak.ledger import Deed, Outcome, Prompt, outcome, standing, strays, unsaid
from benchmarks.soak.run import Soaked
from benchmarks.soak.served import Sample

_WARM = 0.5
"""Share of a run of the bot that passes before its memory is looked at."""
_PROMPTS = ("answered", "too late", "excused", "wrong")
_WRITES = ("sendMessage", "editMessageText", "editMessageReplyMarkup", "deleteMessage")


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """A soak, judged."""

    outcomes: dict[str, Counter[Outcome]]
    """By kind of deed."""
    delays_s: dict[str, list[float]]
    """By kind of deed, to the call that brought the answer."""
    prompts: dict[str, Counter[str]]
    strays: list[Message]
    unsaid: int
    violations: list[str]
    most_in_a_second: int
    """Calls that write, into all chats together."""
    growth_mib_per_min: dict[int, float]
    """By run of the bot."""

    @property
    def faults(self) -> int:
        """How much went wrong that must not."""
        wrong = set(Outcome) - {Outcome.RIGHT, Outcome.EXCUSED, Outcome.UNKNOWN_FATE}
        counted = sum(found[one] for found in self.outcomes.values() for one in wrong)
        unanswered = sum(p["wrong"] for p in self.prompts.values())
        return counted + len(self.strays) + self.unsaid + unanswered + len(self.violations)


def judge(soaked: Soaked) -> Findings:
    """Compare what came with what should have come."""
    outcomes: dict[str, Counter[Outcome]] = {}
    delays: dict[str, list[float]] = {}
    world = soaked.telegram.world
    arrived = {
        (call.parameters["chat_id"], call.result["message_id"]): call.at
        for call in world.calls("sendMessage")
        if call.result
    }
    for deed in soaked.ledger.deeds:
        found = outcome(deed, soaked.weather.unheard)
        outcomes.setdefault(deed.kind, Counter())[found] += 1
        if found is Outcome.RIGHT and deed.shows is not None:
            delays.setdefault(deed.kind, []).append(_delay(deed, arrived))
    return Findings(
        outcomes=outcomes,
        delays_s=delays,
        prompts=_prompts(soaked.ledger.prompts),
        strays=strays(world, soaked.ledger, soaked.weather.unheard),
        unsaid=unsaid(world, soaked.ledger, soaked.weather.unheard),
        violations=list(world.violations),
        most_in_a_second=_most_in_a_second(world.calls()),
        growth_mib_per_min=_growth(soaked.served.samples),
    )


def _delay(deed: Deed, arrived: dict[tuple[int, int], float]) -> float:
    (answer,) = standing(deed)
    return max(0.0, arrived[answer.chat.id, answer.id] - deed.at)


def _prompts(prompts: Sequence[Prompt]) -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = {}
    for prompt in prompts:
        found.setdefault(prompt.kind, Counter())[prompt.reply] += 1
    return found


def _most_in_a_second(calls: Sequence[Call]) -> int:
    times = np.array([call.at for call in calls if call.method in _WRITES])
    ends = np.searchsorted(times, times + 1.0)
    return int((ends - np.arange(len(times))).max(initial=0))


def _growth(samples: Sequence[Sample]) -> dict[int, float]:
    """MiB a minute by which each run of the bot grew, once it was warm."""
    found = {}
    for run in sorted({sample.run for sample in samples}):
        own = [sample for sample in samples if sample.run == run]
        warm = own[int(_WARM * len(own)) :]
        minutes = np.array([sample.at for sample in warm]) / 60
        if len(warm) > 1:
            found[run] = float(np.polyfit(minutes, [s.own_mib for s in warm], 1)[0])
    return found


def tell(soaked: Soaked, findings: Findings, out: Console) -> None:
    """Print the tables, in Markdown."""
    columns = [str(one) for one in Outcome]
    table = Table("what people did", "times", *columns, "median, s", "99 %, s", box=box.MARKDOWN)
    for kind, found in sorted(findings.outcomes.items()):
        delays = findings.delays_s.get(kind, [])
        table.add_row(kind, str(found.total()), *_counts(found), *_spread(delays))
    every: Counter[Outcome] = sum(findings.outcomes.values(), Counter())
    delays = [delay for some in findings.delays_s.values() for delay in some]
    table.add_row("all", str(every.total()), *_counts(every), *_spread(delays))
    out.print(table)
    second = Table("pressed or typed", "times", *_PROMPTS, box=box.MARKDOWN)
    for kind, counted in sorted(findings.prompts.items()):
        row = (counted[name] for name in _PROMPTS)
        second.add_row(kind, str(counted.total()), *map(str, row))
    out.print(second)
    for name, value in _figures(soaked, findings):
        out.print(f"{name}: {value}", highlight=False)


def story(soaked: Soaked, findings: Findings) -> str:
    """Of each deed with another outcome than the right one: every call about its chat."""
    parts = [
        f"stray in {one.chat.type} {one.chat.id}: {one.text[:60]!r}" for one in findings.strays
    ]
    for deed in soaked.ledger.deeds:
        found = outcome(deed, soaked.weather.unheard)
        if found is Outcome.RIGHT:
            continue
        chat, ids = deed.messages[0].chat, [message.id for message in deed.messages]
        minute = (deed.at - soaked.began) / 60
        parts.append(f"{deed.kind}, {found}, minute {minute:.2f}, {chat.type} {chat.id}, {ids}")
        parts.append(f"  wanted: {deed.shows}")
        parts += [f"  stands: {m.id} {m.text[:60]!r}" for m in standing(deed)]
        parts += [
            f"  {call.at - deed.at:+8.2f} s {call.method} {call.status} {call.description}"
            f" {call.parameters.get('text', '')[:40]!r}"
            for call in soaked.telegram.world.calls(chat_id=chat.id)
            if call.method != "sendChatAction" and call.at > deed.at - 5
        ]
    return "\n".join(parts)


def _counts(found: Counter[Outcome]) -> list[str]:
    return [str(found[one]) if found[one] else "·" for one in Outcome]


def _spread(delays: Sequence[float]) -> tuple[str, str]:
    if len(delays) < 2:
        return "", ""
    return f"{median(delays):.1f}", f"{quantiles(delays, n=100)[98]:.1f}"


def _figures(soaked: Soaked, findings: Findings) -> list[tuple[str, object]]:
    plan, world = soaked.plan, soaked.telegram.world
    growth = ", ".join(f"{rate:+.2f}" for rate in findings.growth_mib_per_min.values())
    weather = ", ".join(f"{kind} {count}" for kind, count in soaked.weather.counts.items())
    return [
        ("chats", f"{plan.chats}, {plan.minutes:g} minutes, seed {plan.seed}"),
        ("updates", world.updates.pushed),
        ("calls of the bot", len(world.calls())),
        ("faults", weather),
        ("messages that nobody asked for where they stand", len(findings.strays)),
        ("texts on request that did not come", findings.unsaid),
        ("against the Bot API's types", len(findings.violations)),
        ("calls into flooded chats", soaked.weather.ignored_floods),
        ("most messages, edits and deletions in a second", findings.most_in_a_second),
        ("back after the kill", f"{soaked.back_after_s:.1f} s"),
        ("memory before and after the kill, MiB a minute", growth),
        ("exit code", soaked.exit_code),
    ]


def draw(soaked: Soaked, findings: Findings, path: Path) -> None:
    """Memory and delays over time, with the moment of the kill."""
    figure = Figure(figsize=(9, 5.5), layout="constrained")
    above, below = figure.subplots(2, 1, sharex=True)
    _draw_delays(above, soaked, findings)
    samples = [sample for sample in soaked.served.samples if sample.at >= soaked.began]
    for run in sorted({sample.run for sample in samples}):
        own = [sample for sample in samples if sample.run == run]
        minutes = [(sample.at - soaked.began) / 60 for sample in own]
        below.plot(minutes, [sample.own_mib for sample in own], color="#2a6f97")
    below.set(xlabel="minutes", ylabel="the bot's memory, MiB")
    below.set_ylim(bottom=0)
    for axes in (above, below):
        for at in soaked.served.kills:
            axes.axvline((at - soaked.began) / 60, color="#b23a48", linestyle="--", linewidth=1)
        axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, dpi=110)


def _draw_delays(axes: Any, soaked: Soaked, findings: Findings) -> None:  # noqa: ANN401 - matplotlib's
    counted = sum((Counter(found) for found in findings.outcomes.values()), Counter())
    arrived = {
        (call.parameters["chat_id"], call.result["message_id"]): call.at
        for call in soaked.telegram.world.calls("sendMessage")
        if call.result
    }
    points = [
        ((deed.at - soaked.began) / 60, _delay(deed, arrived))
        for deed in soaked.ledger.deeds
        if deed.shows is not None and outcome(deed, soaked.weather.unheard) is Outcome.RIGHT
    ]
    axes.scatter(*zip(*points, strict=True), s=4, alpha=0.4, linewidths=0, color="#2a6f97")
    axes.set_yscale("symlog", linthresh=1)
    axes.set_ylabel("seconds to the answer")
    lost, twice = counted[Outcome.LOST], counted[Outcome.TWICE]
    axes.set_title(
        f"{soaked.plan.chats:,} chats, {counted.total():,} deeds: {lost} lost, {twice} twice;"
        " dashed: killed and started again",
        loc="left", fontsize=10,
    )  # fmt: skip
