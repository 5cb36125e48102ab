# SPDX-License-Identifier: Apache-2.0
"""What an authenticator app does (RFC 6238)."""

import base64
import hmac
import struct
import time


def step_now(shift=0):
    """The step of 30 seconds, by a clock that is `shift` seconds ahead."""
    return int(time.time() + shift) // 30


def code(secret, step):
    """The code of a step for a secret in base 32."""
    mac = hmac.digest(base64.b32decode(secret), struct.pack(">q", step), "sha1")
    number = struct.unpack(">I", mac[mac[-1] & 15:][:4])[0] & 0x7FFFFFFF
    return f"{number % 1000000:06}"
