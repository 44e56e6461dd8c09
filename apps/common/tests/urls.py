"""Routes that exist for tests of the common ground: each shows one behaviour that every route of the shop has."""

from typing import Any

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, re_path
from rest_framework import serializers, status
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.common import problems
from apps.common.exceptions import Conflict, InvalidInput, TooManyRequests
from apps.common.pagination import ShopPagination
from apps.common.parsers import BoundedMultiPartParser


class NoteSerializer(serializers.Serializer[Any]):
    text = serializers.CharField(max_length=100)
    kind = serializers.IntegerField(required=False)
    detail = serializers.IntegerField(required=False)


class EchoView(APIView):
    permission_classes = [AllowAny]

    def get(self, request: Request) -> Response:
        return Response({"query": request.query_params.dict(), "path": request.path})

    def post(self, request: Request) -> Response:
        serializer = NoteSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        return Response(serializer.data, status=status.HTTP_201_CREATED)


class FormView(EchoView):
    parser_classes = [BoundedMultiPartParser]


class PrivateView(EchoView):
    permission_classes = [IsAuthenticated]


class GuardedView(EchoView):
    throttle_scope = "login"


class NumbersView(APIView):
    permission_classes = [AllowAny]

    def get(self, request: Request) -> Response:
        pages = ShopPagination()
        return pages.get_paginated_response(pages.paginate_queryset(range(30), request))


class RaisingView(APIView):
    permission_classes = [AllowAny]
    errors = {
        "unexpected": lambda: ZeroDivisionError("the secret is 42"),
        "conflict": lambda: Conflict("先到先得", left=3),
        "invalid": lambda: InvalidInput(fields={"mobile": ["一", "二"]}),
        "too-fast": lambda: TooManyRequests(retry_after=7, fields={"mobile": ["请稍候"]}),
        "missing": lambda: Http404("where it was"),
        "forbidden": lambda: PermissionDenied("why"),
        "suspicious": lambda: SuspiciousOperation("a path out of the house"),
        "deadlock": lambda: OperationalError(1213, "Deadlock found"),
        "unreachable": lambda: OperationalError(2002, "Can't connect to server on 'db.internal'"),
        "lost": lambda: OperationalError(2013, "Lost connection to server during query"),
    }

    def get(self, request: Request, name: str) -> Response:
        raise self.errors[name]()

    post = get


def broken_page(request: HttpRequest) -> HttpResponse:
    raise ZeroDivisionError("the secret is 42")


def missing_page(request: HttpRequest) -> HttpResponse:
    raise Http404("where it was")


handler400 = problems.bad_request
handler403 = problems.permission_denied
handler404 = problems.page_not_found
handler500 = problems.server_error

urlpatterns = [
    path("echo/", EchoView.as_view()),
    path("form/", FormView.as_view()),
    path("private/", PrivateView.as_view()),
    path("guarded/", GuardedView.as_view()),
    path("numbers/", NumbersView.as_view()),
    path("raise/<name>/", RaisingView.as_view()),
    path("page/broken/", broken_page),
    path("page/missing/", missing_page),
    path("xadmin/missing/", missing_page),
    re_path(r"^", problems.no_such_route),
]
