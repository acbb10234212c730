"""Whatever a mirror does wrong is told in one line, and leaves no file."""

import gzip
import socket
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from tests.model.download.local_mirror import Answer, LocalMirror
from tests.model.download.one_download import OneDownload


class TestAMirrorThatFails:
    def test_with_a_refusal_is_not_asked_again(self, download: OneDownload, mirror: LocalMirror) -> None:
        mirror.will(Answer(status=403))
        assert download.fails(mirror) == ["HTTP 403 Forbidden"]
        assert len(mirror.requests) == 1

    def test_for_a_while_is_asked_again_after_growing_waits(self, download: OneDownload, mirror: LocalMirror) -> None:
        mirror.will(Answer(status=503))
        assert download.fails(mirror, attempts=4) == ["HTTP 503 Service Unavailable"]
        assert download.waits == [1, 2, 4]

    def test_for_a_time_it_names_is_asked_again_after_that_time(
        self, download: OneDownload, mirror: LocalMirror
    ) -> None:
        mirror.will(Answer(status=503, headers={"Retry-After": "7"}), Answer())
        download.run(mirror)
        download.assert_done()
        assert download.waits == [7]

    def test_until_a_date_it_names_is_asked_again_after_that_date(
        self, download: OneDownload, mirror: LocalMirror
    ) -> None:
        past = format_datetime(datetime.now(UTC) - timedelta(hours=1), usegmt=True)
        mirror.will(Answer(status=503, headers={"Retry-After": past}), Answer())
        download.run(mirror)
        assert download.waits == [0]

    def test_for_too_long_is_left_for_the_next_at_once(
        self, download: OneDownload, mirror: LocalMirror, second_mirror: LocalMirror
    ) -> None:
        mirror.will(Answer(status=503, headers={"Retry-After": "3600"}))
        download.run(mirror, second_mirror)
        download.assert_done()
        assert download.waits == []

    def test_with_a_senseless_retry_after_is_asked_again_as_usual(
        self, download: OneDownload, mirror: LocalMirror
    ) -> None:
        mirror.will(Answer(status=503, headers={"Retry-After": "soon"}), Answer())
        download.run(mirror)
        assert download.waits == [1]

    def test_with_an_html_page_under_the_name_of_the_file(self, download: OneDownload, mirror: LocalMirror) -> None:
        mirror.will(Answer(body=b"\n<!doctype html><title>Sorry</title>"))
        assert download.fails(mirror) == ["sent an HTML page instead of a gzip file"]

    def test_with_something_else_that_is_not_gzip(self, download: OneDownload, mirror: LocalMirror) -> None:
        mirror.will(Answer(body=b"PK and so on"))
        assert download.fails(mirror) == ["sent 12 bytes of something else instead of a gzip file"]

    def test_with_gzip_of_something_else(self, download: OneDownload, mirror: LocalMirror) -> None:
        mirror.will(Answer(body=gzip.compress(bytes(download.file.size))))
        [line] = download.fails(mirror)
        assert line.startswith("the SHA-256 of its content is ")
        assert line.endswith(f", expected {download.file.sha256}")
        assert len(mirror.requests) == 1

    def test_with_corrupted_bytes(self, download: OneDownload, mirror: LocalMirror) -> None:
        corrupt = bytearray(download.raw)
        corrupt[len(corrupt) // 2] ^= 0x10
        mirror.will(Answer(body=bytes(corrupt)))
        [line] = download.fails(mirror)
        assert line.startswith(("is damaged, not valid gzip", "the SHA-256 of its content is"))

    def test_with_a_gzip_bomb(self, download: OneDownload, mirror: LocalMirror) -> None:
        mirror.will(Answer(body=gzip.compress(bytes(20_000_000))))
        assert download.fails(mirror) == [f"its content is larger than the {download.file.size:,} bytes allowed"]

    @pytest.mark.parametrize("tells_length", [True, False])
    def test_with_more_bytes_than_the_file_can_have(
        self, download: OneDownload, mirror: LocalMirror, tells_length: bool
    ) -> None:
        mirror.will(Answer(body=bytes(3_000_000), tells_length=tells_length))
        [line] = download.fails(mirror)
        assert line.startswith("has more than ")
        assert bool(download.progress) is not tells_length  # if it tells, nothing is read

    def test_by_going_silent_in_the_middle(self, download: OneDownload, mirror: LocalMirror) -> None:
        mirror.will(Answer(send=1000, stall=True))
        assert download.fails(mirror, attempts=1, timeout=0.2) == ["timeout, nothing came for 0.2 s"]
        assert download.partial.read_bytes() == download.raw[:1000]

    def test_by_not_being_there(self, download: OneDownload, mirror: LocalMirror) -> None:
        with socket.socket() as closed:  # bound but not listening: its port refuses
            closed.bind(("127.0.0.1", 0))
            mirror.url = f"http://127.0.0.1:{closed.getsockname()[1]}"
            assert download.fails(mirror) == ["connection refused"]

    def test_leaves_nothing_of_what_was_no_good(self, download: OneDownload, mirror: LocalMirror) -> None:
        mirror.will(Answer(body=gzip.compress(b"other")))
        download.fails(mirror)
        assert {path.name for path in download.folder.iterdir()} == {".lock"}
