"""The widgets of the workbench: they draw what they are given and post what a person did."""
