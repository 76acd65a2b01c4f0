"""The keys of the text, each with what it says about itself: help and the manual are made from them."""

from __future__ import annotations

from textual.binding import Binding


def _key(keys: str, action: str, told: str, name: str = "") -> Binding:
    return Binding(keys, action, told, show=False, id=f"source.{name}" if name else None, tooltip=told)


MOVES = [
    _key("up", "cursor_up", "A line up"),
    _key("down", "cursor_down", "A line down"),
    _key("left", "cursor_left", "A character left"),
    _key("right", "cursor_right", "A character right"),
    _key("ctrl+left", "cursor_word_left", "A word left"),
    _key("ctrl+right", "cursor_word_right", "A word right"),
    _key("home,ctrl+a", "cursor_line_start", "To the start of the line"),
    _key("end,ctrl+e", "cursor_line_end", "To the end of the line"),
    _key("pageup", "cursor_page_up", "A whole page up"),
    _key("pagedown", "cursor_page_down", "A whole page down"),
    _key("ctrl+home", "text_start", "To the start of the text"),
    _key("ctrl+end", "text_end", "To the end of the text"),
]
SELECTIONS = [
    _key("shift+up", "cursor_up(True)", "Select a line up"),
    _key("shift+down", "cursor_down(True)", "Select a line down"),
    _key("shift+left", "cursor_left(True)", "Select a character left"),
    _key("shift+right", "cursor_right(True)", "Select a character right"),
    _key("ctrl+shift+left", "cursor_word_left(True)", "Select a word left"),
    _key("ctrl+shift+right", "cursor_word_right(True)", "Select a word right"),
    _key("shift+home", "cursor_line_start(True)", "Select to the start of the line"),
    _key("shift+end", "cursor_line_end(True)", "Select to the end of the line"),
    _key("shift+pageup", "cursor_page_up(True)", "Select a page up"),
    _key("shift+pagedown", "cursor_page_down(True)", "Select a page down"),
    _key("ctrl+shift+home", "text_start(True)", "Select to the start of the text"),
    _key("ctrl+shift+end", "text_end(True)", "Select to the end of the text"),
]
EDITS = [
    _key("ctrl+z,super+z", "undo", "Undo the last edit", "undo"),
    _key("ctrl+y,ctrl+shift+z,super+y", "redo", "Redo what was undone", "redo"),
    _key("ctrl+x,super+x", "cut", "Cut the selection, or the line", "cut"),
    _key("ctrl+c,super+c", "copy", "Copy the selection", "copy"),
    _key("ctrl+v", "paste", "Paste what was cut or copied here", "paste"),
    _key("backspace", "delete_left", "Delete the character to the left"),
    _key("delete", "delete_right", "Delete the character to the right"),
    _key("ctrl+w,ctrl+backspace,alt+backspace", "delete_word_left", "Delete the word to the left"),
    _key("alt+delete,ctrl+delete", "delete_word_right", "Delete the word to the right"),
    _key("ctrl+u", "delete_to_start_of_line", "Delete to the start of the line"),
    _key("ctrl+k", "delete_to_end_of_line_or_delete_line", "Delete to the end of the line, or the line"),
    _key("tab", "indent", "Indent; Esc and then Tab leaves the text", "indent"),
    _key("shift+tab", "outdent", "Take the lines a step back", "outdent"),
    _key("alt+up", "move_lines(-1)", "Move the lines up", "up"),
    _key("alt+down", "move_lines(1)", "Move the lines down", "down"),
    _key("ctrl+d", "duplicate_line", "Copy the lines below themselves", "duplicate"),
    _key("ctrl+slash,ctrl+underscore", "toggle_comment", "Comment the lines out, or in again", "comment"),
    _key("shift+f6", "toggle_wrap", "Wrap long lines, or no longer", "wrap"),
]
WRITING = [
    _key("ctrl+f", "app.find", "Find", "find"),
    _key("ctrl+r", "app.replace", "Find and replace; there again: everywhere", "replace"),
    _key("f3", "app.find_again(1)", "The next place found", "next"),
    _key("shift+f3", "app.find_again(-1)", "The place found before", "previous"),
    _key("ctrl+g", "app.goto", "Go to a line, or to a name in the outline", "goto"),
    _key("ctrl+@", "app.complete", "What can be written here; Tab takes the first", "complete"),
    _key("f2", "app.rename", "Rename what is under the cursor, everywhere", "rename"),
    _key("shift+f5", "app.lay_out", "Lay the text out, as pepa format does", "layout"),
    _key("shift+f4", "app.outside", "Edit the text in $EDITOR", "outside"),
    _key("f12", "app.definition", "Go to the definition", "definition"),
    _key("shift+f12", "app.references", "All places where the name stands", "references"),
    _key("f11,alt+f12", "app.facts", "What is known of the name: value, derivatives, rate", "facts"),
    Binding("ctrl+n", "app.fix", "Fix", id="source.fix", tooltip="Mend the problem here, or the next that can be"),
]
KEYS = [*WRITING, *MOVES, *SELECTIONS, *EDITS]
