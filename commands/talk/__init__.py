"""Everyday words said to the bot: what they may be (intents), and what it answers."""
