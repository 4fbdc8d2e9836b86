"""Every Bot API method the sandbox knows, by its name. What is not in this table answers 404."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import callbacks, deletes, edits, inline, profile, sends, updates

if TYPE_CHECKING:
    from .parts import Method

METHODS: dict[str, Method] = {
    "getUpdates": updates.get_updates,
    "setWebhook": updates.set_webhook,
    "deleteWebhook": updates.delete_webhook,
    "getWebhookInfo": updates.get_webhook_info,
    "sendMessage": sends.send_message,
    "sendPhoto": sends.send_photo,
    "sendDocument": sends.send_document,
    "copyMessage": sends.copy_message,
    "sendChatAction": sends.send_chat_action,
    "editMessageText": edits.edit_text,
    "editMessageCaption": edits.edit_caption,
    "editMessageMedia": edits.edit_media,
    "editMessageReplyMarkup": edits.edit_reply_markup,
    "deleteMessage": deletes.delete_message,
    "deleteMessages": deletes.delete_messages,
    "answerCallbackQuery": callbacks.answer_callback_query,
    "answerInlineQuery": inline.answer_inline_query,
    "getMe": profile.get_me,
    "getChat": profile.get_chat,
    "getFile": profile.get_file,
    "setMyCommands": profile.set_my_commands,
    "getMyCommands": profile.get_my_commands,
    "deleteMyCommands": profile.delete_my_commands,
    "setChatMenuButton": profile.set_chat_menu_button,
    "getChatMenuButton": profile.get_chat_menu_button,
    "setMyDescription": profile.set_my_description,
    "getMyDescription": profile.get_my_description,
    "setMyShortDescription": profile.set_my_short_description,
    "getMyShortDescription": profile.get_my_short_description,
    "setMyName": profile.set_my_name,
    "getMyName": profile.get_my_name,
}
BY_LOWER = {name.lower(): name for name in METHODS}
PACED = frozenset({"sendMessage", "sendPhoto", "sendDocument", "copyMessage",
                   "editMessageText", "editMessageCaption", "editMessageMedia", "editMessageReplyMarkup"})  # fmt: skip
