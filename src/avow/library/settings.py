"""`avow.toml`: what a workspace says about itself."""

import tomllib
from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from avow.errors import ContentError, WorkspaceError
from avow.model.base import Sharing
from avow.model.readiness import STATUS_DAYS

FILE_NAME = "avow.toml"


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Sample(_Strict):
    """Marks a workspace of sample content: relative dates count from `release`."""

    release: date | Literal["today"]


class Defaults(_Strict):
    """What `avow fill` assumes when it is not told."""

    sharing: Sharing = Sharing.UNDER_NDA


class Review(_Strict):
    """How long what people looked at holds: `status_days` for the status of a control, in days."""

    status_days: int = Field(default=STATUS_DAYS, ge=1, le=3660)


class Semantic(_Strict):
    """The semantic extra: `model_path` is a folder with `model.onnx` and `tokenizer.json`, below the workspace or anywhere."""

    model_path: str


class Settings(_Strict):
    """The whole of `avow.toml`."""

    company: str
    sample: Sample | None = None
    defaults: Defaults = Defaults()
    review: Review = Review()
    semantic: Semantic | None = None

    def release(self, today: date) -> date | None:
        """The day relative dates count from; None where they are not allowed."""
        if self.sample is None:
            return None
        return today if self.sample.release == "today" else self.sample.release


def find_root(start: Path) -> Path:
    """The nearest folder upwards from `start` with an `avow.toml`.

    Raises WorkspaceError where there is none.
    """
    for folder in (start, *start.resolve().parents):
        if (folder / FILE_NAME).is_file():
            return folder
    raise WorkspaceError(
        f"no workspace at {start} or above it; run `avow init`, or name one with --workspace"
    )


def read_settings(root: Path) -> Settings:
    """Read `avow.toml` below `root`.

    Raises WorkspaceError where there is none, ContentError where it cannot be understood.
    """
    path = root / FILE_NAME
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        return Settings.model_validate(data)
    except FileNotFoundError:
        raise WorkspaceError(
            f"{root} has no {FILE_NAME}; run `avow init` there, or name a workspace"
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ContentError(f"{path}: not readable as TOML: {error}") from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(step) for step in first["loc"])
        raise ContentError(f"{path}: {where}: {first['msg']}") from None
