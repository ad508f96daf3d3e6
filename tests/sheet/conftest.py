"""An area whose move list goes out and comes back."""

from collections.abc import Callable

import pytest

from tests.areas import Area
from tests.sheet.lists import TREE, full_area


@pytest.fixture
def area(make_area: Callable[..., Area]) -> Area:
    return full_area(make_area(TREE))
