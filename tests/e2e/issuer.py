"""An issuer of tokens: RSA and P-256 keys made by openssl, its key set on an HTTP server of its own, or in a file."""

import base64
import http.server
import json
import re
import subprocess
import threading
import time


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def openssl(*arguments, data=None):
    return subprocess.run(["openssl", *map(str, arguments)], input=data, capture_output=True, check=True).stdout


def raw_signature(der):
    """The two numbers of an ECDSA signature, 32 bytes each, as JWS has them."""
    numbers = re.findall(rb"INTEGER\s+:([0-9A-F]+)", openssl("asn1parse", "-inform", "DER", data=der))
    return b"".join(int(number, 16).to_bytes(32, "big") for number in numbers)


class Key:
    def __init__(self, folder, kid, algorithm="RS256"):
        self.kid = kid
        self.algorithm = algorithm
        self.file = folder / f"{kid}.pem"
        if algorithm == "RS256":
            openssl("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", self.file)
        else:
            openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", self.file)

    def jwk(self):
        head = {"kid": self.kid, "use": "sig", "alg": self.algorithm}
        if self.algorithm == "RS256":
            modulus = openssl("rsa", "-in", self.file, "-noout", "-modulus").decode().strip().partition("=")[2]
            return {**head, "kty": "RSA", "n": base64url(bytes.fromhex(modulus)), "e": "AQAB"}
        point = openssl("pkey", "-in", self.file, "-pubout", "-outform", "DER")[-64:]
        return {**head, "kty": "EC", "crv": "P-256", "x": base64url(point[:32]), "y": base64url(point[32:])}

    def token(self, user):
        now = int(time.time())
        header = {"alg": self.algorithm, "kid": self.kid}
        claims = {"sub": user, "iat": now, "exp": now + 3600}
        text = ".".join(base64url(json.dumps(part).encode()) for part in (header, claims))
        signature = openssl("dgst", "-sha256", "-sign", self.file, data=text.encode())
        return text + "." + base64url(signature if self.algorithm == "RS256" else raw_signature(signature))


def key_set(*keys):
    return json.dumps({"keys": [key.jwk() for key in keys]})


class KeyServer:
    """Serves `content` with `status` on a free port of this machine, and counts how often it was asked."""

    def __init__(self, content):
        self.content = content
        self.status = 200
        self.asked = 0
        served = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                served.asked += 1
                body = served.content.encode()
                self.send_response(served.status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/keys.json"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self.thread.start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()
