"""Problems in content, as data: all found, all reported at once."""

from enum import StrEnum

from avow.model.base import Value


class Severity(StrEnum):
    """`error` stops answering, `warning` does not, `info` is worth knowing."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Issue(Value):
    """`file:line: severity: message [code]`; `line` is 1-based, 0 where a whole file is meant."""

    severity: Severity
    code: str
    message: str
    file: str
    line: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.severity}: {self.message} [{self.code}]"
