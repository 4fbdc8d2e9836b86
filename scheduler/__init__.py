"""Time in: what is due, who gets it, and that it arrives once. Only `jobs.py` knows APScheduler."""
