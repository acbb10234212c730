"""The `digits` command: one file a subcommand, and one place where errors become exit codes."""

import sys
from importlib.metadata import version
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from cli.commands.augment import show_augmentation
from cli.commands.compare import compare_runs
from cli.commands.data import data_cli
from cli.commands.describe import describe_weights
from cli.commands.evaluate import evaluate_weights
from cli.commands.predict import predict_files
from cli.commands.serve import serve
from cli.commands.train import train_network
from model.errors import ConfigError, DigitsError

cli = typer.Typer(
    name="digits",
    help="Draw a digit and have it read: serve the page, train the network, look inside.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(*, wanted: bool) -> None:
    if wanted:
        typer.echo(f"digits {version('digits')}")
        raise typer.Exit


@cli.callback()
def _common(
    *,
    show_version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=lambda on: _show_version(wanted=on))
    ] = False,
) -> None:
    del show_version


cli.command("serve")(serve)
cli.command("train")(train_network)
cli.command("compare")(compare_runs)
cli.command("augment")(show_augmentation)
cli.command("evaluate")(evaluate_weights)
cli.command("predict")(predict_files)
cli.command("describe")(describe_weights)
cli.add_typer(data_cli, name="data")


def main() -> None:
    """Run the command line; every error meant for the user is one line on stderr.

    Exit codes: 0 done, 1 failed, 2 the words or settings given make no sense, 130 interrupted.
    """
    try:
        cli()
    except DigitsError as error:
        _complain(str(error))
        sys.exit(2 if isinstance(error, ConfigError) else 1)
    except OSError as error:
        # A disk that fills up halfway, a folder taken away: known to us only by what the system says of it.
        _complain(f"{error.filename or 'input or output'}: {error.strerror or error}")
        sys.exit(1)
    except MemoryError as error:
        _complain(f"not enough memory: {error}")
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)


def _complain(message: str) -> None:
    """Say what went wrong on stderr, without breaking the line or taking brackets in it for markup."""
    Console(stderr=True).print(f"[bold red]digits:[/] {escape(message)}", highlight=False, soft_wrap=True)
