"""`cinnabar plan`: check a plan file, or import it into the running copy."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kit.client import Api
from services.actions.contradictions import contradictions
from services.actions.defects import PlanDefects
from services.actions.plan import Plan
from services.actions.plan_file import read_plan

app = typer.Typer(no_args_is_help=True, help="The action plan as a file.")

PlanFile = Annotated[Path, typer.Argument(help="A plan in YAML.")]


@app.command()
def check(file: PlanFile) -> None:
    """Name every defect of a plan file, and what it says in two ways."""
    plan = _read(file)
    for found in contradictions(plan):
        typer.echo(f"{file}:{', '.join(found.about)}: {found.text.en} [{found.evidence}]")
    typer.echo(f"{file}: {len(plan.actions)} actions, {len(plan.activities)} activities, {len(plan.risks)} risks")


@app.command("import")
def import_(
    file: PlanFile,
    user: Annotated[
        str, typer.Option(help="Demo person to act as in the embedded mode.")
    ] = "coordinator@idrija.example",
) -> None:
    """Import a plan file, all or nothing; the same plan again changes nothing."""
    _read(file)
    with Api.connect(user) as api:
        answer = api.post(
            "/api/actions/plans",
            content=file.read_bytes(),
            headers={"Content-Type": "application/yaml", "X-File-Name": file.name},
        )
    typer.echo(f"{answer['id']}: plan version {answer['plan_version']}, {answer['totals']['activities']} activities")


def _read(file: Path) -> Plan:
    try:
        return read_plan(file.read_text("utf-8"), str(file))
    except PlanDefects as defects:
        typer.echo(str(defects), err=True)
    except OSError as error:
        typer.echo(f"{file}: {error.strerror}", err=True)
    except UnicodeDecodeError as error:
        typer.echo(f"{file}: byte {error.start} is not UTF-8; save the file as UTF-8", err=True)
    raise typer.Exit(1)
