"""Nothing that leaves carries an identity number, however it is written there; everything else stays as it is."""

import json
from urllib.parse import quote, unquote

from hypothesis import given
from hypothesis import strategies as st

from filrydd.stages.masking import shown, shown_in
from tests.reading import number

NUMBER = number()
WRITTEN = [NUMBER, f"{NUMBER[:6]} {NUMBER[6:]}", f"{NUMBER[:6]}-{NUMBER[6:]}", number(kind=4)]


def holds(text: str) -> bool:
    digits = "".join(letter for letter in unquote(text) if letter.isdigit())
    return any("".join(filter(str.isdigit, one)) in digits for one in WRITTEN)


def test_a_number_in_a_path_is_asterisks() -> None:
    for one in WRITTEN:
        assert not holds(shown(f"Klager/søknad {one}.docx"))
        assert shown(f"Klager/søknad {one}.docx").startswith("Klager/søknad *")


def test_a_number_in_an_address_is_masked_and_the_rest_of_it_kept() -> None:
    for one in WRITTEN:
        address = f"https://contoso.sharepoint.com/sites/a/{quote(f'søknad {one}.docx')}?web=1&x=%2F"
        masked = shown(f"It is now at {address}.")
        assert not holds(masked)
        assert masked.startswith("It is now at https://contoso.sharepoint.com/sites/a/s%C3%B8knad%20*")
        assert masked.endswith(".docx?web=1&x=/.")


def test_an_address_without_a_number_stays_to_the_letter() -> None:
    address = "https://contoso.sharepoint.com/sites/a/s%c3%b8knad%20100%25.docx?x=%2F"
    assert shown(address) == address


def test_numbers_that_are_numbers_stay_in_json() -> None:
    counted = {"bytes": int(NUMBER), "path": f"a/{NUMBER}.txt", "more": [{"to": (f"{NUMBER}",)}, None, True]}
    assert shown_in(counted)["bytes"] == int(NUMBER)
    assert NUMBER not in json.dumps(shown_in({**counted, "bytes": 0}))


def test_a_digest_stays_whole_though_digits_in_it_check_out() -> None:
    digest = f"605d9a69e35f{NUMBER}b63c2b52b46e592d91453d8c6844b6c4b3a6a0cda"
    assert len(digest) == 64
    assert shown(f"Ledger: {digest}") == f"Ledger: {digest}"
    assert shown(f"{digest} a/{NUMBER}.txt {digest}.") == f"{digest} a/***********.txt {digest}."
    assert NUMBER not in shown(digest[:40]) and NUMBER not in shown(f"x{digest}")


@given(st.text(max_size=60))
def test_what_was_masked_once_stays_as_it_is(text: str) -> None:
    assert shown(shown(text)) == shown(text)
