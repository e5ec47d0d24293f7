"""A workspace's content as it lies on disk: read on first use, cached by its hash, forgotten after an edit."""

from datetime import date
from functools import cached_property
from pathlib import Path

from pydantic import TypeAdapter

from avow.errors import ContentError
from avow.library import cache, loader
from avow.library.settings import Settings, read_settings
from avow.model.content import Content
from avow.model.forms import FormProfile
from avow.model.issues import Issue, Severity

_PROFILES = TypeAdapter(tuple[FormProfile, ...])


class ContentFolder:
    """The content files below `root`, read for the day `as_of`."""

    def __init__(self, root: Path, as_of: date) -> None:
        self.root = root
        self.as_of = as_of

    @cached_property
    def settings(self) -> Settings:
        """What `avow.toml` says. Raises WorkspaceError where there is none, ContentError where it is broken."""
        return read_settings(self.root)

    @cached_property
    def files(self) -> dict[str, bytes]:
        """The content files, path below the root -> bytes."""
        return loader.content_files(self.root)

    @cached_property
    def revision(self) -> str:
        """A hash over the content files: equal revisions mean equal content."""
        return cache.files_hash(self.files)

    @cached_property
    def loaded(self) -> loader.Loaded:
        """The content with the place of each part and the problems found while reading it."""
        return self.load(self.files)

    def load(self, files: dict[str, bytes]) -> loader.Loaded:
        """`files` (path -> bytes) as this workspace's content: what is there, or would be after an edit."""
        return loader.load(
            files,
            company=self.settings.company,
            as_of=self.as_of,
            release=self.settings.release(self.as_of),
            revision=cache.files_hash(files),
        )

    @cached_property
    def content(self) -> Content:
        """The content, from the cache where its files have not changed.

        Raises ContentError where it has errors: nothing is answered from broken content.
        """
        content = self._read_content()
        assert self.revision  # noqa: S101  # hashed while the files are at hand
        for done_with in ("files", "loaded"):
            self.__dict__.pop(done_with, None)
        return content

    @cached_property
    def forms(self) -> tuple[FormProfile, ...]:
        """The forms that are known, from the cache where their files have not changed.

        Read by themselves, so that a file can be looked at in a workspace whose other content has errors. A profile with
        an error is left out; `avow check` says which.
        """
        files = loader.content_files(self.root, (loader.FORMS,))
        key = cache.files_hash(files)
        kept = cache.read("forms", key)
        if kept is not None:
            try:
                return _PROFILES.validate_json(kept)
            except ValueError:
                pass  # written anew below
        found = loader.load_forms(files)
        cache.write("forms", key, _PROFILES.dump_json(found))
        return found

    def _read_content(self) -> Content:
        key = cache.files_hash(self.files, self.settings.model_dump_json(), self.as_of.isoformat())
        kept = cache.read("content", key)
        if kept is not None:
            try:
                return Content.model_validate_json(kept)
            except ValueError:
                pass  # an unreadable cache entry is written anew below
        errors = [issue for issue in self.issues() if issue.severity is Severity.ERROR]
        if errors:
            more = f" (and {len(errors) - 1} more; `avow check` lists them)" if len(errors) > 1 else ""
            raise ContentError(f"{errors[0]}{more}")
        cache.write("content", key, self.loaded.content.model_dump_json().encode())
        return self.loaded.content

    def issues(self) -> list[Issue]:
        """All content problems at once."""
        from avow.library.checks import check

        return check(self.loaded, self.files)

    def forget(self) -> None:
        """Read everything anew on the next use: content files changed."""
        for name in ("files", "revision", "loaded", "content", "forms"):
            self.__dict__.pop(name, None)
