"""Columns that stream side by side, in an app of their own."""

from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.widget import Widget

from workbench.widgets.race.grid import grid
from workbench.widgets.race.tracks import Tracks


class Stand(App[None]):
    CSS = "Tracks { width: 80; height: 6; }"

    def __init__(self) -> None:
        super().__init__()
        self.chosen: list[int] = []

    def compose(self) -> ComposeResult:
        yield Tracks()

    def on_tracks_chosen(self, event: Tracks.Chosen) -> None:
        self.chosen.append(event.lane)

    @property
    def tracks(self) -> Tracks:
        return self.query_one(Tracks)

    def shown(self) -> list[str]:
        return [self.tracks.render_line(y).text.rstrip() for y in range(6)]


async def drawn(pilot: Pilot[None], tracks: Widget) -> None:
    for _ in range(200):
        if not tracks._asked:  # type: ignore[attr-defined]
            break
        await pilot.pause(0.005)
    await pilot.pause()


async def test_each_lane_has_its_column_and_shows_its_end() -> None:
    async with Stand().run_test(size=(80, 6)) as pilot:
        app = pilot.app
        assert isinstance(app, Stand)
        app.tracks.begin(2)
        for number in range(20):
            app.tracks.add(0, f"left {number}\n", "answer")
        app.tracks.add(1, "right", "answer")
        await drawn(pilot, app.tracks)

        place = grid(80, 2)
        rows = app.shown()
        assert rows[0][place.start :].startswith("left 14")
        assert rows[5][place.start :].startswith("left 19")
        assert rows[0][place.start + place.step :] == "right"


async def test_the_lag_is_measured_from_arrival_to_the_terminal() -> None:
    async with Stand().run_test(size=(80, 6)) as pilot:
        app = pilot.app
        assert isinstance(app, Stand)
        app.tracks.begin(2)
        app.tracks.add(1, "hello", "answer", at=10.0)
        app.tracks.displayed(10.5)
        assert app.tracks.lag(1) is None
        await drawn(pilot, app.tracks)
        app.tracks.displayed(10.020)

        lag = app.tracks.lag(1)
        assert lag is not None
        assert 0.02 <= lag.median <= 0.022
        assert app.tracks.lag(0) is None
        assert app.tracks.lag(7) is None


async def test_a_click_chooses_a_lane() -> None:
    async with Stand().run_test(size=(80, 6)) as pilot:
        app = pilot.app
        assert isinstance(app, Stand)
        app.tracks.begin(3)
        await drawn(pilot, app.tracks)
        place = grid(80, 3)
        await pilot.click(Tracks, offset=(place.start + 2 * place.step, 2))
        await pilot.click(Tracks, offset=(2, 2))
        await pilot.pause()

        assert app.chosen == [2]


async def test_another_answer_begins_with_an_empty_column() -> None:
    async with Stand().run_test(size=(80, 6)) as pilot:
        app = pilot.app
        assert isinstance(app, Stand)
        app.tracks.begin(2)
        app.tracks.add(0, "old", "answer", at=1.0)
        await drawn(pilot, app.tracks)
        app.tracks.displayed(1.1)
        app.tracks.clear(0)
        await drawn(pilot, app.tracks)

        assert not any(row.strip(" │") for row in app.shown())
        assert app.tracks.lag(0) is None


async def test_wide_characters_keep_the_columns_in_line() -> None:
    async with Stand().run_test(size=(80, 6)) as pilot:
        app = pilot.app
        assert isinstance(app, Stand)
        app.tracks.begin(2)
        app.tracks.add(0, "日本語 " * 9, "answer")
        app.tracks.add(1, "right\n" * 6, "answer")
        await drawn(pilot, app.tracks)

        assert {app.tracks.render_line(y).cell_length for y in range(6)} == {80}
        assert app.shown()[0].endswith("right")
