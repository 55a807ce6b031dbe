"""The workbench's own colours: calm grounds and one accent, used sparingly. No I/O."""

from typing import Final

from textual.theme import Theme

DARK: Final = Theme(
    name="workbench-dark",
    dark=True,
    primary="#f55036",
    secondary="#8ca0b3",
    accent="#7fb0d6",
    success="#7fb58a",
    warning="#dba860",
    error="#ef6a6a",
    foreground="#e4e2dd",
    background="#111316",
    surface="#181b1f",
    panel="#1f2328",
    variables={
        "block-cursor-background": "#f55036",
        "block-cursor-foreground": "#111316",
        "block-cursor-text-style": "none",
        "border": "#f55036",
        "border-blurred": "#343a41",
        "input-cursor-background": "#f55036",
        "input-cursor-foreground": "#111316",
        "input-selection-background": "#7fb0d6 30%",
        "scrollbar": "#2b3036",
        "scrollbar-hover": "#4a525b",
        "scrollbar-active": "#f55036",
        "scrollbar-background": "#111316",
        "scrollbar-background-hover": "#111316",
        "scrollbar-background-active": "#111316",
        "scrollbar-corner-color": "#111316",
    },
)

LIGHT: Final = Theme(
    name="workbench-light",
    dark=False,
    primary="#c8371d",
    secondary="#4f6375",
    accent="#2b6a9e",
    success="#3c7a4a",
    warning="#8f5f12",
    error="#b3261e",
    foreground="#23211e",
    background="#faf8f5",
    surface="#f2efea",
    panel="#e9e5de",
    variables={
        "block-cursor-background": "#c8371d",
        "block-cursor-foreground": "#ffffff",
        "block-cursor-text-style": "none",
        "border": "#c8371d",
        "border-blurred": "#cdc7bd",
        "input-cursor-background": "#c8371d",
        "input-cursor-foreground": "#ffffff",
        "input-selection-background": "#2b6a9e 25%",
        "scrollbar": "#cdc7bd",
        "scrollbar-hover": "#b1a99c",
        "scrollbar-active": "#c8371d",
        "scrollbar-background": "#faf8f5",
        "scrollbar-background-hover": "#faf8f5",
        "scrollbar-background-active": "#faf8f5",
        "scrollbar-corner-color": "#faf8f5",
    },
)

THEMES: Final = (DARK, LIGHT)
