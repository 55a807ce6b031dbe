"""Every command in the command palette."""

from functools import partial

from textual.command import DiscoveryHit, Hit, Hits, Provider

from workbench.commands.command import Command


class WorkbenchCommands(Provider):
    """Finds the commands of the workspace in view."""

    async def discover(self) -> Hits:
        """All of them, before anything is typed."""
        for command in self._listed():
            yield DiscoveryHit(_title(command), partial(self._give, command), help=command.help)

    async def search(self, query: str) -> Hits:
        """Those that match."""
        matcher = self.matcher(query)
        for command in self._listed():
            score = matcher.match(command.title)
            if score > 0:
                yield Hit(
                    score,
                    matcher.highlight(_title(command)),
                    partial(self._give, command),
                    help=command.help,
                )

    def _listed(self) -> list[Command]:
        offers: tuple[Command, ...] = getattr(self.screen, "OFFERS", ())
        return [command for command in offers if command.action != "palette"]

    async def _give(self, command: Command) -> None:
        await self.screen.run_action(command.action)


def _title(command: Command) -> str:
    return f"{command.title}  {command.shown}" if command.shown else command.title
