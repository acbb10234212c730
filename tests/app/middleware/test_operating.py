"""Keys, rates, logs, metrics and new weights: what an operator can count on."""

import hashlib
import json
import logging
import os
import shutil
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.middleware.request_log import JsonFormatter
from model.artifact import load_artifact, packaged_weights, save_artifact
from tests.app.conftest import Application
from tests.app.operations import metric, predict, put, wait_until
from tests.running_service import RunningService, web


class TestRates:
    def test_a_client_beyond_the_limit_is_told_when_to_come_back(self, application: Application) -> None:
        service = application(rate_limit="3/hour")
        assert [predict(service).status_code for _ in range(4)] == [200, 200, 200, 429]
        refused = predict(service)
        assert refused.json()["code"] == "too_many_requests"
        assert 1 <= int(refused.headers["retry-after"]) <= 3600
        assert service.get("/").status_code == 200, "the page is still there"

    def test_clients_behind_a_trusted_proxy_are_told_apart(self, running: Any) -> None:
        service = running("--trusted-proxies", "127.0.0.1", DIGITS_RATE_LIMIT="1/hour")
        for address in ("192.0.2.1", "192.0.2.2"):
            assert predict(service, headers={"X-Forwarded-For": address}).status_code == 200
            assert predict(service, headers={"X-Forwarded-For": address}).status_code == 429

    def test_others_are_not_believed_about_who_asks(self, running: Any) -> None:
        service = running(DIGITS_RATE_LIMIT="1/hour", FORWARDED_ALLOW_IPS="*")
        statuses = [predict(service, headers={"X-Forwarded-For": f"192.0.2.{n}"}).status_code for n in (1, 2)]
        assert statuses == [200, 429]

    def test_who_tries_keys_is_a_client_too(self, application: Application) -> None:
        service = application(rate_limit="3/hour", api_keys="key")
        tried = [predict(service, headers={"X-API-Key": str(number)}).status_code for number in range(5)]
        assert tried == [401, 401, 401, 429, 429]
        assert predict(service, headers={"X-API-Key": "key"}).status_code == 429

    @pytest.mark.parametrize(
        "spellings",
        [
            [
                "192.0.2.1",
                "::ffff:192.0.2.1",
                "::FFFF:c000:0201",
                "192.0.2.1:8080",
                "[::ffff:192.0.2.1]:1",
                "192.0.02.001",
            ],
            [
                "2001:db8:0:1::1",
                "2001:DB8:0:1:ffff::2",
                "2001:0db8:0000:0001::",
                "[2001:db8:0:1::3]:443",
                "2001:db8:0:1::4%eth0",
            ],
            ["x" * 500, "x" * 400 + "y" * 100],
        ],
    )
    def test_a_client_is_one_whatever_its_address_and_however_it_is_spelt(
        self, running: Any, spellings: list[str]
    ) -> None:
        service = running("--access-log", "--trusted-proxies", "127.0.0.1", DIGITS_RATE_LIMIT="1/hour")
        statuses = [predict(service, headers={"X-Forwarded-For": address}).status_code for address in spellings]
        assert statuses == [200] + [429] * (len(spellings) - 1)
        for other in ("192.0.2.2", "2001:db8:0:2::1", "unknown"):
            assert predict(service, headers={"X-Forwarded-For": other}).status_code == 200
        service.stop()
        assert "client=2001:db8:0:2::1" in service.log.read_text(), "the log has the address itself"


class TestKeys:
    def test_only_those_with_a_key_may_ask(self, application: Application, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.DEBUG)
        service = application(api_keys="first-key, second-key")
        assert predict(service).status_code == 401
        assert predict(service, headers={"X-API-Key": "first"}).json()["code"] == "unauthorized"
        for key in ("first-key", "second-key"):
            assert predict(service, headers={"X-API-Key": key}).status_code == 200
        assert service.get("/readyz").status_code == 200
        lines = [JsonFormatter().format(record) for record in caplog.records]
        assert any("/predict" in line for line in lines)
        assert not any("-key" in line for line in lines)


class TestOrigins:
    def test_other_origins_are_allowed_only_when_listed(self, application: Application, client: httpx.Client) -> None:
        listed = application(cors_origins="https://school.example")
        for origin, allowed in (("https://school.example", True), ("https://evil.example", False)):
            headers = predict(listed, headers={"Origin": origin}).headers
            assert (headers.get("access-control-allow-origin") == origin) == allowed
        assert "access-control-allow-origin" not in predict(client, headers={"Origin": "https://a.example"}).headers


class TestWatchedWorkers:
    def test_they_do_not_outlive_the_process_that_watches_over_them(self, running: Any) -> None:
        service = running("--workers", "2")
        wait_until(lambda: serving(service) == 2)
        workers = children(service)
        assert len(workers) == 2
        service.kill()
        wait_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in workers))
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"{service.url}/healthz")

    def test_nor_does_one_that_is_only_starting(self, running: Any) -> None:
        service = running("--workers", "2")
        wait_until(lambda: serving(service) == 2)
        old = children(service)
        os.kill(old[0], signal.SIGKILL)
        wait_until(lambda: {*children(service)} - {*old})
        workers = children(service)
        service.kill()
        wait_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in workers))


class TestLog:
    def test_each_request_is_a_line_of_json_under_the_id_that_the_caller_gets(self, running: Any) -> None:
        service = running("--access-log", DIGITS_LOG_FORMAT="json")
        given = predict(service, headers={"X-Request-ID": "my-id.1"})
        forged = predict(service, headers={"X-Request-ID": 'x" {"level": "error"}'})
        assert given.headers["x-request-id"] == "my-id.1"
        assert forged.headers["x-request-id"].isalnum()
        service.stop()  # a line is written once the reply is sent
        lines = [json.loads(line) for line in service.log.read_text().splitlines() if line.startswith("{")]
        requests = [line for line in lines if line.get("path") == "/predict"]
        assert [line["request_id"] for line in requests] == [one.headers["x-request-id"] for one in (given, forged)]
        assert all(line["status"] == 200 and line["milliseconds"] > 0 for line in requests)

    def test_nothing_that_was_drawn_is_in_it(
        self, application: Application, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        service = application()
        service.post("/predict", json={"strokes": [[[31337, 1], [2, 31337]]]})
        service.post("/predict", json={"strokes": [[["31337"]]]})
        lines = [JsonFormatter().format(record) for record in caplog.records]
        assert sum('"/predict"' in line for line in lines) == 2
        assert not any("31337" in line for line in lines)


class TestMetrics:
    def test_requests_verdicts_and_the_model_are_counted(self, application: Application) -> None:
        service = application()
        predict(service)
        service.post("/predict", json={"strokes": []})
        service.post("/predict", content=b"{", headers={"content-type": "application/json"})
        for unit in range(3):
            service.get(f"/model/layers/0/units/{unit}")
        assert metric(service, 'digits_verdicts_total{verdict="digit"}') == 1
        assert metric(service, 'digits_verdicts_total{verdict="blank"}') == 1
        text = service.get("/metrics").text
        assert 'status="400"' in text
        assert text.count("/model/layers/{layer}/units/{unit}") > 0, "one route, not one for each unit"
        assert "units/0" not in text
        sha256 = predict(service).json()["model"]["sha256"]
        assert f'sha256="{sha256}"' in text


class TestNewWeights:
    def test_good_ones_are_taken_and_bad_ones_refused_with_nothing_dropped(
        self, running: Any, tmp_path: Path
    ) -> None:
        weights = tmp_path / "weights.npz"
        shutil.copy(packaged_weights(), weights)
        service = running(DIGITS_WEIGHTS=str(weights), DIGITS_WATCH_SECONDS="0.1")
        old = predict(service).json()["model"]["sha256"]

        put(weights, b"not weights at all")
        wait_until(lambda: metric(service, 'digits_reloads_total{outcome="refused"}') == 1)
        assert predict(service).json()["model"]["sha256"] == old
        assert "the old ones stay" in service.log.read_text()

        other = save_other(tmp_path / "other.npz", 1e-3)
        statuses = []
        with ThreadPoolExecutor(4) as pool:
            asking = [pool.submit(predict, service) for _ in range(60)]
            put(weights, other.read_bytes())
            statuses = [one.result().status_code for one in asking]
        assert statuses == [200] * 60
        wait_until(lambda: predict(service).json()["model"]["sha256"] != old)

    def test_a_pipe_in_their_place_is_refused_and_holds_nobody_up(self, running: Any, tmp_path: Path) -> None:
        weights, pipe = tmp_path / "weights.npz", tmp_path / "pipe"
        shutil.copy(packaged_weights(), weights)
        service = running(DIGITS_WEIGHTS=str(weights), DIGITS_WATCH_SECONDS="0.1")
        os.mkfifo(pipe)
        pipe.replace(weights)
        wait_until(lambda: metric(service, 'digits_reloads_total{outcome="refused"}') == 1)
        assert "not a regular file" in service.log.read_text()
        assert predict(service).status_code == 200
        assert service.stop() == 0

    def test_a_hangup_signal_is_enough(self, running: Any, tmp_path: Path) -> None:
        weights = tmp_path / "weights.npz"
        shutil.copy(packaged_weights(), weights)
        service = running(DIGITS_WEIGHTS=str(weights), DIGITS_WATCH_SECONDS="0")
        put(weights, b"not weights")
        service.send(signal.SIGHUP)
        wait_until(lambda: metric(service, 'digits_reloads_total{outcome="refused"}') == 1)
        assert predict(service).status_code == 200

    @pytest.mark.xdist_group("measures")
    def test_taking_them_again_and_again_leaves_no_memory_behind(self, running: Any, tmp_path: Path) -> None:
        weights = tmp_path / "weights.npz"
        ours = packaged_weights().read_bytes()
        put(weights, ours)
        service = running(DIGITS_WEIGHTS=str(weights), DIGITS_WATCH_SECONDS="0.05")
        assert predict(service).status_code == 200
        before = megabytes(service.pid)
        for count in range(1, 11):
            put(weights, ours)
            wait_until(lambda count=count: metric(service, 'digits_reloads_total{outcome="taken"}') == count)
        # What is read from the file takes 24 MB: a single copy left behind would show.
        assert megabytes(service.pid) < before + 10


def megabytes(pid: int) -> float:
    """Memory that a process has."""
    told = Path(f"/proc/{pid}/status").read_text().split("VmRSS:")[1]
    return int(told.split()[0]) / 1024


class TestWorkers:
    def test_several_answer_together_count_together_and_one_that_dies_is_replaced(self, running: Any) -> None:
        service = running("--workers", "2")
        wait_until(lambda: serving(service) == 2)
        with ThreadPoolExecutor(8) as pool:
            assert {one.status_code for one in pool.map(lambda _: predict(service), range(40))} == {200}
        assert metric(service, 'digits_verdicts_total{verdict="digit"}') == 40

        workers = children(service)
        os.kill(workers[0], signal.SIGKILL)
        wait_until(lambda: len(children(service)) == 2 and workers[0] not in children(service))
        wait_until(lambda: answers(service))
        assert metric(service, "digits_requests_in_flight") == 1, "the one that asks"
        assert service.stop() == 0

    def test_one_that_dies_while_bad_weights_lie_in_place_starts_with_the_last_good_ones(
        self, running: Any, tmp_path: Path
    ) -> None:
        weights = tmp_path / "weights.npz"
        first, second = save_other(tmp_path / "first.npz", 1e-3), save_other(tmp_path / "second.npz", 2e-3)
        shutil.copy(packaged_weights(), weights)
        service = running("--workers", "2", DIGITS_WEIGHTS=str(weights), DIGITS_WATCH_SECONDS="0.1")
        wait_until(lambda: serving(service) == 2)
        put(weights, first.read_bytes())
        wait_until(lambda: metric(service, 'digits_reloads_total{outcome="taken"}') == 2)

        put(weights, b"not weights at all")
        wait_until(lambda: metric(service, 'digits_reloads_total{outcome="refused"}') == 2)
        for worker in children(service):
            os.kill(worker, signal.SIGKILL)
            wait_until(lambda worker=worker: len(children(service)) == 2 and worker not in children(service))
        wait_until(lambda: service.log.read_text().count("those last found good serve instead") == 2)
        wait_until(lambda: answers(service))
        assert models(service) == {sha256_of(first)}

        weights.unlink()
        workers = children(service)
        service.send(signal.SIGHUP)
        wait_until(lambda: len(children(service)) == 2 and not {*workers} & {*children(service)}, seconds=60)
        wait_until(lambda: answers(service))
        assert models(service) == {sha256_of(first)}, "replaced one after the other, and none is there"

        put(weights, second.read_bytes())
        wait_until(lambda: models(service) == {sha256_of(second)})
        assert service.stop() == 0

    def test_weights_that_cannot_be_served_are_told_of_once(self, running: Any, tmp_path: Path) -> None:
        with pytest.raises(RuntimeError) as refusal:
            running("--workers", "2", DIGITS_WEIGHTS=str(tmp_path / "none.npz"))
        assert str(refusal.value).count("there is no such file") == 1


def children(service: RunningService) -> list[int]:
    """The processes that answer."""
    listed = Path(f"/proc/{service.pid}/task/{service.pid}/children").read_text().split()
    names = {int(pid): Path(f"/proc/{pid}/cmdline").read_bytes() for pid in listed if Path(f"/proc/{pid}").exists()}
    return [pid for pid, command in names.items() if b"spawn_main" in command]


def serving(service: RunningService) -> int:
    """How many processes have loaded their weights: one that starts later than others takes what lies there then."""
    lines = web().get(f"{service.url}/metrics").text.splitlines()
    return sum(line.startswith("digits_model{") and line.endswith(" 1.0") for line in lines)


def save_other(path: Path, difference: float) -> Path:
    """Weights that read as well, in a file of their own."""
    artifact = load_artifact(packaged_weights())
    artifact.network.parameters["0.bias"][0] += difference
    save_artifact(path, artifact)
    return path


def sha256_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def models(service: RunningService) -> set[str]:
    """Which weights answer, whichever process is asked."""
    with ThreadPoolExecutor(8) as pool:
        return {one.json()["model"]["sha256"] for one in pool.map(lambda _: predict(service), range(40))}


def answers(service: RunningService) -> bool:
    try:
        return all(predict(service).status_code == 200 for _ in range(10))
    except httpx.TransportError:
        return False
