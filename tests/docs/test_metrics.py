"""Metrics, their description, the dashboard and the alerts speak of the same things."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
ALERTS = ROOT / "share/catalyst_hub/alerts/catalyst_hub.yaml"
DASHBOARD = ROOT / "share/catalyst_hub/grafana/catalyst_hub.json"
SOURCES = [ROOT / "catalyst_hub/metrics.py", *sorted(ROOT.glob("catalyst_hub/*/metrics.py"))]
PARTS_OF_A_HISTOGRAM = ("_bucket", "_count", "_sum")


def in_code() -> set[str]:
    """As Prometheus stores them: counters end in ``_total``."""
    texts = "".join(source.read_text() for source in SOURCES)
    made = re.findall(r'(\w+)\(\s*"(catalyst_\w+)"', texts)
    assert len(made) > 20
    return {name + ("_total" if kind.startswith("Counter") else "") for kind, name in made}


def in_expression(expression: str) -> set[str]:
    found = re.findall(r"\bcatalyst_\w+", expression)
    return {re.sub(rf"({'|'.join(PARTS_OF_A_HISTOGRAM)})$", "", name) for name in found}


def rules() -> list[dict[str, Any]]:
    return [
        rule for group in yaml.safe_load(ALERTS.read_text())["groups"] for rule in group["rules"]
    ]


def expressions_of_dashboard() -> Iterator[str]:
    dashboard = json.loads(DASHBOARD.read_text())
    for panel in dashboard["panels"]:
        yield from (target["expr"] for target in panel.get("targets", ()))
    for variable in dashboard["templating"]["list"]:
        if variable["type"] == "query":
            yield variable["query"]["query"]


def test_every_metric_is_documented_and_nothing_else_is():
    text = (ROOT / "docs/reference/metrics.md").read_text()
    assert set(re.findall(r"^\| `(catalyst_\w+)` \|", text, re.MULTILINE)) == in_code()


def test_every_metric_has_its_place_on_the_dashboard():
    shown = {
        name for expression in expressions_of_dashboard() for name in in_expression(expression)
    }
    assert shown == in_code()


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule["alert"])
def test_every_alert_is_about_metrics_there_are_and_says_what_to_do(rule):
    named = in_expression(rule["expr"])
    assert named
    assert named <= in_code()
    assert rule["labels"]["severity"] in {"info", "warning", "critical"}
    assert rule["annotations"].keys() == {"summary", "what_to_do"}
    assert len(rule["annotations"]["what_to_do"]) > 30


def promtool(*words: str | Path) -> None:
    call = ["promtool", *words]
    done = subprocess.run(call, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_prometheus_takes_the_alerts():
    promtool("check", "rules", ALERTS)


def test_prometheus_understands_every_panel(tmp_path):
    """As rules, for which it has a checker."""
    plain = [
        re.sub(r"\$__\w+", "5m", expression).replace("$community", "nairobi")
        for expression in expressions_of_dashboard()
        if not expression.startswith("label_values")
    ]
    made = [{"record": f"panel:{number}", "expr": text} for number, text in enumerate(plain)]
    path = tmp_path / "panels.yaml"
    path.write_text(yaml.safe_dump({"groups": [{"name": "panels", "rules": made}]}))
    promtool("check", "rules", path)


def test_alerts_ring_when_they_should_and_not_before(tmp_path):
    """Prometheus itself plays three cases: an enforcer that ends, one that is slow on purpose, and
    a budget that is closed."""
    path = tmp_path / "cases.yaml"
    path.write_text(CASES.replace("ALERTS", str(ALERTS)))
    promtool("test", "rules", path)


CASES = """
rule_files: [ALERTS]
evaluation_interval: 1m
tests:
  - interval: 1m
    input_series:
      - series: 'catalyst_heartbeat_timestamp_seconds{process="enforcer"}'
        values: '0+60x5 300x20'
      - {series: 'catalyst_heartbeat_patience_seconds{process="enforcer"}', values: '180x30'}
      - {series: 'catalyst_heartbeat_patience_seconds{process="observer"}', values: '180x30'}
      - {series: 'catalyst_sessions{community="nairobi",state="running"}', values: '1x30'}
    alert_rule_test:
      - {eval_time: 6m, alertname: CatalystEnforcerAway, exp_alerts: []}
      - eval_time: 12m
        alertname: CatalystEnforcerAway
        exp_alerts:
          - exp_labels: {severity: critical}
            exp_annotations:
              summary: Nobody has enforced limits for 7m 0s.
              what_to_do: >-
                See whether catalyst-culler runs and what its log says, then start it again. Until
                then starts that cost money are refused, and running servers are not stopped at
                their limits.
      - {eval_time: 12m, alertname: CatalystCullerSilent, exp_alerts: []}
  - interval: 1m
    input_series:
      - series: 'catalyst_heartbeat_timestamp_seconds{process="enforcer"}'
        values: '0x4 300x5 600x30'
      - series: 'catalyst_heartbeat_timestamp_seconds{process="observer"}'
        values: '0+60x12 720x30'
      - {series: 'catalyst_heartbeat_patience_seconds{process="enforcer"}', values: '900x40'}
      - {series: 'catalyst_heartbeat_patience_seconds{process="observer"}', values: '180x40'}
    alert_rule_test:
      - {eval_time: 9m, alertname: CatalystEnforcerAway, exp_alerts: []}
      - {eval_time: 22m, alertname: CatalystEnforcerAway, exp_alerts: []}
      - {eval_time: 12m, alertname: CatalystObserverAway, exp_alerts: []}
      - eval_time: 18m
        alertname: CatalystObserverAway
        exp_alerts:
          - exp_labels: {severity: critical}
            exp_annotations:
              summary: Nobody has watched the servers for 6m 0s.
              what_to_do: >-
                See whether catalyst-culler runs and reaches the Hub's API with its token. What is
                charged meanwhile is estimated afterwards, within the time nobody looked.
      - eval_time: 28m
        alertname: CatalystEnforcerAway
        exp_alerts:
          - exp_labels: {severity: critical}
            exp_annotations:
              summary: Nobody has enforced limits for 18m 0s.
              what_to_do: >-
                See whether catalyst-culler runs and what its log says, then start it again. Until
                then starts that cost money are refused, and running servers are not stopped at
                their limits.
  - interval: 1m
    input_series:
      - series: 'catalyst_budget_step{community="nairobi",step="close"}'
        values: '0x3 1x20'
      - series: 'catalyst_budget_step{community="nairobi",step="tell"}'
        values: '1x30'
    alert_rule_test:
      - {eval_time: 5m, alertname: CatalystBudgetClosed, exp_alerts: []}
      - eval_time: 10m
        alertname: CatalystBudgetClosed
        exp_alerts:
          - exp_labels: {severity: info, community: nairobi, step: close}
            exp_annotations:
              summary: The budget of nairobi admits no new servers.
              what_to_do: >-
                Its champions have been told. If it is meant to go on, pay in credit, or raise the
                budget in the communities file.
      - {eval_time: 12m, alertname: CatalystCullerSilent, exp_alerts: [
          {exp_labels: {severity: warning}, exp_annotations: {
            summary: "catalyst-culler tells Prometheus nothing.",
            what_to_do: "See whether it runs, whether it was started with --metrics-port, and
              whether the token of Prometheus has the scope read:metrics. The alerts on budgets,
              mail and homes are blind until then."}}]}
"""
