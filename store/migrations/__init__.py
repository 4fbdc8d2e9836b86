"""The schema's history, run by `store.migrate`."""
