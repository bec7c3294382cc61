"""The servers that subd is compared with, as Debian and npm have them. One core each, compression off."""

import json
import re
import shutil
import subprocess
from pathlib import Path

from .places import NODE_MODULES, PEERS
from .servers import Server, free_port


def version_of(command, pattern):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    found = re.search(pattern, done.stdout + done.stderr)
    return found.group(1) if found else "unknown"


def program(name):
    """Daemons are not in everybody's PATH."""
    return shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin:/sbin")


class Nats(Server):
    """nats-server, its WebSocket listener."""

    name = "nats-server"
    dialect = "nats"

    @staticmethod
    def missing():
        return None if program("nats-server") else "nats-server is not installed"

    @staticmethod
    def version():
        return version_of([program("nats-server"), "--version"], r"v(\d\S*)")

    def start(self):
        self.port = free_port()
        config = self.home / "nats.conf"
        config.write_text(f'listen: "127.0.0.1:{free_port()}"\nmax_connections: 100000\n'
                          f'websocket {{ listen: "127.0.0.1:{self.port}", no_tls: true, compression: false }}\n')
        self.spawn(program("nats-server"), "-c", config, GOMAXPROCS="1")
        self.wait_until_listening()


class Mosquitto(Server):
    """mosquitto, MQTT over its WebSocket listener, QoS 0."""

    name = "mosquitto"
    dialect = "mqtt"

    @staticmethod
    def missing():
        return None if program("mosquitto") else "mosquitto is not installed"

    @staticmethod
    def version():
        return version_of([program("mosquitto"), "-h"], r"version (\S+)")

    def start(self):
        self.port = free_port()
        config = self.home / "mosquitto.conf"
        # This version does not start with nothing but WebSockets.
        config.write_text("allow_anonymous true\nmax_queued_messages 0\nset_tcp_nodelay true\nlog_type error\n"
                          f"listener {free_port()} 127.0.0.1\n"
                          f"listener {self.port} 127.0.0.1\nprotocol websockets\n")
        self.spawn(program("mosquitto"), "-c", config)
        self.wait_until_listening()


class Nchan(Server):
    """nginx with nchan: one worker, one channel that every tab takes."""

    name = "nchan"
    dialect = "relay"
    modules = Path("/usr/lib/nginx/modules")

    @classmethod
    def missing(cls):
        if not program("nginx"):
            return "nginx is not installed"
        return None if (cls.modules / "ngx_nchan_module.so").exists() else "the nchan module of nginx is not installed"

    @staticmethod
    def version():
        nchan = version_of(["dpkg-query", "-W", "-f", "${Version}", "libnginx-mod-nchan"], r"^1?:?([0-9.]+)")
        nginx = version_of([program("nginx"), "-v"], r"nginx/(\S+)")
        return f"{nchan}, nginx {nginx}"

    def start(self):
        self.port = free_port()
        config = self.home / "nginx.conf"
        config.write_text(f"""
load_module {self.modules}/ngx_nchan_module.so;
daemon off; worker_processes 1; worker_rlimit_nofile 20000; pid {self.home}/pid; error_log {self.home}/error.log;
events {{ worker_connections 19000; }}
http {{
  access_log off; client_body_temp_path {self.home}/body; proxy_temp_path {self.home}/proxy;
  fastcgi_temp_path {self.home}/fastcgi; uwsgi_temp_path {self.home}/uwsgi; scgi_temp_path {self.home}/scgi;
  tcp_nodelay on; nchan_shared_memory_size 128M;
  server {{
    listen 127.0.0.1:{self.port};
    location = /tab {{ nchan_subscriber websocket; nchan_channel_id bench; nchan_subscriber_first_message newest; }}
    location = /publish {{
      nchan_publisher websocket; nchan_channel_id bench; nchan_message_buffer_length 64; nchan_message_timeout 5s;
    }}
  }}
}}
""")
        self.spawn(program("nginx"), "-c", config, "-p", self.home)
        self.wait_until_listening()


class NodeWs(Server):
    """Node with ws: a server of thirty lines."""

    name = "node ws"
    dialect = "relay"

    @staticmethod
    def missing():
        if not program("node"):
            return "node is not installed"
        return None if (NODE_MODULES / "ws").exists() else "ws is not in tests/e2e/node_modules"

    @staticmethod
    def version():
        ws = json.loads((NODE_MODULES / "ws" / "package.json").read_text())["version"]
        node = version_of([program("node"), "--version"], r"v(\d\S*)")
        return f"{ws}, node {node}"

    def start(self):
        self.port = free_port()
        self.spawn(program("node"), PEERS / "ws_server.js", self.port, NODE_PATH=str(NODE_MODULES))
        self.wait_until_listening()


PEER_SERVERS = (Nats, Mosquitto, Nchan, NodeWs)
