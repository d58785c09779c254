"""What starts and operates the platform: local engines, launcher and the `bina` command; holds no domain rule."""
