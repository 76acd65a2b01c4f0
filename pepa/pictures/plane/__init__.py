"""Graphs laid out in the plane: who is in which layer, at which column, by which way its edges go; in cells."""
