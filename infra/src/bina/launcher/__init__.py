"""The launcher: one supervisor that starts, watches and ends all programs of one platform."""
