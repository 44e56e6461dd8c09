"""What the account's routes are sent and answer, for the API documents."""

from typing import Any

from drf_spectacular.utils import OpenApiExample

from apps.common.openapi import answered, sent

MOBILE = "13800000001"
TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzaWQiOiIuLi4ifQ.c2lnbmF0dXJl"  # noqa: S105  an example that opens nothing
PROFILE: dict[str, Any] = {
    "username": MOBILE,
    "name": "小满",
    "birthday": "1990-01-31",
    "gender": "female",
    "email": "xiaoman@example.com",
    "mobile": MOBILE,
    "avatar": "/static/mxshop/placeholder.svg",
}
# The generations of the client differ in the record's first field, and send the whole of it back.
CLASSIC = {name: PROFILE[name] for name in ("name", "birthday", "gender", "email", "mobile")}
RENEWED = {name: PROFILE[name] for name in ("username", "birthday", "gender", "email", "mobile")}

EMAIL = PROFILE["email"]
CODES = {"code": "123456", "old_code": "654321"}

CODE_REQUEST = [
    sent("To register", {"mobile": MOBILE}),
    sent("To log in", {"mobile": MOBILE, "purpose": "login"}),
    sent("A lost password", {"email": EMAIL, "purpose": "reset"}),
]
CODE_SENT = [answered("A number", {"mobile": MOBILE}), answered("An e-mail", {"email": EMAIL})]
REGISTER = [sent("A newcomer", {"username": MOBILE, "password": "right horse battery", "code": "1234"})]
REGISTERED = [answered("Signed in", {"username": MOBILE, "mobile": MOBILE, "name": MOBILE, "token": TOKEN})]
OWN_RECORD = [
    sent("As one generation of the client sends it", CLASSIC),
    sent("As the other does", RENEWED),
    answered("Xiaoman", PROFILE),
]
OWN_RECORD_FORM = [sent("A new avatar", {"avatar": "avatar.jpg"}, media_type="multipart/form-data")]
LOGIN = [sent("By mobile", {"username": MOBILE, "password": "right horse battery"})]
LOGGED_IN = [answered("Signed in", {"token": TOKEN, "user": PROFILE})]
# As the old password it guesses nobody's: a test of the server must not change the password that it goes on with.
PASSWORD_CHANGE = [sent("A better one", {"old_password": "staple of yesterday", "new_password": "battery of tomorrow"})]
PROOF = [sent("The password", {"password": "staple of yesterday"}), sent("A code", {"code": "123456"})]
CONFIRMATION = [sent("To unbind", {"act": "unbind"}), sent("To be erased", {"act": "erasure"})]
CONFIRMATION_SENT = [answered("A number", {"sent_to": MOBILE})]
COPY = [answered("A zip", "PK\x03\x04...", media_type="application/zip")]
NEW_TOKENS = [
    answered("A new token", {"token": TOKEN}),
    answered("Short ones", {"token": TOKEN, "refresh_token": TOKEN}),
]
REFRESH = [sent("The last one", {"refresh_token": TOKEN})]
PUBLIC_ID = "00000000-0000-4000-8000-00000000000a"
DEVICES = [
    answered(
        "This browser",
        {
            "public_id": PUBLIC_ID,
            "realm": "shop",
            "agent": "Chrome, Windows",
            "user_agent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/142.0.0.0 Safari/537.36",
            "ip": "203.0.113.7",
            "place": "中国 浙江 杭州",
            "created_at": "2026-11-23T08:00:00+08:00",
            "last_used_at": "2026-11-24T20:15:00+08:00",
            "expires_at": "2026-11-30T08:00:00+08:00",
            "is_current": True,
        },
    )
]
END = [sent("Everywhere but here", {"also_this": False})]
ENDED = [answered("Two devices were logged out", {"count": 2})]
SCAN_STATE = [answered("A phone has scanned it", {"state": "scanned"})]
NEW_SCAN = [
    answered(
        "A code",
        {
            "state": "waiting",
            "public_id": PUBLIC_ID,
            "address": f"https://shop.example/scan/{PUBLIC_ID}/",
            "qr": "data:image/svg+xml;charset=utf-8,%3Csvg%20xmlns=...",
            "expires_at": "2026-11-23T08:02:00+08:00",
        },
    )
]
WAITING_BROWSER = [
    answered(
        "Chrome asks",
        {
            "state": "scanned",
            "public_id": PUBLIC_ID,
            "agent": "Chrome, Windows",
            "ip": "203.0.113.7",
            "place": "中国 浙江 杭州",
            "created_at": "2026-11-23T08:00:00+08:00",
        },
    )
]
CLAIM = [sent("Nothing to bring along", {})]
STAFF_LOGIN = [sent("With a code of the app", {"username": MOBILE, "password": "right horse battery", "otp": "123456"})]
CODE_LOGIN = [sent("By mobile", {"username": MOBILE, "code": "123456"})]
PASSWORD_RESET = [sent("By e-mail", {"username": EMAIL, "code": "123456", "password": "battery of tomorrow"})]
NEW_MOBILE = [sent("A number", {"mobile": "13800000002"})]
NEW_EMAIL = [sent("An e-mail", {"email": EMAIL})]
FIRST = {"code": "123456", "password": "staple of yesterday"}
MOBILE_CHANGE = [
    sent("Both codes", {"mobile": "13800000002", **CODES}),
    sent("The first address", {"mobile": "13800000002", **FIRST}),
]
EMAIL_CHANGE = [sent("Both codes", {"email": EMAIL, **CODES}), sent("The first address", {"email": EMAIL, **FIRST})]
CODES_SENT = [answered("The old number vouches", {"old": MOBILE})]
EMAIL_REGISTRATION = [sent("A newcomer", {"email": EMAIL, "password": "right horse battery"})]
LINK = [
    sent("An e-mail", {"email": EMAIL}),
    OpenApiExample("A letter is on its way", {"email": EMAIL}, response_only=True, status_codes=["202"]),
]
ACTIVATION = [sent("From the link", {"token": "c29tZXRoaW5nLW5vYm9keS1ndWVzc2Vz", "password": "right horse battery"})]
PROVIDERS = [answered("WeChat alone", {"provider": "weixin", "title": "微信", "address": "/login/weixin/"})]
BINDINGS = [
    answered("WeChat", {"provider": "weixin", "title": "微信", "name": "小满", "bound_at": "2026-11-23T08:00:00+08:00"})
]
BINDING_BEGUN = [
    answered("WeChat", {"address": "https://open.weixin.qq.com/connect/qrconnect?appid=...#wechat_redirect"})
]
CAME_BACK = [answered("A page", "<!DOCTYPE html>...", media_type="text/html")]
SISTER = "Zk8fQ2mVb7"
TICKET = [sent("For the forum", {"audience": SISTER})]
NEW_TICKET = [answered("A ticket", {"ticket": "c29tZXRoaW5nLW5vYm9keS1ndWVzc2Vz", "expires_in": 60})]
TICKET_EXCHANGE = [sent("As it came", {"ticket": "c29tZXRoaW5nLW5vYm9keS1ndWVzc2Vz"})]
TICKET_HOLDER = [
    answered(
        "Xiaoman",
        {
            "sub": "shop_0f8fad5bd9cb469fa16570867728950e",
            "name": "小满",
            "picture": "https://shop.example/media/avatars/0f8fad5b.jpg",
        },
    ),
]
