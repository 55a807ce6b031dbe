"""How to record and to transcribe: fields that are checked as they are typed."""

from dataclasses import replace
from typing import Any, Final, cast

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Label, TextArea

from workbench.neutralise import neutralise_line
from workbench.panes.microphone.setting_values import (
    FIELDS,
    MAX_PROMPT,
    InvalidSettingError,
    MicrophoneSettings,
    short_model,
)
from workbench.widgets.choice import Choice

_MUTED: Final = "$foreground 60%"
_OFF_ON: Final = ("off", "on")


class MicrophoneSettingsPane(VerticalScroll, can_focus=False):
    """Posts ``Changed`` with every new value."""

    class Changed(Message):
        """From now on it is done like this."""

        def __init__(self, settings: MicrophoneSettings) -> None:
            super().__init__()
            self.settings = settings

    def __init__(
        self,
        settings: MicrophoneSettings,
        *,
        models: tuple[str, ...],
        id: str | None = None,  # noqa: A002 - Textual's name
    ) -> None:
        super().__init__(id=id)
        self._settings = settings
        self._models = models

    def compose(self) -> ComposeResult:
        """Recording first, then what is sent."""
        now = self._settings
        yield Label(Content.styled("Recording", "bold $primary"))
        yield Label(id="microphone-device")
        yield Label(id="microphone-loudspeaker")
        yield from self._switch("Live text", "live", now.live)
        yield from self._switch("Then transcribe", "transcribe-after", now.transcribe_after)
        yield from self._field("auto_stop", now.auto_stop)
        yield Label(Content.styled("Transcription", "bold $primary"), classes="settings-heading")
        yield Label(Content("Model"), classes="choice-name")
        shown = [short_model(model) for model in self._models]
        chosen = self._models.index(now.transcription.model)
        yield Choice(shown, chosen=chosen, id="transcription-model")
        yield from self._field("language", now.transcription.language)
        yield from self._field("temperature", now.transcription.temperature)
        yield from self._switch("Into English", "translate", now.transcription.translate)
        yield from self._switch("Skip silence", "gate", now.transcription.gate)
        yield Label(id="microphone-prompt-name", classes="choice-name")
        yield TextArea(
            now.transcription.prompt,
            id="microphone-prompt",
            compact=True,
            tab_behavior="focus",
            highlight_cursor_line=False,
            placeholder="names and words to expect",
        )
        yield Label(Content.styled("Esc goes back.", _MUTED), id="settings-hint")

    def on_mount(self) -> None:
        """Keep the cursors still: a blinking one would wake an idle workbench twice a second."""
        for box in self.query(Input):
            box.cursor_blink = False
        self.query_one(TextArea).cursor_blink = False
        self._count_prompt()

    def show_devices(self, *, microphone: str, loudspeaker: str) -> None:
        """Name them; "" is the system's default."""
        for place, what, name, key in (
            ("#microphone-device", "Microphone", microphone, "d"),
            ("#microphone-loudspeaker", "Loudspeaker", loudspeaker, "D"),
        ):
            self.query_one(place, Label).update(
                Content.assemble(
                    (f"{what:<13}", "$foreground"),
                    (neutralise_line(name) or "System default", "bold"),
                    (f"  {key}", "bold"),
                    (" chooses", _MUTED),
                )
            )

    def choose_model(self, model: str) -> None:
        """Transcribe with this model; one that is not among the choices joins them."""
        choice = self.query_one("#transcription-model", Choice)
        if model not in self._models:
            self._models = (*self._models, model)
            choice.offer([short_model(one) for one in self._models])
        choice.chosen = self._models.index(model)

    def toggle_live(self) -> None:
        """Live text on or off."""
        live = self.query_one("#live", Choice)
        live.chosen = 1 - live.chosen

    def take_focus(self) -> None:
        """Begin at the top."""
        self.query(Choice).first().focus()

    def _switch(self, label: str, name: str, on: bool) -> ComposeResult:
        with Horizontal(classes="field"):
            yield Label(Content(label), classes="field-name")
            yield Choice(_OFF_ON, chosen=int(on), id=name)

    def _field(self, name: str, value: object) -> ComposeResult:
        field = FIELDS[name]
        with Horizontal(classes="field"):
            yield Label(Content(field.label), classes="field-name")
            yield Input(
                "" if value is None else f"{value:g}" if isinstance(value, float) else str(value),
                placeholder=field.placeholder,
                name=name,
                id=name.replace("_", "-"),
                compact=True,
                select_on_focus=True,
            )
            yield Label(
                Content.styled(field.hint, _MUTED),
                id=f"{name.replace('_', '-')}-note",
                classes="note",
            )

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        name = event.input.name or ""
        field = FIELDS[name]
        try:
            value, told, problem = field.value(event.value), field.hint, False
        except InvalidSettingError as error:
            # what is wrong is not used: the default is, until it is right
            value, told, problem = None, f"✗ {error}", True
        event.input.set_class(problem, "-wrong")
        note = self.query_one(f"#{event.input.id}-note", Label)
        note.update(Content.styled(told, "$text-error" if problem else _MUTED))
        if name == "auto_stop":
            self._change(auto_stop=value)
        else:
            self._transcribe(**{name: value})

    @on(Choice.Changed)
    def _chosen(self, event: Choice.Changed) -> None:
        event.stop()
        on = bool(event.choice.chosen)
        match event.choice.id:
            case "live":
                self._change(live=on)
            case "transcribe-after":
                self._change(transcribe_after=on)
            case "translate":
                self._transcribe(translate=on)
            case "gate":
                self._transcribe(gate=on)
            case _:
                self._transcribe(model=self._models[event.choice.chosen])

    @on(TextArea.Changed)
    def _prompt_typed(self, event: TextArea.Changed) -> None:
        event.stop()
        self._count_prompt()
        self._transcribe(prompt=event.text_area.text.strip()[:MAX_PROMPT])

    def _count_prompt(self) -> None:
        typed = len(self.query_one(TextArea).text.strip())
        over = typed > MAX_PROMPT
        told = f"  {typed} of {MAX_PROMPT}" + (": the rest is not sent" if over else "")
        self.query_one("#microphone-prompt-name", Label).update(
            Content.assemble("Vocabulary", (told, "$text-error" if over else _MUTED))
        )

    def _transcribe(self, **changes: object) -> None:
        # The names are checked by the fields above; replace() cannot know them.
        transcription = replace(self._settings.transcription, **cast("Any", changes))
        self._change(transcription=transcription)

    def _change(self, **changes: object) -> None:
        settings = replace(self._settings, **cast("Any", changes))
        if settings != self._settings:
            self._settings = settings
            self.post_message(self.Changed(settings))
