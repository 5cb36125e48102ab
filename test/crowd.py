# SPDX-License-Identifier: Apache-2.0
"""Many at once: threads that begin together, and what each of them came to."""

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
