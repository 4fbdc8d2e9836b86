"""The composition root: configuration, the Telegram application, the sender, the command line, the sandbox."""
