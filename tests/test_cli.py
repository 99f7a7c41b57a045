"""The command as its user types it: a real process, the real embedder, a folder of its own."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from conftest import ROOT, SEEDS

from qa.adapters.lock import FolderLock

QUESTION = "when did Russian instructors arrive"


def run(home: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "qa", *arguments],
        env={"PATH": os.environ["PATH"], "QA_HOME": str(home), **environment},
        cwd=home.parent, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("seeded") / "home"
    done = run(home, "ingest", str(SEEDS), "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["new"] == 5
    return home


@pytest.fixture
def home(seeded: Path, tmp_path: Path) -> Path:
    """A copy of the seeded folder, to do with as a test likes."""
    return Path(shutil.copytree(seeded, tmp_path / "home"))


def asked(home: Path, question: str, *more: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run(home, "ask", "--json", question, *more).stdout)
    return found


def test_the_seeds_question_is_answered_with_real_quotes(seeded: Path) -> None:
    answer = asked(seeded, QUESTION)
    assert answer["status"] == "answered"
    cited = {citation["article_id"][:3]: citation["quote"] for citation in answer["citations"]}
    assert any("Wednesday" in cited.get(name, "") for name in ("002", "004"))
    assert any("April 12" in cited.get(name, "") for name in ("000", "001"))
    for citation in answer["citations"]:
        text = (SEEDS / citation["article_id"]).read_text("utf-8")
        assert text[citation["start"] : citation["end"]] == citation["quote"]


def test_json_is_the_answer_and_nothing_else(seeded: Path) -> None:
    done = run(seeded, "ask", "--json", QUESTION)
    assert done.returncode == 0
    assert len(done.stdout.splitlines()) == 1
    assert json.loads(done.stdout)["question"] == QUESTION


def test_a_person_reads_the_quotes_with_outlet_and_date(seeded: Path) -> None:
    done = run(seeded, "ask", QUESTION)
    assert re.search(r"Rossa Primavera News Agency, 2024-0\d-\d\d \(dateline\)", done.stdout)
    assert "2024-04-16 (inferred)" in done.stdout, "undated articles are placed by what others say"
    assert "independent origins" in done.stdout


@pytest.mark.parametrize(
    "question",
    [
        "What was the price of uranium when Niger's coup happened?",
        "When did French instructors arrive in Niger?",
        "Which companies received mining permits in Niger?",
    ],
)
def test_what_the_articles_do_not_answer_ends_with_code_3(seeded: Path, question: str) -> None:
    done = run(seeded, "ask", "--json", question)
    answer = json.loads(done.stdout)
    assert (done.returncode, answer["status"], answer["citations"]) == (3, "not_answered", [])
    assert answer["reason"]


def test_a_timeline_stands_in_order_with_its_sources(seeded: Path) -> None:
    done = run(seeded, "timeline", "Russian instructors in Niger")
    assert done.returncode == 0
    days = re.findall(r"^(20\d\d-\d\d-\d\d)", done.stdout, re.M)
    assert days == sorted(days)
    assert re.search(r"^2024-04-10 \(inferred\)", done.stdout, re.M)
    assert "Every quote was checked against its article." in done.stdout
    found = json.loads(run(seeded, "timeline", "--json", "--as-of", "2024-04-20", "Niger").stdout)
    assert max(moment["from"] for moment in found["moments"]) <= "2024-04-20"
    assert found["as_of"] == "2024-04-20"


def test_a_timeline_of_nothing_ends_with_code_3(seeded: Path) -> None:
    done = run(seeded, "timeline", "elections in Peru")
    assert (done.returncode, done.stdout.strip()) == (3, "No article tells of this with a date.")


def test_search_shows_passages(seeded: Path) -> None:
    found = json.loads(run(seeded, "search", "--json", "military base in Burkina Faso").stdout)["hits"]
    assert found[0]["article_id"].startswith("001")
    text = (SEEDS / found[0]["article_id"]).read_text("utf-8")
    assert text[found[0]["start"] : found[0]["end"]] == found[0]["text"]


def test_ingesting_again_changes_nothing(home: Path) -> None:
    report = json.loads(run(home, "ingest", str(SEEDS), "--json").stdout)
    assert (report["new"], report["changed"], report["unchanged"], report["passages"]) == (0, 0, 5, 0)


def test_articles_are_listed_shown_and_deleted(home: Path) -> None:
    listed = json.loads(run(home, "articles", "--json", "--limit", "2").stdout)
    assert [article["id"][:3] for article in listed["articles"]] == ["000", "001"]
    name = listed["next"]
    assert run(home, "articles", name).stdout.count("700 US servicemen") == 1
    assert run(home, "articles", "--delete", name).returncode == 0
    gone = run(home, "articles", name)
    assert (gone.returncode, gone.stderr) == (1, f"qa: There is no article '{name}'.\n")
    assert asked(home, "How many US servicemen are still stationed in Niger?")["citations"] == []


def test_a_list_of_articles_is_restricted_and_goes_on_where_its_page_ended(home: Path) -> None:
    def listed(*more: str) -> list[str]:
        return [
            each["id"][:3] for each in json.loads(run(home, "articles", "--json", *more).stdout)["articles"]
        ]

    assert listed("--dated", "own", "--order", "newest") == ["000", "001"]
    assert listed("--publisher", "rossa primavera news agency") == ["000", "001"]
    assert len(listed("--dated", "inferred")) + len(listed("--dated", "none")) == 3
    assert listed("--title", "RUSSIAN niger", "--from", "2024-04-01", "--to", "2024-05-01") != []
    assert listed("--since", "2999-01-01") == []
    first = run(home, "articles", "--order", "newest", "--limit", "1")
    after = first.stderr.split("--after ")[1].strip().strip("'")
    rest = listed("--order", "newest", "--after", after)
    assert (len(rest), rest[0]) == (4, "001")
    wrong = run(home, "articles", "--order", "newest", "--after", "nonsense")
    assert (wrong.returncode, "does not belong to a list in this order" in wrong.stderr) == (1, True)


def test_status_and_doctor_say_that_all_is_well(home: Path) -> None:
    facts = json.loads(run(home, "status", "--json").stdout)
    assert (facts["articles"], facts["held_by"], facts["home"]) == (5, None, str(home))
    assert (facts["keys"], facts["behind"]) == (0, None)
    assert (facts["versions"], facts["origins"], facts["copies"]) == (5, 4, 0)
    assert (facts["publishers"], facts["undated"] + facts["dates_inferred"]) == (1, 3)
    assert asked(home, QUESTION)["status"] == "answered"
    again = json.loads(run(home, "status", "--json").stdout)
    assert again["answered"] == facts["answered"] + 1
    assert "published: 2024-" in run(home, "status").stdout
    assert facts["bytes"] > 100_000
    assert facts["embedding_model"].startswith("all-MiniLM-L6-v2/int8/")
    done = run(home, "doctor", "--json")
    assert (done.returncode, json.loads(done.stdout)["problems"]) == (0, [])


def test_reindexing_embeds_nothing_that_has_its_vector(home: Path) -> None:
    assert json.loads(run(home, "reindex", "--json").stdout)["embedded"] == 0
    assert run(home, "doctor").returncode == 0


def test_a_damaged_index_is_mended_without_a_word_from_the_user(home: Path) -> None:
    for file in (home / "views").rglob("*"):
        if file.is_file():
            file.write_bytes(b"torn")
    assert asked(home, QUESTION)["status"] == "answered"
    assert run(home, "doctor").returncode == 0


def test_another_embedding_model_is_named_with_the_command_that_mends_it(home: Path) -> None:
    other = {"QA_EMBED_BASE_URL": "http://127.0.0.1:9", "QA_EMBED_MODEL": "other", "QA_EMBED_DIMENSIONS": "8"}
    done = run(home, "ask", QUESTION, **other)
    assert done.returncode == 1
    assert re.search(
        r"made with all-MiniLM-L6-v2/int8/\w+, .*is openai:other/8\. Run `qa reindex`", done.stderr
    )


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["ingest", "/no/such/path"], 2, "does not exist"),
        (["ask", "  "], 2, "The question is empty"),
        (["ask", "why " * 25_000], 2, "at most 4,000"),
        (["ask", "who", "--as-of", "yesterday"], 2, "does not match the format"),
        (["ask", "who", "--as-of", "0001-01-01"], 2, "Name a day from 1000-01-01 to 9000-12-31"),
        (["ask", "who?", "--conversation", "nope"], 1, "no conversation 'nope'"),
        (["serve", "--host", "0.0.0.0"], 2, "not a loopback address"),
        (["keys", "create", "a", "--expires", "soon"], 2, "Write 12h, 90d or 8w"),
        (["keys", "create", " "], 1, "A key has a name"),
        (["keys", "create", "a", "--scope", "root"], 2, "'root' is not one of"),
        (["keys", "revoke", "nope"], 1, "no key 'nope'"),
        (["nonsense"], 2, "No such command"),
    ],
)
def test_wrong_use_is_one_clear_sentence(seeded: Path, arguments: list[str], code: int, said: str) -> None:
    done = run(seeded, *arguments)
    assert (done.returncode, done.stdout) == (code, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_an_unknown_setting_is_refused(seeded: Path) -> None:
    done = run(seeded, "ask", QUESTION, QA_LLM_MODLE="x")
    assert done.returncode == 2
    assert "Did you mean LLM_MODEL?" in done.stderr


def test_an_empty_archive_says_what_to_do(tmp_path: Path) -> None:
    done = run(tmp_path / "home", "ask", "--json", QUESTION)
    assert (done.returncode, json.loads(done.stdout)["reason"]) == (3, "empty_archive")


def test_files_that_cannot_be_read_are_named_and_the_rest_goes_in(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "empty.txt").touch()
    (folder / "binary.txt").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0")
    (folder / "latin.txt").write_bytes(
        "Café closed\n\nThe café in Nantes closed in May, the mayor said.".encode("cp1252")
    )
    good = {
        "id": "x1",
        "title": "Bridge opens",
        "text": "The bridge in Porto opened on Monday.",
        "published_at": "2024-05-02",
    }
    lines = [json.dumps(good), "not json", '{"id": "x2"}', "[1]", json.dumps({**good, "id": "x3", "text": 7})]
    (folder / "some.jsonl").write_text("\n".join(lines))
    done = run(tmp_path / "home", "ingest", "--json", str(folder))
    report = json.loads(done.stdout)
    assert done.returncode == 0
    assert report["new"] == 2
    refused = "\n".join(f"{refusal['source']}: {refusal['reason']}" for refusal in report["refused"])
    for expected in ("empty.txt", "binary.txt", "line 2", "line 3", "line 4", "line 5"):
        assert expected in refused, refused
    assert asked(tmp_path / "home", "Where did the café close?")["citations"][0]["quote"].startswith(
        "The café in Nantes"
    )
    only = run(tmp_path / "other", "ingest", str(folder / "empty.txt"))
    assert only.returncode == 1


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:9/a", "http://[::ffff:10.0.0.1]/", "http://localhost/a"]
)
def test_an_address_inside_is_never_fetched(tmp_path: Path, address: str) -> None:
    done = run(tmp_path / "home", "ingest", "--json", address)
    (refusal,) = json.loads(done.stdout)["refused"]
    assert done.returncode == 1
    assert refusal["source"] == address


def test_help_loads_nothing_that_is_slow() -> None:
    code = (
        "import sys\nfrom qa.interfaces import cli\n"
        "try:\n    cli.cli.main(['--help'], standalone_mode=False)\nexcept SystemExit:\n    pass\n"
        "slow = {'chromadb', 'llama_index', 'onnxruntime', 'sqlalchemy', 'fastapi', 'openai', 'numpy'}\n"
        "print('LOADED', sorted(slow & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "LOADED []"


def test_a_question_loads_neither_chromadb_nor_llama_index(seeded: Path) -> None:
    code = (
        f"import sys\nsys.argv = ['qa', 'ask', {QUESTION!r}]\nfrom qa.interfaces import cli\n"
        "try:\n    cli.main()\nexcept SystemExit:\n    pass\nprint('LOADED', sorted({'chromadb', 'llama_index', 'alembic', 'fastapi', 'trafilatura', 'lxml', 'feedparser'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, "QA_HOME": str(seeded)},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.splitlines()[-1] == "LOADED []"


# -- beside a server ---------------------------------------------------------------------------------------


def free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port: int = held.getsockname()[1]
        return port


@contextlib.contextmanager
def serving(home: Path, **environment: str) -> Iterator[str]:
    """The address of `qa serve` in a process of its own, which ends in good order."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "qa", "serve", "--port", str(port)],
        env={"PATH": os.environ["PATH"], "QA_HOME": str(home), **environment}, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    url = f"http://127.0.0.1:{port}"
    try:
        _wait(url)
        yield url
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0
    finally:
        process.kill()


@pytest.fixture
def server(home: Path) -> Iterator[str]:
    with serving(home) as url:
        yield url


def _wait(url: str) -> None:
    for _ in range(200):
        try:
            if httpx2.get(f"{url}/readyz", trust_env=False).is_success:
                return
        except httpx2.HTTPError:
            pass
        time.sleep(0.1)
    raise AssertionError("the server is not ready")


def test_beside_a_server_questions_go_through_it(home: Path, server: str) -> None:
    before = asked(home, QUESTION)
    assert before["status"] == "answered"
    first = httpx2.post(f"{server}/v1/ask", json={"question": QUESTION}, trust_env=False).json()
    changing = {"id", "conversation_id", "timings"}
    assert {k: v for k, v in first.items() if k not in changing} == {
        k: v for k, v in before.items() if k not in changing
    }


def test_beside_a_server_a_timeline_goes_through_it(home: Path, server: str) -> None:
    found = json.loads(run(home, "timeline", "--json", "Russian instructors in Niger").stdout)
    sent = {"topic": "Russian instructors in Niger"}
    assert found == httpx2.post(f"{server}/v1/timeline", json=sent, trust_env=False).json()


def test_beside_a_server_articles_are_sent_to_it(home: Path, server: str, tmp_path: Path) -> None:
    again = json.loads(run(home, "ingest", "--json", str(SEEDS)).stdout)
    assert (again["new"], again["unchanged"], len(again["ids"])) == (0, 5, 5), (
        "by their paths, as without a server"
    )
    folder = tmp_path / "Zażółć, more"
    folder.mkdir()
    for number in range(12):  # more than a server stores before it replies
        (folder / f"{number}.txt").write_text(f"The bridge number {number} in Porto opened on 2 May 2024.")
    (folder / "binary.txt").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0")
    done = run(home, "ingest", "--json", str(folder))
    report = json.loads(done.stdout)
    assert (done.returncode, report["new"] + report["copies"]) == (0, 12)
    (refusal,) = report["refused"]
    assert refusal["source"] == str(folder / "binary.txt")
    (folder / "1.txt").write_text("The bridge number 1 in Porto was closed again on 3 May 2024.")
    assert "1 changed, 11 unchanged; 1 passage embedded." in run(home, "ingest", str(folder)).stderr
    (tmp_path / "big.txt").write_bytes(b"x" * 31_000_001)
    big = run(home, "ingest", str(tmp_path / "big.txt"))
    assert (big.returncode, "over 31 MB, the most that a running server is sent" in big.stderr) == (1, True)
    inside = run(home, "ingest", "http://127.0.0.1:9/a", "--sitemap", "http://10.0.0.1/sitemap.xml")
    assert inside.returncode == 1
    assert "refused: http://127.0.0.1:9/a: " in inside.stderr
    assert "refused: http://10.0.0.1/sitemap.xml: " in inside.stderr
    held = httpx2.get(f"{server}/v1/articles", params={"title": "bridge"}, trust_env=False).json()["articles"]
    assert {each["id"] for each in held} == {f"{number}.txt" for number in range(12)}


def test_beside_a_server_no_proxy_is_asked(home: Path, server: str) -> None:
    proxy = {"HTTP_PROXY": "http://127.0.0.1:9", "ALL_PROXY": "http://127.0.0.1:9"}
    assert run(home, "ask", QUESTION, **proxy).returncode == 0
    assert run(home, "reindex", **proxy).returncode == 0


def test_beside_a_server_a_second_writer_is_refused_with_its_name(home: Path, server: str) -> None:
    began = time.monotonic()
    done = run(home, "doctor", "--fix")
    assert time.monotonic() - began < 10
    assert done.returncode == 1
    assert re.search(rf"in use by `qa serve` \(process \d+\).* answers at {server}", done.stderr)


def test_beside_a_server_it_is_the_server_that_checks(home: Path, server: str) -> None:
    done = run(home, "doctor")
    assert (done.returncode, done.stdout.strip()) == (0, "All is well: 5 articles, 11 passages.")
    told = json.loads(run(home, "doctor", "--json").stdout)
    assert (told["ok"], told["problems"], told["looked_for"]) == (True, [], 11)


def test_beside_a_server_deleting_goes_through_it(home: Path, server: str) -> None:
    name = "001_5938293592f3906c.txt"
    assert run(home, "articles", "--delete", name).returncode == 0
    assert httpx2.get(f"{server}/v1/articles/{name}", trust_env=False).status_code == 404
    assert run(home, "ask", "who?", "--conversation", "nope").returncode == 1


def test_beside_a_server_a_new_key_counts_from_the_next_request_on(home: Path, server: str) -> None:
    def status(key: str = "") -> int:
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        return httpx2.get(f"{server}/v1/articles", headers=headers, trust_env=False).status_code

    assert status() == 200
    made = json.loads(
        run(home, "keys", "create", "page", "--scope", "read", "--expires", "8w", "--json").stdout
    )
    assert (status(), status("nonsense"), status(made["key"])) == (401, 401, 200)
    listed = run(home, "keys", "list").stdout
    assert re.search(rf"{made['id']} page: read, made .* last used .* expires ", listed)
    assert made["key"] not in listed
    assert asked(home, QUESTION)["status"] == "answered", "who can read the folder needs no key"
    assert run(home, "keys", "revoke", made["id"]).returncode == 0
    assert (status(), status(made["key"])) == (401, 401)
    status_now = run(home, "status", "--json").stdout
    assert json.loads(status_now)["behind"]["keywords"] == 0
    assert made["key"] not in status_now


def test_another_address_is_served_once_there_is_a_key(home: Path) -> None:
    assert run(home, "keys", "create", "page").stdout.startswith("dateline_")
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "qa", "serve", "--host", "0.0.0.0", "--port", str(port)],
        env={"PATH": os.environ["PATH"], "QA_HOME": str(home)}, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        _wait(f"http://127.0.0.1:{port}")
        assert asked(home, QUESTION)["status"] == "answered", (
            "through the server, on this machine's own address"
        )
    finally:
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=20)
    assert "QA_HOSTS is not set" in said


def test_beside_an_ingestion_questions_are_still_answered(home: Path) -> None:
    with FolderLock(home, what="qa ingest"):
        assert asked(home, QUESTION)["status"] == "answered"


def test_a_taken_port_is_a_sentence(home: Path) -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen()
        done = run(home, "serve", "--port", str(held.getsockname()[1]))
    assert done.returncode == 1
    assert "cannot be used" in done.stderr


def test_the_demo_answers_once_in_a_folder_of_its_own(tmp_path: Path) -> None:
    done = run(tmp_path / "home", "demo", DEMO_ONCE="1", DEMO_HOME=str(tmp_path / "demo"))
    assert done.returncode == 0, done.stderr
    assert "Wednesday" in done.stdout
    assert not (tmp_path / "home").exists()
    assert (tmp_path / "demo" / "archive.db").is_file()


def test_the_version_is_that_of_the_distribution() -> None:
    text = (ROOT / "pyproject.toml").read_text()
    shown = subprocess.run(
        [sys.executable, "-m", "qa", "--version"], capture_output=True, text=True, check=True
    ).stdout
    assert f'version = "{shown.split()[-1]}"' in text


def test_what_a_killed_ingestion_left_is_finished_by_the_next(tmp_path: Path) -> None:
    home, corpus = tmp_path / "home", tmp_path / "all.jsonl"
    text = "The council of the town met on Thursday and spoke of its budget. " * 8
    corpus.write_text(
        "\n".join(json.dumps({"id": f"a{n:03}", "text": f"{n * 7919} {text} {n}"}) for n in range(400))
    )
    command = [sys.executable, "-m", "qa", "ingest", str(corpus), "--json"]
    with subprocess.Popen(
        command, env={"PATH": os.environ["PATH"], "QA_HOME": str(home)}, cwd=tmp_path, stderr=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    ) as running:  # fmt: skip
        until = time.monotonic() + 60
        while time.monotonic() < until and not _stored(home):
            time.sleep(0.02)
        running.kill()
    assert 0 < _stored(home) < 400
    extra = tmp_path / "extra.txt"
    extra.write_text("The bridge opened on Friday.")
    done = run(home, "ingest", str(extra), "--json")
    assert "Finishing what was interrupted" in done.stderr
    assert "400 new" in done.stderr or "copies" in done.stderr
    assert (json.loads(done.stdout)["new"], _stored(home)) == (1, 401)
    held = sqlite3.connect(home / "archive.db")
    sums = "SELECT sum(new + copies), sum(unchanged), sum(step) FROM job_items"
    assert held.execute(sums).fetchone() == (401, 0, 401), "each article is counted once"
    held.close()


def _stored(home: Path) -> int:
    try:
        held = sqlite3.connect(f"file:{home / 'archive.db'}?mode=ro", uri=True)
        with contextlib.closing(held):
            return int(held.execute("SELECT count(*) FROM articles").fetchone()[0])
    except sqlite3.OperationalError:
        return 0
