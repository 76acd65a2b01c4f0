"""Words, brackets, places found and lines moved: what the keys of the text go by, without the keys."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.widgets.editing.brackets import CLOSING, OPENING, partner
from workbench.widgets.editing.line_edits import commented, indented, margin, outdented
from workbench.widgets.editing.search import Match, matches, moved, next_match, replaced
from workbench.widgets.editing.words import WORD, word_at, word_end, word_left, word_right

LINE = st.text("ab_1é .,<('\t", max_size=30) | st.integers(90, 130).map(lambda count: "a b" + "  ." * count + "c ")
PLACED = LINE.flatmap(lambda line: st.tuples(st.just(line), st.integers(0, len(line))))


def borders(line):
    """Return where a word begins or ends, with both ends of the line."""
    inside = {
        at for at in range(1, len(line)) if bool(re.match(r"\w", line[at - 1])) != bool(re.match(r"\w", line[at]))
    }
    return sorted({0, *inside, len(line)})


@given(PLACED)
def test_the_cursor_goes_by_borders_of_words_and_over_blanks(placed):
    line, column = placed
    left, right = word_left(line, column), word_right(line, column)
    assert left in borders(line)
    assert right in borders(line)
    assert left < column or left == column == 0
    assert right > column or right == column == len(line)
    solid = len(line[:column].rstrip())
    assert left == max((at for at in borders(line) if at < solid), default=0)
    blank = column + len(line[column:]) - len(line[column:].lstrip())
    assert right == min((at for at in borders(line) if at > blank), default=len(line))


@given(PLACED)
def test_what_is_deleted_of_a_word_ends_with_it(placed):
    line, column = placed
    end = word_end(line, column)
    assert column <= end <= len(line)
    assert not re.search(r"\w\W*\w", re.sub(r"\w+", "w", line[column:end]))  # one word at most
    assert not re.search(r"\w", line[column:]) or re.search(r"\w\Z", line[:end])
    assert end == len(line) or re.search(r"\w", line[column:end])


@given(st.text("ab'_1.e+\"; ", max_size=25).flatmap(lambda line: st.tuples(st.just(line), st.integers(0, len(line)))))
def test_the_word_under_the_cursor_is_one_of_the_line(placed):
    line, column = placed
    start, end = word_at(line, column)
    words = [match.span() for match in WORD.finditer(line)]
    inside = [word for word in words if word[0] <= column < word[1]]
    before = [word for word in words if word[1] == column]
    assert (start, end) == next(iter([*inside, *before]), (column, column))


CODE = st.lists(st.text("a<>()[]{};", max_size=8), min_size=1, max_size=4)


@given(CODE)
def test_partners_of_brackets_are_each_others(lines):
    for row, line in enumerate(lines):
        for column, bracket in enumerate(line):
            there = partner(lines, bracket, (row, column))
            if bracket not in OPENING and bracket not in CLOSING:
                assert there is None
            elif there is not None:
                other = lines[there[0]][there[1]]
                assert other == {**OPENING, **CLOSING}[bracket]
                assert partner(lines, other, there) == (row, column)
                first, last = sorted(((row, column), there))
                assert (first == (row, column)) == (bracket in OPENING)
                own = {bracket, other}
                between = "".join(lines)[offset(lines, first) : offset(lines, last) + 1]
                assert ";" not in between
                assert between.count(min(own)) == between.count(max(own))


def offset(lines, place):
    return sum(map(len, lines[: place[0]])) + place[1]


@pytest.mark.parametrize(("reach", "found"), [(1, None), (5, None), (6, (1, 1)), (7, (1, 1))])
def test_a_partner_further_away_than_the_reach_is_none(reach, found):
    assert partner(["(abc", "d)"], "(", (0, 0), reach) == found
    assert partner(["(abc", "d)"], ")", (1, 1), reach) == (found and (0, 0))


TEXT = st.lists(st.text("abAé", max_size=8), min_size=1, max_size=4)
WANTED = st.text("abAé", min_size=1, max_size=3)


@given(TEXT, WANTED, st.booleans())
def test_places_found_hold_what_is_looked_for_and_no_other_place_does(lines, wanted, exact):
    found = matches(lines, wanted, exact=exact)
    both = not exact and wanted == wanted.lower()
    for match, after in zip(found, [*found, None][1:], strict=True):
        here = lines[match.row][match.start : match.end]
        assert (here.lower() if both else here) == wanted
        assert after is None or (after.row, after.start) >= (match.row, match.end)
    left = [list(line) for line in lines]
    for match in found:
        left[match.row][match.start : match.end] = "\0" * len(wanted)
    for line in map("".join, left):
        assert wanted not in (line.lower() if both else line)


def test_nothing_looked_for_is_nowhere():
    assert matches(["ab", ""], "") == []
    assert next_match([], (0, 0), 1) is None


def test_letters_that_grow_when_made_small_take_no_case_from_the_others():
    assert matches(["İ Ab aB"], "ab") == [Match(0, 2, 4), Match(0, 5, 7)]
    assert matches(["ΑΣ"], "ασ") == [Match(0, 0, 2)]  # though it is the last of its word


@given(TEXT, WANTED, st.tuples(st.integers(0, 4), st.integers(0, 8)))
def test_the_next_place_and_the_one_before_go_round_the_end(lines, wanted, place):
    found = matches(lines, wanted)
    if not found:
        return
    on, back = next_match(found, place, 1), next_match(found, place, -1)
    starts = [(match.row, match.start) for match in found]
    assert starts[on] == min((one for one in starts if one >= place), default=starts[0])
    assert starts[back] == max((one for one in starts if one < place), default=starts[-1])
    assert back == (on - 1) % len(found)


@given(TEXT, WANTED, st.text("xyz", max_size=4), st.tuples(st.integers(0, 3), st.integers(0, 8)))
def test_all_are_replaced_and_the_cursor_stays_at_its_text(lines, wanted, new, place):
    found = matches(lines, wanted, exact=True)
    after = replaced(lines, found, new).split("\n")
    assert after == [line.replace(wanted, new) for line in lines]
    row = place[0] % len(lines)
    column = min(place[1], len(lines[row]))
    moved_row, moved_column = moved(found, (row, column), new)
    assert moved_row == row
    inside = [match for match in found if match.row == row and match.start < column < match.end]
    behind = inside[0].end if inside else column
    assert after[row][moved_column:] == lines[row][behind:].replace(wanted, new)


WRITTEN = st.builds(str.__add__, st.sampled_from(["", " ", "  ", "   ", "\t", "// "]), st.sampled_from(["a", "// b"]))
BLOCK = st.lists(WRITTEN | st.just(""), min_size=1, max_size=5)


@given(BLOCK)
def test_lines_indented_are_outdented_by_the_same_and_no_text_is_touched(lines):
    assert outdented(indented(lines)) == lines
    assert all(
        line == f"  {before}" if before else not line for line, before in zip(indented(lines), lines, strict=True)
    )
    for line, before in zip(outdented(lines), lines, strict=True):
        assert line.lstrip() == before.lstrip()
        assert margin(before).removesuffix(margin(line)) in ("", " ", "  ", "\t")
        assert not margin(before) or len(line) < len(before)


@given(BLOCK)
def test_comments_come_and_go_and_stand_in_one_column(lines):
    written = [line for line in lines if line.strip()]
    if written and all(line.lstrip().startswith("//") for line in written):
        assert commented(lines) == [line.replace("// ", "", 1) for line in lines]
        return
    out = commented(lines)
    assert commented(out) == lines
    assert len({line.index("// ") for line in out if line.strip()}) <= 1
    assert [line for line in out if not line.strip()] == [line for line in lines if not line.strip()]
