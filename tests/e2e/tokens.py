"""Tokens made by hand: good ones, and those that must not open anything."""

import base64
import hashlib
import hmac
import json
import time

HASHES = {"HS256": hashlib.sha256, "HS384": hashlib.sha384, "HS512": hashlib.sha512}


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def signed(claims, secret, algorithm="HS256", header=None):
    """A compact JWT. The header's algorithm can be made to lie; an algorithm without a hash gets no signature."""
    parts = [base64url(json.dumps(part).encode()) for part in (header or {"alg": algorithm, "typ": "JWT"}, claims)]
    text = ".".join(parts)
    if algorithm not in HASHES:
        return text + "."
    return text + "." + base64url(hmac.new(secret.encode(), text.encode(), HASHES[algorithm]).digest())


def claims_of(user, lives_s=3600, **more):
    now = int(time.time())
    return {"sub": user, "iat": now, "exp": now + lives_s, **more}
