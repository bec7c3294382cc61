"""A subscriber with a small receive buffer that stops reading, keeps pinging, then reads on: an intact stream."""

import json

from daemon import wait_until
from raw_socket import CLOSE, PING, PONG, TEXT, RawSocket
from transcript import Transcript

SYMBOLS = ("NIFTY50", "BANKNIFTY", "RELIANCE", "TCS", "INFY", "HDFCBANK", "SBIN")
INDICATORS = ["RSI_14_100", "MACD_12_26_9", "BBANDS_20_2", "EMA_20", "SMA_20", "STOCH_14_3_3"]
PINGS = 60  # of more than 64 unanswered ones, subd answers the newest, as RFC 6455 5.5.3 allows
CONFIG = """
[server]
heartbeat_timeout = "300s"
[session]
send_buffer_bytes = 8192
outbox_soft_time = "300s"
stall_time = "300s"
"""


def test_what_was_held_back_arrives_whole_and_in_order(start_subd):
    daemon = start_subd("--feed", "sim:seed=3,rate=50", config=CONFIG)
    with RawSocket(daemon, token=daemon.token("slow@example.com"), receive_buffer=4096) as tab:
        transcript = Transcript("slow")
        payloads = []

        def take(frame):
            if frame.opcode == TEXT:
                return transcript.add(frame.payload)
            if frame.opcode == PONG:
                payloads.append(frame.payload)
            assert frame.opcode != CLOSE, frame
            return None

        take(tab.read_frame())
        for symbol in SYMBOLS:
            tab.send_json({"type": "subscribe", "symbol": symbol, "timeframe": "1s", "indicators": INDICATORS})
        while len([one for one in transcript.messages if one["type"] == "snapshot"]) < len(SYMBOLS):
            take(tab.read_frame())

        sent = []

        def ping():
            if len(sent) == PINGS:
                return
            payload = f"ping {len(sent)}".encode()
            tab.send_frame(PING, payload)
            sent.append(payload)

        def held_back():
            ping()
            session = daemon.sessions("slow@example.com")[0]
            return session["conflated"] > 500 and session["queue_messages"] > 4 * len(SYMBOLS)

        wait_until(held_back, "updates to be conflated and closed bars to be kept")

        # Reads on until every pong is there and every stream has seen closed bars of after the pause.
        goal = {symbol: len(transcript.closed[symbol, "1s"]) + 6 for symbol in SYMBOLS}
        while len(payloads) < len(sent) or any(len(transcript.closed[one, "1s"]) < goal[one] for one in SYMBOLS):
            take(tab.read_frame())
        assert payloads == sent
        for symbol in SYMBOLS:
            assert transcript.check_no_gap(symbol) >= 6
        tab.send_json({"type": "list", "id": "end"})
        while True:
            message = take(tab.read_frame())
            if message and message["type"] == "subscriptions":
                break
        assert {one["symbol"] for one in message["streams"]} == set(SYMBOLS)
        assert json.dumps(message["streams"]).count("RSI_14_100") == len(SYMBOLS)
