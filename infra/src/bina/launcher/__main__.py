"""`python -m bina.launcher`: the process that stays while a platform runs; `bina up` starts it."""

import os
import sys

from bina import layout as layouts
from bina.launcher.running import run

if __name__ == "__main__":
    sys.exit(run(layouts.find(), is_foreground=os.environ.get("BINA_FOREGROUND") == "1"))
