"""What a browser calls itself, in two words that its owner knows it by."""

from typing import Final

# In this order, for most of them also claim to be the ones below.
BROWSERS: Final = {
    "MicroMessenger/": "WeChat",
    "AlipayClient/": "Alipay",
    "QQBrowser/": "QQ Browser",
    "QQ/": "QQ",
    "UCBrowser/": "UC Browser",
    "HuaweiBrowser/": "Huawei Browser",
    "MiuiBrowser/": "Mi Browser",
    "SamsungBrowser/": "Samsung Internet",
    "Edg": "Edge",
    "OPR/": "Opera",
    "Firefox/": "Firefox",
    "FxiOS/": "Firefox",
    "CriOS/": "Chrome",
    "HeadlessChrome/": "Chrome",
    "Chrome/": "Chrome",
    "Safari/": "Safari",
}
SYSTEMS: Final = {
    "HarmonyOS": "HarmonyOS",
    "OpenHarmony": "HarmonyOS",
    "Windows": "Windows",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Macintosh": "macOS",
    "CrOS": "ChromeOS",
    "Linux": "Linux",
}
LONGEST = 40


def agent_name(user_agent: str) -> str:
    """Return such as `Chrome, Windows`, without versions, which change by themselves.

    Of one that we do not know it is the first word, such as `curl` or `okhttp`; nothing for one that says nothing.
    """
    browser = _first(BROWSERS, user_agent)
    system = _first(SYSTEMS, user_agent)
    if not browser:
        browser = user_agent.partition("/")[0].partition(" ")[0][:LONGEST]
    return ", ".join(filter(None, [browser, system]))


def _first(words: dict[str, str], text: str) -> str:
    return next((name for word, name in words.items() if word in text), "")
