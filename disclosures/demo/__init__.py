"""Invented people, agencies by their public names, and histories made by the same actions that people use."""
