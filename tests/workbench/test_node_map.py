"""Walking about on a drawing by the arrow keys."""

from textual.app import App

from pepa.explore.graph import Edge, Graph, Node
from pepa.pictures.graph import drawing
from workbench.widgets.node_map import NodeMap, Spot

GRAPH = Graph(
    "diamond",
    tuple(Node(name, here=name == "right") for name in ("top", "left", "right", "bottom")),
    (Edge(0, 1, "a"), Edge(0, 2, "b"), Edge(1, 3, "c"), Edge(2, 3, "d")),
)


class Shown(App):
    def compose(self):
        yield NodeMap()

    def on_node_map_chosen(self, event):
        self.chosen = event.node

    def on_mount(self):
        drawn = drawing(GRAPH, 60)
        spots = [Spot(b.row, b.column, b.width, b.height, GRAPH.nodes[b.node].here, GRAPH.nodes[b.node].name)
                 for b in sorted(drawn.boxes, key=lambda box: box.node)]  # fmt: skip
        self.query_one(NodeMap).show_lines(drawn.lines, spots)


def name(app):
    return GRAPH.nodes[app.query_one(NodeMap).cursor].name


async def test_arrows_go_from_node_to_node_and_enter_chooses():
    app = Shown()
    async with app.run_test(size=(40, 8)) as pilot:
        app.query_one(NodeMap).focus()
        assert name(app) == "right"
        for key, there in (("left", "left"), ("up", "top"), ("down", "left"), ("down", "bottom"), ("down", "bottom"),
                           ("up", "left"), ("right", "right"), ("home", "top"), ("pagedown", "left")):  # fmt: skip
            await pilot.press(key)
            assert name(app) == there, key
        await pilot.press("home", "down", "down", "enter")
        await pilot.pause()
        assert app.chosen == 3
        lines = [app.query_one(NodeMap).render_line(y).text for y in range(8)]
        assert lines[0].startswith("bottom")
        assert any("│ bottom" in line for line in lines)  # it has scrolled there


async def test_of_a_drawing_wider_than_the_screen_the_present_node_is_in_sight():
    app = Shown()
    async with app.run_test(size=(22, 8)) as pilot:
        shown = app.query_one(NodeMap)
        far = Spot(30, 200, 9, 3, True, "far")
        shown.show_lines([" " * 200 + "│ far │"] * 40, [Spot(0, 0, 5, 3, False, "near"), far])
        await pilot.pause()
        assert "│ far │" in shown.render_line(6).text
        shown.focus()
        await pilot.press("home")
        await pilot.pause()
        assert shown.scroll_offset == (0, 0)


class Long(App):
    def compose(self):
        yield NodeMap()

    def on_mount(self):
        lines = [f"{'│' if row else ' ':>9} ○ {row} {'x' * 90}" for row in range(3)]
        self.query_one(NodeMap).show_lines(lines, [Spot(row, 10, 94, 1, row == 1, "") for row in range(3)])


async def test_of_a_node_too_long_for_the_view_its_beginning_is_shown_and_what_leads_to_it():
    app = Long()
    async with app.run_test(size=(40, 8)):
        assert app.query_one(NodeMap).render_line(2).text.startswith("        │ ○ 1 xxx")


class Beside(App):
    def compose(self):
        yield NodeMap()

    def on_mount(self):
        self.query_one(NodeMap).show_lines([f"{'─' * 60}○ {'x' * 90}"], [Spot(0, 60, 92, 1, True, "")])


async def test_far_to_the_right_too():
    app = Beside()
    async with app.run_test(size=(40, 8)):
        assert app.query_one(NodeMap).render_line(1).text.startswith("─" * 13 + "○ xxx")
