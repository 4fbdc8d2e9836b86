"""The pure domain: what kind of customer, why, how to handle them, when to be in touch again.

Nothing here knows Telegram, a database, a clock or an event loop. Time is an argument.
"""
