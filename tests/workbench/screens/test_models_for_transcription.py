"""A model for transcriptions, chosen among the models."""

from tests.model_stage import go_to_models, model_list
from tests.sound_stage import SoundStage
from workbench.screens.microphone import MicrophoneScreen


async def test_the_microphone_follows_the_choice_even_when_it_was_open_before() -> None:
    stage = SoundStage()
    stage._models = model_list()
    async with stage.open(size=(120, 36)) as actor:
        await actor.press("alt+4")
        await actor.until(lambda: isinstance(stage.app.screen, MicrophoneScreen))
        microphone = stage.app.screen
        assert isinstance(microphone, MicrophoneScreen)
        assert microphone.settings.transcription.model == "whisper-large-v3-turbo"

        await go_to_models(actor)
        await actor.press("slash")
        await actor.type("whisper")
        await actor.press("enter", "home", "t", "alt+4")
        await actor.until(lambda: stage.app.screen is microphone)

        await actor.until(lambda: microphone.settings.transcription.model == "whisper-large-v3")
