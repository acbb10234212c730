"""The event loop is nobody's alone: whatever comes at once, others are answered meanwhile."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from PIL import Image

from tests.drawings import encoded
from tests.running_service import RunningService

ZIGZAG = {"strokes": [[[x % 2 * 100.0, x / 10] for x in range(690)]]}
CANVAS = encoded(Image.new("RGBA", (360, 360), (255, 255, 255, 254)))
SMALL = {"strokes": [[[x % 2 * 100.0, x / 10] for x in range(255)]]}

SECONDS = 0.3
"""That another may wait while all this is sent from here, too; 0.7 and more when sixty were read in one go."""


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningService]:
    with RunningService(tmp_path_factory.mktemp("latency") / "log") as service:
        yield service


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("/predict", {"json": ZIGZAG}),
        ("/predict", {"json": SMALL}),
        ("/predict", {"content": CANVAS, "headers": {"Content-Type": "image/png"}}),
        ("/predict?include=inside,activations,occlusion", {"json": SMALL}),
    ],
    ids=["zigzags", "small zigzags", "canvases in colour", "explanations"],
)
def test_others_are_answered_while_sixty_come_at_once(alone: RunningService, path: str, sent: dict[str, Any]) -> None:
    with httpx.Client(base_url=alone.url, timeout=60, limits=httpx.Limits(max_connections=70)) as client:
        assert client.post(path, **sent).status_code == 200

        def longest_wait() -> float:
            waits = []
            with ThreadPoolExecutor(60) as pool:
                posts = [pool.submit(client.post, path, **sent) for _ in range(60)]
                while not all(post.done() for post in posts):
                    started = time.perf_counter()
                    assert client.get("/healthz").status_code == 200
                    waits.append(time.perf_counter() - started)
            assert {post.result().status_code for post in posts} == {200}
            return max(waits)

        # One of a few will do: the machine has other things to do.
        assert any(longest_wait() < SECONDS for _ in range(4))
