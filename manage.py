#!/usr/bin/env python
"""Django's commands, on the servers of ./run, on servers started for the moment, or on those of DATABASE_URL."""

import sys

from disclosures.embedded.attach import manage

if __name__ == "__main__":
    sys.exit(manage(sys.argv))
