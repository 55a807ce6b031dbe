"""The inspector's larger views: each stands between a session and its pane."""
