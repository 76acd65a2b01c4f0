"""Sequence charts as text."""

from pepa.pictures.sequence import Row, sequence_chart

ROWS = [
    Row("ask", {"User": "Waiting", "Server": "Busy"}),
    Row("think", {"Cache": "Full"}),
    Row("rest", {"User": "Idle"}),
]


def test_a_chart_joins_who_takes_part_and_leaves_out_who_never_does():
    assert sequence_chart(["User", "Cache", "Server", "Idler"], {"User": "Idle"}, ROWS, 80) == [
        "        User     Cache  Server",
        "        │Idle    │      │",
        "1 ask   ●Waiting─┼──────●Busy",
        "2 think │        ●Full  │",
        "3 rest  ●Idle    │      │",
    ]


def test_a_chart_fits_its_width():
    for width in (24, 40, 80):
        lines = sequence_chart(
            [f"Component{n}" for n in range(9)],
            {},
            [Row("x" * 60, {f"Component{n}": "y" * 30 for n in range(9)})],
            width,
        )
        assert max(map(len, lines)) <= width


def test_nothing_happened():
    assert sequence_chart(["P"], {"P": "P"}, [], 40) == ["   P", "   │P"]
