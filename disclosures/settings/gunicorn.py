"""The web server: ``gunicorn --config python:disclosures.settings.gunicorn disclosures.wsgi``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

os.environ.setdefault("LOG_LEVEL", "INFO")

bind = os.environ.get("WEB_BIND", "127.0.0.1:8000")
workers = int(os.environ.get("WEB_PROCESSES", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
worker_class = "gthread"
timeout = 60
graceful_timeout = 10
keepalive = 5
# Not preloaded: a library that runs threads (Polars) must not be started before a fork.
preload_app = False
# A disk that stalls must not look like a worker that hangs.
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108 - gunicorn makes its own file
control_socket_disable = True  # one socket for all servers of an account would be shared by mistake
accesslog = None  # the application logs each request itself, without its query string
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1")


def child_exit(server: Any, worker: Any) -> None:
    """Takes the counters of a process that ended out of the sum of the living ones."""
    if Path(os.environ.get("PROMETHEUS_MULTIPROC_DIR", "-")).is_dir():
        from prometheus_client import multiprocess

        multiprocess.mark_process_dead(worker.pid)
