"""Speed comparisons with a bare python-telegram-bot, over real HTTP on loopback; see README.md."""
