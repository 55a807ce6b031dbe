"""A service with models of every kind, and a way to the screen that shows them."""

from client.testing import FakeResponse
from tests.stage import Actor, Stage
from workbench.measurement import Measurement
from workbench.panes.models import ModelsPane
from workbench.screens.models import ModelsScreen
from workbench.session.service import Service
from workbench.widgets.models.table import ModelTable

FEATURES = ["tools", "json_mode", "structured_outputs", "reasoning"]
SAMPLING = ["temperature", "top_p", "stop", "seed", "max_tokens"]
REAL = Service(name="api.groq.com", simulated=False, key_source="GROQ_API_KEY")


def listed(
    model: str,
    owner: str,
    context: int | None,
    longest: int | None,
    /,
    *,
    features: list[str] | None = None,
    given: str | None = None,
    taken: str | None = None,
    **others: object,
) -> dict[str, object]:
    """A model as the service lists it; what is not given is not said."""
    prices = {"prompt": given, "completion": taken, "image": "0", "request": "0"}
    said: dict[str, object] = {
        "id": model,
        "object": "model",
        "created": 1754407957,
        "owned_by": owner,
        "active": True,
        "context_window": context,
        "max_completion_tokens": longest,
        "input_modalities": ["text"],
        "output_modalities": ["text"],
        "pricing": {key: value for key, value in prices.items() if value} if given else None,
        "supported_features": features,
        "supported_sampling_parameters": SAMPLING if features else None,
        **others,
    }
    return {key: value for key, value in said.items() if value is not None}


LISTED = [
    listed(
        "openai/gpt-oss-120b",
        "OpenAI",
        131072,
        65536,
        features=FEATURES,
        given="0.00000015",
        taken="0.0000006",
        name="GPT OSS 120B",
    ),
    listed(
        "openai/gpt-oss-20b",
        "OpenAI",
        131072,
        65536,
        features=FEATURES,
        given="0.000000075",
        taken="0.0000003",
        name="GPT OSS 20B",
        public_apps=None,
        hugging_face_id="openai/gpt-oss-20b",
    ),
    listed(
        "openai/gpt-oss-safeguard-20b",
        "OpenAI",
        131072,
        65536,
        features=FEATURES,
        given="0.000000075",
        taken="0.0000003",
    ),
    listed(
        "qwen/qwen3.8-27b",
        "Alibaba Cloud",
        131072,
        16384,
        features=FEATURES,
        given="0.0000008",
        taken="0.000004",
        input_modalities=["text", "image"],
    ),
    listed(
        "llama-3.3-70b-versatile",
        "Meta",
        131072,
        32768,
        features=["tools", "json_mode"],
        given="0.00000059",
        taken="0.00000079",
    ),
    listed("allam-2-7b", "SDAIA", 4096, 4096, features=["json_mode"]),
    listed(
        "meta-llama/llama-prompt-guard-2-86m",
        "Meta",
        512,
        512,
        features=["json_mode"],
        given="0.00000004",
        taken="0.00000004",
    ),
    listed("groq/compound", "Groq", 131072, 8192, features=["json_mode"], active=False),
    listed(
        "whisper-large-v3",
        "OpenAI",
        448,
        448,
        input_modalities=["audio"],
        output_modalities=["transcription"],
    ),
    listed(
        "whisper-large-v3-turbo",
        "OpenAI",
        448,
        448,
        input_modalities=["audio"],
        output_modalities=["transcription"],
    ),
    listed(
        "canopylabs/orpheus-v1-english",
        "Canopy Labs",
        4000,
        50000,
        given="0.000022",
        output_modalities=["speech"],
    ),
]


def model_list(*more: dict[str, object]) -> FakeResponse:
    """The service's answer."""
    return FakeResponse.json({"object": "list", "data": [*LISTED, *more]})


def earlier(model: str, count: int, *, first: float, speed: float) -> list[Measurement]:
    """What was measured on another day: ``count`` answers around these figures."""
    return [
        Measurement(
            model=model,
            at=1_699_990_000.0 + number,
            time_to_first_token=first * (0.9 + 0.2 * number / max(1, count - 1)),
            tokens_per_second=speed * (1.05 - 0.1 * number / max(1, count - 1)),
            duration=first + 400 / speed,
            server_tokens_per_second=speed * 1.02,
            queue_time=0.011,
            prompt_time=0.004,
            completion_time=400 / speed,
            completion_tokens=400,
        )
        for number in range(count)
    ]


def measure(stage: Stage) -> None:
    """Have some answers measured already."""
    for one in (
        *earlier("openai/gpt-oss-20b", 12, first=0.182, speed=938.0),
        *earlier("openai/gpt-oss-120b", 5, first=0.234, speed=487.0),
        *earlier("qwen/qwen3.8-27b", 3, first=1.31, speed=98.0),
    ):
        stage.measurements._keep(one)


async def go_to_models(actor: Actor) -> None:
    """Press the key, and wait until the service was asked."""
    await actor.press("alt+2")
    await actor.until(lambda: isinstance(actor.stage.app.screen, ModelsScreen))
    await actor.until(lambda: not screen_of(actor).browser.view.list_state.asking)
    await actor.pilot.pause()


def screen_of(actor: Actor) -> ModelsScreen:
    """The screen with the models."""
    screen = actor.stage.app.get_screen("models")
    assert isinstance(screen, ModelsScreen)
    return screen


def table_of(actor: Actor) -> ModelTable:
    """The table on it."""
    return screen_of(actor).query_one(ModelsPane).table


def shown(actor: Actor) -> list[str]:
    """The ids in the table, in their order."""
    return [match.row.id for match in table_of(actor).matches]


def line_of(actor: Actor, model: str) -> str:
    """The line of a model as it stands in the table; nothing when it is not in view."""
    lines = actor._text(table_of(actor)).splitlines()
    return next((line for line in lines if model in line), "")
