"""The administration: accounts and small nouns, written through actions; case data, for auditors to read."""

from requests.admin import cases, holds, loads, parties, people, powers, site

__all__ = ["cases", "holds", "loads", "parties", "people", "powers", "site"]
