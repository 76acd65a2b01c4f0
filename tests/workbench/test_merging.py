"""Three-way merges: both sides' changes come out, and nothing else does."""

from hypothesis import given
from hypothesis import strategies as st

from workbench.merging import merged

LINES = st.lists(st.sampled_from("abcde"), max_size=8).map("\n".join)


@given(LINES, LINES)
def test_a_change_of_one_side_alone_is_taken(base, other):
    assert merged(base, other, base).text == merged(base, base, other).text == other
    assert merged(base, other, other) == merged(base, base, other)


@given(LINES, LINES, LINES)
def test_sides_change_places(base, mine, theirs):
    one, two = merged(base, mine, theirs), merged(base, theirs, mine)
    assert one.conflicts == two.conflicts
    if not one.conflicts:
        assert one.text == two.text


@given(st.lists(st.sampled_from("pqrs"), min_size=9, max_size=20), st.data())
def test_changes_of_lines_apart_are_both_taken(letters, data):
    base = [f"{index}{letter}" for index, letter in enumerate(letters)]
    cut = data.draw(st.integers(3, len(base) - 4))
    mine = ["new", *base[2:]]
    theirs = [*base[:cut], *base[cut + 1 :], "end"]
    found = merged("\n".join(base), "\n".join(mine), "\n".join(theirs))
    assert found.conflicts == 0
    assert found.text.split("\n") == ["new", *base[2:cut], *base[cut + 1 :], "end"]


def test_both_sides_of_a_conflict_stay():
    found = merged("x\na\ny", "x\nmine\ny", "x\ntheirs\ny")
    assert found.conflicts == 1
    assert found.text == "x\n<<<<<<< here\nmine\n=======\ntheirs\n>>>>>>> on disk\ny"
    assert merged("a\nb", "a\nM\nb", "a\nT\nb").conflicts == 1  # put in at one place
