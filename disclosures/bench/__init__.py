"""The batch path measured beside a bare COPY: invented files, stopwatches, and the same rules in plain Python."""
