"""NetEase 网易云信: https://doc.commsease.com/sms/server-apis ."""

import hashlib
import json
import secrets

from django.conf import settings
from django.utils import timezone

from apps.notifications.gateways.messages import SmsMessage, template_of
from apps.notifications.gateways.transport import post, refusal

TAKEN = 200
# "Frequency control": of the number; a limit of the whole account has no code of its own.
TOO_OFTEN = (416,)


class NetEaseSms:
    """Fill the code in the provider's verify-code template for the purpose; `code` 200 in the answer means taken."""

    def tells(self, kind: str) -> bool:
        """Say no: the address for verify codes sends nothing else."""
        return False

    def send(self, message: SmsMessage) -> None:
        form = {
            "templateid": template_of(settings.NETEASE_TEMPLATES, message.purpose),
            "mobile": message.mobile,
            "paramMap": json.dumps({"code": message.code}),
        }
        code = post("NetEase", settings.NETEASE_URL, data=form, headers=_signature()).get("code")
        if code != TAKEN:
            raise refusal("NetEase", code, too_often=TOO_OFTEN)


def _signature() -> dict[str, str]:
    """Return the headers that prove who asks: the check sum covers secret, nonce and time, good for five minutes."""
    nonce = secrets.token_hex(16)
    now = str(int(timezone.now().timestamp()))
    signed = settings.NETEASE_APP_SECRET + nonce + now
    return {
        "AppKey": settings.NETEASE_APP_KEY,
        "Nonce": nonce,
        "CurTime": now,
        "CheckSum": hashlib.sha1(signed.encode(), usedforsecurity=False).hexdigest(),  # the provider asks for SHA-1
    }
