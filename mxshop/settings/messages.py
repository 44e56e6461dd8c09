"""SMS and letters: who sends them, and how many codes anybody gets."""

from mxshop.settings import variables as env
from mxshop.settings.here import VAR_DIR

# In the order in which they are asked; the next one when one fails.
SMS_PROVIDERS = env.choices("MXSHOP_SMS_PROVIDER", "console", "yunpian", "netease", "aliyun", "tencent")
SMS_SIGNATURE = env.text("MXSHOP_SMS_SIGNATURE", "mxshop")
YUNPIAN_API_KEY = env.text("MXSHOP_YUNPIAN_API_KEY")
YUNPIAN_URL = env.web_address("MXSHOP_YUNPIAN_URL", "https://sms.yunpian.com/v2/sms/single_send.json")
NETEASE_APP_KEY = env.text("MXSHOP_NETEASE_APP_KEY")
NETEASE_APP_SECRET = env.text("MXSHOP_NETEASE_APP_SECRET")
NETEASE_URL = env.web_address("MXSHOP_NETEASE_URL", "https://sms.yunxinapi.com/sms/sendcode.action")
NETEASE_TEMPLATES = env.pairs("MXSHOP_NETEASE_TEMPLATES")  # register=123,registered=456
ALIYUN_ACCESS_KEY_ID = env.text("MXSHOP_ALIYUN_ACCESS_KEY_ID")
ALIYUN_ACCESS_KEY_SECRET = env.text("MXSHOP_ALIYUN_ACCESS_KEY_SECRET")
ALIYUN_SMS_URL = env.web_address("MXSHOP_ALIYUN_SMS_URL", "https://dysmsapi.aliyuncs.com")
ALIYUN_TEMPLATES = env.pairs("MXSHOP_ALIYUN_TEMPLATES")
TENCENT_SECRET_ID = env.text("MXSHOP_TENCENT_SECRET_ID")
TENCENT_SECRET_KEY = env.text("MXSHOP_TENCENT_SECRET_KEY")
TENCENT_SMS_APP_ID = env.text("MXSHOP_TENCENT_SMS_APP_ID")
TENCENT_SMS_REGION = env.text("MXSHOP_TENCENT_SMS_REGION", "ap-guangzhou")
TENCENT_SMS_URL = env.web_address("MXSHOP_TENCENT_SMS_URL", "https://sms.tencentcloudapi.com")
TENCENT_TEMPLATES = env.pairs("MXSHOP_TENCENT_TEMPLATES")
SMS_OUTBOX_FILE = VAR_DIR / "outbox" / "sms.jsonl"
# Letters go to a file unless a server is named.
MAIL_SERVER = env.mail_server("MXSHOP_MAIL_URL")
MAIL_PROVIDER = "smtp" if MAIL_SERVER else "console"
MAIL_FROM = env.text("MXSHOP_MAIL_FROM", "mxshop <noreply@localhost>")
MAIL_OUTBOX_FILE = VAR_DIR / "outbox" / "mail.jsonl"
# Caps on codes, by SMS and by mail, counted in the database; those of an IP are multiplied by THROTTLE_SCALE.
CODES_PER_ADDRESS_AND_DAY = 10
CODES_PER_PURPOSE_AND_DAY = 6  # of one address
# So many more of both for who asks where the address's holder has lately logged in; what strangers ask for leaves them.
# On a browser that is known to be theirs, so many of an IP as well that others have used up.
CODES_KEPT_FOR_HOLDERS = 4
CODES_PER_IP_AND_HOUR = 30
CODES_PER_IP_AND_DAY = 100
