"""Reads settings from the environment. Every name stands in .env.example; a test compares the two."""

from __future__ import annotations

import environ

# No file is read: what is not in the environment does not count, in production as in a test.
env = environ.Env()
