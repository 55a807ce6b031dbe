"""The wire's dialogs: what to copy, where a file is, what to send."""
