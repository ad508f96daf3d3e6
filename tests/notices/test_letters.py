"""What a message says, and that it is one message with one recipient and one subject, whatever names are made of."""

import re
from datetime import date, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import parsedate_to_datetime

import icalendar
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from filrydd.errors import BadUsage
from filrydd.lang import speaking, worded
from filrydd.model.department import Person, Reviewing
from filrydd.notices import wording
from filrydd.notices.due import As, Due
from filrydd.notices.letter import About, Letter, letters
from filrydd.notices.lines import address, one_line, web_address
from filrydd.notices.message import compose, sender
from filrydd.notices.state import Asked, Kind, PassedOn, Progress, Standing
from tests.notices.people import BERIT, FRIDAY, KARI, MONDAY, NOW, OLA, SENDER, about, letter, part, standing
from tests.reading import number

HOSTILE = [
    "Kari\r\nBcc: other@example.no",
    "Kari\n\nA body of my own",
    "\u202egnp.exe",
    "Å" * 10_000,
    '"<a@b>, x@y"',
    "=?utf-8?q?=0D=0ABcc=3A_other=40example=2Eno?=",
    "Kari\u2028Bcc: other@example.no",
    "a\x85b\x0bc\x0cd\x1ce\ud800f",
    "a" * 998,
    "(comment) <x@y>;",
]
NAMES = st.text(max_size=400) | st.sampled_from(HOSTILE) | st.text("\r\n:<>@,;\"'=? \u202e\u2028ab", max_size=80)
HEADERS = [
    "From", "To", "Reply-To", "Subject", "Date", "Message-ID", "Auto-Submitted", "X-Auto-Response-Suppress",
    "Content-Language", "MIME-Version", "Content-Type",
]  # fmt: skip


def read(message: EmailMessage) -> EmailMessage:
    parsed = message_from_bytes(message.as_bytes(), policy=default)
    assert isinstance(parsed, EmailMessage)
    return parsed


def body(message: EmailMessage) -> str:
    found = message.get_body(("plain",))
    assert found is not None
    return str(found.get_content())


def entry(message: EmailMessage) -> icalendar.Event:
    (attached,) = message.iter_attachments()
    calendar = icalendar.Calendar.from_ical(attached.get_content())
    (event,) = calendar.walk("VEVENT")
    return event


@given(NAMES, NAMES, NAMES, NAMES, NAMES)
@example(*HOSTILE[:5])
@example(*HOSTILE[5:])
def test_any_names_make_one_recipient_one_subject_and_no_header_of_their_own(
    person: str, owner: str, name: str, department: str, area: str
) -> None:
    to = Person(person, KARI.email)
    of = standing(part(name, contact=to, owner=Person(owner, BERIT.email), deputies=(Person(owner, OLA.email),)))
    common = About("x/y", department, area, Reviewing(FRIDAY), MONDAY, "", Person(owner, BERIT.email))
    parsed = read(compose(common, letter(of, to), SENDER, NOW))
    assert sorted(parsed.keys()) == sorted(HEADERS)
    (recipient,) = parsed["To"].addresses
    assert recipient.addr_spec == KARI.email
    assert [one.addr_spec for one in parsed["Reply-To"].addresses] == [BERIT.email]
    assert [one.addr_spec for one in parsed["From"].addresses] == [SENDER.email]
    assert len(parsed["Subject"]) < 600
    assert not re.search("[\x00-\x1f\u202a-\u202e\u2028\u2029]", parsed["Subject"] + recipient.display_name)
    # And no line is longer than a server must take (RFC 5321 4.5.3.1.6), or of another alphabet than ASCII.
    assert all(
        len(line) <= 998 and line.isascii()
        for line in compose(common, letter(of, to), SENDER, NOW).as_bytes().split(b"\r\n")
    )
    event = entry(parsed)
    assert event.decoded("dtstart") == FRIDAY


@given(NAMES | st.emails() | st.from_regex(r"[^@]{1,20}@[^@]{1,20}"))
@example("kari@example.no\r\nBcc: x@y.no")
@example("a,b@c")
@example("a@b\n")
@example(" kari@example.no ")
def test_an_address_either_reaches_just_that_mailbox_or_nobody(text: str) -> None:
    to = Person("Kari", text)
    found = address(text)
    if not found:
        return
    parsed = read(compose(about(), letter(standing(part(contact=to)), to), SENDER, NOW))
    assert [one.addr_spec for one in parsed["To"].addresses] == [found]
    assert found.isascii() and found.count("@") == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("kari.nordmann@example.no", "kari.nordmann@example.no"),
        ("kari@blåbær.no", "kari@xn--blbr-roah.no"),
        ("kåri@example.no", ""),
        ("a@b@c", ""),
        (".kari@example.no", ""),
        ("kari@-example.no", ""),
        ("kari@" + "a" * 300, ""),
        ("k" * 65 + "@example.no", ""),
        ('"kari, ola"@example.no', ""),
    ],
)
def test_only_plain_addresses_are_written_to(text: str, expected: str) -> None:
    assert address(text) == expected


@given(NAMES)
def test_a_name_is_one_short_line_and_stays_it(text: str) -> None:
    line = one_line(text)
    assert len(line) <= 120
    assert line.isprintable()
    assert one_line(line) == line


def test_an_identity_number_in_a_name_is_masked() -> None:
    found = number()
    for written in (found, f"{found[:6]} {found[6:]}"):
        of = standing(part(f"Søknad {written}"))
        whole = compose(about(), letter(of), SENDER, NOW)
        assert found[6:] not in whole["Subject"] + body(read(whole))
        assert "******" in whole["Subject"]


@pytest.mark.parametrize(
    "text", ["javascript:alert(1)", "https://x y", "https://a@b.no", "ftp://x", "https://x\r\ny", "x" * 600]
)
def test_what_is_no_address_of_a_page_is_refused(text: str) -> None:
    with pytest.raises(BadUsage):
        web_address(text)


def test_an_address_of_a_page_is_taken_as_it_is() -> None:
    for text in ("https://filrydd.example.no", "https://filrydd.example.no/mine?x=1", "http://localhost:8000/"):
        assert web_address(text) == text


def test_a_contact_reads_how_far_they_are_until_when_and_where() -> None:
    of = Standing(part(deputies=(OLA,)), Asked.CONTACT, MONDAY, progress=Progress(3, 5))
    with speaking("en"):
        said = wording.text(about(link="https://filrydd.example.no"), letter(of))
    assert said == (
        "Hello Kari Nordmann,\n\n"
        "The old file area felles in Regnskap is to be tidied and moved to\n"
        "SharePoint. Please look through what is proposed, change what is wrong,\n"
        "and sign it.\n\n"
        "The deadline is Friday 18 December 2026. There are 18 days left.\n\n"
        "How far it has come:\n\n"
        "- bilag: 3 of 5 portions are done\n\n"
        "Open it here:\nhttps://filrydd.example.no\n\n"
        "When you are away, these stand in for you: Ola Lunde.\n\n"
        "If you have questions, answer this message. Berit Bakken reads it."
    )


@pytest.mark.parametrize(
    ("of", "expected"),
    [
        (standing(), "bilag: it is not signed yet"),
        (Standing(part(), Asked.CONTACT, MONDAY, changed=True), "it was signed, and something has changed since"),
        (Standing(part(), Asked.CONTACT, MONDAY, partly=True), "it is signed, but not for all of it"),
        (Standing(part(), Asked.MANAGER, MONDAY), "one signature is missing"),
        (Standing(part(), Asked.CONTACT, MONDAY, progress=Progress(5, 5)), "all portions are looked through"),
    ],
)
def test_how_far_a_part_is_is_said_in_words(of: Standing, expected: str) -> None:
    with speaking("en"):
        assert expected in wording.text(about(), letter(of)).replace("\n  ", " ")


def test_a_deadline_that_is_over_is_told_without_blame_and_without_an_entry() -> None:
    common = about(day=FRIDAY + timedelta(days=3))
    with speaking("en"):
        message = read(compose(common, letter(kind=Kind.PASSED), SENDER, NOW))
    assert message["Subject"] == "Regnskap: the deadline for felles, bilag was Friday 18 December 2026"
    assert "The deadline was Friday 18 December 2026. It can still be done." in body(message)
    assert "late" not in body(message)
    assert list(message.iter_attachments()) == []


def test_without_a_deadline_none_is_told_and_without_a_link_the_message_says_who_to_ask() -> None:
    with speaking("en"):
        message = read(compose(about(deadline=None), letter(), SENDER, NOW))
    assert message["Subject"] == "Regnskap: felles, bilag is to be looked through"
    assert "eadline" not in body(message)
    assert "Ask Berit Bakken for the link to it." in body(message)
    assert list(message.iter_attachments()) == []


def test_who_stands_in_and_who_is_asked_read_why_they_are_told() -> None:
    of = Standing(part(), Asked.CONTACT, MONDAY, passed_on=(PassedOn(OLA, KARI.name, MONDAY, 2),))
    with speaking("en"):
        assert "You stand in for Kari Nordmann." in wording.text(about(), letter(of, OLA, As.DEPUTY))
        asked = letter(of, OLA, As.ASKED, Kind.PASSED_ON)
        assert "Kari Nordmann asks you to decide about 2 groups of files." in wording.text(about(), asked)
        assert wording.subject(about(), asked) == "Regnskap: you are asked to decide about files in felles, bilag"
        second = Standing(part(), Asked.MANAGER, MONDAY)
        assert "you are asked to sign it too" in wording.text(about(), letter(second, BERIT, As.SECOND)).replace(
            "\n", " "
        )


def test_five_parts_of_one_contact_are_one_message() -> None:
    dues = [Due(standing(part(f"part {n}")), KARI, As.CONTACT, Kind.WEEKLY, MONDAY) for n in range(5)]
    (one,) = letters("x", dues)
    with speaking("en"):
        assert wording.subject(about(), one) == "Regnskap: felles is to be looked through by Friday 18 December 2026"
        assert all(f"- part {n}: it is not signed yet" in wording.text(about(), one) for n in range(5))


def test_days_are_written_as_norwegians_write_them() -> None:
    with speaking("nb"):
        assert "fredag 18. desember 2026" in wording.subject(about(), letter())


def test_a_department_reads_its_own_words() -> None:
    with speaking("en"), worded({"en": {"Hello {name},": "Dear {name}!"}}):
        assert wording.text(about(), letter()).startswith("Dear Kari Nordmann!")


def test_lines_are_short() -> None:
    many = tuple(Person(f"Person {number}", f"p{number}@example.no") for number in range(30))
    of = standing(part("a part with a long name, as people write them " * 3, deputies=many))
    for language in ("nb", "en"):
        with speaking(language):
            assert max(len(line) for line in wording.text(about(), letter(of)).splitlines()) < 78


def test_the_message_answers_to_no_program_and_has_the_time_of_the_run() -> None:
    message = read(compose(about(), letter(), SENDER, NOW))
    assert message["Auto-Submitted"] == "auto-generated"
    assert parsedate_to_datetime(message["Date"]) == NOW


def test_the_same_letter_has_the_same_id_and_another_one_another() -> None:
    def id_of(one: Letter, now: timedelta = timedelta()) -> str:
        return str(compose(about(), one, SENDER, NOW + now)["Message-ID"])

    assert id_of(letter()) == id_of(letter(), timedelta(days=1))
    assert id_of(letter()) != id_of(letter(kind=Kind.BEFORE))
    assert id_of(letter()) != id_of(letter(standing(part("lønn"))))
    assert id_of(letter()) != id_of(letter(person=OLA))
    assert compose(about(), letter(), SENDER, NOW).as_bytes() == compose(about(), letter(), SENDER, NOW).as_bytes()


def test_the_calendar_entry_is_all_day_free_and_rings_at_nine_three_days_before() -> None:
    event = entry(read(compose(about(link="https://filrydd.example.no"), letter(), SENDER, NOW)))
    assert (event.decoded("dtstart"), event.decoded("dtend")) == (FRIDAY, FRIDAY + timedelta(days=1))
    assert event["transp"] == "TRANSPARENT"
    assert str(event["url"]) == "https://filrydd.example.no"
    (alarm,) = event.walk("VALARM")
    assert alarm.decoded("trigger") == timedelta(days=-3, hours=9)


def test_a_deadline_that_moves_moves_the_entry_that_is_there() -> None:
    one = entry(read(compose(about(), letter(), SENDER, NOW)))
    later = about(deadline=date(2027, 1, 15), day=MONDAY + timedelta(days=7))
    other = entry(read(compose(later, letter(), SENDER, NOW + timedelta(days=7))))
    assert one["uid"] == other["uid"]
    assert int(other["sequence"]) > int(one["sequence"])


@pytest.mark.parametrize("text", ["", "filrydd", "a@b, c@d", "x <a@b>\r\nBcc: c@d.no\n\n", "<a@b> <c@d>"])
def test_messages_come_from_one_address(text: str) -> None:
    with pytest.raises(BadUsage):
        sender(text)


@pytest.mark.parametrize(
    "text", ["Filrydd, Regnskap <filrydd@example.no>", '"Filrydd, Regnskap" <filrydd@example.no>', "filrydd@example.no"]
)
def test_a_sender_has_a_name_and_an_address(text: str) -> None:
    found = sender(text)
    assert found.email == "filrydd@example.no"
    assert found.name == ("Filrydd, Regnskap" if "," in text else "")
