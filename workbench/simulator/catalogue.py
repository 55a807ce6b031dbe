"""The models on offer, as the service documents them. Values only."""

from workbench.simulator.model import Model
from workbench.simulator.settings import Limits


def _price(prompt: str, completion: str | None, cached: str) -> tuple[tuple[str, str], ...]:
    """Dollars per token, in the order of the list."""
    written = (("completion", completion),) if completion else ()
    return (
        ("prompt", prompt),
        *written,
        ("image", "0"),
        ("request", "0"),
        ("input_cache_read", cached),
    )


_FREE_CHAT = Limits(
    requests_per_minute=30,
    requests_per_day=1000,
    tokens_per_minute=8000,
    tokens_per_day=200_000,
)
_GUARD_FREE = Limits(
    requests_per_minute=30,
    requests_per_day=14_400,
    tokens_per_minute=15_000,
    tokens_per_day=500_000,
)
_WHISPER_FREE = Limits(
    requests_per_minute=20,
    requests_per_day=2000,
    audio_seconds_per_hour=7200,
    audio_seconds_per_day=28_800,
)
_SPEECH_FREE = Limits(
    requests_per_minute=10, requests_per_day=100, tokens_per_minute=1200, tokens_per_day=3600
)


def _developer(requests: int, tokens: int) -> Limits:
    # Half a million requests per day is what recorded headers of a paying organisation show.
    return Limits(requests_per_minute=requests, requests_per_day=500_000, tokens_per_minute=tokens)


_EFFORTS = ("low", "medium", "high")
_GPT_OSS_FEATURES = ("tools", "json_mode", "structured_outputs", "reasoning")

MODELS: tuple[Model, ...] = (
    Model(
        id="openai/gpt-oss-120b",
        name="GPT OSS 120B",
        owned_by="OpenAI",
        created=1754408224,
        context_window=131_072,
        max_completion_tokens=65_536,
        family="gpt-oss",
        hugging_face_id="openai/gpt-oss-120b",
        pricing=_price("0.00000015", "0.0000006", "0.000000075"),
        features=_GPT_OSS_FEATURES,
        tokens_per_second=500,
        efforts=_EFFORTS,
        schema="strict",
        parallel_tools=False,
        caches_prompts=True,
        prompt_overhead=64,
        free=_FREE_CHAT,
        developer=_developer(1000, 250_000),
    ),
    Model(
        id="openai/gpt-oss-20b",
        name="GPT OSS 20B",
        owned_by="OpenAI",
        created=1754407957,
        context_window=131_072,
        max_completion_tokens=65_536,
        family="gpt-oss",
        hugging_face_id="openai/gpt-oss-20b",
        pricing=_price("0.000000075", "0.0000003", "0.0000000375"),
        features=_GPT_OSS_FEATURES,
        tokens_per_second=1000,
        efforts=_EFFORTS,
        schema="strict",
        parallel_tools=False,
        caches_prompts=True,
        prompt_overhead=64,
        free=_FREE_CHAT,
        developer=_developer(1000, 250_000),
    ),
    Model(
        id="openai/gpt-oss-safeguard-20b",
        name="Safety GPT OSS 20B",
        owned_by="OpenAI",
        created=1761708789,
        context_window=131_072,
        max_completion_tokens=65_536,
        family="gpt-oss",
        hugging_face_id="openai/gpt-oss-safeguard-20b",
        pricing=_price("0.000000075", "0.0000003", "0.000000037"),
        features=_GPT_OSS_FEATURES,
        tokens_per_second=1000,
        efforts=_EFFORTS,
        schema="best effort",
        parallel_tools=False,
        caches_prompts=True,
        prompt_overhead=64,
        free=_FREE_CHAT,
        developer=_developer(1000, 150_000),
    ),
    Model(
        id="qwen/qwen3.8-27b",
        name="Qwen/Qwen3.8-27B",
        owned_by="Alibaba Cloud",
        created=1788220800,
        context_window=131_072,
        max_completion_tokens=16_384,
        family="qwen",
        hugging_face_id="Qwen/Qwen3.8-27B",
        input_modalities=("text", "image"),
        pricing=_price("0.0000008", "0.000004", "0.0000004"),
        features=_GPT_OSS_FEATURES,
        tokens_per_second=450,
        max_images=3,
        efforts=("none", "default", *_EFFORTS),
        schema="strict",
        prompt_overhead=9,
        free=_FREE_CHAT,
        developer=_developer(1000, 250_000),
    ),
    Model(
        id="llama-3.3-70b-versatile",
        name="Llama 3.3 70B",
        owned_by="Meta",
        created=1733447754,
        context_window=131_072,
        max_completion_tokens=32_768,
        family="llama",
        hugging_face_id="meta-llama/Llama-3.3-70B-Instruct",
        pricing=_price("0.00000059", "0.00000079", "0.000000295"),
        features=("tools", "json_mode"),
        tokens_per_second=280,
        enterprise=True,
        prompt_overhead=35,
        free=Limits(
            requests_per_minute=30,
            requests_per_day=1000,
            tokens_per_minute=12_000,
            tokens_per_day=100_000,
        ),
        developer=_developer(1000, 300_000),
    ),
    Model(
        id="llama-3.1-8b-instant",
        name="Llama 3.1 8B",
        owned_by="Meta",
        created=1693721698,
        context_window=131_072,
        max_completion_tokens=131_072,
        family="llama",
        hugging_face_id="meta-llama/Llama-3.1-8B-Instruct",
        pricing=_price("0.00000005", "0.00000008", "0.000000025"),
        features=("tools", "json_mode"),
        tokens_per_second=560,
        enterprise=True,
        prompt_overhead=35,
        free=Limits(
            requests_per_minute=30,
            requests_per_day=14_400,
            tokens_per_minute=6000,
            tokens_per_day=500_000,
        ),
        developer=_developer(1000, 250_000),
    ),
    Model(
        id="minimaxai/minimax-m2.7",
        name="MiniMax M2.7",
        owned_by="MiniMax",
        created=1780272000,
        context_window=196_608,
        max_completion_tokens=131_072,
        family="minimax",
        hugging_face_id="MiniMaxAI/MiniMax-M2.7",
        features=("tools", "json_mode", "reasoning"),
        tokens_per_second=260,
        enterprise=True,
        free=_FREE_CHAT,
        developer=_developer(1000, 250_000),
    ),
    Model(
        id="allam-2-7b",
        name="ALLaM-2-7b",
        owned_by="SDAIA",
        created=1737672203,
        context_window=4096,
        max_completion_tokens=4096,
        family="allam",
        hugging_face_id="ALLaM-AI/ALLaM-2.0-7B-Instruct",
        features=("json_mode",),
        tokens_per_second=1200,
        free=Limits(
            requests_per_minute=30,
            requests_per_day=7000,
            tokens_per_minute=6000,
            tokens_per_day=500_000,
        ),
        developer=_developer(300, 60_000),
    ),
    Model(
        id="meta-llama/llama-prompt-guard-2-86m",
        name="Prompt Guard 2 86M",
        owned_by="Meta",
        created=1748632165,
        context_window=512,
        max_completion_tokens=512,
        family="prompt-guard",
        pricing=_price("0.00000004", "0.00000004", "0.00000002"),
        features=("json_mode",),
        free=_GUARD_FREE,
        developer=Limits(
            requests_per_minute=100, requests_per_day=500_000, tokens_per_minute=30_000
        ),
    ),
    Model(
        id="meta-llama/llama-prompt-guard-2-22m",
        name="Llama Prompt Guard 2 22M",
        owned_by="Meta",
        created=1748632101,
        context_window=512,
        max_completion_tokens=512,
        family="prompt-guard",
        pricing=_price("0.00000003", "0.00000003", "0.000000015"),
        free=_GUARD_FREE,
        developer=Limits(
            requests_per_minute=100, requests_per_day=500_000, tokens_per_minute=30_000
        ),
    ),
    Model(
        id="whisper-large-v3",
        name="Whisper",
        owned_by="OpenAI",
        created=1693721698,
        context_window=448,
        max_completion_tokens=448,
        family="whisper",
        hugging_face_id="openai/whisper-large-v3",
        input_modalities=("audio",),
        output_modalities=("transcription",),
        sampling=(),
        audio_speed=189,
        free=_WHISPER_FREE,
        developer=Limits(
            requests_per_minute=300, requests_per_day=500_000, audio_seconds_per_hour=200_000
        ),
    ),
    Model(
        id="whisper-large-v3-turbo",
        name="Whisper Large V3 Turbo",
        owned_by="OpenAI",
        created=1728413088,
        context_window=448,
        max_completion_tokens=448,
        family="whisper",
        hugging_face_id="openai/whisper-large-v3-turbo",
        input_modalities=("audio",),
        output_modalities=("transcription",),
        sampling=(),
        audio_speed=216,
        translates=False,
        free=_WHISPER_FREE,
        developer=Limits(
            requests_per_minute=400, requests_per_day=500_000, audio_seconds_per_hour=400_000
        ),
    ),
    Model(
        id="canopylabs/orpheus-v1-english",
        name="Canopy Labs Orpheus V1 English",
        owned_by="Canopy Labs",
        created=1766186316,
        context_window=4000,
        max_completion_tokens=50_000,
        family="orpheus",
        voices=("autumn", "diana", "hannah", "austin", "daniel", "troy"),
        output_modalities=("speech",),
        pricing=_price("0.000022", None, "0.000011"),
        sampling=(),
        free=_SPEECH_FREE,
        developer=Limits(
            requests_per_minute=250, requests_per_day=500_000, tokens_per_minute=50_000
        ),
    ),
    Model(
        id="canopylabs/orpheus-arabic-saudi",
        name="Canopy Labs Orpheus Arabic Saudi",
        owned_by="Canopy Labs",
        created=1765926439,
        context_window=4000,
        max_completion_tokens=50_000,
        family="orpheus",
        voices=("abdullah", "fahad", "sultan", "lulwa", "noura", "aisha"),
        output_modalities=("speech",),
        pricing=_price("0.00004", None, "0.00002"),
        sampling=(),
        free=_SPEECH_FREE,
        developer=Limits(
            requests_per_minute=250, requests_per_day=500_000, tokens_per_minute=50_000
        ),
    ),
)

#: Ids that once worked. Asking for one says so, instead of "does not exist".
DECOMMISSIONED: frozenset[str] = frozenset(
    {
        "compound-beta",
        "compound-beta-mini",
        "deepseek-r1-distill-llama-70b",
        "distil-whisper-large-v3-en",
        "gemma2-9b-it",
        "groq/compound",
        "groq/compound-mini",
        "llama3-70b-8192",
        "llama3-8b-8192",
        "meta-llama/llama-4-maverick-17b-128e-instruct",
        "meta-llama/llama-4-scout-17b-16e-instruct",
        "meta-llama/llama-guard-4-12b",
        "mistral-saba-24b",
        "moonshotai/kimi-k2-instruct",
        "moonshotai/kimi-k2-instruct-0905",
        "playai-tts",
        "playai-tts-arabic",
        "qwen-qwq-32b",
        "qwen/qwen3-32b",
        "qwen/qwen3.6-27b",
    }
)

_BY_ID = {model.id: model for model in MODELS}


def available(*, enterprise: bool) -> tuple[Model, ...]:
    """The models that an organisation may use, as the list shows them."""
    return tuple(model for model in MODELS if enterprise or not model.enterprise)


def find(model_id: str, *, enterprise: bool) -> Model | None:
    """A model by its exact id; None when there is none, or not for this organisation."""
    model = _BY_ID.get(model_id)
    return model if model and (enterprise or not model.enterprise) else None
