"""The yardstick: a stock python-telegram-bot that echoes, by `run_webhook` or `run_polling`.

python -m bench.echo BASE_URL [HOOK_URL]
"""

import sys
from typing import Any
from urllib.parse import urlsplit

from telegram import Update
from telegram.ext import ApplicationBuilder, ContextTypes, MessageHandler, filters

from bench.telegram import SECRET, TOKEN


async def echo(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
    """Say the same."""
    if update.message is not None:
        await update.message.reply_text(update.message.text or "")


def main(base_url: str, hook: str = "") -> None:
    """Serve until SIGTERM."""
    app: Any = ApplicationBuilder().token(TOKEN).base_url(base_url).build()
    app.add_handler(MessageHandler(filters.TEXT, echo))
    if not hook:
        app.run_polling()
        return
    where = urlsplit(hook)
    app.run_webhook(listen="127.0.0.1", port=where.port, url_path=where.path[1:], webhook_url=hook, secret_token=SECRET)


if __name__ == "__main__":
    main(*sys.argv[1:])
