"""The inspector's panes: they show a selection and post what a person wants."""
