"""What goes wrong at the tenant is told once, in words, with what to do next."""

import subprocess
import sys

import pytest

from filrydd.cli import entry
from filrydd.cli.upload import _took
from filrydd.errors import TenantError, TenantRefused
from filrydd.lang import speaking
from filrydd.stages.upload import Uploaded
from filrydd.targets.tenant import ItemTrouble

LOGGING = """
import logging
from filrydd.cli.entry import run
run(["--version"])
for library in ("azure.identity._internal", "msal.application"):
    logging.getLogger(library).warning("the tenant's raw answer")
logging.getLogger("asyncio").error("a fault that nobody caught")
"""


def test_what_the_sign_in_library_logs_is_not_printed_beside_our_own_sentence() -> None:
    said = subprocess.run([sys.executable, "-c", LOGGING], capture_output=True, text=True, check=True)
    assert "raw answer" not in said.stderr
    # Only theirs: a fault must not be hidden.
    assert said.stderr.strip() == "a fault that nobody caught"


def test_no_access_says_where_the_missing_permission_is_named() -> None:
    with speaking("en"):
        refused = entry._known(ItemTrouble("accessDenied", 403, "Access denied"))
        other = entry._known(ItemTrouble("resourceLocked", 423))
    assert isinstance(refused, TenantRefused) and "filrydd tenant check" in refused.next
    assert refused.exit_code == 1
    assert type(other) is TenantError and "filrydd tenant check" not in other.next


@pytest.mark.parametrize(("waited", "told"), [(0.4, False), (30.0, True)])
def test_a_wait_is_told_when_it_was_one(waited: float, told: bool) -> None:
    done = Uploaded("felles", 1, 0, 0, 1, 1, 0, 60.0, (), 0, waited=waited)
    with speaking("en"):
        said = _took(done, 40.0)
    assert said.startswith("The forecast was 40 s, it took 60 s.")
    assert ("30 s of it something waited" in said) is told
    # It waits by itself too, long before SharePoint has to ask.
    assert "asked" not in said
