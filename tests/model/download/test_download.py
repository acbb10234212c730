"""Downloads end with verified files: from the first mirror that has them, and none twice."""

import gzip
import threading
from pathlib import Path

import pytest

from model.download import fetch
from model.errors import ConfigError, DataError
from tests.model.data.tiny_set import TinySet
from tests.model.download.local_mirror import Answer, LocalMirror
from tests.model.download.one_download import OneDownload


class TestAGoodMirror:
    def test_gives_all_four_files(self, tiny: TinySet, mirror: LocalMirror, tmp_path: Path) -> None:
        fetch(tmp_path, files=tiny.files, mirrors=[mirror.url])
        assert {path.name: path.read_bytes() for path in tmp_path.glob("*.gz")} == tiny.packed

    def test_is_asked_for_the_file_once_and_progress_reaches_the_total(
        self, download: OneDownload, mirror: LocalMirror
    ) -> None:
        download.run(mirror)
        download.assert_done()
        size = len(download.raw)
        assert len(mirror.requests) == 1
        assert (download.progress[0], download.progress[-1]) == ((0, size), (size, size))
        assert download.notes == [f"downloaded from {mirror.url}"]

    def test_need_not_tell_the_length(self, download: OneDownload, mirror: LocalMirror) -> None:
        mirror.will(Answer(tells_length=False))
        download.run(mirror)
        download.assert_done()
        assert download.progress[-1] == (len(download.raw), None)

    def test_may_have_compressed_the_content_in_its_own_way(self, download: OneDownload, mirror: LocalMirror) -> None:
        download.raw = gzip.compress(gzip.decompress(download.raw), compresslevel=1)
        mirror.will(Answer(body=download.raw))
        download.run(mirror)
        download.assert_done()

    def test_may_redirect(self, download: OneDownload, mirror: LocalMirror, second_mirror: LocalMirror) -> None:
        target = f"{second_mirror.url}/{download.file.packed_name}"
        mirror.will(Answer(status=302, headers={"Location": target}))
        download.run(mirror)
        download.assert_done()


class TestAProxyOfTheEnvironment:
    def test_is_asked_instead_of_the_mirror(
        self, tiny: TinySet, mirror: LocalMirror, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("http_proxy", mirror.url.removesuffix("/mnist"))
        fetch(tmp_path, files=tiny.files, mirrors=["http://far.example/mnist"])
        assert {request["Host"] for request in mirror.requests} == {"far.example"}
        assert {path.name: path.read_bytes() for path in tmp_path.glob("*.gz")} == tiny.packed

    @pytest.mark.parametrize("proxy", ["socks5://127.0.0.1:1", "far:example", "http://[::1"])
    def test_is_refused_in_one_line_if_it_is_none(
        self, download: OneDownload, mirror: LocalMirror, monkeypatch: pytest.MonkeyPatch, proxy: str
    ) -> None:
        monkeypatch.setenv("all_proxy", proxy)
        with pytest.raises(ConfigError, match=r"^the proxies named in the environment cannot be used: .*$"):
            download.run(mirror)


class TestFilesAlreadyThere:
    def test_are_not_downloaded_again(self, download: OneDownload, mirror: LocalMirror) -> None:
        download.run(mirror)
        download.run(mirror)
        assert len(mirror.requests) == 1
        assert download.notes[-1] == "already there"

    def test_are_enough_where_nothing_can_be_written(self, download: OneDownload, mirror: LocalMirror) -> None:
        download.folder.mkdir()
        download.path.write_bytes(download.raw)
        download.run(mirror)
        assert list(download.folder.iterdir()) == [download.path]

    @pytest.mark.parametrize("content", [b"", b"damaged", gzip.compress(b"something else", mtime=0)])
    def test_are_replaced_if_damaged(self, download: OneDownload, mirror: LocalMirror, content: bytes) -> None:
        download.folder.mkdir()
        download.path.write_bytes(content)
        download.run(mirror)
        download.assert_done()


class TestTwoMirrors:
    def test_the_second_is_asked_when_the_first_fails(
        self, download: OneDownload, mirror: LocalMirror, second_mirror: LocalMirror
    ) -> None:
        mirror.will(Answer(body=b"<html>"))
        download.run(mirror, second_mirror)
        download.assert_done()
        assert download.notes[-1] == f"downloaded from {second_mirror.url}"

    def test_the_error_has_a_line_for_each(
        self, download: OneDownload, mirror: LocalMirror, second_mirror: LocalMirror
    ) -> None:
        mirror.will(Answer(status=403))
        second_mirror.files.clear()
        assert download.fails(mirror, second_mirror) == ["HTTP 403 Forbidden", "HTTP 404 Not Found"]


class TestTwoDownloadsAtOnce:
    def test_the_second_waits_and_finds_the_file_there(self, download: OneDownload, mirror: LocalMirror) -> None:
        threads = [threading.Thread(target=download.run, args=[mirror]) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        download.assert_done()
        assert len(mirror.requests) == 1
        assert sorted(download.notes) == [*["already there"] * 3, f"downloaded from {mirror.url}"]


class TestWhatIsRefusedBeforeAnythingIsAsked:
    @pytest.mark.parametrize(
        "mirror",
        ["", "mnist", "ftp://host/mnist", "file:///etc", "http://", "http://host:99999/", "http://a b/"],
    )
    def test_a_mirror_that_is_no_web_address(self, tmp_path: Path, mirror: str) -> None:
        with pytest.raises(ConfigError, match="expected an address that starts with http:// or https://"):
            fetch(tmp_path, mirrors=[mirror])

    def test_no_mirror_at_all(self, tmp_path: Path) -> None:
        with pytest.raises(ConfigError, match="3 attempts at 0 mirrors, expected at least one of each"):
            fetch(tmp_path, mirrors=[])

    def test_a_folder_that_cannot_be_made(self, download: OneDownload, mirror: LocalMirror) -> None:
        download.folder.write_text("a file")
        with pytest.raises(DataError, match="cannot be written: "):
            download.run(mirror)
        assert mirror.requests == []
