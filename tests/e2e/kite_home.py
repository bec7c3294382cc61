"""Instruments and credentials with which a subd can take a scripted Kite as its upstream."""

from daemon import Daemon

HEADER = ("instrument_token,exchange_token,tradingsymbol,name,last_price,expiry,strike,tick_size,lot_size,"
          "instrument_type,segment,exchange\n")
# An exchange that subd does not know never closes: the tests run at any time of the week.
EXCHANGE = "ROUND"


def token_of(number):
    return (1000 + number) << 8 | 1


def symbol_of(number):
    return f"S{number}"


EQUITY_TOKEN = 0x70001
INDEX_TOKEN = 0x70009


def dump(count):
    """Futures, which are subscribed in full for their open interest; an equity and an index."""
    rows = [f"{token_of(i)},{1000 + i},{symbol_of(i)},NAME {i},0,2030-12-26,0,0.05,1,FUT,{EXCHANGE}-FUT,{EXCHANGE}\n"
            for i in range(count)]
    return HEADER + "".join(rows) + (f"{EQUITY_TOKEN},1,EQUITY,AN EQUITY,0,,0,0.05,1,EQ,{EXCHANGE},{EXCHANGE}\n"
                                     f"{INDEX_TOKEN},2,INDEX,AN INDEX,0,,0,0.05,1,EQ,INDICES,{EXCHANGE}\n")


class Home:
    """A folder with imported instruments and credentials, for the daemon under test."""

    def __init__(self, instruments, token):
        self.importer = Daemon("--feed", "sim")
        self.path = self.importer.home
        self.credentials = self.path / "kite.credentials"
        self.write_token(token)
        self.importer.start()
        done = self.importer.subctl("instruments", "import", "-", text_input=dump(instruments))
        assert done.returncode == 0, done.stderr
        self.importer.stop()

    def write_token(self, token):
        self.credentials.write_text(f"api_key=the-key\naccess_token={token}\n")
        self.credentials.chmod(0o600)
