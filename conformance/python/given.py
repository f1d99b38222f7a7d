"""What the cases are given: one line of JSON on standard input, from python.test.mjs."""

import json
import sys
import urllib.request

given = json.loads(sys.stdin.readline())


def steer(what, order):
    """Orders something of the virtual Homey, as emulator.mjs does."""
    request = urllib.request.Request(
        f"{given['steer']}/_emulator/{what}",
        data=json.dumps(order).encode(),
        headers={"content-type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=20) as answer:
        return answer.read()


def holds_no_token(text):
    """No part of a token of the Homey that could be used stands in what a caller got."""
    for secret in given.get("secrets", []):
        assert secret not in text, "a token of the Homey reached the caller"
