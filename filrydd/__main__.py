"""`python -m filrydd`"""

from filrydd.cli import main

main()
