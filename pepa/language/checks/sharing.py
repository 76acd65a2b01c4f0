"""Checks of sets: what components do together, each for itself, or never; and what is hidden."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pepa.language.checks.check import Check, warning
from pepa.language.checks.facts import Facts
from pepa.language.fixes.structure import add_action, leave_out_action, parentheses
from pepa.language.problem import Problem, Span
from pepa.language.syntax import TAU, Cooperation, Hiding, Process

HASHED = re.compile(r"""^[ \t]*#\s*[\w'"]""", re.MULTILINE)


def _unshared(facts: Facts) -> Iterator[Problem]:
    for node in facts.compositions:
        if not isinstance(node, Cooperation) or not node.actions:
            continue
        named = {name.text for name in node.actions}
        seen = [facts.letters.seen(part) for part in node.parts]
        left = set(seen[0])
        for right in seen[1:]:
            for action in sorted((left & right) - named - {TAU}):
                message = f"both sides of this cooperation do `{action}`, each for itself: it is not in the set"
                span = Span(node.actions[0].span.start, node.actions[-1].span.end)
                yield warning("unshared-action", message, span, f"add `{action}` to the set, or rename one of the two")
            left |= right


def _hidden_inside(facts: Facts) -> Iterator[Problem]:
    for node in facts.compositions:
        if isinstance(node, Cooperation) and node.actions:
            found = [facts.letters.of(part) for part in node.parts]
            for name in node.actions:
                if any(name.text in hid and name.text not in seen for seen, hid in found):
                    message = f"`{name.text}` is hidden inside a side of this cooperation: nobody can cooperate on it"
                    yield warning("hidden-cooperation", message, name.span, "hide it outside of the cooperation")


def _hides_nothing(facts: Facts) -> Iterator[Problem]:
    for node in facts.compositions:
        if isinstance(node, Hiding):
            seen = facts.letters.seen(node.process)
            for name in node.actions:
                if name.text not in seen:
                    message = f"nothing to hide: the process never does `{name.text}`"
                    yield warning("hides-nothing", message, name.span, "leave it out")


def _independent(facts: Facts) -> Iterator[Problem]:
    """Look at the system equation alone: parts that are put together in a definition may meet others there."""
    system: Process = facts.model.system
    while isinstance(system, Hiding):
        system = system.process
    if not isinstance(system, Cooperation) or system.actions:
        return
    met: set[str] = set()
    for part in system.parts:
        letters = facts.letters.seen(part)
        if not met.isdisjoint(letters):
            break
        met |= letters
    else:
        message = "the parts of this system have no action in common: each goes its own way"
        hint = "name what they do together in `<...>`, or solve each by itself: it has fewer states"
        yield warning("independent-parts", message, system.span, hint)


def _repeated(facts: Facts) -> Iterator[Problem]:
    for node in facts.nodes.sets:
        seen: set[str] = set()
        for name in node.actions or ():
            if name.text in seen and (name.text != TAU or isinstance(node, Hiding)):
                yield warning("repeated-action", f"`{name.text}` is named twice in this set", name.span)
            seen.add(name.text)


def _wildcards(facts: Facts) -> Iterator[Problem]:
    """Look for `<*>` left of another cooperation: some tools let it take all to its right."""
    for node in facts.nodes.sets:
        if isinstance(node, Cooperation):
            first = node.parts[0]
            if isinstance(first, Cooperation) and first.actions is None and not _in_parentheses(first.span, facts.code):
                message = "other tools read `A <*> B <b> C` as `A <*> (B <b> C)`; here it is `(A <*> B) <b> C`"
                yield warning("wildcard-reading", message, first.span, "write the parentheses you mean")


def _prism(facts: Facts) -> Iterator[Problem]:
    """Look in texts with `#` definitions, which PRISM reads too, for what both sides do at rates of their own."""
    if not HASHED.search(facts.text):
        return
    for node in facts.compositions:
        if isinstance(node, Cooperation):
            active = [facts.active.seen(part) for part in node.parts]
            for name in node.actions or ():
                if sum(name.text in letters for letters in active) > 1:
                    message = f"PRISM lets `{name.text}` happen at the product of both rates, PEPA at the smaller one"
                    yield warning("prism-rates", message, name.span, "for PRISM, let one side be passive: `infty`")


def _in_parentheses(span: Span, code: str) -> bool:
    before, after = span.start - 1, span.end
    while code[before : before + 1].isspace():
        before -= 1
    while code[after : after + 1].isspace():
        after += 1
    return code[before : before + 1] == "(" and code[after : after + 1] == ")"


CHECKS = (
    Check(
        "unshared-action",
        "an action that both sides do is not in the set of their cooperation",
        "The sides then do it each for itself, at their own times: the commonest slip in PEPA models, since the "
        "model is well formed and its figures look plausible.",
        "Client = (ask, 1).(get, 2).Client;\nServer = (ask, 3).(get, 4).Server;\nClient <ask> Server",
        "Client = (ask, 1).(get, 2).Client;\nServer = (ask, 3).(get, 4).Server;\nClient <ask, get> Server",
        _unshared,
        (add_action,),
    ),
    Check(
        "blocked-action",
        "an action of a set that one side never does, so that it never happens",
        "A cooperation happens when all sides can; what one side never does blocks the other for ever. The name is "
        "often spelled in another way on the other side.",
        "Client = (think, 1).Client + (ask, 2).Client;\nServer = (serve, 3).Server;\nClient <ask> Server",
        "Client = (think, 1).Client + (ask, 2).Client;\nServer = (ask, 3).Server;\nClient <ask> Server",
        fixers=(leave_out_action,),
    ),
    Check(
        "redundant-action",
        "an action of a set that no side ever does",
        "It changes nothing; it is left over, or spelled in another way in the processes.",
        "P = (a, 1).P;\nP <a, b> P",
        "P = (a, 1).P;\nP <a> P",
        fixers=(leave_out_action,),
    ),
    Check(
        "repeated-action",
        "an action named twice in a set",
        "Once is enough; maybe another one was meant.",
        "P = (a, 1).(b, 1).P;\nP <a, b, a> P",
        "P = (a, 1).(b, 1).P;\nP <a, b> P",
        _repeated,
        (leave_out_action,),
        names_only=True,
    ),
    Check(
        "hidden-cooperation",
        "an action hidden inside a side of a cooperation that names it",
        "What is hidden is `tau` outside, and nobody can cooperate on it: the action of the set never happens "
        "together.",
        "P = (a, 1).P;\nQ = (a, 2).Q;\nP/{a} <a> Q",
        "P = (a, 1).P;\nQ = (a, 2).Q;\n(P <a> Q)/{a}",
        _hidden_inside,
    ),
    Check(
        "hides-nothing",
        "an action that is hidden where nobody does it",
        "It changes nothing; the name is spelled in another way, or hidden in the wrong place.",
        "P = (a, 1).P;\nP/{b}",
        "P = (a, 1).P;\nP/{a}",
        _hides_nothing,
        (leave_out_action,),
    ),
    Check(
        "independent-parts",
        "a system whose parts have no action in common",
        "Nothing that one does matters to another: the states multiply and the figures are those of the parts alone. "
        "The names of what they do together differ, or the set was forgotten.",
        "Client = (ask, 1).Client;\nServer = (serve, 2).Server;\nClient || Server",
        "Client = (ask, 1).Client;\nServer = (ask, 2).Server;\nClient <ask> Server",
        _independent,
    ),
    Check(
        "wildcard-reading",
        "a wildcard cooperation that other tools read in another way",
        "`<*>` binds to the left here, as every cooperation does; some tools let it take all to its right. With "
        "parentheses all read the same.",
        "P = (a, 1).P;\nP <*> P <a> P",
        "P = (a, 1).P;\n(P <*> P) <a> P",
        _wildcards,
        (parentheses,),
        names_only=True,
    ),
    Check(
        "prism-rates",
        "an action that both sides do at rates of their own, in a text with `#` definitions, which PRISM reads too",
        "PRISM multiplies the rates of those who synchronise; PEPA, and this tool, take the smaller apparent rate. The "
        "figures agree where one side is active and one passive partner can take part, and differ otherwise.",
        "#P = (a, 2).P;\n#Q = (a, 3).Q;\nP <a> Q",
        "#P = (a, 2).P;\n#Q = (a, infty).Q;\nP <a> Q",
        _prism,
    ),
)
