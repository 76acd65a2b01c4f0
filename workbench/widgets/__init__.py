"""Widgets that know nothing of PEPA analyses."""
