"""Ways to pay, and the gateways' own words, for the API documents."""

from typing import Any

from apps.common.openapi import answered, sent

BY_QR_CODE: dict[str, Any] = {
    "public_id": "0a9e1603-e920-487d-ba0e-3c5fb9faa7c6",
    "channel": "wechat",
    "method": "native",
    "number": "202611271234567890123456-2",
    "amount": "68.80",
    "state": "open",
    "redirect_url": "",
    "code_url": "weixin://wxpay/bizpayurl?pr=p4lpSuKzz",
    "parameters": {},
    "expires_at": "2026-11-27T08:30:00+08:00",
    "created_at": "2026-11-27T08:00:00+08:00",
    "received": [],
}
ON_A_PAGE = BY_QR_CODE | {
    "public_id": "d649e53e-8ea6-4c44-a17a-d61cf6d96a7b",
    "channel": "alipay",
    "method": "page",
    "number": "202611271234567890123456",
    "redirect_url": "/sandbox/alipay/gateway.do?app_id=2021000000000001&sign=...",
    "code_url": "",
}

OPEN_PAYMENT = [
    sent("By QR code", {"channel": "wechat", "method": "native"}),
    sent("On a page", {"channel": "alipay", "method": "page"}),
]
ATTEMPT = [answered("By QR code", BY_QR_CODE), answered("On a page", ON_A_PAGE)]
ALIPAY_NOTIFICATION = [
    sent(
        "A payment",
        {
            "trade_status": "TRADE_SUCCESS",
            "out_trade_no": "202611271234567890123456",
            "trade_no": "2026112712251563349843867185",
            "total_amount": "68.80",
            "app_id": "2021000000000001",
            "seller_id": "2088000000000001",
            "sign_type": "RSA2",
            "sign": "...",
        },
        media_type="application/x-www-form-urlencoded",
    ),
    answered("Taken", "success", media_type="text/plain"),
]
WECHAT_NOTIFICATION = [
    sent(
        "A payment",
        {
            "id": "EV-20261127",
            "event_type": "TRANSACTION.SUCCESS",
            "resource_type": "encrypt-resource",
            "resource": {"algorithm": "AEAD_AES_256_GCM", "ciphertext": "...", "nonce": "...", "associated_data": ""},
        },
    )
]
