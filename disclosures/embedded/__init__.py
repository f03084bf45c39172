"""PostgreSQL and Valkey for one machine: a trial, a demonstration, the tests. An office runs its own, by URL."""
