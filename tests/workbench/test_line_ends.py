"""What lies in a file and what is edited: whatever its line ends are, no line is lost or won on the way."""

from hypothesis import example, given
from hypothesis import strategies as st

from workbench.line_ends import END, MARK, as_before, plain, told

LINES = st.lists(st.sampled_from(["", "a", "b", " c", "é"]), min_size=1, max_size=7)
ENDS = st.lists(st.sampled_from(["\n", "\r\n", "\r"]), min_size=7, max_size=7)
RAW = st.builds(
    lambda mark, lines, ends: mark + "".join(line + end for line, end in zip(lines, ends, strict=False))[:-1],
    st.sampled_from(["", MARK]), LINES, ENDS,
)  # fmt: skip
TEXTS = LINES.map("\n".join)


@given(RAW)
def test_what_is_not_edited_goes_back_as_it_lay_there(raw):
    assert as_before(plain(raw), raw) == raw


@given(RAW, TEXTS)
@example("a\rb\nc\nd", "a\n\nc\nd")  # an empty line between two ends that are one together
@example("a\r\rb\nc\nc\nc", "a\n\n\nb\nc\nc\nc")
def test_what_is_edited_is_read_again_as_it_was_written(raw, text):
    written = as_before(text, raw)
    assert plain(written) == text
    assert written.startswith(MARK) == raw.startswith(MARK)
    assert {*END.findall(written)} <= {*END.findall(raw), "\n"}


@given(st.sampled_from(["\n", "\r\n", "\r"]), LINES, LINES)
def test_a_file_of_one_kind_of_ends_keeps_to_it(end, lines, others):
    raw = end.join([*lines, "x", ""])
    assert as_before("\n".join(others), raw) == end.join(others)
    assert ("stay so" in told(raw)) == (end != "\n")


def test_new_lines_of_a_mixed_file_end_as_most_do():
    raw = "a\nb\r\nc\r\nd"
    assert as_before("a\nnew\nb\nc\nd", raw) == "a\nnew\r\nb\r\nc\r\nd"
    assert told(raw) == "mixed line ends (2 CRLF, 1 LF): each line keeps its own"
    assert told(MARK + "a\n") == "the file begins with a byte-order mark, and will"
    assert told("a\rb\r") == "line ends are CR, and stay so"
