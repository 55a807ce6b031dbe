"""The pane of failed generations: shows them and posts which move a person makes."""
