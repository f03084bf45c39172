"""The pure judgements of the gate: rules, readings, counts."""
