"""Celery forks its workers after everything is imported; a fork has no threads that an import began, and would wait for them for ever."""

import subprocess
import sys

JUDGES_IN_A_FORK = """
import os, signal, sys
from requests.rules import judge
from tests.rules.measure_addresses import judged

if (child := os.fork()) == 0:
    signal.alarm(20)
    os._exit(40 + judged(["12 Behind Road, Reno"])["worst"][0])
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


def test_a_worker_forked_after_the_gate_was_imported_judges():
    done = subprocess.run([sys.executable, "-c", JUDGES_IN_A_FORK], timeout=30, check=False)
    assert done.returncode == 42  # reject
