"""``wissel completion SHELL``: the script that completes commands, options and files in a shell."""

import click

from wissel.cli.console import examples


@click.command(
    epilog=examples(
        ('eval "$(wissel completion bash)"', "In ~/.bashrc: complete in every new shell."),
        ('eval "$(wissel completion zsh)"', "The same in ~/.zshrc."),
        ("wissel completion fish > ~/.config/fish/completions/wissel.fish", "The same for fish."),
    )
)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print the completion script for SHELL."""
    from click.shell_completion import get_completion_class

    kind = get_completion_class(shell)
    assert kind is not None, shell
    click.echo(kind(context.find_root().command, {}, "wissel", "_WISSEL_COMPLETE").source())
