"""The terminal workbench: a Textual app over the `pepa` core. It knows no numerics."""
