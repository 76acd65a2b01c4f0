"""The `pepa` command: one module a verb."""
