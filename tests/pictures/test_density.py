"""Heat maps of probabilities: every cell has a sign, and no probability looks like none."""

from pepa.pictures.density import density_map, level


def test_small_is_not_none():
    assert level(0.0, 1.0) == 0
    assert level(1e-300, 1.0) == 1
    assert level(1.0, 1.0) == 8


def test_a_map_with_figures_and_one_without_room():
    wide = density_map([[0.5, 0.0], [0.25, 0.25]], ["0", "1"], ["no", "yes"], 80).plain.splitlines()
    assert wide == [
        "0  █50.0%   ········ ",
        "1  ▄25.0%   ▄25.0%   ",
        "   no       yes",
        "· none  ▁ to █: up to 0.5000",
    ]
    narrow = density_map([[0.01] * 100], ["0"], [str(number) for number in range(100)], 53).plain.splitlines()
    assert narrow[0] == "0  " + "█" * 50
    assert narrow[1].startswith("   0–1 4–5 ") or "0–1" in narrow[1]
    assert max(map(len, narrow)) <= 60


def test_a_certain_cell_does_not_touch_the_next():
    for width in range(14, 40):
        lines = density_map([[1.0, 0.999], [1.0, 1.0]], ["0", "1"], ["a", "b"], width).plain.splitlines()
        assert all("%█" not in line and "%▉" not in line for line in lines[:2])
        assert len(lines[0]) <= width


def test_long_names_are_cut_so_that_every_column_and_row_has_its_own():
    names = ["(left1, 2.0).(right1, 2.0).Phil1", "(right1, 2.0).Phil1", "Phil1"]
    rows = density_map([[0.5, 0.25, 0.25]] * 3, names, names, 60).plain.splitlines()
    assert rows[3].split("  ")[-1].strip() != ""
    assert rows[3][26:] == "(left1,… (right1… Phil1"
    assert rows[0].startswith("(left1, 2.0).(right1, 2…  ")
    assert rows[1].startswith("     (right1, 2.0).Phil1  ")
