"""A broken download goes on where it broke off, if it is still the same file."""

import gzip
from dataclasses import replace

from tests.model.download.local_mirror import Answer, LocalMirror
from tests.model.download.one_download import OneDownload


class TestABrokenConnection:
    def test_goes_on_where_it_broke_off(self, download: OneDownload, mirror: LocalMirror) -> None:
        mirror.will(Answer(send=1000), Answer())
        download.run(mirror)
        download.assert_done()
        assert mirror.ranges_asked_for == [None, "bytes=1000-"]
        assert mirror.requests[1]["If-Range"] == '"v1"'
        assert (1000, len(download.raw)) in download.progress

    def test_goes_on_in_a_later_run(self, download: OneDownload, mirror: LocalMirror) -> None:
        mirror.will(Answer(send=1000), Answer())
        assert download.fails(mirror, attempts=1) == [
            f"the connection broke after 1,000 of {len(download.raw):,} bytes"
        ]
        assert download.partial.read_bytes() == download.raw[:1000]
        download.run(mirror)
        download.assert_done()
        assert mirror.ranges_asked_for == [None, "bytes=1000-"]

    def test_goes_on_by_the_date_where_there_is_no_strong_etag(
        self, download: OneDownload, mirror: LocalMirror
    ) -> None:
        date = "Wed, 21 Oct 2015 07:28:00 GMT"
        weak = Answer(etag='W/"v1"', headers={"Last-Modified": date})
        mirror.will(replace(weak, send=1000), replace(weak, minds_if_range=False))
        download.run(mirror)
        download.assert_done()
        assert mirror.requests[1]["If-Range"] == date

    def test_starts_again_where_nothing_tells_whether_the_file_changed(
        self, download: OneDownload, mirror: LocalMirror
    ) -> None:
        mirror.will(Answer(etag="", send=1000), Answer(etag=""))
        download.run(mirror)
        download.assert_done()
        assert mirror.ranges_asked_for == [None, None]

    def test_starts_again_where_the_server_ignores_ranges(self, download: OneDownload, mirror: LocalMirror) -> None:
        mirror.will(Answer(send=1000), Answer(ranges=False))
        download.run(mirror)
        download.assert_done()

    def test_starts_again_where_the_file_has_changed(self, download: OneDownload, mirror: LocalMirror) -> None:
        mirror.will(Answer(body=bytes(5000), send=1000), Answer(etag='"v2"'))
        download.run(mirror)
        download.assert_done()
        assert mirror.ranges_asked_for == [None, "bytes=1000-"]

    def test_starts_again_where_the_file_has_changed_and_the_server_sends_the_rest_all_the_same(
        self, download: OneDownload, mirror: LocalMirror
    ) -> None:
        mirror.will(Answer(body=bytes(5000), send=1000), Answer(etag='"v2"', minds_if_range=False))
        download.run(mirror)
        download.assert_done()
        assert "sent another part of the file than asked for" in download.notes[1]
        assert mirror.ranges_asked_for == [None, "bytes=1000-", None]

    def test_starts_again_where_two_parts_do_not_fit(self, download: OneDownload, mirror: LocalMirror) -> None:
        mirror.will(Answer(body=bytes(5000), send=1000), Answer())
        download.run(mirror)
        download.assert_done()
        assert mirror.ranges_asked_for == [None, "bytes=1000-", None]

    def test_starts_again_where_the_server_cannot_satisfy_the_range(
        self, download: OneDownload, mirror: LocalMirror
    ) -> None:
        mirror.will(Answer(send=1000), Answer(status=416, body=b""), Answer())
        download.run(mirror)
        download.assert_done()
        assert mirror.ranges_asked_for == [None, "bytes=1000-", None]

    def test_is_noticed_without_a_length_too(self, download: OneDownload, mirror: LocalMirror) -> None:
        mirror.will(Answer(tells_length=False, send=1000), Answer())
        download.run(mirror)
        download.assert_done()
        assert "truncated" in download.notes[0]

    def test_every_time_leaves_the_part_for_a_later_run(self, download: OneDownload, mirror: LocalMirror) -> None:
        mirror.will(Answer(send=1000))
        [line] = download.fails(mirror)
        assert line == f"the connection broke after 3,000 of {len(download.raw):,} bytes"
        assert download.partial.read_bytes() == download.raw[:3000]

    def test_is_not_continued_with_the_bytes_of_another_mirror(
        self, download: OneDownload, mirror: LocalMirror, second_mirror: LocalMirror
    ) -> None:
        mirror.will(Answer(send=1000))
        download.raw = gzip.compress(gzip.decompress(download.raw), compresslevel=1)
        second_mirror.will(Answer(body=download.raw))
        download.run(mirror, second_mirror)
        download.assert_done()
        assert second_mirror.ranges_asked_for == [None]
