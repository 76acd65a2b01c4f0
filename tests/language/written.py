"""Random model texts as people write them: names of all kinds, comments and blanks anywhere, sometimes cut off."""

from hypothesis import strategies as st

PROCESSES = ("P", "Q1", "Client'", '"My server"')
ACTIONS = ("a", "ask", "b'", '"odd action"')
RATES = ("r", "rate2", "K", '"a rate"')
GAPS = ("", " ", "  ", "\n", " // note; (a, r).P\n", "/* x = 1; */", "\n\n    ", "\t")


def _gap(draw):
    return draw(st.sampled_from(GAPS))


def _sign(draw, sign):
    """Return an operator and a gap; a comment right behind a slash would be another one."""
    gap = _gap(draw)
    return f"{sign} {gap}" if sign == "/" else sign + gap


@st.composite
def expressions(draw, depth=2):
    """Return the text of an expression."""
    kind = draw(st.integers(0, 5 if depth else 1))
    if kind == 0:
        return draw(st.sampled_from(("1", "2.50", ".5", "1e-3", "10.0")))
    if kind == 1:
        return draw(st.sampled_from(RATES))
    left, right = draw(expressions(depth - 1)), draw(expressions(depth - 1))
    if kind == 2:
        return f"({_gap(draw)}{left}{_gap(draw)})"
    return f"{left}{_gap(draw)}{_sign(draw, draw(st.sampled_from('+*/-')))}{right}"


@st.composite
def processes(draw, depth=3):
    """Return the text of a process, well formed in its syntax."""
    kind = draw(st.integers(0, 8 if depth else 0))
    if kind == 0:
        return draw(st.sampled_from(PROCESSES))
    inner = draw(processes(depth - 1))
    if kind <= 3:
        rate = draw(st.one_of(expressions(), st.sampled_from(("infty", "T", "2*infty"))))
        action = draw(st.sampled_from(ACTIONS))
        return f"({_gap(draw)}{action}{_gap(draw)},{_gap(draw)}{rate}{_gap(draw)}).{_gap(draw)}({inner})"
    if kind == 4:
        return f"({inner}{_gap(draw)})"
    names = draw(st.lists(st.sampled_from(ACTIONS), max_size=3, unique=True))
    listed = f"{_gap(draw)},{_gap(draw)}".join(names)
    if kind == 5:
        return f"({inner}){_gap(draw)}{_sign(draw, '/')}{{{listed}}}"
    if kind == 6:
        return f"({inner})[{draw(expressions(1))}]" + draw(st.sampled_from(("", "{a, ask}")))
    other = draw(processes(depth - 1))
    sign = "+" if kind == 7 else draw(st.sampled_from(("||", "<>", "<*>", f"<{listed}>")))
    return f"({inner}){_gap(draw)}{sign}{_gap(draw)}({other})"


@st.composite
def models(draw):
    """Return the text of a model in which every name is defined: its syntax is right, its meaning may be none."""
    rates = [f"{name}{_gap(draw)}={_gap(draw)}{draw(expressions())}{_gap(draw)};" for name in RATES]
    bodies = [f"{name}{_gap(draw)}={_gap(draw)}{draw(processes())}{_gap(draw)};" for name in PROCESSES]
    statements = draw(st.permutations([*rates, *bodies]))
    end = draw(st.sampled_from(("", ";", "\n", " // the end")))
    return "".join(_gap(draw) + text for text in (*statements, draw(processes()))) + end
