"""One owner of the data folder, named to whoever comes second."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from qa.adapters.lock import FolderLock, Served, owner
from qa.errors import Busy


def test_nobody_holds_a_new_folder(tmp_path: Path) -> None:
    assert owner(tmp_path) is None


def test_the_owner_is_named(tmp_path: Path) -> None:
    with FolderLock(tmp_path, what="qa serve", served=Served("http://127.0.0.1:1", "s")):
        held = owner(tmp_path)
    assert held is not None
    assert (held.what, held.pid, held.url) == ("qa serve", os.getpid(), "http://127.0.0.1:1")
    assert held.secret == "s"  # noqa: S105
    assert (tmp_path / "lock").stat().st_mode & 0o077 == 0, "nobody else reads the secret"


def test_it_is_free_again_after_release(tmp_path: Path) -> None:
    with FolderLock(tmp_path, what="qa ingest"):
        pass
    assert owner(tmp_path) is None
    with FolderLock(tmp_path, what="qa ingest"):
        pass


def test_a_second_owner_is_refused_at_once_with_the_first_ones_name(tmp_path: Path) -> None:
    with FolderLock(tmp_path, what="qa serve"):
        began = time.monotonic()
        with pytest.raises(Busy, match=rf"`qa serve` \(process {os.getpid()}\) since .*QA_HOME"):
            FolderLock(tmp_path, what="qa ingest").acquire()
        assert time.monotonic() - began < 1


def test_a_killed_owner_holds_nothing(tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from qa.adapters.lock import FolderLock;"
        "FolderLock(Path(sys.argv[1]), what='qa ingest').acquire(); print('held', flush=True); time.sleep(60)"
    )
    child = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE)
    assert child.stdout is not None
    child.stdout.readline()
    assert owner(tmp_path) is not None
    child.kill()
    child.wait()
    child.stdout.close()
    assert owner(tmp_path) is None
    with FolderLock(tmp_path, what="qa serve"):
        pass
