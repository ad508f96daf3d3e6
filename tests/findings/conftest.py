"""The two halves of the labelled sample of names."""

from pathlib import Path

import pytest

from tests.findings.sample import Folder, read_sample


@pytest.fixture(scope="session")
def held_out() -> list[Folder]:
    return read_sample(Path(__file__).with_name("versions_held_out.txt"))


@pytest.fixture(scope="session")
def tuning() -> list[Folder]:
    return read_sample(Path(__file__).with_name("versions_tuning.txt"))
