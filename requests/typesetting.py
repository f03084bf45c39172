"""Letters and reports as PDF, set by Typst from our own templates."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping, Sequence
from typing import Any

import typst
from django.conf import settings

# A compiler looks through the machine's fonts once, which takes longer than a letter; it serves one thread at a time.
_of_this_thread = threading.local()


def as_pdf(template: str, data: Mapping[str, Any], *, standards: Sequence[str] = ()) -> bytes:
    """The PDF of ``template`` (a path below the templates, as ``letters/return.typ``) with ``data``.

    ``standards`` are those the PDF keeps (``ua-1``). The data goes in as JSON input: no text of a person is ever read as
    markup.
    """
    root = settings.BASE_DIR / "templates"
    if not hasattr(_of_this_thread, "compiler"):
        _of_this_thread.compiler = typst.Compiler(root=str(root))
    return bytes(
        _of_this_thread.compiler.compile(
            input=str(root / template), sys_inputs={"data": json.dumps(data)}, pdf_standards=list(standards)
        )
    )
