"""A WebSocket client made of bytes: it can say what a well-behaved client cannot, and it trusts nothing it reads."""

import base64
import hashlib
import json
import os
import socket
import struct
from dataclasses import dataclass

from daemon import PATIENCE_S

TEXT, BINARY, CLOSE, PING, PONG, CONTINUATION = 0x1, 0x2, 0x8, 0x9, 0xA, 0x0
ACCEPT_GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


@dataclass
class Frame:
    fin: bool
    opcode: int
    payload: bytes

    @property
    def close_code(self):
        return struct.unpack("!H", self.payload[:2])[0] if len(self.payload) >= 2 else None

    @property
    def close_text(self):
        return self.payload[2:].decode()


class Refused(Exception):
    """The server answered the upgrade with something else than 101."""

    def __init__(self, status, head, body):
        super().__init__(f"HTTP {status}")
        self.status, self.head, self.body = status, head, body

    def problem(self):
        assert "application/problem+json" in self.head, self.head
        return json.loads(self.body)


def frame_bytes(opcode, payload=b"", fin=True, masked=True, reserved=0, declared_length=None):
    length = len(payload) if declared_length is None else declared_length
    first = (0x80 if fin else 0) | reserved << 4 | opcode
    mask_bit = 0x80 if masked else 0
    if length < 126:
        head = struct.pack("!BB", first, mask_bit | length)
    elif length < 1 << 16:
        head = struct.pack("!BBH", first, mask_bit | 126, length)
    else:
        head = struct.pack("!BBQ", first, mask_bit | 127, length)
    if not masked:
        return head + payload
    key = os.urandom(4)
    stream = int.from_bytes((key * (len(payload) // 4 + 1))[:len(payload)], "big")
    return head + key + (int.from_bytes(payload, "big") ^ stream).to_bytes(len(payload), "big")


class RawSocket:
    """Blocking; every read is bounded in time. `receive_buffer` sets SO_RCVBUF before connecting."""

    def __init__(self, daemon, token=None, headers=(), path="/ws/indicators", receive_buffer=None, upgrade=True):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self.socket.settimeout(PATIENCE_S)
        if receive_buffer is not None:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.connect((daemon.host, daemon.port))
        self.buffer = b""
        self.response_head = ""
        if upgrade:
            self._upgrade(daemon, token, headers, path)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def _upgrade(self, daemon, token, headers, path):
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [f"GET {path} HTTP/1.1", f"Host: {daemon.address}", "Upgrade: websocket", "Connection: Upgrade",
                 f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13", *headers]
        if token is not None:
            lines.append(f"Authorization: Bearer {token}")
        self.socket.sendall("\r\n".join([*lines, "", ""]).encode())
        status, head, body = self.read_response()
        if status != 101:
            self.socket.close()
            raise Refused(status, head, body)
        accept = base64.b64encode(hashlib.sha1((key + ACCEPT_GUID).encode()).digest()).decode()
        assert f"sec-websocket-accept: {accept}".lower() in head.lower(), head
        self.response_head = head

    def read_response(self):
        """Status, head and body of one HTTP response."""
        while b"\r\n\r\n" not in self.buffer:
            self._more()
        head, _, self.buffer = self.buffer.partition(b"\r\n\r\n")
        head = head.decode()
        status = int(head.split(" ", 2)[1])
        length = 0
        for line in head.split("\r\n")[1:]:
            name, _, value = line.partition(":")
            if name.lower() == "content-length" and status != 101:
                length = int(value)
        while len(self.buffer) < length:
            self._more()
        body, self.buffer = self.buffer[:length], self.buffer[length:]
        return status, head, body

    def _more(self):
        chunk = self.socket.recv(65536)
        if not chunk:
            raise ConnectionResetError(f"closed by subd after {self.buffer[:200]!r}")
        self.buffer += chunk

    def send(self, data):
        self.socket.sendall(data)

    def send_frame(self, opcode, payload=b"", **options):
        self.send(frame_bytes(opcode, payload, **options))

    def send_text(self, text):
        self.send_frame(TEXT, text.encode() if isinstance(text, str) else text)

    def send_json(self, message):
        self.send_text(json.dumps(message))

    def read_frame(self):
        """The next frame, checked to be one that a server may send."""
        while len(self.buffer) < 2:
            self._more()
        first, second = self.buffer[:2]
        allowed = 0x40 if "permessage-deflate" in self.response_head else 0
        assert first & 0x70 & ~allowed == 0, f"reserved bits in {self.buffer[:16]!r}"
        assert second & 0x80 == 0, f"masked frame from a server: {self.buffer[:16]!r}"
        fin, opcode, length, at = bool(first & 0x80), first & 0x0F, second & 0x7F, 2
        assert opcode in (CONTINUATION, TEXT, CLOSE, PING, PONG), f"opcode {opcode}: {self.buffer[:16]!r}"
        assert opcode < 0x8 or (fin and length < 126), f"control frame too long or cut: {self.buffer[:16]!r}"
        for form, size in ((126, 2), (127, 8)):
            if second & 0x7F == form:
                while len(self.buffer) < 2 + size:
                    self._more()
                length, at = int.from_bytes(self.buffer[2:2 + size], "big"), 2 + size
                assert length >= (126 if size == 2 else 1 << 16), "length not in its shortest form"
        while len(self.buffer) < at + length:
            self._more()
        payload, self.buffer = self.buffer[at:at + length], self.buffer[at + length:]
        return Frame(fin, opcode, payload)

    def read_json(self, kind=None):
        """The next message, or the next of that type; pings are answered on the way."""
        while True:
            frame = self.read_frame()
            if frame.opcode == PING:
                self.send_frame(PONG, frame.payload)
            elif frame.opcode == TEXT:
                assert frame.fin, "subd does not fragment"
                message = json.loads(frame.payload)
                if kind in (None, message["type"]):
                    return message
            elif frame.opcode == CLOSE:
                raise ConnectionResetError(f"closed with {frame.close_code} {frame.close_text}, waiting for {kind}")

    def read_close(self):
        """The close frame, whatever comes before it; then the end of the connection."""
        while (frame := self.read_frame()).opcode != CLOSE:
            pass
        try:
            self.send_frame(CLOSE, frame.payload[:2])
            while True:
                self._more()
        except OSError:
            return frame

    def read_end(self):
        """Reads until subd closes or cuts the connection."""
        try:
            while True:
                self._more()
                self.buffer = b""
        except OSError:
            return
