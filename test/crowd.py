# SPDX-License-Identifier: Apache-2.0
"""Many at once: threads that begin together, and what each of them came to."""

import json
import signal
import socket
import threading


def together(count, work):
    """work(n) in `count` threads that start at the same moment; their results in order. The first exception is raised here."""
    results, errors, gate = [None] * count, [], threading.Barrier(count)

    def run(n):
        try:
            gate.wait(30)
            results[n] = work(n)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(n,)) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
        assert not thread.is_alive(), "somebody still waits"
    if errors:
        raise errors[0]
    return results


def ask_at_once(service, asks):
    """GET (login, path) on a connection each; all of them wait when the service looks for the first. Status and document of each."""
    connections = []
    try:
        service.process.send_signal(signal.SIGSTOP)
        for login, path in asks:
            connections.append(socket.create_connection(("127.0.0.1", service.port), timeout=60))
            connections[-1].sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {service.tokens[login]}\r\n"
                               "Connection: close\r\n\r\n".encode())
        service.process.send_signal(signal.SIGCONT)
        answers = [b"".join(iter(lambda each=connection: each.recv(65536), b"")) for connection in connections]
    finally:
        service.process.send_signal(signal.SIGCONT)
        for connection in connections:
            connection.close()
    return [(int(answer.split(b" ", 2)[1]), json.loads(answer.partition(b"\r\n\r\n")[2])) for answer in answers]
