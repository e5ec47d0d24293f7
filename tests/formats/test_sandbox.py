"""Whatever a parser does in its process, the caller gets its answer or one refusal, and nothing is left running."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import hostile_parsers as parsers
import pytest
from xlsx_files import parts, saved, sheet, text_cell

from avow.errors import AvowError, InputRefusedError
from avow.formats import files, sandbox
from avow.formats.files import fill, understand_file, workbook_texts
from avow.formats.sandbox import Limits, confined
from avow.formats.writing import CellNotWritableError
from avow.model.questionnaires import LayoutOverride
from avow.model.reasons import Reason

SMALL = Limits(memory=160 << 20, seconds=1, clock=20, answer=1 << 20)
ON_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="the kernel's limits are Linux' own")
pytestmark = pytest.mark.skipif(os.name != "posix", reason="processes and signals as POSIX has them")


@pytest.fixture(
    params=[pytest.param("fork", marks=ON_LINUX), "new interpreter"], ids=["a fork", "a new interpreter"]
)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both ways a child comes to be."""
    monkeypatch.setattr(sandbox, "may_fork", lambda: request.param == "fork")
    monkeypatch.setattr(files, "may_fork", lambda: request.param == "fork")
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))
    return str(request.param)


@pytest.fixture(autouse=True)
def _nothing_left_running() -> Iterator[None]:
    before = _children()
    yield
    until = time.monotonic() + 5
    while _children() - before and time.monotonic() < until:
        time.sleep(0.02)
    assert not _children() - before


def _children() -> set[str]:
    """Every process that is this one's child, dead ones not yet buried included."""
    listed = subprocess.run(["ps", "-eo", "pid,ppid,args"], capture_output=True, text=True, check=True).stdout
    lines = [line.split(None, 2) for line in listed.splitlines()[1:]]
    return {
        pid for pid, parent, words in lines if parent == str(os.getpid()) and not words.startswith("ps -eo")
    }


def refusal(
    task: Callable[[bytes], bytes], request: bytes = b"", limits: Limits = SMALL
) -> InputRefusedError:
    with pytest.raises(InputRefusedError) as caught:
        confined(task, request, name="form.xlsx", limits=limits)
    said = str(caught.value)
    assert said.startswith("form.xlsx: ")
    assert "\n" not in said
    assert "Traceback" not in said
    return caught.value


def test_an_answer_comes_back_whole(way: str) -> None:
    assert confined(parsers.well_behaved, b"abc\0\xff", name="a") == b"\xff\0cba"
    assert confined(parsers.says_nothing, b"abc", name="a") == b""
    assert confined(parsers.well_behaved, bytes(3 << 20), name="a") == bytes(3 << 20)


@pytest.mark.parametrize(
    "task",
    [
        parsers.segfaults,
        parsers.kills_itself,
        parsers.aborts,
        parsers.leaves,
        parsers.leaves_with_code,
        parsers.exits,
        parsers.raises,
        parsers.interrupts,
        parsers.recurses,
        parsers.floods_every_descriptor,
        parsers.forges_an_endless_answer,
        parsers.forges_a_short_answer,
        parsers.forks_in_python,
    ],
)
def test_whatever_fails_becomes_one_reason_code(way: str, task: Callable[[bytes], bytes]) -> None:
    error = refusal(task)
    assert error.code == Reason.PARSER_FAILED
    assert "save it again and send that" in str(error)
    assert "secret" not in str(error)


@pytest.mark.parametrize(
    ("task", "says"),
    [
        (parsers.computes_for_ever, "1 seconds of computing"),
        pytest.param(parsers.eats_memory, "160 MiB of memory", marks=ON_LINUX),
    ],
)
def test_a_limit_is_told_apart_with_its_figure(way: str, task: Callable[[bytes], bytes], says: str) -> None:
    error = refusal(task)
    assert error.code == Reason.LIMIT_REACHED
    assert says in str(error)


@ON_LINUX
def test_a_limit_holds_for_who_ignores_signals_and_for_who_aborts_without_memory() -> None:
    assert "seconds of computing" in str(refusal(parsers.computes_for_ever_and_ignores_signals))
    error = refusal(parsers.eats_memory_in_c)
    assert error.code == Reason.LIMIT_REACHED
    assert "memory" in str(error)


def test_sleeping_ends_by_the_clock(way: str) -> None:
    began = time.monotonic()
    error = refusal(parsers.sleeps, limits=SMALL._replace(clock=2))
    assert error.code == Reason.LIMIT_REACHED
    assert "2 seconds" in str(error)
    assert time.monotonic() - began < 10


def test_an_answer_longer_than_the_limit_is_refused(way: str) -> None:
    assert len(confined(parsers.says_much, b"1048576", name="a", limits=SMALL)) == 1 << 20
    assert "1 MiB" in str(refusal(parsers.says_much, b"1048577"))


def test_rubbish_on_the_standard_streams_goes_nowhere(way: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert confined(parsers.prints, b"", name="a") == b"done"
    assert capfd.readouterr() == ("", "")


@ON_LINUX
@pytest.mark.parametrize("task", [parsers.forks_children, parsers.forks_children_and_answers])
def test_children_a_parser_forked_go_with_it(way: str, task: Callable[[bytes], bytes]) -> None:
    began = time.monotonic()
    if task is parsers.forks_children:
        assert refusal(task).code == Reason.PARSER_FAILED
    else:
        left_behind = int(confined(task, b"", name="a", limits=SMALL))
        assert left_behind == -1 or _is_gone(left_behind)  # -1: the kernel let it fork none
    assert time.monotonic() - began < 10


def _is_gone(pid: int) -> bool:
    until = time.monotonic() + 5
    while time.monotonic() < until:
        try:
            if "\nState:\tZ" in Path(f"/proc/{pid}/status").read_text():
                return True
        except (FileNotFoundError, ProcessLookupError):
            return True
        time.sleep(0.02)
    return False


def test_a_parser_writes_no_file_and_starts_no_program(way: str, tmp_path: Path) -> None:
    target = tmp_path / "made"
    for task in (parsers.writes_a_file, parsers.starts_a_program):
        assert refusal(task, os.fsencode(target)).code == Reason.PARSER_FAILED
    assert not target.exists()


@ON_LINUX
def test_native_code_writes_nothing_either(way: str, tmp_path: Path) -> None:
    target = tmp_path / "made"
    confined(parsers.writes_a_file_in_c, os.fsencode(target), name="a")
    assert not target.exists() or target.stat().st_size == 0


def test_a_parser_reaches_no_network(way: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert refusal(parsers.fetches, f"http://127.0.0.1:{port}/".encode()).code == Reason.PARSER_FAILED
        if _networks_can_be_left():
            assert confined(parsers.connects_in_c, str(port).encode(), name="a") == b"0"
        server.settimeout(0.2)
        with pytest.raises(TimeoutError):
            server.accept()


def _networks_can_be_left() -> bool:
    words = ["unshare", "--net", "true"] if os.geteuid() == 0 else ["unshare", "--user", "--net", "true"]
    try:
        return subprocess.run(words, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


@ON_LINUX
def test_no_descriptor_of_the_parent_is_left_open(way: str, tmp_path: Path) -> None:
    with (tmp_path / "secret").open("w") as held:
        os.set_inheritable(held.fileno(), True)
        found = confined(parsers.descriptors, b"", name="a").split()
    # The three streams, the way back, and the folder being listed; a new interpreter may hold two of its own.
    assert len(found) <= (5 if way == "fork" else 7)


def test_errors_of_avow_come_back_equal(way: str) -> None:
    for task in (parsers.refuses, parsers.finds_a_cell_locked, parsers.fails):
        with pytest.raises(AvowError) as direct:
            task(b"")
        with pytest.raises(AvowError) as through:
            confined(task, b"", name="form.xlsx")
        assert type(through.value) is type(direct.value)
        assert str(through.value) == str(direct.value)
        assert vars(through.value) == vars(direct.value)
    with pytest.raises(InputRefusedError) as refused:
        confined(parsers.refuses, b"", name="form.xlsx")
    assert refused.value.code is Reason.ZIP_UNSAFE
    with pytest.raises(CellNotWritableError) as locked:
        confined(parsers.finds_a_cell_locked, b"", name="form.xlsx")
    assert locked.value.reason is Reason.FORMULA_IN_ANSWER


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"{",
        b"[" * 20_000,
        b"[]",
        b'{"kind": "os.system"}',
        b'{"kind": "refused", "name": "a", "code": "made-up", "message": "b"}',
        b'{"kind": "refused", "name": ["a"], "code": "file-damaged", "message": 3}',
        b'{"kind": "not-writable", "where": "A1"}',
        b"\xff\xfe",
    ],
)
def test_a_forged_refusal_is_a_failure(said: bytes) -> None:
    assert refusal(parsers.forges_a_refusal, said).code == Reason.PARSER_FAILED


def test_a_forged_message_stays_on_one_short_line() -> None:
    fields = {"kind": "refused", "name": "a\nb", "code": "file-damaged", "message": "x\n\x1b[31m" * 2_000}
    with pytest.raises(InputRefusedError) as caught:
        confined(parsers.forges_a_refusal, json.dumps(fields).encode(), name="a")
    assert caught.value.code == Reason.FILE_DAMAGED
    assert "\n" not in str(caught.value)
    assert "\x1b" not in str(caught.value)
    assert len(str(caught.value)) < 20_000


@ON_LINUX
def test_a_fork_is_made_only_where_no_other_thread_runs() -> None:
    assert sandbox.may_fork()
    done = threading.Event()
    other = threading.Thread(target=done.wait)
    other.start()
    try:
        assert not sandbox.may_fork()
    finally:
        done.set()
        other.join()


@contextmanager
def _closed(*numbers: int) -> Iterator[None]:
    kept = {number: os.dup(number) for number in numbers}
    for number in numbers:
        os.close(number)
    try:
        yield
    finally:
        for number, copy in kept.items():
            os.dup2(copy, number)
            os.close(copy)


def test_it_works_where_the_standard_streams_are_closed(way: str, capfd: pytest.CaptureFixture[str]) -> None:
    with capfd.disabled(), _closed(0, 1, 2):
        said = confined(parsers.well_behaved, b"abc", name="a")
    assert said == b"cba"


_INTERRUPTED = """
import sys
sys.path.insert(0, {tests!r})
import hostile_parsers
from avow.formats import sandbox
if {spawn}:
    sandbox.may_fork = lambda: False
print("ready", flush=True)
try:
    sandbox.confined(hostile_parsers.sleeps, b"", name="a")
except KeyboardInterrupt:
    print("stopped", flush=True)
"""


def test_ctrl_c_ends_the_child_too(way: str) -> None:
    script = _INTERRUPTED.format(tests=str(Path(__file__).parent), spawn=way != "fork")
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == "ready\n"
        child = _child_of(program.pid)
        program.send_signal(signal.SIGINT)
        assert program.stdout.readline() == "stopped\n"
        assert program.wait(10) == 0
    assert not Path(f"/proc/{child}").exists()


def _child_of(parent: int) -> str:
    until = time.monotonic() + 10
    while time.monotonic() < until:
        listed = subprocess.run(["ps", "-eo", "pid,ppid"], capture_output=True, text=True, check=True).stdout
        for line in listed.splitlines()[1:]:
            pid, above = line.split()
            if above == str(parent):
                time.sleep(0.3)
                return pid
        time.sleep(0.02)
    raise AssertionError("no child was started")


# ── the formats through it ─────────────────────────────────────────────────────────────────────────


FORM = sheet(
    "".join(
        f'<row r="{row}">{text_cell(f"A{row}", question)}{text_cell(f"B{row}", answer)}</row>'
        for row, (question, answer) in enumerate(
            [("Question", "Answer"), ("Do you encrypt data at rest?", ""), ("Is MFA enforced?", "")], 1
        )
    )
)


def test_a_file_is_understood_the_same_in_a_child_and_here(way: str, tmp_path: Path) -> None:
    path = saved(tmp_path, parts(FORM))
    assert understand_file(path) == files.understand_here(path)
    override = LayoutOverride(sheet="Sheet1", question="A", answer="B")
    understood = understand_file(path, override)
    assert understood == files.understand_here(path, override)
    assert understood.layouts
    assert understand_file(path, remembered=understood.layouts).questionnaire.questions
    assert workbook_texts(path)["Sheet1"][2, 1] == "Do you encrypt data at rest?"
    source = understood.questionnaire.source
    assert fill(path, source, []) == path.read_bytes()


def test_a_path_that_is_no_text_gets_through(way: str, tmp_path: Path) -> None:
    path = saved(tmp_path, parts(FORM))
    odd = path.rename(Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff\xfe \n.xlsx")))
    understood = understand_file(odd)
    assert understood.questionnaire.questions
    assert understood.questionnaire.source.name.isprintable()


def test_refusals_of_files_come_back_as_they_are(way: str, tmp_path: Path) -> None:
    (tmp_path / "form.xlsx").write_bytes(b"%PDF-1.7 of a sort")
    with pytest.raises(InputRefusedError) as through:
        understand_file(tmp_path / "form.xlsx")
    with pytest.raises(InputRefusedError) as direct:
        files.understand_here(tmp_path / "form.xlsx")
    assert str(through.value) == str(direct.value)
    assert through.value.code is Reason.FILE_TYPE_MISMATCH


@ON_LINUX
def test_an_answer_that_is_no_questionnaire_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = saved(tmp_path, parts(FORM))
    for task in ("_understand_request", "_texts_request"):
        monkeypatch.setattr(files, task, lambda _request: b'{"questionnaire": 1}')
    for act in (understand_file, workbook_texts):
        with pytest.raises(InputRefusedError) as caught:
            act(path)
        assert caught.value.code == Reason.PARSER_FAILED
