"""What the microphone's screen is made of: its dialogs, its runs, its commands."""
