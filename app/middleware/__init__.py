"""What every request passes through before it is looked at."""

from app.middleware.admission import ApiKeys, ConcurrencyLimit, RateLimit
from app.middleware.client_network import client_network
from app.middleware.compression import CompressedReplies
from app.middleware.connection_bounds import Bounds
from app.middleware.connection_turns import ConnectionTurns
from app.middleware.content_encoding import InflatedBodies
from app.middleware.proxies import RootPath, TrustedProxies
from app.middleware.request_head import RequestHead
from app.middleware.request_log import REQUEST_ID_HEADER, RequestLog
from app.middleware.security_headers import SecurityHeaders
