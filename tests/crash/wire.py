"""A line to a server that can be cut at any moment, and put together again."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from sqlalchemy import make_url

_CHUNK = 1 << 16


@dataclass
class Wire:
    """Passes on what clients say to a server and what it answers."""

    server: tuple[str, int]
    listening: socket.socket
    cut_at: int | None = None
    """The number of the request that is the last: the line breaks before it is passed on, with ``passed`` before its
    answer is."""
    passed: bool = False
    down: bool = False
    """Whether new clients are sent away."""
    requests: int = 0
    ends: list[socket.socket] = field(default_factory=list)
    threads: list[threading.Thread] = field(default_factory=list)

    @property
    def port(self) -> int:
        """Where it listens on this machine."""
        return int(self.listening.getsockname()[1])

    def url(self, url: str) -> str:
        """The URL of a database, by this line."""
        return make_url(url).set(host="127.0.0.1", port=self.port).render_as_string(hide_password=False)

    def cut(self) -> None:
        """Break the line; whoever tries again is sent away until :meth:`mend`."""
        self.down = True
        for end in self.ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        self.ends.clear()

    def mend(self) -> None:
        """Let clients in again; nothing breaks the line any more."""
        for thread in self.threads:  # one of them may be about to cut the line, too
            thread.join(10)
        self.threads.clear()
        self.cut_at, self.down = None, False

    def serve(self) -> None:
        """Until the listening socket is closed."""
        while True:
            try:
                client, _ = self.listening.accept()
            except OSError:
                return
            if self.down:
                client.close()
                continue
            server = socket.create_connection(self.server)
            self.ends += [client, server]
            for source, target in ((client, server), (server, client)):
                passing = threading.Thread(target=self._pass_on, args=(source, target, source is client), daemon=True)
                self.threads.append(passing)
                passing.start()

    def _pass_on(self, source: socket.socket, target: socket.socket, asking: bool) -> None:
        with suppress(OSError):
            while data := source.recv(_CHUNK):
                self.requests += asking
                last = self.cut_at is not None and self.requests >= self.cut_at
                if last and asking is not self.passed:
                    self.cut()
                else:
                    target.sendall(data)
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()


@contextmanager
def wire(url: str) -> Iterator[Wire]:
    """A line to the server of a URL."""
    parsed = make_url(url)
    listening = socket.create_server(("127.0.0.1", 0))
    made = Wire((parsed.host or "127.0.0.1", parsed.port or 5432), listening)
    thread = threading.Thread(target=made.serve, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        made.cut()
        with suppress(OSError):
            listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join(10)
