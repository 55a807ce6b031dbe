"""What the workbench knows and does with no screen attached. Never imports textual."""
