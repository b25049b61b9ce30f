"""A web server on loopback that says exactly what a test tells it to, however wrong that is.

    with hostile() as server:
        server.says["/page"] = answer(b"<p>Hello</p>")
        server.says["/slow"] = drip(b"x", every=0.05)
        fetch(server.url("/page"))

What it says is bytes, or a function that gets the connection and does what it likes with it.
"""

from __future__ import annotations

import contextlib
import gzip
import socket
import ssl
import threading
import time
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


def answer(body=b"", status="200 OK", content_type="text/html; charset=utf-8", **headers):
    """Returns a correct answer; a header of None is left out: `content_length=None`."""
    named = {"content_type": content_type, "content_length": str(len(body)), **headers}
    lines = [
        f"{name.replace('_', '-').title()}: {value}"
        for name, value in named.items()
        if value is not None
    ]
    return "\r\n".join([f"HTTP/1.1 {status}", *lines, "", ""]).encode("latin-1") + body


def redirect(to, status="302 Found"):
    return answer(b"", status, location=to)


def drip(piece, *, every, head=b""):
    """Sends a piece again and again, for ever, with pauses."""

    def say(connection):
        connection.sendall(head)
        while True:
            connection.sendall(piece)
            time.sleep(every)

    return say


def endless(piece, *, head):
    return drip(piece, every=0, head=head)


def silence(connection):
    """Takes the request and never answers."""
    time.sleep(30)


def bomb(megabytes):
    """Returns a small answer that is `megabytes` large inside."""
    return answer(gzip.compress(b" " * (megabytes * 1024 * 1024)), content_encoding="gzip")


def self_signed(path):
    """Writes a key and a certificate that no authority signed, and returns the file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    plain = serialization.NoEncryption()
    path.write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
        + certificate.public_bytes(pem)
    )
    return path


class Hostile:
    """The server: `says` by path, and `heard` has each request as it came."""

    def __init__(self, certificate=None):
        self.says = {}
        self.heard = []
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port = self.listening.getsockname()[1]
        self.tls = None
        if certificate:
            self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.tls.load_cert_chain(certificate)
        self.open = []
        threading.Thread(target=self._accept, daemon=True).start()

    def url(self, path="/", host="127.0.0.1"):
        return f"{'https' if self.tls else 'http'}://{host}:{self.port}{path}"

    def _accept(self):
        while True:
            try:
                connection, _ = self.listening.accept()
            except OSError:
                return
            self.open.append(connection)
            threading.Thread(target=self._serve, args=[connection], daemon=True).start()

    def _serve(self, connection):
        with contextlib.suppress(OSError):
            if self.tls:
                connection = self.tls.wrap_socket(connection, server_side=True)
            with connection:
                request = b""
                while b"\r\n\r\n" not in request:
                    piece = connection.recv(65536)
                    if not piece:
                        return
                    request += piece
                self.heard.append(request)
                path = request.split(b" ")[1].decode()
                said = self.says.get(path, answer(b"not here", "404 Not Found"))
                if callable(said):
                    said(connection)
                else:
                    connection.sendall(said)

    def close(self):
        # shutdown wakes the thread that accepts, close alone does not
        with contextlib.suppress(OSError):
            self.listening.shutdown(socket.SHUT_RDWR)
        self.listening.close()
        for connection in self.open:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            connection.close()


@contextlib.contextmanager
def hostile(certificate=None):
    server = Hostile(certificate)
    try:
        yield server
    finally:
        server.close()
