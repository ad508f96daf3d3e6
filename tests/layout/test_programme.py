"""What becomes of small areas, drawn as trees: old folders on the way in, new ones and the reasons on the way out."""

from collections.abc import Mapping

import pytest

from filrydd.lang import speaking
from filrydd.layout import problems, reasons
from filrydd.layout.programme import structure
from filrydd.layout.programme.noise import Noise, noise_of
from filrydd.layout.programme.shape import Forced, Old, Problem, Structure
from filrydd.model.structure import NOT_KNOWN, Choice, Weights

WEIGHTS = Weights()


def area(drawing: str, **more: Mapping[str, object]) -> list[Old]:
    """Old folders from lines `name files @access`, two spaces deeper below; `more`: further fields by name of folder."""
    olds: list[Old] = []
    way: list[int] = []
    for number, line in enumerate(drawing.strip("\n").splitlines(), 1):
        depth = (len(line) - len(line.lstrip())) // 2
        name, _, rest = line.strip().partition(" : ")
        files, _, access = rest.partition("@")
        inherited = olds[way[depth - 1] - 1].access if depth else 0
        count = int(files or 0)
        olds.append(
            Old(
                number,
                way[depth - 1] if depth else None,
                name if depth else "",
                count,
                count * 1000,
                12,
                int(access) if access else inherited,
                **more.get(name, {}),  # type: ignore[arg-type]
            )
        )
        way[depth:] = [number]
    return olds


def compute(olds: list[Old], forced: Mapping[str, Forced] | None = None, **more: object) -> Structure:
    by_name = {old.name: old.id for old in olds}
    wanted = {by_name[name]: each for name, each in (forced or {}).items()}
    settings: dict[str, object] = {"weights": WEIGHTS, "home_name": "Gruppe {}".format, "words": {}, "advised": 300_000}
    return structure(olds, forced=wanted, **(settings | more))  # type: ignore[arg-type]


def drawn(computed: Structure) -> str:
    """The new folders, siblings by name, with files and the access class where it differs from the folder's above."""
    lines: list[str] = []

    def draw(number: int, depth: int, around: int) -> None:
        node = computed.nodes[number]
        own = node.access not in (around, NOT_KNOWN)
        name = node.name or ("TOP" if not node.library else f"LIBRARY {node.library}")
        lines.append(
            "  " * depth + name + (f" : {node.files}" if node.files else "") + (f" @{node.access}" if own else "")
        )
        below = [each for each, other in enumerate(computed.nodes) if other.parent == number]
        for each in sorted(below, key=lambda each: computed.nodes[each].name):
            draw(each, depth + 1, node.access if own else around)

    for number, node in enumerate(computed.nodes):
        if node.parent is None:
            draw(number, 0, 0)
    return "\n".join(lines)


def told(computed: Structure, olds: list[Old]) -> dict[str, str]:
    """Choice and reason of each old folder by its name."""
    names = {old.id: old.name for old in olds}
    return {names[each.folder]: f"{each.choice}, {each.why}" for each in computed.decisions}


def test_a_chain_of_single_folders_becomes_one_folder_with_their_names() -> None:
    olds = area("""
TOP : 1
  Anlegg
    Bilder
      Bru : 20
  Notater : 5
""")
    computed = compute(olds)

    assert drawn(computed) == "TOP : 1\n  Anlegg - Bilder - Bru : 20\n  Notater : 5"
    assert told(computed, olds)["Anlegg"] == "lift, only-a-step"
    assert told(computed, olds)["Bru"] == "keep, known"
    assert computed.before.steps == 2
    assert computed.after.steps == 0


def test_a_steps_name_is_left_out_where_the_next_one_says_it() -> None:
    computed = compute(
        area("""
TOP : 1
  Anlegg
    Bilder fra Anlegg : 20
""")
    )
    assert drawn(computed) == "TOP : 1\n  Bilder fra Anlegg : 20"


def test_a_name_that_says_nothing_is_not_written_before_another() -> None:
    olds = area("""
TOP : 1
  Ny mappe
    Bilder : 20
""")
    computed = compute(olds)

    assert drawn(computed) == "TOP : 1\n  Bilder : 20"
    assert told(computed, olds)["Ny mappe"] == "lift, says-nothing"


def test_a_step_stays_where_the_joined_name_would_be_long() -> None:
    long = "En ganske lang beskrivelse av hva som ligger her nede"
    computed = compute(
        area(f"""
TOP : 1
  Anlegg og eiendom
    {long} : 20
""")
    )
    assert drawn(computed) == f"TOP : 1\n  Anlegg og eiendom\n    {long} : 20"


def test_a_year_is_lifted_unless_its_files_are_too_many_or_clash() -> None:
    few = area("""
TOP : 1
  Møter : 3
    2019 : 5
    2020 : 1200
""")
    assert drawn(compute(few)) == "TOP : 1\n  Møter : 8\n    2020 : 1200"
    assert told(compute(few), few)["2019"] == "lift, says-a-year"
    clashing = area(
        """
TOP : 1
  Møter : 3
    2019 : 5
    Referat : 4
""",
        **{"2019": {"clashes": 5}},
    )
    assert "2019 : 5" in drawn(compute(clashing))


def test_restricted_folders_of_one_group_are_gathered_under_one_folder() -> None:
    units = ["Park", "Vei", "Vann", "Bygg"]
    lines = "\n".join(f"  {unit} : 9\n    Ledelse {unit} : 4 @7\n    Saker {unit} : 8" for unit in units)
    olds = area(f"TOP : 1\n{lines}")
    computed = compute(olds)

    assert (
        "  Gruppe 7 @7\n    Ledelse Bygg : 4\n    Ledelse Park : 4\n    Ledelse Vann : 4\n    Ledelse Vei : 4"
        in drawn(computed)
    )
    assert told(computed, olds)["Ledelse Park"] == "gather, shares-access"
    assert (computed.before.scopes, computed.after.scopes) == (4, 1)


def test_gathered_folders_with_one_name_say_where_they_come_from() -> None:
    lines = "\n".join(f"  {unit} : 9\n    Ledelse : 4 @7\n    Saker : 8" for unit in ["Park", "Vei", "Vann"])
    computed = compute(area(f"TOP : 1\n{lines}"))

    assert "  Gruppe 7 @7\n    Park - Ledelse : 4\n    Vann - Ledelse : 4\n    Vei - Ledelse : 4" in drawn(computed)


def test_where_folders_above_are_called_the_same_a_higher_one_tells_members_apart() -> None:
    lines = "\n".join(
        f"  {unit} : 9\n    Møter : 1001\n      Ledelse : 4 @7\n    Saker : 8" for unit in ["Park", "Vei", "Vann"]
    )
    computed = compute(area(f"TOP : 1\n{lines}"))

    assert [node.name for node in computed.nodes if node.access == 7] == [
        "Gruppe 7", "Park - Ledelse", "Vann - Ledelse", "Vei - Ledelse",
    ]  # fmt: skip


def test_siblings_that_differ_in_case_become_one_if_the_same_people_can_open_them() -> None:
    olds = area("""
TOP : 1
  SAKER : 5
  Saker : 4
  saker : 3 @2
""")
    computed = compute(olds)

    assert drawn(computed) == "TOP : 1\n  SAKER : 9\n  saker : 3 @2"
    assert told(computed, olds) == {
        "": "keep, top", "SAKER": "keep, known", "Saker": "merge, same-name", "saker": "restrict, own-access",
    }  # fmt: skip


def test_more_than_a_hundred_folders_that_differ_only_in_case_are_a_problem_unless_somebody_keeps_the_folder_above() -> (
    None
):
    names = ["".join(c.upper() if i >> k & 1 else c for k, c in enumerate("abcdefg")) for i in range(101)]
    olds = area("TOP : 1\n  Saker\n" + "\n".join(f"    {name} : 1" for name in names))

    assert compute(olds).problems == (Problem(problems.ALIKE_BUT_FOR_CASE, 2, "ABCDEFg"),)
    assert compute(olds, {"Saker": Forced(Choice.KEEP)}).problems == ()


def test_an_overfull_folder_is_split_by_year_and_its_year_joins_one_that_is_there() -> None:
    years = {"years": ((2019, 3000), (2020, 4000))}
    olds = area(
        """
TOP : 1
  Bilder : 7000
    2019 : 1500
""",
        Bilder=years,
    )
    computed = compute(olds)

    assert drawn(computed) == "TOP : 1\n  Bilder\n    2019 : 4500\n    2020 : 4000"
    split = {each.folder: each for each in computed.decisions}[2]
    assert (split.choice, split.why, split.node) == (Choice.SPLIT, reasons.TOO_MANY_FILES, None)
    assert {year: computed.nodes[node].name for year, node in split.years.items()} == {2019: "2019", 2020: "2020"}


def test_years_that_are_not_known_for_every_file_split_nothing() -> None:
    olds = area("TOP : 1\n  Bilder : 7000", Bilder={"years": ((2019, 4000), (2020, 2999))})
    assert drawn(compute(olds)) == "TOP : 1\n  Bilder : 7000"


def test_lifts_that_would_make_a_folder_overfull_are_undone() -> None:
    olds = area("TOP : 1\n  Møter : 3000\n" + "\n".join(f"    {year} : 900" for year in range(2015, 2019)))
    computed = compute(olds)

    assert drawn(computed) == "TOP : 1\n  Møter : 3000\n" + "\n".join(f"    {year} : 900" for year in range(2015, 2019))
    assert computed.repaired == {"kept again": 4}
    assert told(computed, olds)["2015"] == "keep, too-many-above"


def test_folders_that_come_to_lie_beside_one_of_their_name_join_it() -> None:
    olds = area("""
TOP : 1
  Notater : 9
  Diverse : 2
    NOTATER : 4
    Kart : 1
  Kart : 1500
""")
    computed = compute(olds)

    assert drawn(computed) == "TOP : 3\n  Kart : 1501\n  Notater : 13"
    assert computed.repaired == {"merged": 2}
    assert told(computed, olds)["NOTATER"] == "merge, same-name-after-lifting"


def test_a_folder_named_after_somebody_is_lifted_and_says_so() -> None:
    olds = area(
        """
TOP : 1
  Saker : 9
    Kari Nordmann : 3
""",
        **{"Kari Nordmann": {"person": True}},
    )
    assert told(compute(olds), olds)["Kari Nordmann"] == "lift, says-a-person"


def test_a_folder_that_others_can_open_is_never_lifted() -> None:
    olds = area("""
TOP : 1
  Saker : 9
    2019 : 3 @4
""")
    assert drawn(compute(olds)) == "TOP : 1\n  Saker : 9\n    2019 : 3 @4"
    assert told(compute(olds), olds)["2019"] == "restrict, own-access"


def test_the_policys_words_stand_in_names_as_whole_words() -> None:
    olds = area("""
TOP : 1
  ØK rapporter : 9
  Røkt : 9
""")
    computed = compute(olds, words={"øk": "Økonomi"})

    assert drawn(computed) == "TOP : 1\n  Røkt : 9\n  Økonomi rapporter : 9"
    assert told(computed, olds)["ØK rapporter"] == "keep, other-word"


EDITED = """
TOP : 1
  Park : 9
    Trær : 4
    2019 : 3
  Vei : 9
    Bru : 4
  Lukket : 5 @3
"""


@pytest.mark.parametrize(
    ("edits", "expected"),
    [
        ({"2019": Forced(Choice.KEEP)}, "  Park : 9\n    2019 : 3\n    Trær : 4"),
        ({"Park": Forced(Choice.LIFT)}, "TOP : 10\n  2019 : 3\n"),
        ({"Trær": Forced(name="Skog")}, "    Skog : 4"),
        ({"Trær": Forced(below=5)}, "  Vei : 9\n    Bru : 4\n    Trær : 4"),
        ({"Trær": Forced(below=7)}, "  Lukket : 5 @3\n    Trær : 4 @0"),
        ({"Trær": Forced(into=6)}, "    Bru : 8"),
        ({"Vei": Forced(library=1)}, "LIBRARY 1 : 9\n  Bru : 4"),
        ({"Vei": Forced(library=1), "Trær": Forced(library=1)}, "LIBRARY 1\n  Trær : 4\n  Vei : 9\n    Bru : 4"),
    ],
)  # fmt: skip
def test_what_persons_ask_for_is_done(edits: Mapping[str, Forced], expected: str) -> None:
    olds = area(EDITED)
    computed = compute(olds, edits, libraries=["", "Veier"], weights=Weights(known=1000))

    assert expected in drawn(computed)
    assert computed.problems == ()
    for name, forced in edits.items():
        assert told(computed, olds)[name].endswith(("person-said", "own-access")), (name, forced)


def test_what_a_person_moved_or_kept_holds_what_was_in_it() -> None:
    olds = area("""
TOP : 1
  Kart
    Lukket : 5 @3
    Stengt : 4 @3
  Vei : 9
    Lukket B : 6 @3
    Lukket C : 6 @3
""")
    assert told(compute(olds), olds)["Kart"] == "lift, nothing-left"
    for forced in (Forced(below=5), Forced(Choice.KEEP), Forced(name="Kartlag")):
        computed = compute(olds, {"Kart": forced})
        lines = drawn(computed).splitlines()
        at = next(number for number, line in enumerate(lines) if line.strip() in ("Kart", "Kartlag"))
        assert [line.strip() for line in lines[at + 1 : at + 3]] == ["Lukket : 5 @3", "Stengt : 4 @3"]
        assert told(computed, olds)["Kart"] == "keep, person-said"
    policy = compute(olds, {"Vei": Forced(library=1, by_policy=True)}, libraries=["", "Veier"])
    assert told(policy, olds)["Lukket"] == "gather, shares-access"


def test_the_policys_word_is_told_as_the_policys() -> None:
    olds = area(EDITED)
    computed = compute(olds, {"Vei": Forced(library=1, by_policy=True)}, libraries=["", "Veier"])
    assert told(computed, olds)["Vei"] == "own library, policy-said"


@pytest.mark.parametrize("forced", [Forced(Choice.LIFT), Forced(into=2)])
def test_what_would_change_access_is_not_done_but_told(forced: Forced) -> None:
    olds = area(EDITED)
    computed = compute(olds, {"Lukket": forced})

    assert "  Lukket : 5 @3" in drawn(computed)
    assert [(each.kind, each.folder) for each in computed.problems] == [(problems.EDIT_OF_ACCESS, 7)]


def test_a_move_into_a_folder_that_has_nothing_to_move_is_told() -> None:
    computed = compute(area(EDITED), {"Bru": Forced(below=99)})
    assert [(each.kind, each.folder) for each in computed.problems] == [(problems.EDIT_GONE, 6)]


def test_what_cannot_be_split_stays_and_says_why() -> None:
    olds = area(EDITED)
    assert told(compute(olds, {"Bru": Forced(Choice.SPLIT)}), olds)["Bru"] == "keep, years-not-known"


@pytest.mark.parametrize(
    "forced",
    [
        {"Park": Forced(below=3)},
        {"Park": Forced(into=3)},
        {"Park": Forced(below=6), "Vei": Forced(below=3)},
        {"Trær": Forced(into=6), "Bru": Forced(into=3)},
    ],
)
def test_edits_in_a_circle_are_refused(forced: Mapping[str, Forced]) -> None:
    with pytest.raises(ValueError, match=r"circle|itself"):
        compute(area(EDITED), forced)


def test_folders_that_are_no_tree_are_refused() -> None:
    top, child = Old(1, None, "", 1, 1, 1, 0), Old(2, 1, "a", 1, 1, 1, 0)
    for olds in ([child, top], [top, top], [top, Old(3, None, "b", 1, 1, 1, 0)], []):
        with pytest.raises(ValueError):
            compute(olds)


def test_a_library_that_would_be_too_large_names_its_largest_folder() -> None:
    olds = area("TOP : 1\n  Liten : 2000\n  Stor : 4000")
    computed = compute(olds, advised=6002)
    assert computed.problems == (Problem(problems.LIBRARY_TOO_LARGE, 3, "Stor"),)
    assert compute(olds, advised=6003).problems == ()


def test_nothing_is_changed_that_would_cost_more_than_a_copy() -> None:
    olds = area("TOP : 1\n  Saker : 9\n    2019 : 3\n    Kart : 4\n  SAKER : 4")
    computed = compute(olds, weights=Weights(length=0, noise=0, step=0, known=5, full=0))
    assert computed.after.points(WEIGHTS) <= computed.before.points(WEIGHTS)


@pytest.mark.parametrize(
    ("name", "noise"),
    [
        ("2019", Noise.YEAR), ("År 2019", Noise.YEAR), ("2019-2020", Noise.YEAR), ("1899", Noise.NONE), ("2100", Noise.NONE),
        ("2019 Budsjett", Noise.NONE), ("Januar", Noise.MONTH), ("01 - januar", Noise.MONTH), ("2019-01", Noise.MONTH),
        ("2019-13", Noise.NONE), ("Mars 2020", Noise.MONTH), ("Ny mappe", Noise.NOTHING), ("Ny mappe (2)", Noise.NOTHING),
        ("Mappe (2)", Noise.NOTHING), ("New folder", Noise.NOTHING), ("Diverse", Noise.NOTHING), ("DIVERSE 2", Noise.NOTHING),
        ("Untitled", Noise.NOTHING), ("Kopi av Ny mappe", Noise.NOTHING), ("Diverse bilder", Noise.NONE), ("", Noise.NONE),
    ],
)  # fmt: skip
def test_names_that_say_little_are_known(name: str, noise: Noise) -> None:
    assert noise_of(name) is noise


def test_every_reason_has_a_sentence_in_both_languages() -> None:
    for wanted in ("en", "nb"):
        with speaking(wanted):
            assert all(reasons.explain(why).endswith(".") for why in reasons.REASONS)
    with pytest.raises(KeyError):
        reasons.explain("because")
