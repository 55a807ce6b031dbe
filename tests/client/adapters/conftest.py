"""Spans and metrics, collected for one test."""

from collections.abc import Iterator

import pytest

from tests.client.adapters.collected_telemetry import Telemetry


@pytest.fixture
def telemetry() -> Iterator[Telemetry]:
    telemetry = Telemetry()
    yield telemetry
    telemetry.tracers.shutdown()
    telemetry.meters.shutdown()
