"""`python -m national api|relay|consumer|init|openapi`, and what only national has: `rebuild` and `digest`."""

import sys

from eventkit.process import main
from national import rebuild
from national.app import SERVICE

if __name__ == "__main__":
    if sys.argv[1:] in (["rebuild"], ["digest"]):
        rebuild.main(sys.argv[1])
    else:
        main(SERVICE)
