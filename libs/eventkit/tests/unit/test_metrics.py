"""Every name is declared once and shows up; nothing else can."""

from typing import get_args

from eventkit import metrics


def test_every_declared_name_is_defined() -> None:
    assert set(get_args(metrics.Name)) == set(metrics._METRICS)


def test_values_are_shown() -> None:
    before = metrics.value("published")
    metrics.count("published", 3)
    metrics.gauge("outbox_depth", 7)
    metrics.observe("request_seconds", 0.02, route="/v1/x", method="GET", status="200")
    assert metrics.value("published") == before + 3
    shown = metrics.render().decode()
    assert "bina_outbox_depth 7.0" in shown
    assert 'bina_request_seconds_count{method="GET",route="/v1/x",status="200"}' in shown


def test_quiet_process_shows_zero() -> None:
    assert "bina_lag_records " in metrics.render().decode()


def test_no_label_could_hold_a_tenant() -> None:
    labels = {label for metric in metrics._METRICS.values() for label in metric.labels}
    assert labels == {"route", "method", "status", "code"}
