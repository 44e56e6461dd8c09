"""What is sent to and answered by favourites, addresses and messages, for the API documents."""

from apps.common.openapi import answered, sent
from apps.goods.api.examples import RED_IN_BRIEF, SINCE

HOME = {
    "province": "浙江省",
    "city": "杭州市",
    "district": "西湖区",
    "address": "文三路1号",
    "signer_name": "李雷",
    "signer_mobile": "13800000001",
}
QUESTION = {"message_type": 3, "subject": "发货时间", "message": "请问什么时候发货？", "file": ""}

FAVOURITE = [answered("Apples", {"id": 5, "goods": RED_IN_BRIEF})]
NEW_FAVOURITE = [sent("As the client sends it", {"goods": "98"})]
KEPT_FAVOURITE = [answered("Kept", {"id": 5, "goods": 98})]
ADDRESS = [sent("At home", HOME), answered("At home", {"id": 1, **HOME, "region": 330106, "add_time": SINCE})]
NEW_MESSAGE = [sent("A question, and no file", QUESTION, media_type="multipart/form-data")]
MESSAGE = [answered("A question", {"id": 1, **QUESTION, "add_time": SINCE})]
