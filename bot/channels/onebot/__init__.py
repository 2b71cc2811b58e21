"""Groups and private chats over OneBot v11: `channel.OneBot`."""
