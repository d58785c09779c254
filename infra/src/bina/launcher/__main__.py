"""`python -m bina.launcher`: starts the process that stays while a platform runs; called by `bina up`."""

import sys

from bina import layout as layouts
from bina.launcher.running import run

if __name__ == "__main__":
    sys.exit(run(layouts.find(), is_foreground=False))
