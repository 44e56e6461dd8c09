"""The HTTP interface: how it is read and answered, how often, from where, and how it is documented."""

from corsheaders.defaults import default_headers

from mxshop.settings import variables as env
from mxshop.settings.here import BASE_DIR

STAFF_AUTHENTICATION = "apps.users.api.authentication.StaffTokenAuthentication"
# What keeps the answers to requests with an `Idempotency-Key`.
ANSWER_ONCE = "apps.trade.services.idempotency.answer_once"
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["apps.users.api.authentication.TokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["apps.common.parsers.StrictJSONParser"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "apps.common.negotiation.ShopNegotiation",
    "DEFAULT_THROTTLE_CLASSES": ["apps.common.throttling.RouteThrottle"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "apps.common.problems.handle_exception",
    "DATETIME_FORMAT": "iso-8601",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
# How often a caller may do what, by scope; `apps.common.throttling` reads the table. A scope is counted by user, or by
# the IP of who is not signed in; "login_account" by the name that is tried, "password" by the account whose owner is
# asked for it again, whichever route asks; "order_ip" by any IP. Views name their scope: the others share "read" and
# "write". Where an IP has used up its tries to log in or its codes, who has a known browser has as many again there.
THROTTLE_RATES = {
    "read": "1200/minute",
    "write": "300/minute",
    "message": "60/hour",
    "avatar": "30/hour",
    "guest_cart": "120/hour",
    "code": "10/minute",
    "code_try": "20/minute",
    "register": "20/minute",
    "coupon_code": "20/minute",
    "order": "5/10 seconds",
    "order_ip": "300/10 seconds",  # by whomever: a mobile network shows many buyers as one address
    "login": "20/minute",
    "refresh": "60/minute",
    "scan": "60/minute",
    "sister": "600/minute",
    "ticket": "60/minute",
    "second_factor": "5/minute",
    "second_factor_day": "30/day",
    "login_account": "10/minute",
    "login_account_hour": "30/hour",
    "password": "10/minute",
    "password_hour": "30/hour",
    "personal_data": "10/hour",
}
THROTTLE_SCALE = 1
# Networks of the proxies in front of the shop: the address that these report is believed, and nobody else's.
TRUSTED_PROXIES = env.networks("MXSHOP_TRUSTED_PROXIES")
CORS_ALLOWED_ORIGINS = env.words("MXSHOP_CORS_ORIGINS")
CORS_ALLOW_HEADERS = [*default_headers, "idempotency-key"]
CORS_EXPOSE_HEADERS = ["Idempotent-Replay", "RateLimit", "RateLimit-Policy", "Retry-After", "X-Request-ID"]

SPECTACULAR_SETTINGS = {
    "TITLE": "mxshop",
    "DESCRIPTION": "The HTTP interface of the shop, as the existing Vue shops speak it.\n\n"
    + (BASE_DIR / "docs" / "logging-in.md").read_text(encoding="utf-8"),
    "VERSION": "0.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    # Where choices of the same name have other values elsewhere.
    "ENUM_NAME_OVERRIDES": {
        "RefundKindEnum": "apps.trade.models.refunds.RefundKind",
        "RefundReasonEnum": "apps.trade.models.refunds.RefundReason",
        "RefundStateEnum": "apps.trade.models.refunds.RefundState",
        "ScanStateEnum": "apps.users.models.ScanLogin.SHOWN",
        "ShipmentStateEnum": "apps.trade.models.Shipment.State",
        "InvoiceStateEnum": "apps.trade.models.InvoiceRequest.State",
        "InvoiceKindEnum": "apps.trade.models.InvoiceRequest.Kind",
        "CouponKindEnum": "apps.trade.models.Coupon.Kind",
        "DiscountKindEnum": "apps.trade.models.OrderDiscount.Kind",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "apps.common.openapi.document_problems",
        "apps.common.openapi.document_keys",
    ],
}
