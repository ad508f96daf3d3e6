"""The page that says why one file has its fate, rule by rule."""

from starlette.requests import Request
from starlette.responses import Response

from filrydd.lang import _, language
from filrydd.lang.words import finding, rule_name
from filrydd.policy.describing import describe
from filrydd.stages import explain as stage
from filrydd.web import templates, views
from filrydd.web.access import at
from filrydd.web.addresses import part_address
from filrydd.web.refusals import no_part


class Why:
    """The page."""

    def page(self, request: Request) -> Response:
        """Why: the ruling of the file with that number, if it belongs to the part."""
        here = at(request)
        number = request.query_params.get("file", "")
        if not here.part:
            return no_part(request)
        part = here.part
        is_number = number.isascii() and number.isdigit() and len(number) < 19
        found = stage.of_file(here.work, part, int(number)) if is_number else None
        if found is None or (rule := found.stored or found.today) is None:
            return templates.page(
                request,
                "refusal.html",
                404,
                title=_("There is no such file"),
                sentence=_("It may have been deleted or moved since the page was made."),
                back=part_address(here.area, part),
            )
        return templates.page(
            request,
            "why.html",
            part=part,
            back_to=part_address(here.area, part),
            found=found,
            rule=rule,
            title=views.fate_title(rule.fate),
            findings=[finding(*one) for one in found.findings],
            reason=rule.reason.read_in(language()),
            asked=_until_decided(found.rules),
            blocks=[one for one in found.blocks if one.answer is not False],
            fate_title=views.fate_title,
            rule_name=rule_name,
            describe=describe,
        )


def _until_decided(rules: tuple[stage.Asked, ...]) -> list[stage.Asked]:
    """The rules as far as they were asked: those after the first that is not denied play no part."""
    asked: list[stage.Asked] = []
    for one in rules:
        asked.append(one)
        if one.answer is not False:
            break
    return asked
