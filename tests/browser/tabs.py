"""Tabs that serve one test after the other: to open one costs a second of computing, to empty one a tenth of that."""

from collections import defaultdict
from contextlib import suppress
from typing import Any
from urllib.parse import urljoin

from playwright.sync_api import Browser, Error, Page

DESKTOP = {"width": 1280, "height": 800}
EMPTY = "/static/favicon.svg"
MEDIA: dict[str, Any] = {"color_scheme": "light", "reduced_motion": "reduce", "forced_colors": "none"}
"""Without motion, which computes on through whatever a test looks at; those that are about it ask for it."""


class Tabs:
    """Free tabs by how their contexts were made.

    For each test the size and the media are set anew and all else that one may leave behind is cleared: storage,
    routes, permissions, a button held down. What cannot be, such as a clock, is for a tab that is not shared.
    """

    def __init__(self, browser: Browser, milliseconds_to_wait: float) -> None:
        self._browser = browser
        self._milliseconds_to_wait = milliseconds_to_wait
        self._free: dict[str, list[Page]] = defaultdict(list)
        self._taken: list[tuple[str, Page]] = []

    def take(self, *, shared: bool = True, **options: Any) -> Page:
        """A tab with `options` as `new_context` has them, as good as new; `shared` with tests before and after."""
        options = {"viewport": DESKTOP, **MEDIA, **options}
        own = {name: value for name, value in options.items() if name not in ("viewport", *MEDIA)}
        # A phone's size is more than its window's.
        key = repr(options if own.get("is_mobile") else own) if shared else ""
        page = self._free[key].pop() if self._free[key] else self._browser.new_context(**options).new_page()
        page.context.set_default_timeout(self._milliseconds_to_wait)
        page.set_viewport_size(options["viewport"])
        page.emulate_media(media="null", **{name: options[name] for name in MEDIA})
        self._taken.append((key, page))
        return page

    def give_back(self) -> None:
        """Close the tabs that are not shared, and let go of what the others hold."""
        for key, page in self._taken:
            if not key:
                page.context.close()
                continue
            for other in page.context.pages:
                if other is not page:
                    other.close()
            page.context.clear_permissions()
            page.unroute_all()
            page.mouse.up()
            page.mouse.move(0, 0)
            if page.url.startswith("http"):
                with suppress(Error):  # its server may be gone
                    page.goto(urljoin(page.url, EMPTY))
                    page.evaluate("sessionStorage.clear(), localStorage.clear()")
            self._free[key].append(page)
        self._taken.clear()
