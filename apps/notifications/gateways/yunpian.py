"""YunPian 云片: https://www.yunpian.com/official/document/sms/zh_CN/domestic_single_send ."""

import logging

from django.conf import settings

from apps.common.exceptions import GatewayFailed
from apps.notifications.gateways.forms import post_form
from apps.notifications.gateways.messages import SmsMessage

logger = logging.getLogger(__name__)


class YunPianSms:
    """Send the text; the key stands in the form, and `code` 0 in the answer means taken."""

    def send(self, message: SmsMessage) -> None:
        form = {"apikey": settings.YUNPIAN_API_KEY, "mobile": message.mobile, "text": message.text}
        answer = post_form("YunPian", settings.YUNPIAN_URL, form, {"Accept": "application/json;charset=utf-8"})
        if answer.get("code") != 0:
            logger.warning("YunPian refused a message: code %s", answer.get("code"))
            raise GatewayFailed
