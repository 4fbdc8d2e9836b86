"""Rows and queries. Functions take a Session and are plain and synchronous; the async edge runs a whole transaction
per hop to a worker thread (`db.Database`).
"""
