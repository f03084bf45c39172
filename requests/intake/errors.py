"""The one way in which a file is refused."""

from __future__ import annotations


class BatchError(ValueError):
    """The file, or the lines of a form, cannot be read as a batch.

    Its text is one plain sentence or two: where, what is wrong, how to mend it. It may be shown to the person who sent
    the file; it quotes column names and positions, never what stands in a subject's cells.
    """
