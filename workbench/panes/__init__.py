"""What fills the screen, one pane for each activity: shows what it is told, posts what is asked."""
