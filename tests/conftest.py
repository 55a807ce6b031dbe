"""Options and fixtures that every test may use."""

from collections.abc import Generator
from pathlib import Path

import pytest

from tests import virtual_mic as sound_server

REPOSITORY = Path(__file__).parents[1]
SHARED = REPOSITORY.parent / "shared"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--no-skips", action="store_true", help="let a skipped test fail")


def _refuse_skip(report: pytest.TestReport | pytest.CollectReport, config: pytest.Config) -> None:
    expected_to_fail = hasattr(report, "wasxfail")
    if report.skipped and not expected_to_fail and config.getoption("no_skips"):
        reason = report.longrepr[-1] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"no skip is allowed here, and this was skipped: {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    _refuse_skip(report, item.config)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    _refuse_skip(report, collector.config)
    return report


@pytest.fixture(scope="session")
def repository() -> Path:
    """The top of the repository."""
    return REPOSITORY


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of recorded traffic and reference vectors beside the repository."""
    if not SHARED.is_dir():
        pytest.skip(f"needs the recorded traffic in {SHARED}, which is not here")
    return SHARED


@pytest.fixture(scope="session")
def wire(shared: Path) -> Path:
    """The recorded exchanges, one folder each."""
    return shared / "wire"


@pytest.fixture
def virtual_mic() -> Generator[sound_server.VirtualMic, None, None]:
    """A machine with two microphones and a loudspeaker, none of them real."""
    if missing := sound_server.missing():
        pytest.skip(f"needs a sound server of its own; not here: {', '.join(missing)}")
    with sound_server.VirtualMic() as machine:
        yield machine
