"""The command: ``python -m mellizo``."""

import sys

from ._command import main

sys.exit(main())
