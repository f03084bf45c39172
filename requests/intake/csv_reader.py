"""The child of ``sandbox``: a text file on standard input; what it is and its records, frame after frame, on standard output.

It limits itself before it touches the file. Each message is its length in eight bytes and then as many: first the facts as
JSON, then a frame each as an Arrow stream, at last one of no length. Leaves with 0, or with 3 and one plain sentence on
standard error.
"""

from __future__ import annotations

import io
import json
import sys

from requests.intake.csv_files import CsvFile
from requests.intake.errors import BatchError
from requests.intake.limits import MESSAGE_LENGTH_BYTES, READER_REFUSED
from requests.intake.workbook_reader import limit_itself


def send(message: bytes | memoryview) -> None:
    """Write one message."""
    sys.stdout.buffer.write(len(message).to_bytes(MESSAGE_LENGTH_BYTES, "big"))
    sys.stdout.buffer.write(message)


def read_and_send() -> None:
    """Send the facts and the frames of the file. Raises ``BatchError`` as ``CsvFile`` does."""
    table = CsvFile(sys.stdin.buffer)
    facts = {"encoding": table.encoding, "separator": table.separator, "header": table.header}
    send(json.dumps(facts).encode())
    sys.stdout.buffer.flush()
    for frame in table.frames():
        packed = io.BytesIO()
        frame.write_ipc_stream(packed)
        send(packed.getbuffer())
    send(b"")
    sys.stdout.buffer.flush()


def main() -> int:
    """Limit, read, send; give the exit code."""
    limit_itself()
    try:
        read_and_send()
    except BatchError as error:
        sys.stderr.write(str(error))
        return READER_REFUSED
    except BrokenPipeError:  # nobody wants the rest
        sys.stderr.close()
        return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
