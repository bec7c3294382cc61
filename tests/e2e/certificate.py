"""Certificates for a test, made by the openssl program and never kept."""

import shutil
import subprocess

import pytest


class Certificate:
    """A self-signed certificate with its key; for 127.0.0.1 and localhost, unless it is said for whom."""

    def __init__(self, folder, name="subd.test", made_for="DNS:localhost,IP:127.0.0.1"):
        openssl = shutil.which("openssl") or pytest.skip("openssl is not installed; scripts/setup does it")
        folder.mkdir(parents=True, exist_ok=True)
        self.name, self.certificate, self.key = name, folder / "certificate.pem", folder / "key.pem"
        subprocess.run([openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                        "-keyout", self.key, "-out", self.certificate, "-days", "30", "-subj", f"/CN={name}",
                        "-addext", f"subjectAltName={made_for}"], check=True, capture_output=True)
        self.key.chmod(0o600)

    def config(self, more=""):
        """What a configuration says of it, on a free port."""
        return (f'[tls]\nlisten = "127.0.0.1:0"\ncertificate = "{self.certificate}"\nkey = "{self.key}"\n{more}')

    def put_in_place_of(self, other):
        """Renews: both files of the other are this one's from now on."""
        for source, target in ((self.certificate, other.certificate), (self.key, other.key)):
            fresh = target.with_suffix(".new")
            shutil.copy(source, fresh)
            fresh.replace(target)
