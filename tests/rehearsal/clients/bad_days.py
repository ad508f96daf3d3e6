"""A fault file for days on which SharePoint is busy, with waits that a test can afford."""

import json
from pathlib import Path


def busy(file: Path, often: int = 1) -> Path:
    """Write a fault file.

    A small budget is used up at once and is raised after some seconds; refusals by it say nothing of how long to wait, since
    a minute is too long here. A few others by chance say a second, also in lower-case letters, as 429 and as 503; so many
    times as `often` where there are fewer requests.
    """
    by_chance = {"on": ["session", "upload", "fragment", "change", "list", "get"], "seconds": 1}
    said = {
        "seed": 11,
        "throttle": {
            "minute": 300,
            "retry_after": "missing",
            "then": [
                {"after_seconds": 2, "minute": 10**6},
                {"after_seconds": 3, "minute": 1},
                {"after_seconds": 1, "minute": 10**6},
            ],
        },
        "faults": [
            {"fault": "too_many_requests", "share": 0.0006 * often, "retry_after": "told", **by_chance},
            {"fault": "too_many_requests", "share": 0.0004 * often, "retry_after": "lower-case", **by_chance},
            {"fault": "unavailable", "share": 0.0005 * often, **by_chance},
        ],
    }
    # JSON is YAML too.
    file.write_text(json.dumps(said), encoding="utf-8")
    return file
