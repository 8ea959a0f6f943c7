"""The examples for operators name settings, paths and figures that exist."""

from __future__ import annotations

import configparser
import json
import re
from pathlib import Path

import pytest
import yaml

from bot.config import Settings, variable
from bot.metrics import Metrics

ROOT = Path(__file__).resolve().parents[1]
DEPLOY = ROOT / "deploy"
FILES = [*sorted(DEPLOY.iterdir()), ROOT / "compose.yaml", ROOT / "Dockerfile"]
VARIABLES = {variable(name) for name in Settings.model_fields} | {"FACTCONTEXT_CONFIG"}


def figures() -> set[str]:
    """Every name that a scrape may bring."""
    metrics = Metrics()
    for path in (ROOT / "bot").rglob("*.py"):
        for name in re.findall(r"\.watch\(\s*\"(\w+)\"", path.read_text()):
            metrics.watch(name, "", lambda: 0.0)
    metrics.update("message")
    metrics.telegram_error("TimedOut")
    metrics.took("whole", 0.1)
    lines = metrics.exposition().decode().splitlines()
    return {re.split(r"[{ ]", line)[0] for line in lines if not line.startswith("#")}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_setting_in_an_example_exists(path: Path) -> None:
    named = set(re.findall(r"(?:FACTCONTEXT|TELEGRAM)_[A-Z_]+[A-Z]", path.read_text()))
    assert named - VARIABLES == set()


@pytest.mark.parametrize("name", ["grafana-dashboard.json", "factcontext.rules.yml"])
def test_every_figure_in_an_example_is_measured(name: str) -> None:
    text = (DEPLOY / name).read_text()
    named = set(re.findall(r"\bfactcontext_\w+", text))
    assert len(named) >= 4
    assert named - figures() == set()


def test_the_dashboard_shows_every_figure_that_is_measured() -> None:
    text = (DEPLOY / "grafana-dashboard.json").read_text()
    kinds = {re.sub(r"_(total|created|bucket|sum|count)$", "", name) for name in figures()}
    assert [kind for kind in sorted(kinds) if kind not in text] == []
    panels = json.loads(text)["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    places = [tuple(panel["gridPos"][key] for key in "xy") for panel in panels]
    assert len(set(places)) == len(places)


def test_stages_and_strengths_that_examples_ask_for_exist() -> None:
    from index.model import Strength
    from index.observing import Step

    text = "".join(path.read_text() for path in FILES)
    assert set(re.findall(r'stage=\\?"(\w+)\\?"', text)) <= {*Step}
    assert set(re.findall(r'strength=\\?"(\w+)\\?"', text)) <= {*Strength}


@pytest.mark.parametrize("name", ["prometheus.yml", "factcontext.rules.yml"])
def test_examples_for_prometheus_are_yaml(name: str) -> None:
    loaded = yaml.safe_load((DEPLOY / name).read_text())
    assert loaded
    if "groups" in loaded:
        rules = [rule for group in loaded["groups"] for rule in group["rules"]]
        assert all(rule["expr"] and rule["annotations"]["summary"] for rule in rules)


def test_the_unit_starts_a_command_that_exists_and_hides_what_it_does_not_need() -> None:
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign] # names keep their capitals
    unit.read(DEPLOY / "factcontext.service")
    service = unit["Service"]
    assert service["ExecStart"].endswith("/factcontext serve")
    assert "-HUP" in service["ExecReload"]
    assert service["ProtectSystem"] == "strict"
    assert service["NoNewPrivileges"] == "true"
    shutdown = Settings.model_fields["shutdown_timeout_s"].default
    assert float(service["TimeoutStopSec"]) > shutdown


@pytest.mark.parametrize("name", ["Caddyfile", "nginx.conf"])
def test_a_proxy_hands_on_one_address_and_keeps_figures_and_paths_to_itself(name: str) -> None:
    text = (DEPLOY / name).read_text()
    assert text.count("{") == text.count("}")
    assert "8080" in text
    assert all(word in text for word in ("metrics", "healthz", "readyz", "404"))
    assert re.search(r"X-Forwarded-For (\{remote_host\}|\$remote_addr)", text)
    assert "access_log off" in text or "No access log" in text


def test_a_proxy_lets_through_at_one_address_what_an_operator_may_send() -> None:
    most_mib = Settings.model_fields["upload_max_mib"].default
    (nginx,) = re.findall(
        r"location = /operate/load \{\s+client_max_body_size (\d+)m;",
        (DEPLOY / "nginx.conf").read_text(),
    )
    assert int(nginx) > most_mib
    (caddy,) = re.findall(
        r"request_body @upload \{\s+max_size (\d+)MB", (DEPLOY / "Caddyfile").read_text()
    )
    assert int(caddy) * 1_000_000 > (most_mib + 1) * 1024**2
    assert "client_max_body_size 2m;" in (DEPLOY / "nginx.conf").read_text()
    # Without a bound of its own, nginx takes one mebibyte: less than most archives.
    (below_a_path,) = re.findall(
        r"client_max_body_size (\d+)m;", (ROOT / "docs" / "web.md").read_text()
    )
    assert int(below_a_path) > most_mib


def test_the_image_has_two_stages_no_root_and_a_health_check() -> None:
    text = (ROOT / "Dockerfile").read_text()
    assert len(re.findall(r"^FROM ", text, re.MULTILINE)) == 2
    assert text.index("\nUSER factcontext") < text.index("\nENTRYPOINT")
    assert "HEALTHCHECK" in text
    # The settings file of the folder where a command runs outlives the container.
    assert {"WORKDIR /data", "VOLUME /data"} <= set(text.splitlines())
    service = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]["bot"]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
