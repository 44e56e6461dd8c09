"""The shop reads UTF-8, whatever the sender says."""

import json
from urllib.request import Request, urlopen

import pytest

from apps.common.tests.servers import serving

pytestmark = pytest.mark.urls("apps.common.tests.urls")


@pytest.mark.parametrize("charset", ["utf-8", "gbk", '"gbk"', "utf-16", "hex", "zlib", "nonsense", ""])
@pytest.mark.parametrize("name", ["charset", "Charset", "charset*"])
def test_charset_of_the_sender_changes_nothing(name: str, charset: str) -> None:
    headers = {"Content-Type": f"application/json; {name}={charset}"}
    body = json.dumps({"text": "红"}, ensure_ascii=False).encode()
    with serving() as shop:
        with urlopen(Request(f"{shop}/echo/?a=%E7%BA%A2", headers=headers)) as response:
            assert json.load(response)["query"] == {"a": "红"}
        with urlopen(Request(f"{shop}/echo/?a=%E7%BA%A2", headers=headers, data=body)) as response:
            assert (response.status, json.load(response)) == (201, {"text": "红"})
