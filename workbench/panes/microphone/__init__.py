"""The microphone's panes: the recorder, the recordings, the transcript, the settings."""
