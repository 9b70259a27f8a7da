"""The `sunshine` command: `sunshine <domain> <verb>`, and the platform's own verbs."""

from __future__ import annotations

import click

from app import registry


class Registered(click.Group):
    """A group of the registry's commands, each loaded when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name every command, in the registry's order."""
        del ctx
        return list(registry.COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load one command."""
        del ctx
        address = registry.COMMANDS.get(cmd_name)
        if address is None:
            return None
        registry.import_models()  # a table's foreign keys lead to tables of other domains
        command: click.Command = registry.load(address)
        return command


@click.group(cls=Registered)
@click.version_option(package_name="sunshine-liuzhi")
def main() -> None:
    """阳光六枝：一个县的政务公开平台。"""


if __name__ == "__main__":
    main()
