"""What must hold for a department's own wording: it stands in for a text that is shown, with the same placeholders."""

import re
from collections.abc import Iterator

from filrydd.lang import LANGUAGES, _, texts
from filrydd.policy.nearest import nearest
from filrydd.policy.wording import Complaint
from filrydd.policy.yaml_lines import Tree, mapping

_PLACEHOLDER = re.compile(r"\{\w+\}")


def check_wording(tree: dict[str, Tree]) -> Iterator[Complaint]:
    """Texts that nobody is ever shown, and placeholders that are missing or made up: they would fill in nothing."""
    for language in LANGUAGES:
        written = mapping(mapping(tree.get("wording")).get(language))
        known = texts(language) if written else frozenset()
        for shown, instead in written.items():
            loc = ("wording", language, shown)
            if shown not in known:
                message = _("No page shows this text.")
                if near := nearest(shown, tuple(known)):
                    message += " " + _('Did you mean "{word}"?').format(word=near)
                yield Complaint(loc, True, message)
            elif isinstance(instead, str) and set(_PLACEHOLDER.findall(shown)) != set(_PLACEHOLDER.findall(instead)):
                words = ", ".join(sorted(set(_PLACEHOLDER.findall(shown)))) or _("none")
                message = _("The text must have the same words in braces: {words}.").format(words=words)
                yield Complaint(loc, False, message)
