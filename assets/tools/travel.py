"""Sample tools for the inspector: plain functions with type hints and docstrings.

Every public function of the file becomes a tool. Nothing here uses the network: the numbers are
worked out from the names, so that a conversation can be repeated.
"""

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Literal

from pydantic import Field

Unit = Literal["celsius", "fahrenheit"]


@dataclass
class Weather:
    """The weather of one day."""

    day: date
    sky: str
    low: float
    high: float
    unit: Unit


@dataclass
class Train:
    """A train from one city to another."""

    number: str
    leaves: str
    arrives: str
    changes: int
    price_eur: float


def get_weather(
    city: str, days: Annotated[int, Field(ge=0, le=7)] = 0, unit: Unit = "celsius"
) -> list[Weather]:
    """The weather in a city, today and in the days to come.

    Args:
        city: The city's name, such as Lisbon.
        days: How many days beyond today.
        unit: The unit of the temperatures.
    """
    forecast = []
    for offset in range(days + 1):
        day = date(2026, 11, 23) + timedelta(days=offset)
        luck = _luck(city, day.isoformat())
        low = 2 + luck[0] % 14
        high = low + 3 + luck[1] % 9
        sky = ("clear", "cloudy", "light rain", "windy", "fog")[luck[2] % 5]
        forecast.append(
            Weather(day=day, sky=sky, low=_in(unit, low), high=_in(unit, high), unit=unit)
        )
    return forecast


def find_trains(origin: str, destination: str, day: date, direct_only: bool = False) -> list[Train]:
    """Trains from one city to another.

    Args:
        origin: Where the journey begins.
        destination: Where it ends.
        day: The day of travel, as YYYY-MM-DD.
        direct_only: Leave out trains one has to change.

    Raises:
        ValueError: The two cities are the same.
    """
    if origin.strip().casefold() == destination.strip().casefold():
        raise ValueError(f"{origin} is where you are already.")
    luck = _luck(origin, destination, day.isoformat())
    hours = 1 + luck[0] % 6
    trains = []
    for index, hour in enumerate((6, 9, 13, 17)):
        changes = luck[index + 1] % 3
        trains.append(
            Train(
                number=f"IC {100 + luck[index + 2]}",
                leaves=f"{hour:02}:{luck[index + 3] % 60:02}",
                arrives=f"{hour + hours:02}:{luck[index + 4] % 60:02}",
                changes=changes,
                price_eur=round(9 + luck[0] / 4 + 3 * (2 - changes), 2),
            )
        )
    return [train for train in trains if not (direct_only and train.changes)]


def _luck(*words: str) -> bytes:
    return hashlib.sha256("|".join(words).casefold().encode()).digest()


def _in(unit: Unit, celsius: float) -> float:
    return round(celsius * 9 / 5 + 32, 1) if unit == "fahrenheit" else celsius
