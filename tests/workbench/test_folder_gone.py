"""The folder of the open file goes."""

from tests.workbench.screens import answer, asked, told, until, workbench

TEXT = "Lamp = (on, 1.0).Lit; Lit = (off, 2.0).Lamp;\nLamp\n"


async def test_a_folder_that_goes_is_told_with_what_keeps_the_text(tmp_path):
    model = tmp_path / "room" / "lamp.pepa"
    model.parent.mkdir()
    model.write_text(TEXT)
    async with workbench(model) as (app, pilot):
        await until(pilot, lambda: app.watching.signs.stamp)
        model.unlink()
        model.parent.rmdir()
        await until(pilot, lambda: "nor is its folder" in told(app))
        await until(pilot, lambda: "writes it anew" not in told(app))
        app.keeping.action_save_as()
        await asked(app, pilot, "Save the model as")
        await answer(app, pilot, tmp_path / "lamp.pepa")
        await until(pilot, lambda: (tmp_path / "lamp.pepa").exists())
    assert (tmp_path / "lamp.pepa").read_text() == TEXT
