"""The command line: the table of commands, and the one edge where faults become exit codes.

A command's module is imported when the command is chosen, so that ``wissel validate`` does not pay for the rest.
"""

import os
import sys
from collections.abc import Sequence
from importlib import import_module

import click

from wissel.cli.console import add_switches, complain, did_you_mean, examples, visible
from wissel.core.errors import UsageError, WisselError
from wissel.core.settings import color_refused, debug_wanted

EXIT_CLEAN, EXIT_FINDINGS, EXIT_USAGE, EXIT_INSTALLATION, EXIT_OUR_FAULT = range(5)
EXIT_INTERRUPTED = 130
EXIT_BROKEN_PIPE = 141
"""As a shell reports a program that SIGPIPE ended: whoever read our output stopped reading."""

COMMANDS = {
    "validate": ("validate", "Check files, folders and archives."),
    "show": ("show", "Show a message the way a person reads it."),
    "explain": ("explain", "Explain a finding code or a message definition."),
    "diff": ("diff", "Show what changed between two definitions."),
    "sample": ("sample", "Write a schema-valid message."),
    "sniff": ("sniff", "Say what files hold, one row each."),
    "addresses": ("addresses", "Audit postal addresses: which are refused, and from when."),
    "guideline": ("guideline", "List, show, compare and check usage guidelines."),
    "codes": ("codes", "Look up external codes, and import a newer edition."),
    "schemas": ("schemas", "List, export, import and verify schemas."),
    "reply": ("reply", "Answer messages: reports, returns, resolutions."),
    "statement": ("statement", "Write statements from the ledger or from bookings."),
    "verify": ("verify", "Verify the signature of a message."),
    "sign": ("sign", "Sign a message."),
    "seal": ("seal", "Seal a file for recipients."),
    "open": ("open", "Open a sealed file."),
    "trust": ("trust", "Keep the folder that says whom a network trusts."),
    "keys": ("keys", "Make keys for trying things out."),
    "init": ("init", "Make a bank directory: the configuration that routing needs."),
    "check": ("check", "Check a bank directory: every fault with its line."),
    "route": ("route", "Decide which way each payment goes, and say why."),
    "convert": ("convert", "Turn messages into what a network wants, or into another version."),
    "process": ("process", "Work on the files that wait in a bank directory, once."),
    "watch": ("watch", "Work on files as they come into a bank directory."),
    "trace": ("trace", "Follow a payment through a bank directory."),
    "status": ("status", "Show how a bank directory stands."),
    "warehouse": ("warehouse", "List orders that are held or wait, release and reject them."),
    "recall": ("recall", "List recalls, answer them, and ask for payments that were sent."),
    "shunt": ("shunt", "List files that were set aside, and try them again."),
    "journal": ("journal", "Prove and list the journal of a bank directory."),
    "calendar": ("calendar", "Show when a network is open."),
    "directory": ("directory", "Find participants; check and import a directory."),
    "completion": ("completion", "Print the completion script of a shell."),
}
"""Name -> (module in this folder whose attribute of the same name is the click command, what it does)."""


class ReaderGoneError(Exception):
    """Nobody reads our output any more. click would end the program with exit code 1, which means faults found."""


class Commands(click.Group):
    """A click group that knows its commands by name and imports only the one it runs.

    click offers no other hook for this than a subclass.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command; None where there is none of that name."""
        if cmd_name not in COMMANDS:
            return None
        module = COMMANDS[cmd_name][0]
        command = getattr(import_module(f"wissel.cli.{module}"), module)
        if not isinstance(command, click.Command):
            raise TypeError(f"wissel.cli.{module}.{module} is not a command")
        return add_switches(command)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does it, with the nearest name in the complaint."""
        if args[0] not in COMMANDS and not args[0].startswith("-"):
            hint = did_you_mean(args[0], COMMANDS)
            if not hint and (os.path.exists(args[0]) or args[0].endswith(".xml")):
                hint = f"; to check a file: wissel validate {args[0]}"
            raise click.UsageError(f"there is no command '{args[0]}'{hint}", ctx)
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> object:
        """Run the command. Raises ReaderGoneError where the output has no reader any more."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError as error:
            raise ReaderGoneError from error

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The table of commands, without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, does) for name, (_, does) in COMMANDS.items()])


def _version(context: click.Context, _parameter: click.Parameter, value: bool) -> None:
    if value and not context.resilient_parsing:
        from importlib.metadata import version

        click.echo(f"wissel {version('wissel')}")
        context.exit()


@click.group(
    cls=Commands,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=examples(
        ("wissel validate payment.xml", "Say what is wrong, where, and how to mend it."),
        ("wissel validate inbox/ --format html -o report.html", "A page that a colleague can open."),
        ("wissel explain VALUE-TOO-LONG", "Say what a finding means."),
        ("wissel COMMAND --help", "More examples."),
    ),
)
@click.option(
    "--version",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_version,
    help="Show the version and exit.",
)
@click.pass_context
def cli(context: click.Context) -> None:
    """Check, read and explain ISO 20022 messages.

    \b
    Exit codes: 0 clean, 1 faults were found, 2 the call was wrong or there was
    nothing to check, 3 the installation is wrong, 4 a fault of ours.
    """
    if context.color is None and color_refused():
        context.color = False


add_switches(cli)


def main(arguments: Sequence[str]) -> int:
    """Run one command line (without the program's name) and return its exit code; prints, never raises."""
    state: dict[str, bool] = {}
    try:
        result = cli.main(list(arguments), prog_name="wissel", standalone_mode=False, obj=state)
        sys.stdout.flush()
        return result if isinstance(result, int) else EXIT_CLEAN
    except (BrokenPipeError, ReaderGoneError):
        # what is still buffered has no reader: let the interpreter flush it to nowhere
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_BROKEN_PIPE
    except (KeyboardInterrupt, click.Abort):
        complain("interrupted")
        return EXIT_INTERRUPTED
    except click.ClickException as error:
        return _usage(error)
    except WisselError as error:
        _complain_of(error)
        return EXIT_USAGE if isinstance(error, UsageError) else EXIT_INSTALLATION
    except Exception as error:  # noqa: BLE001 - the edge: a fault of ours gets one line, not a traceback
        return _our_fault(error, debug=debug_wanted() or "debug" in state)


def _complain_of(error: WisselError) -> None:
    """One line; of a wrong configuration one for each fault, which begins with file and line as editors know them."""
    faults = getattr(error, "faults", ())
    for fault in faults:
        click.echo(visible(str(fault)), file=sys.stderr)
    if not faults:
        complain(str(error))


def _usage(error: click.ClickException) -> int:
    context = getattr(error, "ctx", None)
    if type(error).__name__ == "NoArgsIsHelpError" or (context and error.message == context.get_help()):
        click.echo(error.message, file=sys.stderr)
        return EXIT_USAGE
    text = error.format_message()
    complain(text[:1].lower() + text[1:] if text[1:2].islower() else text)
    if context is not None:
        click.echo(f"Try '{context.command_path} --help'.", file=sys.stderr)
    return EXIT_USAGE


def _our_fault(error: Exception, debug: bool) -> int:
    if debug:
        import traceback

        traceback.print_exception(error)
    said = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    again = "" if debug else "; run it again with --debug for the details and report them"
    complain(f"this is a fault of wissel, not of your files ({said}){again}")
    return EXIT_OUR_FAULT


def run() -> None:
    """Entry point of the ``wissel`` script."""
    sys.exit(main(sys.argv[1:]))
