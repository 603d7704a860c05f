"""A door in front of fake-gcs-server: uploads by Google's XML API become uploads by its JSON API. Keeps no object.

It also keeps to the two conditions that fake-gcs-server passes over: a write only where the generation matches (412),
a read only where the tag does not (304). All else (reading, listing, deleting) goes through as it came. Rules:
https://cloud.google.com/storage/docs/xml-api/put-object-upload
https://cloud.google.com/storage/docs/xml-api/post-object-multipart
"""

from __future__ import annotations

import itertools
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlsplit

import httpx

SINGLE = ("host", "connection", "content-length", "transfer-encoding", "authorization")


@contextmanager
def open_door(behind: str) -> Iterator[str]:
    """The door's URL, in front of that server."""
    with httpx.Client(base_url=behind, timeout=60) as client:
        server = Server(client)
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            server.server_close()


class Server(ThreadingHTTPServer):
    """Uploads that are under way, and the way through."""

    daemon_threads = True

    def __init__(self, client: httpx.Client) -> None:
        super().__init__(("127.0.0.1", 0), Door)
        self.client = client
        self.parts: dict[str, dict[int, bytes]] = {}
        self.numbers = itertools.count(1)
        self.one_at_a_time = threading.Lock()


class Door(BaseHTTPRequestHandler):
    """One request. What requests share is the server's."""

    server: Server
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: Any) -> None:
        pass

    def do_PUT(self) -> None:
        query = parse_qs(urlsplit(self.path).query)
        body = self._body()
        if "uploadId" in query:
            self.server.parts[query["uploadId"][0]][int(query["partNumber"][0])] = body
            self._answer(200, b"", {"ETag": f'"part-{query["partNumber"][0]}"'})
        else:
            self._store(body)

    def do_POST(self) -> None:
        query = parse_qs(urlsplit(self.path).query, keep_blank_values=True)
        body = self._body()
        if "uploads" in query:
            upload = f"upload-{next(self.server.numbers)}"
            self.server.parts[upload] = {}
            told = f"<InitiateMultipartUploadResult><UploadId>{upload}</UploadId></InitiateMultipartUploadResult>"
            self._answer(200, told.encode(), {})
            return
        given = self.server.parts.pop(query["uploadId"][0])
        wanted = [int(number) for number in re.findall(rb"<PartNumber>(\d+)</PartNumber>", body)]
        assert wanted == sorted(given), "every part is named, in order"
        self._store(b"".join(given[number] for number in wanted), is_whole=True)

    def do_GET(self) -> None:
        self._through()

    def do_HEAD(self) -> None:
        self._through()

    def do_DELETE(self) -> None:
        query = parse_qs(urlsplit(self.path).query)
        if "uploadId" in query:
            self.server.parts.pop(query["uploadId"][0], None)
            self._answer(204, b"", {})
        else:
            self._through()

    def _store(self, body: bytes, *, is_whole: bool = False) -> None:
        bucket, _, name = unquote(urlsplit(self.path).path).lstrip("/").partition("/")
        with self.server.one_at_a_time:
            condition = self.headers.get("x-goog-if-generation-match")
            if condition is not None:
                known = self.server.client.get(f"/storage/v1/b/{bucket}/o/{quote(name, safe='')}")
                if condition != (str(known.json()["generation"]) if known.status_code == 200 else "0"):
                    self._answer(412, b"<Error><Code>PreconditionFailed</Code></Error>", {})
                    return
            query = f"uploadType=media&name={quote(name, safe='')}"
            answer = self.server.client.post(f"/upload/storage/v1/b/{bucket}/o?{query}", content=body)
        if answer.status_code != 200:
            self._answer(answer.status_code, answer.content, {})
            return
        told = answer.json()
        headers = {"ETag": told["etag"], "x-goog-generation": str(told["generation"])}
        xml = f"<CompleteMultipartUploadResult><ETag>{told['etag']}</ETag></CompleteMultipartUploadResult>"
        self._answer(200, xml.encode() if is_whole else b"", headers)

    def _through(self) -> None:
        headers = {key: value for key, value in self.headers.items() if key.lower() not in SINGLE}
        answer = self.server.client.request(self.command, self.path, headers=headers)
        known = self.headers.get("if-none-match")
        if self.command == "GET" and known is not None and known == answer.headers.get("etag"):
            self._answer(304, b"", {})
            return
        kept = {key: value for key, value in answer.headers.items() if key.lower() not in SINGLE}
        length = answer.headers.get("content-length") if self.command == "HEAD" else None
        self._answer(answer.status_code, answer.content, kept, length=length)

    def _body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("content-length") or 0))

    def _answer(self, status: int, body: bytes, headers: dict[str, str], length: str | None = None) -> None:
        self.send_response(status)
        for key, value in headers.items():
            self.send_header(key, value)
        self.send_header("Content-Length", length or str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
