"""YunPian 云片: https://www.yunpian.com/official/document/sms/zh_CN/domestic_single_send ."""

from django.conf import settings

from apps.notifications.gateways.messages import SmsMessage
from apps.notifications.gateways.transport import post, refusal

TAKEN = 0
# On the provider's list of numbers that want none; a country it does not serve.
OF_NUMBER = (10, 20)
# The same text again within 30 seconds, thrice in 5 minutes; too many in 24 hours, in one hour.
TOO_OFTEN = (8, 9, 17, 22)


class YunPianSms:
    """Send the text; the key stands in the form, and `code` 0 in the answer means taken."""

    def tells(self, kind: str) -> bool:
        return True

    def send(self, message: SmsMessage) -> None:
        form = {"apikey": settings.YUNPIAN_API_KEY, "mobile": message.mobile, "text": message.text}
        headers = {"Accept": "application/json;charset=utf-8"}
        code = post("YunPian", settings.YUNPIAN_URL, data=form, headers=headers).get("code")
        if code != TAKEN or isinstance(code, bool):
            raise refusal("YunPian", code, of_number=OF_NUMBER, too_often=TOO_OFTEN)
