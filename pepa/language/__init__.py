"""The PEPA language: text to syntax tree and back, with every problem at its place."""
