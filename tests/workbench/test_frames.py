"""Frames through bytes: what is sent is what comes, whatever is large in it, and nothing where a frame is torn."""

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.engine import frames
from workbench.engine.frames import HEADER, decoding, encode, read

VALUES = st.sampled_from([None, True, 0, -7, 2.5, "", "a", '漢é\n"\\', ["x", [1.5]], {"a": {"b": 1}}, "long" * 3])
NAMES = st.sampled_from(["a", "b", "c", "d", 'é"', "漢"])
MEMBERS = st.dictionaries(NAMES, VALUES, max_size=6)
ANSWERS = st.dictionaries(NAMES, VALUES | MEMBERS, max_size=4) | VALUES
FRAMES = st.builds(lambda rest, answer: {**rest, "answer": answer}, MEMBERS, ANSWERS) | MEMBERS


@pytest.fixture(scope="module", params=[(0, 1), (5, 2)])
def sizes(request):
    """Texts longer than so many characters lie behind, members of answers in pieces of so many."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(frames, "LONG", request.param[0])
        patch.setattr(frames, "MANY", request.param[1])
        yield request.param


@pytest.mark.usefixtures("sizes")
@given(st.lists(FRAMES, min_size=1, max_size=3))
def test_frames_come_as_they_were_sent_one_behind_another(sent):
    stream = io.BytesIO(b"".join(map(encode, sent)))
    assert [read(stream) for _ in sent] == sent
    assert read(stream) is None
    assert stream.read() == b""


@given(FRAMES)
def test_members_come_in_their_order_a_piece_at_a_time(sizes, frame):
    data = encode(frame)
    body, behind = HEADER.unpack(data[: HEADER.size])
    assert len(data) == HEADER.size + body + behind
    steps = []
    for last in decoding(data[HEADER.size : HEADER.size + body], data[HEADER.size + body :]):
        whole = last.get("answer")
        told = whole.items() if isinstance(whole, dict) else ()
        steps.append({name: len(value) for name, value in told if isinstance(value, dict)})
    answer = frame.get("answer")
    if isinstance(answer, dict):
        assert sorted(last["answer"]) == sorted(answer)
        for name, value in answer.items():
            if isinstance(value, dict):
                assert list(last["answer"][name]) == list(value)
                seen = [step[name] for step in steps if name in step]
                if len(value) > sizes[1]:
                    assert all(after - before <= sizes[1] for before, after in zip([0, *seen], seen, strict=False))


def test_what_is_large_is_not_written_into_the_object(sizes):
    many = {f"n{number}": number for number in range(sizes[1] + 1)}
    data = encode({"text": "x" * (sizes[0] + 1), "short": "y" * sizes[0], "answer": {"many": many, "said": "z"}})
    body, _ = HEADER.unpack(data[: HEADER.size])
    kept = json.loads(data[HEADER.size : HEADER.size + body])
    assert (kept["short"], kept["answer"]) == ("y" * sizes[0], {"said": "z"})
    assert "text" not in kept
    assert kept["texts"] == {"text": sizes[0] + 1}
    assert len(kept["pieces"]["many"]) == 2
    many.popitem()  # as many as a piece has need none
    assert many in json.loads(encode({"answer": {"many": many}})[HEADER.size :])["answer"].values()


def test_halves_of_surrogates_go_through_long_and_short():
    for text in ("\ud800", "\ud800" * 10_001, "a\udfff" * 6_000):
        assert read(io.BytesIO(encode({"text": text, "answer": {"said": text}}))) == {
            "text": text,
            "answer": {"said": text},
        }


@pytest.mark.parametrize("cut", [0, 1, 7, 8])
def test_of_a_torn_frame_nothing_comes(cut):
    assert read(io.BytesIO(encode({"id": 1})[:cut])) is None
