"""A gateway for each test: one process, emptied in between, started again where one ended it."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.gateway.gateway import Gateway, Process
from tests.gateway.installed import NotInstalled, install


@pytest.fixture(scope="session")
def gateway_packages() -> None:
    """The npm packages; only tests marked `gateway` may ask for them."""
    try:
        install()
    except NotInstalled as error:
        pytest.fail(str(error), pytrace=False)


@pytest.fixture(scope="session")
def gateway_process(
    gateway_packages: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Process]:
    """One process for all tests that do not mind; it is running."""
    process = Process(tmp_path_factory.mktemp("gateway"))
    process.start()
    yield process
    process.kill()


@pytest.fixture
async def gateway(gateway_process: Process) -> AsyncIterator[Gateway]:
    """A gateway with nobody in it, that a test may stop, freeze and break."""
    if not gateway_process.is_running:
        gateway_process.start()
    async with Gateway(gateway_process) as gateway:
        await gateway.reset()
        yield gateway
        if gateway_process.is_running:
            gateway.thaw()


@pytest.fixture
def absent_gateway(gateway_packages: None, tmp_path: Path) -> Iterator[Process]:
    """One that has ports of its own and does not run until it is told to."""
    process = Process(tmp_path / "gateway")
    process.start()
    process.kill()
    yield process
    process.kill()
