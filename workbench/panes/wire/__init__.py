"""The wire's panes: they show exchanges and post what a person wants of them."""
