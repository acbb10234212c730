"""A network between a browser and the service whose replies are as late as a test wants, and which may break off."""

import asyncio
from threading import Thread
from types import TracebackType
from typing import Self


class SlowNetwork:
    """Passes bytes on to a port of this machine, for the length of a `with` block.

    Attributes:
        delay: seconds by which each reply comes late; may be set at any time.
        url: where the network is entered.
    """

    def __init__(self, port: int) -> None:
        self.delay = 0.0
        self.url = ""
        self._to = port
        self._is_down = False
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever)
        self._writers: set[asyncio.StreamWriter] = set()

    def __enter__(self) -> Self:
        self._thread.start()
        starting = asyncio.start_server(self._connect, "127.0.0.1", 0)
        self._server = asyncio.run_coroutine_threadsafe(starting, self._loop).result()
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def break_off(self) -> None:
        """Every connection ends, and none can be made until the network is mended."""
        self._is_down = True
        self._loop.call_soon_threadsafe(self._close_all)

    def mend(self) -> None:
        """Connections can be made again."""
        self._is_down = False

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._is_down:
            writer.close()
            await writer.wait_closed()
            return
        there, back = await asyncio.open_connection("127.0.0.1", self._to)
        self._writers |= {writer, back}
        await asyncio.gather(self._pass_on(reader, back, is_reply=False), self._pass_on(there, writer, is_reply=True))

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, is_reply: bool) -> None:
        """Until one end hangs up; then the other is hung up on, too."""
        try:
            while data := await reader.read(65536):
                self._loop.call_later(self.delay if is_reply else 0, writer.write, data)
        except ConnectionError:
            """Whoever hangs up may do so without a word."""
        finally:
            self._loop.call_later(self.delay if is_reply else 0, writer.close)

    def _close_all(self) -> None:
        for writer in self._writers:
            writer.close()

    async def _end(self) -> None:
        """Nothing is left running when the loop ends."""
        self._server.close()
        self._is_down = True
        while others := asyncio.all_tasks() - {asyncio.current_task()}:
            self._close_all()
            await asyncio.wait(others, timeout=0.1)
        await asyncio.gather(*(writer.wait_closed() for writer in self._writers), return_exceptions=True)
