"""What Textual takes from the environment when it is imported: on what is none of its values it would end the app."""

from __future__ import annotations

from collections.abc import MutableMapping

VALUES = {
    "TEXTUAL_COLOR_SYSTEM": {"auto", "standard", "256", "truecolor"},
    "TEXTUAL_DRIVER": {
        "textual.drivers.web_driver:WebDriver",
        "textual.drivers.linux_driver:LinuxDriver",
        "textual.drivers.headless_driver:HeadlessDriver",
    },
}


def drop_unknown(environment: MutableMapping[str, str]) -> None:
    """Take out what Textual does not know: then it goes by what it finds."""
    for name, known in VALUES.items():
        if environment.get(name, next(iter(known))) not in known:
            del environment[name]
