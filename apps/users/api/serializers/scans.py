"""Log-ins by scanning on the wire."""

from typing import Any

import segno
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from apps.common.addresses import absolute_url
from apps.common.places import place_of
from apps.users.api import examples
from apps.users.api.serializers.accounts import GuestCartField, RefreshField
from apps.users.models import ScanLogin


@extend_schema_serializer(examples=examples.SCAN_STATE)
class ScanStateSerializer(serializers.Serializer[ScanLogin]):
    """How far a log-in by scanning is, and nothing else: whoever saw the code may ask."""

    state = serializers.ChoiceField(source="shown_state", choices=ScanLogin.SHOWN)


@extend_schema_serializer(examples=examples.NEW_SCAN)
class NewScanSerializer(ScanStateSerializer):
    """What a browser shows to be scanned."""

    public_id = serializers.UUIDField()
    address = serializers.SerializerMethodField(help_text="What the QR code says: the page where a phone confirms")
    qr = serializers.SerializerMethodField(help_text="The QR code, an SVG as the address of a picture")
    expires_at = serializers.DateTimeField()

    def get_address(self, scan: ScanLogin) -> str:
        return absolute_url(f"/scan/{scan.public_id}/")

    def get_qr(self, scan: ScanLogin) -> str:
        return segno.make(self.get_address(scan), error="m").svg_data_uri(scale=5, border=4)


@extend_schema_serializer(examples=examples.WAITING_BROWSER)
class WaitingBrowserSerializer(ScanStateSerializer):
    """Which browser asks to be let in, for who is about to confirm."""

    public_id = serializers.UUIDField()
    agent = serializers.CharField(help_text="Browser and system in words")
    ip = serializers.IPAddressField(allow_null=True)
    place = serializers.SerializerMethodField(help_text="Where that is, if it is known")
    created_at = serializers.DateTimeField(help_text="When it asked")

    def get_place(self, scan: ScanLogin) -> str:
        return place_of(scan.ip)


@extend_schema_serializer(examples=examples.CLAIM)
class ClaimSerializer(serializers.Serializer[Any]):
    """What a browser brings along when it is let in."""

    guest_cart = GuestCartField()
    refresh = RefreshField()
