"""What every request passes through before it is looked at."""

from app.middleware.api_keys import ApiKeys
from app.middleware.concurrency_limit import ConcurrencyLimit
from app.middleware.http_protocol import Bounds
from app.middleware.rate_limit import RateLimit
from app.middleware.request_log import REQUEST_ID_HEADER, RequestLog
from app.middleware.security_headers import SECURITY_HEADERS, SecurityHeaders
from app.middleware.static_files import CompressedStaticFiles

__all__ = [
    "REQUEST_ID_HEADER",
    "SECURITY_HEADERS",
    "ApiKeys",
    "Bounds",
    "CompressedStaticFiles",
    "ConcurrencyLimit",
    "RateLimit",
    "RequestLog",
    "SecurityHeaders",
]
