"""What is too long on a PC, counted in one place."""

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from filrydd.layout.synced import explain, room_for_names

segments = st.lists(st.text("abå💾", min_size=1, max_size=60), max_size=6)


@given(segments, st.text("abå💾", min_size=1, max_size=255), st.integers(0, 150))
def test_the_room_for_names_in_a_target_is_what_makes_no_path_too_long(
    units: Callable[[str], int], folders: list[str], name: str, root: int
) -> None:
    on_pc = "\\".join(["r" * root, *folders, name])
    target = "/".join(folders)
    assert (units(on_pc) > 256) == (units(name) > room_for_names(target, root))


def test_the_longest_path_that_old_programs_open_has_256_characters() -> None:
    assert (room_for_names("", 60), room_for_names("x" * 10, 60)) == (195, 184)
    assert room_for_names("x" * 240, 60) < 0
    assert "256" in explain()
