from typing import Any

import httpx

from workbench.simulator import Limits
from workbench.simulator.buckets import Bucket, go_duration, time_to_refill
from workbench.simulator.quota import Subject, rate_limited, too_large

GPT = "openai/gpt-oss-20b"


def chat(text: str = "Reply with exactly OK.", **more: Any) -> dict[str, Any]:
    return {"model": GPT, "messages": [{"role": "user", "content": text}], **more}


async def test_admission_takes_a_quarter_of_the_characters_and_what_was_asked_for(
    simulate: Any, held_clock: Any
) -> None:
    limits = Limits(requests_per_day=1000, tokens_per_minute=8000)
    async with simulate(clock=held_clock, limits=limits) as http:
        answer = await http.post("/chat/completions", json=chat(max_completion_tokens=1000))
    headers = answer.headers
    assert headers["x-ratelimit-limit-tokens"] == "8000"
    assert headers["x-ratelimit-remaining-tokens"] == str(8000 - (6 + 4 + 1000))
    assert headers["x-ratelimit-reset-tokens"] == go_duration(time_to_refill(8000, 60, 1010))
    assert headers["x-ratelimit-remaining-requests"] == "999"
    assert headers["x-ratelimit-reset-requests"] == "1m26.4s"


async def test_afterwards_only_what_was_used_is_booked(simulate: Any, held_clock: Any) -> None:
    async with simulate(clock=held_clock, limits=Limits(tokens_per_minute=60_000)) as http:
        first = await http.post("/chat/completions", json=chat(max_completion_tokens=4000))
        used = first.json()["usage"]["total_tokens"]
        second = await http.post("/chat/completions", json=chat())
    refilled = first.json()["usage"]["total_time"] + first.json()["usage"]["queue_time"]
    expected = min(60_000, 60_000 - 4010 + refilled * 1000) + 4010 - used - 10
    assert abs(int(second.headers["x-ratelimit-remaining-tokens"]) - expected) <= 2


async def test_an_empty_bucket_is_a_429_with_the_exact_wait(simulate: Any, held_clock: Any) -> None:
    limits = Limits(requests_per_day=1000, tokens_per_minute=8000, tokens_per_day=200_000)
    async with simulate(clock=held_clock, limits=limits, plan="free", speed=1e9) as http:
        text = "Write a long essay. " + "x" * 20_000
        assert (await http.post("/chat/completions", json=chat(text))).status_code == 200
        refused = await http.post("/chat/completions", json=chat(max_completion_tokens=5000))
        again = await http.post("/chat/completions", json=chat(max_completion_tokens=5000))
    assert refused.status_code == 429
    error = refused.json()["error"]
    assert list(error) == ["message", "type", "code"]
    assert (error["type"], error["code"]) == ("tokens", "rate_limit_exceeded")
    used = 8000 - int(refused.headers["x-ratelimit-remaining-tokens"])
    if int(refused.headers["x-ratelimit-remaining-tokens"]) == 0:
        used = int(error["message"].split("Used ")[1].split(",")[0])
    wait = (used + 5010 - 8000) * 7_500_000
    assert (
        f"Limit 8000, Used {used}, Requested 5010. Please try again in {go_duration(wait)}. "
        in (error["message"])
    )
    assert "on tokens per minute (TPM): " in error["message"]
    assert error["message"].endswith(
        "Need more tokens? Upgrade to Dev Tier today at https://console.groq.com/settings/billing"
    )
    assert int(refused.headers["retry-after"]) == -(-wait // 1_000_000_000)
    # What was refused is not booked.
    assert again.json()["error"]["message"] == error["message"]
    assert "x-ratelimit-remaining-requests" in refused.headers


async def test_waiting_as_long_as_told_is_enough(simulate: Any, held_clock: Any) -> None:
    async with simulate(clock=held_clock, limits=Limits(requests_per_minute=3)) as http:
        for _ in range(3):
            assert (await http.post("/chat/completions", json=chat())).status_code == 200
        refused = await http.post("/chat/completions", json=chat())
        assert refused.status_code == 429
        assert refused.json()["error"]["type"] == "requests"
        assert "requests per minute (RPM): Limit 3, Used 3, Requested 1" in refused.text
        held_clock.at += int(refused.headers["retry-after"])
        assert (await http.post("/chat/completions", json=chat())).status_code == 200


async def test_a_request_larger_than_the_limit_is_a_413(
    http: httpx.AsyncClient, simulate: Any
) -> None:
    async with simulate(plan="free") as free:
        refused = await free.post("/chat/completions", json=chat(max_completion_tokens=32_768))
    assert refused.status_code == 413
    error = refused.json()["error"]
    assert (
        "Limit 8000, Requested 32778, please reduce your message size and try again"
        in (error["message"])
    )
    assert (error["type"], error["code"]) == ("tokens", "rate_limit_exceeded")
    answer = await http.post("/chat/completions", json=chat(max_completion_tokens=32_768))
    assert answer.status_code == 200


async def test_keys_and_models_do_not_share_their_limits(simulate: Any, held_clock: Any) -> None:
    async with simulate(clock=held_clock, limits=Limits(requests_per_day=1)) as http:
        other = {"authorization": "Bearer gsk_other"}
        assert (await http.post("/chat/completions", json=chat())).status_code == 200
        assert (await http.post("/chat/completions", json=chat())).status_code == 429
        assert (await http.post("/chat/completions", json=chat(), headers=other)).status_code == 200
        larger = {**chat(), "model": "openai/gpt-oss-120b"}
        assert (await http.post("/chat/completions", json=larger)).status_code == 200


async def test_a_request_refused_for_its_length_gives_its_tokens_back(
    simulate: Any, held_clock: Any
) -> None:
    async with simulate(clock=held_clock, limits=Limits(tokens_per_minute=100_000)) as http:
        request = {**chat("word " * 5000), "model": "allam-2-7b"}
        assert (await http.post("/chat/completions", json=request)).status_code == 400
        small = {**chat(), "model": "allam-2-7b"}
        answer = await http.post("/chat/completions", json=small)
    assert answer.headers["x-ratelimit-remaining-tokens"] == str(100_000 - 10)


def test_refusals_are_worded_like_the_service_s_own() -> None:
    subject = Subject(model="X", organisation="org_1", plan="free")
    upgrade = (
        "Need more tokens? Upgrade to Dev Tier today at https://console.groq.com/settings/billing"
    )
    bucket = Bucket(limit=8000, window=60, level=8000 - 6670, at=0)
    assert rate_limited(subject, "TPM", bucket, 5883, []).error == {
        "message": "Rate limit reached for model `X` in organization `org_1` service tier "
        "`on_demand` on tokens per minute (TPM): Limit 8000, Used 6670, Requested 5883. Please try "
        f"again in 34.1475s. {upgrade}",
        "type": "tokens",
        "code": "rate_limit_exceeded",
    }
    assert too_large(subject, "TPM", 12_000, 14_137).error == {
        "message": "Request too large for model `X` in organization `org_1` service tier "
        "`on_demand` on tokens per minute (TPM): Limit 12000, Requested 14137, please reduce your "
        f"message size and try again. {upgrade}",
        "type": "tokens",
        "code": "rate_limit_exceeded",
    }
    day = Bucket(limit=200_000, window=86_400, level=200_000 - 199_773, at=0)
    refused = rate_limited(subject, "TPD", day, 571, [])
    told = "(TPD): Limit 200000, Used 199773, Requested 571. Please try again in 2m28.608s. "
    assert told in str(refused.error["message"])
    assert dict(refused.headers)["retry-after"] == "149"
