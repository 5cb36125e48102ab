# SPDX-License-Identifier: Apache-2.0
"""Certificates that sign themselves, made by openssl."""

import subprocess
from pathlib import Path


def make(folder, name="localhost", days=30, algorithm=("ec", "-pkeyopt", "ec_paramgen_curve:P-256")):
    """(certificate, key) for this machine."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", *algorithm, "-nodes", "-keyout", key, "-out", certificate, "-days", str(days),
                    "-subj", f"/CN={name}", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"],
                   check=True, capture_output=True, timeout=60)
    key.chmod(0o600)
    return certificate, key
