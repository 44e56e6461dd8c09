"""Every route of the shop. Resources sit at the root, as the Vue client asks for them."""

import xadmin
from django.urls import include, path, re_path
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView

from apps.common import media, problems
from apps.common.openapi import RememberedSchemaGenerator
from mxshop import pages

handler400 = problems.bad_request
handler403 = problems.permission_denied
handler404 = problems.page_not_found
handler500 = problems.server_error

urlpatterns = [
    path("", pages.home, name="home"),
    path("index/", pages.home),
    # A bundle served at /index/ asks for its assets below that path.
    path("index/static/<path:path>", RedirectView.as_view(url="/static/%(path)s")),
    path("scan/", pages.scan, name="scan"),
    path("scan/<uuid:public_id>/", pages.scanned, name="scanned"),
    path("log-ins/", pages.log_ins, name="log-ins"),
    path("activate/", pages.activation, name="activation-page"),
    path("oauth/", include("apps.users.api.openid_urls")),
    path("xadmin/", xadmin.site.urls),
    path("api/schema/", SpectacularAPIView.as_view(generator_class=RememberedSchemaGenerator), name="schema"),
    # Without OPTIONS: the page's renderer has no template for that answer.
    path("docs/", SpectacularSwaggerView.as_view(url_name="schema", http_method_names=["get", "head"]), name="docs"),
    path("", include("apps.goods.api.urls")),
    path("", include("apps.users.api.urls")),
    path("", include("apps.trade.api.urls")),
    path("", include("apps.notifications.api.urls")),
    path("", include("apps.user_operation.api.urls")),
    path("media/<path:path>", media.serve),
    re_path(r"^", problems.no_such_route),
]
