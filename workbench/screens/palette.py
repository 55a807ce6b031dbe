"""Every command in the command palette."""

from functools import partial

from textual.command import DiscoveryHit, Hit, Hits, Provider

from workbench.commands import COMMANDS, Command


class WorkbenchCommands(Provider):
    """Finds the commands of the main screen."""

    async def discover(self) -> Hits:
        """All of them, before anything is typed."""
        for command in _listed():
            yield DiscoveryHit(_title(command), partial(self._give, command), help=command.help)

    async def search(self, query: str) -> Hits:
        """Those that match."""
        matcher = self.matcher(query)
        for command in _listed():
            score = matcher.match(command.title)
            if score > 0:
                yield Hit(
                    score,
                    matcher.highlight(_title(command)),
                    partial(self._give, command),
                    help=command.help,
                )

    async def _give(self, command: Command) -> None:
        await self.screen.run_action(command.action)


def _listed() -> list[Command]:
    return [command for command in COMMANDS if command.action != "palette"]


def _title(command: Command) -> str:
    return f"{command.title}  {command.shown}" if command.shown else command.title
