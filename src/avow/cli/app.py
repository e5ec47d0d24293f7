"""`avow`: finds the verb, imports only that one, and turns failures into the contract's exit codes."""

import gc
import importlib
import os
import sys
from typing import NoReturn

import click

from avow import __version__

# Verb -> one line of help; the module of a verb is imported when it is called.
VERBS = {
    "init": "Make a workspace from the shipped content.",
    "check": "List all content problems at once.",
    "status": "Show or change how far controls work here.",
    "upgrade": "Bring the catalogue to a newer release, with a diff first.",
    "inspect": "Show what was understood of a questionnaire; nothing is written.",
    "learn": "Take answered questionnaires into the library.",
    "approve": "Approve library answers as they stand.",
    "match": "Match questions, JSON lines in and out.",
    "ask": "Answer one question, and say why.",
    "fill": "Fill a customer's questionnaire.",
    "replay": "Show what a change would do to questionnaires already answered.",
    "gaps": "List what is missing in controls and answers, and decide about it.",
    "readiness": "Show how far a framework's requirements are met, and what to do next.",
    "export": "Write catalogue, status and gaps as OSCAL.",
    "import": "Take in controls or a framework from OSCAL.",
}

DONE, DEFECT, USAGE, CONTENT, REFUSED, NOT_ALL_ANSWERED = 0, 1, 2, 3, 4, 5
STOPPED = 130  # by the user: 128 + SIGINT


class _Verbs(click.Group):
    """A group that knows its verbs' names and imports a verb only to run it or to show its help."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in VERBS:
            return None
        module = importlib.import_module(f"avow.cli.{cmd_name}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Verbs"):
            formatter.write_dl(list(VERBS.items()))


@click.group(
    cls=_Verbs,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Example: avow fill customer.xlsx --customer 'Meridian Bank' --due 2027-01-15",
)
@click.option(
    "--workspace",
    metavar="DIR",
    help="The workspace (default: the nearest folder upwards with an avow.toml).",
)
@click.version_option(__version__, prog_name="avow")
@click.pass_context
def app(ctx: click.Context, workspace: str | None) -> None:
    """Avow answers security questionnaires with answers a company can stand behind."""
    ctx.obj = {"workspace": workspace}


def main() -> NoReturn:
    """Run the command line and exit: 0 done, 1 defect, 2 usage, 3 content has errors, 4 input refused, 5 `--strict`."""
    # A verb makes many values and hardly a cycle, then ends: looking for cycles took a third of a long fill.
    gc.disable()
    try:
        sys.exit(_exit_code())
    finally:
        gc.enable()


def _exit_code() -> int:
    from avow.errors import AvowError, ContentError, InputRefusedError

    try:
        code = app(standalone_mode=False)
        return code if isinstance(code, int) else DONE
    except click.exceptions.Exit as leaving:
        return leaving.exit_code
    except click.ClickException as error:
        error.show()
        return USAGE
    except (click.Abort, KeyboardInterrupt):
        click.echo("stopped; nothing half-written was left", err=True)
        return STOPPED
    except InputRefusedError as error:
        _say(error)
        return REFUSED
    except ContentError as error:
        _say(error)
        return CONTENT
    except AvowError as error:
        _say(error)
        return USAGE
    except BrokenPipeError:
        # The reader went away; a second error while flushing would only confuse.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except Exception as error:  # the last resort: a defect, said in one line
        _say(
            f"a defect in Avow: {type(error).__name__}: {error}; set AVOW_DEBUG=1 to see where, and report it"
        )
        if os.environ.get("AVOW_DEBUG"):
            raise
        return DEFECT


def _say(error: object) -> None:
    from avow.cli.console import printable

    click.echo(f"avow: {printable(str(error))}", err=True)
