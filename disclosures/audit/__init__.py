"""Proving afterwards what happened: replaying the events against what stands in the tables. Reads only."""
