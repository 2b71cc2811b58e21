"""How fast the bot is, against raw SQLite and a well-known framework in one run: `make bench`."""
