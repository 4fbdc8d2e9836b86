"""Telegram in: read the update, load, decide, show. Words live in `cards`, rules in `knowledge`, rows in `store`."""
