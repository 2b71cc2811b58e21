"""Groups and private chats through a Wechaty gateway: `channel.Wechaty`.

Nothing is imported here: `compat` must come before the SDK, and what reads payloads does without
either.
"""
