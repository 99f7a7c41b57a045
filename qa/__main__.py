"""`python -m qa` is the command `qa`."""

from qa.interfaces.cli import main

main()
