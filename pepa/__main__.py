"""`python -m pepa`: the command, where its own name is not on the path."""

from pepa.cli.main import main

main()
