"""Syntax tree to population net: groups, moves and their rates."""
