"""What fills the screen, one pane per activity: each shows what it is told and posts what is asked."""
