"""The keys of vi: each command, any keys at all, the same as Vim does where that is installed, and in the app."""

import json
import random
import shutil
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.workbench.screens import screen_text, told, until
from workbench.app import Workbench
from workbench.document import opened
from workbench.settings import Settings
from workbench.widgets.editing.line_edits import margin
from workbench.widgets.editing.vi.press import press
from workbench.widgets.editing.vi.state import Change, LineCommand, Mode, NoCommand, Vi, Wish, behind, changed
from workbench.widgets.editing.vi.substituting import substitution
from workbench.widgets.editor import PepaEditor


class Edited:
    """A text under the keys of vi: what the app does with an outcome, without the app."""

    def __init__(self, lines, cursor=(0, 0)):
        self.lines, self.cursor, self.vi = list(lines), cursor, Vi()
        self.before, self.asks = [], []

    def press(self, keys):
        for key in keys:
            if self.vi.mode is Mode.INSERT and key != "\x1b":
                self._typed(key)
                continue
            lines = self.lines
            if self.vi.mode is not Mode.INSERT:
                self.began = (lines, self.cursor)
            outcome = press(self.vi, lines, self.cursor, key)
            for change in outcome.changes:
                self.lines = changed(self.lines, change)
            if self.vi.mode is not Mode.INSERT and (outcome.changes or outcome.vi.mode is Mode.INSERT):
                self.before.append(self.began)
            self.vi, self.cursor = outcome.vi, outcome.cursor
            self._do(outcome.asks)
        return self

    def _typed(self, key):
        text = key if key != "\n" else "\n" + margin(self.lines[self.cursor[0]][: self.cursor[1]])
        self.lines = changed(self.lines, Change(self.cursor, self.cursor, text))
        self.cursor = behind(self.cursor, text)

    def _do(self, asks):
        self.asks += [asked for asked in asks if asked is not Wish.UNDO]
        for _ in range(asks.count(Wish.UNDO)):
            if self.before:
                self.lines, self.cursor = self.before.pop()


@pytest.mark.parametrize(
    ("lines", "cursor", "keys", "after", "at"),
    [
        ("P = (a, r).P;", (0, 0), "dw", "= (a, r).P;", (0, 0)),
        ("P = (a, r).P;", (0, 5), "cwbeta\x1b", "P = (beta, r).P;", (0, 8)),
        ("P = (a, r).P;", (0, 7), "ci(b, s\x1b", "P = (b, s).P;", (0, 8)),
        ("P = (a, r).P;", (0, 8), "da(", "P = .P;", (0, 4)),
        ("P <a, b> Q", (0, 3), "di<", "P <> Q", (0, 3)),
        ("P' = (a, r).P';", (0, 0), "dw", "= (a, r).P';", (0, 0)),
        ("one two three", (0, 5), "diw", "one  three", (0, 4)),
        ("one two three", (0, 5), "daw", "one three", (0, 4)),
        ("one two three", (0, 9), "daw", "one two", (0, 6)),
        ("one two three", (0, 0), "2dw", "three", (0, 0)),
        ("one two three", (0, 0), "d2w", "three", (0, 0)),
        ("one\ntwo\nthree", (1, 1), "dd", "one\nthree", (1, 0)),
        ("one\ntwo\nthree", (1, 1), "ddp", "one\nthree\ntwo", (2, 0)),
        ("one\ntwo\nthree", (2, 0), "dd", "one\ntwo", (1, 0)),
        ("one\ntwo\nthree", (0, 0), "yyGp", "one\ntwo\nthree\none", (3, 0)),
        ("one\ntwo\nthree", (1, 2), "yyP", "one\ntwo\ntwo\nthree", (1, 0)),
        ("one two", (0, 0), "ywP", "one one two", (0, 3)),
        ("one two", (0, 0), "xp", "noe two", (0, 1)),
        ("one two", (0, 0), "x..", " two", (0, 0)),
        ("a a a a", (0, 0), "cwb\x1bw.w.", "b b b a", (0, 4)),
        ("one", (0, 0), "A;\x1b0i \x1b", " one;", (0, 0)),
        ("  one", (0, 4), "oP\x1b", "  one\n  P", (1, 2)),
        ("  one", (0, 4), "o\x1b", "  one\n", (1, 0)),
        ("  one", (0, 4), "OP\x1b", "  P\n  one", (0, 2)),
        ("  one", (0, 4), "ccP\x1b", "  P", (0, 2)),
        ("  one", (0, 4), "IP\x1b", "  Pone", (0, 2)),
        ("  one\n  two\nx", (0, 4), "cj\x1b", "\nx", (0, 0)),
        ("  one\nx", (0, 4), "Vc\x1b", "\nx", (0, 0)),
        ("  one\n  two", (0, 4), "vS\x1b.", "\n  two", (0, 0)),
        ("  one", (0, 4), "cb\x1b", "  e", (0, 1)),
        ("  a", (0, 2), "cl\x1b", "  ", (0, 1)),
        ("ab", (0, 0), "3ix\x1b", "xxxab", (0, 2)),
        ("ab", (0, 0), "2ox\x1b", "ab\nx\nx", (2, 0)),
        ("a;b;c", (0, 0), "f;x;x", "abc", (0, 2)),
        ("a;b;c", (0, 4), "F;,x", "a;bc", (0, 3)),
        ("a;b;c", (0, 0), "t;rX", "X;b;c", (0, 0)),
        ("a;b;c", (0, 0), "t;;x", "a;;c", (0, 2)),
        ("one two", (0, 4), "D", "one ", (0, 3)),
        ("one two", (0, 4), "Cx\x1b", "one x", (0, 4)),
        ("one", (0, 1), "sxy\x1b", "oxye", (0, 2)),
        ("one", (0, 1), "Sxy\x1b", "xy", (0, 1)),
        ("one", (0, 0), "2rx", "xxe", (0, 1)),
        ("one", (0, 0), "9rx", "one", (0, 0)),
        ("one\n  two\n) x", (0, 0), "JJ", "one two) x", (0, 7)),
        ("one", (0, 0), "~~", "ONe", (0, 2)),
        ("f(a, [b])", (0, 0), "%x", "f(a, [b]", (0, 7)),
        ("f(a, [b])", (0, 1), "d%", "f", (0, 0)),
        ("a\nb\nc\nd", (1, 0), "2>>", "a\n  b\n  c\nd", (1, 2)),
        ("a\n  b\n  c\nd", (1, 0), "<jj.", "a\nb\nc\nd", (2, 0)),
        ("a b\na\na b", (0, 0), "/b\nnx", "a b\na\na ", (2, 1)),
        ("a b\na\na b", (0, 0), "/b\nNx", "a b\na\na ", (2, 1)),
        ("r1 r12\nr1", (0, 0), "*x", "r1 r12\n1", (1, 0)),
        ("a b\na\na b", (2, 0), "?b\nx", "a \na\na b", (0, 1)),
        ("a b c", (0, 0), "d/c\n", "c", (0, 0)),
        ("a\nb\nc", (0, 0), ":3\nx", "a\nb\n", (2, 0)),
        ("a\nb\nc", (2, 0), "dgg", "", (0, 0)),
        ("a\nb\nc", (0, 0), "dG", "", (0, 0)),
        ("a\nb\nc", (1, 0), "d5k", "c", (0, 0)),
        ("long line\nx\nlong line", (0, 7), "jjx", "long line\nx\nlong lie", (2, 7)),
        ("long\nlonger", (0, 0), "$jx", "long\nlonge", (1, 4)),
        ("one two three", (0, 4), "ved", "one  three", (0, 4)),
        ("one two three", (0, 4), "viwcx\x1b", "one x three", (0, 4)),
        ("one\ntwo\nthree", (0, 1), "Vjd", "three", (0, 0)),
        ("one\ntwo\nthree\nfour", (0, 1), "Vjd.", "", (0, 0)),
        ("one two three", (0, 0), "vllxw.", "  three", (0, 1)),
        ("one two", (0, 0), "v$y", "one two", (0, 0)),
        ("one two", (0, 0), "ywwviwp", "one one ", (0, 7)),
        ("one\ntwo", (0, 0), "VU", "ONE\ntwo", (0, 0)),
        ("one\ntwo", (0, 0), "VjJ", "one two", (0, 3)),
        ("one\ntwo", (0, 2), "vj>", "  one\n  two", (0, 2)),
        ("one two", (0, 0), "vwo~", "ONE Two", (0, 0)),
        ("one", (0, 0), "xxuu", "one", (0, 0)),
        ("one", (0, 0), "ccno\x1bu", "one", (0, 0)),
        ("a b", (0, 0), "2d\x1bx", " b", (0, 0)),
        ("a b", (0, 0), "dqx", " b", (0, 0)),
        ("éa", (0, 0), "x", "a", (0, 0)),
        ("", (0, 0), "xJ~%*n.;", "", (0, 0)),
        ("", (0, 0), "sa\x1b", "a", (0, 0)),
        ("one", (0, 0), "/\b\bx", "ne", (0, 0)),
        ("p\n\nq\n\nr", (0, 0), "d}", "\nq\n\nr", (0, 0)),
        ("one two", (0, 0), "\"ami'a`a@a[(]a2\"add", "", (0, 0)),
        ("one two", (0, 0), "\"x\"aqama'i`o@i@@", "one two", (0, 0)),
        ("one two", (0, 0), "qaKxq@ax", "e two", (0, 0)),
        ("one two", (0, 0), "d'xc`avl\"x'xmi\x1b", "one two", (0, 1)),
    ],
)  # fmt: skip
def test_what_keys_do(lines, cursor, keys, after, at):
    edited = Edited(lines.split("\n"), cursor).press(keys)
    assert ("\n".join(edited.lines), edited.cursor) == (after, at)
    assert edited.vi.mode is Mode.NORMAL
    assert edited.vi.pending == ""


@pytest.mark.parametrize(
    ("keys", "asks"),
    [
        (":w\n", [LineCommand("w")]), (":wq\n", [LineCommand("wq")]), ("ZZ", [LineCommand("wq")]),
        ("zz", [Wish.CENTRE]), (":\n", []), ("mi", [NoCommand("mi")]),
    ],
)  # fmt: skip
def test_what_is_not_an_edit_is_asked_for(keys, asks):
    assert Edited(["one"]).press(keys).asks == asks


@pytest.mark.parametrize(("command", "after"), [
    ("s/r/x", ["r r", "x r", "r/r R"]), ("s/r/x/g", ["r r", "x x", "r/r R"]), ("%s/r/x/", ["x r", "x r", "x/r R"]),
    ("%s/r/xy/g", ["xy xy", "xy xy", "xy/xy R"]), ("2,$s#r/#r2#g", ["r r", "r r", "r2r R"]),
    (r"3s/r\/r/\//", ["r r", "r r", "/ R"]), (".,1s/r//g", [" ", " ", "r/r R"]), ("%s/q/x/g", ["r r", "r r", "r/r R"]),
])  # fmt: skip
def test_a_line_command_substitutes(command, after):
    todo = substitution(command, 1, 3)
    text, places = todo.done(["r r", "r r", "r/r R"])
    assert text.split("\n") == after
    assert bool(places) == (after != ["r r", "r r", "r/r R"])


@pytest.mark.parametrize("command", ["s", "s/", "s//x/", "set", "sort", "%d", "w", "s/a/b/c", "s|a|b|", "1,s/a/b"])
def test_what_is_no_substitution_is_none(command):
    assert substitution(command, 0, 3) is None


ALPHABET = [
    *"hjklwbeWBEx0^$gGfFtT;,iaIAoOXdcyCDsSYrJpPu.nN*#%<>{}~vV()[]123:/?",
    "\x1b",
    "\x1b",
    "\n",
    "\b",
    " ",
    "é",
    *"\"qm'`@K",
]


@given(st.lists(st.sampled_from(["P = (a, r).P;", "", "  é <b> x", "one two"]), min_size=1, max_size=4),
       st.lists(st.sampled_from(ALPHABET), max_size=40))  # fmt: skip
@settings(max_examples=300)
def test_any_keys_leave_a_text_with_a_cursor_in_it(lines, keys):
    edited = Edited(lines).press(keys)
    row, column = edited.cursor
    assert 0 <= row < len(edited.lines)
    assert 0 <= column <= len(edited.lines[row])
    assert all("\n" not in line for line in edited.lines)
    edited.press("\x1b\x1b")
    assert (edited.vi.mode, edited.vi.pending) == (Mode.NORMAL, "")
    assert edited.cursor[1] <= max(0, len(edited.lines[edited.cursor[0]]) - 1)
    edited.press("u" * len(edited.before))
    assert edited.lines == lines


def test_an_operator_goes_nowhere_by_a_line_of_commands():
    for keys in ("d:\n", "c:w\n", "y:s/a/b/\n", ">:\n", "d:\x1b"):
        edited = Edited(["P = (a, r).P;"]).press(keys)
        assert edited.lines == ["P = (a, r).P;"], keys
        edited.press("\x1b")
        assert (edited.vi.mode, edited.vi.pending) == (Mode.NORMAL, ""), keys


MOVES = ["h", "l", "j", "k", "w", "b", "e", "W", "B", "E", "ge", "0", "^", "$", "gg", "G", "fa", "tb", "F(", "Tr", ";"]
MOVES += [",", "%", "}", "+", "-", "_", "/a\n", "?b\n", "n", "N"]
OBJECTS = ["iw", "aw", "i(", "a(", "i[", "a{", "i<", "a<"]
EDITS = ["x", "X", "D", "Y", "p", "P", "~", "rz", "dd", "yy", ">>", "<<", ".", "D", "iab\x1b", "aQ\x1b", "Ix\x1b"]
EDITS += ["A;\x1b", "oN N\x1b", "Oz\x1b", "sX\x1b", "C!\x1b", "A\nk\x1b", "ccq\x1b"]
TEXTS = ["P = (a, r1).P' + (bb, 2.0);", "", "  R = (a, r).(b, x, y);", "foo.bar  baz", "x", "  yy  zz  ", "P <a, b> Q"]
TEXTS += ["if (a < b) [c {d} e]", "one two three four", "été naïve"]


def one_command(chance):
    """Return a command that Vim and this mean alike, for certain: not what it does where a motion fails."""
    count, kind = chance.choice(["", "", "", "2", "3"]), chance.random()
    if kind < 0.3:
        return count + chance.choice(MOVES)
    if kind < 0.6:
        return chance.choice(EDITS)
    if kind < 0.8:
        operator = chance.choice(["d", "y", ">"])
        return operator + (chance.choice(["", "", "2"]) + chance.choice(MOVES))
    if kind < 0.9:
        return chance.choice(["d", "y"]) + chance.choice(OBJECTS)
    return "v" + chance.choice(["l", "e", "2w", "b", "j", "f "]) + chance.choice(["d", "~", "cNEW\x1b", "rq"])


SCRIPT = """
set nocp enc=utf-8 sw=2 et ai ic scs mps+=<:> nofixeol bs=indent,eol,start noswf nomore sol
set iskeyword=@,48-57,_,192-255,39
let out = []
for case in json_decode(join(readfile("{folder}/cases.json"), ""))
  enew!
  call setline(1, case[0])
  call cursor(1, 1)
  let @/ = ''
  let found = []
  for keys in case[1]
    exe "silent! normal! " . keys
    call add(found, [getline(1, '$'), line('.') - 1, strchars(strpart(getline('.'), 0, col('.') - 1))])
  endfor
  call add(out, found)
endfor
call writefile([json_encode(out)], "{folder}/found.json")
qa!
"""


@pytest.mark.skipif(shutil.which("vim") is None, reason="needs Vim")
def test_commands_do_what_vim_does(tmp_path):
    cases = []
    for seed in range(1500):
        chance = random.Random(seed)
        lines = [chance.choice(TEXTS) for _ in range(chance.randrange(1, 6))]
        cases.append((lines, ["ix\x1b", "x", "fa", "n", *(one_command(chance) for _ in range(3))]))
    sent = [(lines, [keys.replace("\n", "\r") for keys in commands]) for lines, commands in cases]
    (tmp_path / "cases.json").write_text(json.dumps(sent))
    (tmp_path / "script.vim").write_text(SCRIPT.format(folder=tmp_path))
    command = ["vim", "-u", "NONE", "-i", "NONE", "-N", "-es", "-S", str(tmp_path / "script.vim")]
    subprocess.run(command, stdin=subprocess.DEVNULL, timeout=120, check=False, env={"LC_ALL": "C.UTF-8"})
    different = []
    for (lines, commands), found in zip(cases, json.loads((tmp_path / "found.json").read_text()), strict=True):
        edited = Edited(lines)
        for keys, (text, row, column) in zip(commands, found, strict=True):
            was = (edited.lines, edited.cursor)
            edited.press(keys)
            if edited.vi.mode.chooses or edited.vi.pending:
                edited.press("\x1b\x1b")  # an unfinished command ends with the line it is on
            if (edited.lines, edited.cursor) != (text, (row, column)):
                different.append((*was, keys, edited.lines, edited.cursor, text, (row, column)))
                break
    for d in different:
        print(d)
    assert different == []


def app_with(tmp_path, text, **settings):
    path = tmp_path / "m.pepa"
    path.write_text(text)
    return Workbench(opened(path), settings=Settings(vi=True, **settings))


async def test_the_app_shows_the_mode_and_keeps_one_step_of_undo_for_what_is_typed(tmp_path):
    text = "r = 1.0;\nP = (a, r).P;\nP\n"
    app = app_with(tmp_path, text)
    async with app.run_test(size=(80, 24)) as pilot:
        editor = app.query_one(PepaEditor)
        await until(pilot, lambda: "no problems" in str(editor.parent.border_subtitle))
        await pilot.press(*"j3wcwbeta")
        await until(pilot, lambda: "-- INSERT --" in screen_text(app))
        await pilot.press("left", "x", "escape")
        assert editor.document.get_line(1) == "P = (betxa, r).P;"
        await until(pilot, lambda: "INSERT" not in screen_text(app))
        await pilot.press("u")
        assert editor.text == text
        assert editor.cursor_location == (1, 5)
        await pilot.press("ctrl+r")
        assert editor.document.get_line(1) == "P = (betxa, r).P;"
        await pilot.press(*"uyyp2dk", "u")
        assert editor.document.line_count == 5
        assert app.clipboard == "P = (a, r).P;\n"
        await pilot.press(*"2GVj")
        await until(pilot, lambda: "-- VISUAL LINE --" in screen_text(app))
        await pilot.press("tab")  # other keys do what they do to what is selected
        assert editor.document.lines[1:3] == ["  P = (a, r).P;", "  P = (a, r).P;"]
        await pilot.press("escape", *"mi")
        await until(pilot, lambda: "mi is no command here" in screen_text(app))
        await pilot.press("l")
        await until(pilot, lambda: "no command" not in screen_text(app))
        await pilot.press("escape", *":foo", "enter")
        await until(pilot, lambda: "`:foo` is not known here" in told(app))


async def test_the_app_saves_finds_and_leaves_by_lines_and_its_own_keys_stay(tmp_path):
    app = app_with(tmp_path, "r = 1.0;\nP = (a, r).P;\nP\n")
    async with app.run_test(size=(80, 24)) as pilot:
        editor = app.query_one(PepaEditor)
        await pilot.press(*"A // x", "escape", *":w", "enter")
        await until(pilot, lambda: not app.document.dirty)
        assert (tmp_path / "m.pepa").read_text().startswith("r = 1.0; // x\n")
        await pilot.press(*f":w {tmp_path}/it's (2).pepa", "enter")
        await until(pilot, lambda: app.document.name == "it's (2).pepa")
        assert (tmp_path / "it's (2).pepa").read_text() == editor.text
        await pilot.press("ctrl+f", *"P", "escape")  # what was found is not selected
        assert editor.selection.is_empty
        assert editor.cursor_location == (1, 0)
        await pilot.press(*":%s/P/Q/g", "enter")
        await until(pilot, lambda: editor.text == "r = 1.0; // x\nQ = (a, r).Q;\nQ\n")
        await pilot.press("u")
        assert editor.document.get_line(1) == "P = (a, r).P;"
        editor.move_cursor((1, 0))
        await pilot.press("end", "i", "!", "escape")
        assert editor.document.get_line(1) == "P = (a, r).P!;"
        await pilot.press("f2")
        await until(pilot, lambda: len(app.screen_stack) == 2)
        await pilot.press("escape", "u", *":q", "enter")
        await until(pilot, lambda: not app.is_running)
    assert app.return_value == 0


async def test_alt_and_a_letter_are_escape_and_that_letter_but_where_they_are_set(tmp_path):
    app = app_with(tmp_path, "one two\n", keys={"app.save": "alt+r"})
    async with app.run_test(size=(80, 24)) as pilot:
        editor = app.query_one(PepaEditor)
        await pilot.press("i", "x", "alt+l", "x")
        assert editor.text == "xne two\n"
        await pilot.press("alt+shift+i", "y", "alt+r", "z")
        assert editor.text == "yzxne two\n"
        await until(pilot, lambda: (tmp_path / "m.pepa").read_text().startswith("y"))


async def test_a_choice_by_other_means_is_a_visual_one_and_another_model_begins_anew(tmp_path):
    app = app_with(tmp_path, "one two\nthree\n")
    async with app.run_test(size=(80, 24)) as pilot:
        editor = app.query_one(PepaEditor)
        await pilot.press("shift+right", "shift+right", "d")
        assert editor.text == "e two\nthree\n"
        await pilot.press("i")
        editor.load_text("other\n")
        await pilot.press("x")
        assert editor.text == "ther\n"
        await pilot.press("tab")
        assert editor.text == "ther\n"


async def test_without_the_setting_letters_are_typed(tmp_path):
    path = tmp_path / "m.pepa"
    path.write_text("P\n")
    app = Workbench(opened(path))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("d", "d", "escape", "u")
        assert app.query_one(PepaEditor).text == "dduP\n"
