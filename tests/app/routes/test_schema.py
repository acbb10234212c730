"""The OpenAPI document and the running service agree, whatever is sent: requests made from the document itself.

`DIGITS_FUZZ_CASES` is how many requests are made up for each address; `make fuzz` sets it high.
"""

import os
from collections.abc import Iterator
from typing import Any

import pytest
import requests
import schemathesis
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from app.factory import create_app
from tests.running_service import RunningService

CASES = int(os.environ.get("DIGITS_FUZZ_CASES", "25"))
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


DOCUMENT = schemathesis.openapi.from_dict(
    create_app().openapi(),
    config=schemathesis.Config.from_dict(
        {"generation": {"max-examples": CASES, "deterministic": "DIGITS_FUZZ_CASES" not in os.environ}}
    ),
)


@pytest.fixture(scope="module")
def session() -> Iterator[requests.Session]:
    """One connection for all."""
    with requests.Session() as session:
        yield session


@DOCUMENT.parametrize()
def test_every_reply_is_one_that_the_document_promises(
    case: schemathesis.Case[Any], service: RunningService, session: requests.Session
) -> None:
    case.call_and_validate(base_url=service.url, session=session, checks=CHECKS)
