"""The inspector's dialogs."""
