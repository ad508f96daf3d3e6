"""Chains of versions: the labelled sample, and what holds for any names."""

import random
import time
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from filrydd.findings import versions
from filrydd.findings.glance import worth_reading
from filrydd.findings.versions import Candidate, chains
from filrydd.model.times import TICKS_A_SECOND
from tests.findings.sample import Folder, score

DAY = 86_400 * TICKS_A_SECOND


def folder(*names: str, days: tuple[int, ...] = ()) -> list[Candidate]:
    """Files with these names, each changed a day after the one before it, or on the given days."""
    moments = days or tuple(range(len(names)))
    return [Candidate(i, name, 100 + i, moments[i] * DAY) for i, name in enumerate(names)]


def members(*names: str, days: tuple[int, ...] = ()) -> list[tuple[int, ...]]:
    return [chain.members for chain in chains(folder(*names, days=days))]


def test_the_held_out_half_is_found_with_precision_and_recall(held_out: list[Folder]) -> None:
    result = score(held_out)
    print("held out:", result)
    assert result.names > 200
    assert result.precision >= 0.95
    assert result.recall >= 0.85
    assert result.latest_right >= 0.9


def test_the_tuning_half_is_found_no_worse(tuning: list[Folder]) -> None:
    result = score(tuning)
    print("tuning:", result)
    assert result.precision >= 0.95
    assert result.recall >= 0.85
    assert result.latest_right >= 0.9


def test_a_third_of_the_sample_are_names_that_belong_to_no_chain(held_out: list[Folder], tuning: list[Folder]) -> None:
    files = sum(len(folder.files) for folder in held_out + tuning)
    alone = files - sum(len(chain) for folder in held_out + tuning for chain in folder.chains)
    assert files >= 400
    assert alone / files > 1 / 3


def test_numbers_come_before_times() -> None:
    assert members("Plan v2.docx", "Plan v1.docx") == [(1, 0)]
    assert members("Plan v10.docx", "Plan v9.docx") == [(1, 0)]


def test_a_signed_one_is_last_and_an_old_one_first() -> None:
    assert members("Avtale signert.docx", "Avtale v2.docx", "Avtale old.docx") == [(2, 1, 0)]


def test_a_final_one_beats_changes_of_the_next_days_but_not_of_the_next_year() -> None:
    assert members("Plan endelig.docx", "Plan.docx", days=(0, 10)) == [(1, 0)]
    assert members("Plan endelig.docx", "Plan.docx", days=(0, 365)) == [(0, 1)]


def test_a_copy_is_the_latest_only_when_it_was_changed_a_day_after_its_original() -> None:
    assert members("Arkivplan.docx", "Kopi av Arkivplan.docx", days=(0, 0)) == [(1, 0)]
    assert members("Arkivplan.docx", "Kopi av Arkivplan.docx", days=(0, 2)) == [(0, 1)]
    assert members("Plan.docx", "Plan - Kopi.docx", days=(0, 40)) == [(0, 1)]


def test_dates_in_names_come_before_times() -> None:
    assert members("Plan 2019-03-09 ny.docx", "Plan 2019-03-01 utkast.docx", days=(0, 400)) == [(1, 0)]


def test_different_extensions_are_different_documents() -> None:
    assert members("Plan v1.docx", "Plan v2.pdf") == []


@pytest.mark.parametrize(
    "names",
    [
        ("Sak 1.docx", "Sak 2.docx"),
        ("Referat 2019-03-01.docx", "Referat 2019-04-05.docx"),
        ("Timeliste januar.xlsx", "Timeliste februar.xlsx"),
        ("Budsjett 2018.xlsx", "Budsjett 2019.xlsx"),
        ("Bilde (1).jpg", "Bilde (2).jpg", "Bilde.jpg"),
        ("Samtale KN.docx", "Samtale OH.docx", "Samtale.docx"),
        ("Notat_KN.docx", "Notat_OH.docx"),
        ("Timeplan V18.xlsx", "Timeplan V19.xlsx"),
        ("arkiv1.pdf", "arkiv2.pdf"),
        ("v1.docx", "v2.docx", "endelig.docx"),
        ("Purring.docx", "Siste purring.docx"),
    ],
)
def test_a_series_is_no_chain(names: tuple[str, ...]) -> None:
    assert members(*names) == []


def test_a_chain_says_which_stem_its_names_share() -> None:
    (chain,) = chains(folder("Høringssvar HAVN_v1.docx", "høringssvar havn v2.docx"))
    assert chain.why == "høringssvar havn"
    assert not chain.confirmed


def with_texts(*likenesses: int | None) -> list[Candidate]:
    return [Candidate(i, f"Plan v{i}.docx", 1, i, likeness) for i, likeness in enumerate(likenesses)]


def test_close_texts_confirm_a_chain() -> None:
    assert [chain.confirmed for chain in chains(with_texts(0, 0b111111, 0b111111))] == [True]
    assert [chain.confirmed for chain in chains(with_texts(0, 0b1111111))] == [False]
    assert [chain.confirmed for chain in chains(with_texts(0, None))] == [False]


def test_texts_that_are_far_apart_cut_a_chain() -> None:
    far, near = (1 << 25) - 1, (1 << 24) - 1
    assert [chain.members for chain in chains(with_texts(0, near))] == [(0, 1)]
    assert [chain.members for chain in chains(with_texts(0, far))] == []
    assert [chain.members for chain in chains(with_texts(0, 0, far, far))] == [(0, 1), (2, 3)]
    assert [chain.members for chain in chains(with_texts(0, None, far))] == [(0, 1)]


WORDS = """
Plan Referat høring ÅRSMELDING Sak 1 2 2019 v1 v2 v.3 V18 rev A B ny NY endelig endelig2 utkast siste gml signert sendt _KN OH
kommentarer m til kopi av (1) (2) 01.03.19 2019-04-05 mars januar - Kopi copy of final old 010319 1.tertial rapportv2 utgått
tredje førsteutkast versjon v0_1 med kommentarer Åse-DESKTOP-12345
"""
words = st.sampled_from(WORDS.split())
names = st.lists(words, min_size=1, max_size=5).flatmap(
    lambda parts: st.tuples(st.sampled_from([" ", "_", "-"]), st.sampled_from([".docx", ".pdf", ""])).map(
        lambda joined: joined[0].join(parts) + joined[1]
    )
)
anything = st.text(min_size=1, max_size=30) | st.text("v1. ()_-kopiav\n\x01\x02\u202eÅåſ\\", min_size=1, max_size=20)
likenesses = st.none() | st.sampled_from([0, 1, -1, (1 << 30) - 1])


@st.composite
def folders(draw: st.DrawFn) -> list[Candidate]:
    chosen = draw(st.lists(names | anything, max_size=9))
    return [Candidate(i, name, 1, draw(st.integers(-5, 5)) * DAY, draw(likenesses)) for i, name in enumerate(chosen)]


@given(folders(), st.randoms(use_true_random=False))
def test_chains_are_disjoint_never_of_one_and_do_not_depend_on_the_order_of_files(
    files: list[Candidate], shuffle: random.Random
) -> None:
    found = chains(files)
    inside = [member for chain in found for member in chain.members]
    assert len(inside) == len(set(inside))
    assert set(inside) <= {file.id for file in files}
    assert all(len(chain.members) > 1 and chain.why for chain in found)
    shuffled = list(files)
    shuffle.shuffle(shuffled)
    assert chains(shuffled) == found


@given(folders())
def test_case_and_composition_of_letters_make_no_difference(files: list[Candidate]) -> None:
    found = chains(files)
    for change in (str.upper, str.lower, lambda name: unicodedata.normalize("NFD", name)):
        changed = [Candidate(f.id, change(f.name), f.size, f.modified, f.likeness) for f in files]
        if all(
            versions.fold(before.name) == versions.fold(after.name)
            for before, after in zip(files, changed, strict=True)
        ):
            assert chains(changed) == found


@given(st.lists(names, min_size=2, max_size=8, unique_by=versions.fold))
@example(["1.docx", "1_KN.docx"])
@example(["Økonomiplan.xlsx", "Økonomiplan (Kari sin motstridende kopi 2020-05-01).xlsx"])
@example(["Sak.docx", "Sak v1 Åse-DESKTOP-12345.docx"])
@example(["Tilbud.docx", "Tilbud gjennomgått.docx"])
@example(["Kopi (2) av Adresseliste.xls", "Adresseliste.xls"])
@example(["20190301 Notat v1.docx", "Notat v2.docx"])
@example(["Rapport.docx", "Rapport\u00a0v2.docx"])
@example(["ROS\nv1.docx", "ROS\nv2.docx"])
def test_the_quick_look_passes_over_no_chain(chosen: list[str]) -> None:
    files = folder(*chosen)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(versions, "worth_reading", lambda names: range(len(names)))
        thorough = chains(files)
    assert chains(files) == thorough
    assert worth_reading(["Plan.docx", "Brev.docx", "Sak v1.docx"]) == []


@pytest.mark.parametrize(
    "name",
    [
        "v" * 32_000,
        "(" * 5_000 + "motstridende kopi",
        " - kopi" * 70,
        "kopi av " * 60,
        "endelig " * 60,
        "1" * 490,
        "1.1.1." * 80,
        "rev " * 120,
        "_kn" * 160,
        "\u202efdp.elif v1",
        "\\ud800 v1.docx",
        "....",
        " ",
        "(1)",
        "\x01\x02\x01 rev \x01 01.03.19 v1",
    ],
)
def test_hostile_names_are_read_quickly(name: str) -> None:
    files = [
        Candidate(i, f"{name}{end}", 1, i) for i, end in enumerate(["", " v2", " v3.docx", " ny.docx", ".docx"] * 20)
    ]
    begun = time.process_time()
    chains(files)
    assert time.process_time() - begun < 2


def test_a_folder_of_very_many_versions_stays_quick() -> None:
    files = [Candidate(i, f"Plan utkast {i % 100} v{i % 900} _KN 01.03.19.docx", 1, i) for i in range(20_000)]
    begun = time.process_time()
    (chain,) = chains(files)
    assert len(chain.members) == 20_000
    assert time.process_time() - begun < 10
