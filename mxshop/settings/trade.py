"""Orders, prices, payments, parcels."""

from datetime import timedelta
from decimal import Decimal

from mxshop.settings import variables as env
from mxshop.settings.here import VAR_DIR

ORDER_PAYMENT_WINDOW = timedelta(minutes=env.number("MXSHOP_ORDER_PAYMENT_MINUTES", default=30))
# So much longer an unpaid order is kept for a payment that is on its way.
ORDER_GRACE = timedelta(seconds=env.number("MXSHOP_ORDER_GRACE_SECONDS", default=120))
# How long after the goods arrived a buyer may ask for a refund; after how long a request that staff did not answer is
# granted; how long the buyer has to send the goods back, and staff to note that they came.
AFTER_SALE_WINDOW = timedelta(days=env.number("MXSHOP_AFTER_SALE_DAYS", default=15))
REFUND_ANSWER_WINDOW = timedelta(days=env.number("MXSHOP_REFUND_ANSWER_DAYS", default=5))
RETURN_SHIPPING_WINDOW = timedelta(days=env.number("MXSHOP_RETURN_SHIPPING_DAYS", default=7))
RETURN_ARRIVAL_WINDOW = timedelta(days=env.number("MXSHOP_RETURN_ARRIVAL_DAYS", default=10))
AUTO_RECEIVE_AFTER = timedelta(days=env.number("MXSHOP_AUTO_RECEIVE_DAYS", default=10))
AUTO_FINISH_AFTER = timedelta(days=env.number("MXSHOP_AUTO_FINISH_DAYS", default=7))
MAX_LINE_QUANTITY = 9999
MAX_CART_LINES = 100
MAX_ADDRESSES = 50
MAX_PRICE = Decimal("99999999.99")
QUOTE_LIFETIME = timedelta(minutes=15)
POINTS_PER_YUAN = env.number("MXSHOP_POINTS_PER_YUAN", default=100)  # what a yuan is paid with
POINTS_MOST_PERCENT = min(env.number("MXSHOP_POINTS_MOST_PERCENT", default=50), 100)  # of what the goods cost
POINTS_EARNED_PER_YUAN = env.number("MXSHOP_POINTS_EARNED_PER_YUAN", default=1)
PAYMENT_MODE = env.choice("MXSHOP_PAYMENT", "sandbox", "alipay")
ALIPAY_APP_ID = env.text("MXSHOP_ALIPAY_APP_ID")
ALIPAY_SELLER_ID = env.text("MXSHOP_ALIPAY_SELLER_ID")
ALIPAY_GATEWAY_URL = env.web_address("MXSHOP_ALIPAY_GATEWAY_URL", "https://openapi.alipay.com/gateway.do")
ALIPAY_APP_PRIVATE_KEY_FILE = env.text("MXSHOP_ALIPAY_APP_PRIVATE_KEY_FILE")
ALIPAY_PUBLIC_KEY_FILE = env.text("MXSHOP_ALIPAY_PUBLIC_KEY_FILE")
WECHAT_APP_ID = env.text("MXSHOP_WECHAT_APP_ID")
WECHAT_MCH_ID = env.text("MXSHOP_WECHAT_MCH_ID")
WECHAT_CERT_SERIAL = env.text("MXSHOP_WECHAT_CERT_SERIAL")
WECHAT_PRIVATE_KEY_FILE = env.text("MXSHOP_WECHAT_PRIVATE_KEY_FILE")
WECHAT_PUBLIC_KEY_FILE = env.text("MXSHOP_WECHAT_PUBLIC_KEY_FILE")
WECHAT_PUBLIC_KEY_ID = env.text("MXSHOP_WECHAT_PUBLIC_KEY_ID")
WECHAT_CERTIFICATES_FILE = env.text("MXSHOP_WECHAT_CERTIFICATES_FILE")
WECHAT_APIV3_KEY_FILE = env.text("MXSHOP_WECHAT_APIV3_KEY_FILE")
WECHAT_GATEWAY_URL = env.web_address("MXSHOP_WECHAT_GATEWAY_URL", "https://api.mch.weixin.qq.com")
SANDBOX_DIR = VAR_DIR / "sandbox"
# Where the sandbox is served by a process of its own; when empty it is part of every process of the shop.
SANDBOX_URL = env.web_address("MXSHOP_SANDBOX_URL")
TRACKING_MODE = env.choice("MXSHOP_TRACKING", "sandbox", "kuaidi100")
KUAIDI100_CUSTOMER = env.text("MXSHOP_KUAIDI100_CUSTOMER")
KUAIDI100_KEY = env.text("MXSHOP_KUAIDI100_KEY")
KUAIDI100_URL = env.web_address("MXSHOP_KUAIDI100_URL", "https://poll.kuaidi100.com/poll/query.do")
