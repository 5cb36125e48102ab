# SPDX-License-Identifier: Apache-2.0
"""The private PostgreSQL under weihud: begun, killed, refused, moved to odd places."""

import os
import shutil
import signal
import stat
import subprocess

import pytest

from store.running import ENVIRONMENT, PATIENCE, WEIHUD, Service, kill_all, processes_of, until, weihud


@pytest.fixture
def service(place, template):
    subprocess.run(["cp", "-a", template, place / "data"], check=True)
    with Service(place / "data", place / "log") as running:
        yield running


def mode(path):
    return stat.S_IMODE(os.stat(path).st_mode)


def test_what_was_written_is_there_after_a_restart(place):
    with Service(place / "data", place / "log") as service:
        assert service.ask("create table kept as select 42 as n").returncode == 0
        assert service.stop() == 0
    with Service(place / "data", place / "log") as service:
        assert service.ask("select n from kept").stdout == "42\n"


def test_a_stop_leaves_no_process(service):
    assert processes_of(service.data)
    service.stop()
    assert processes_of(service.data) == []


def test_a_second_service_on_the_folder_is_refused(service):
    refused = weihud("run", "--set", f"data={service.data}", "--set", "listen=127.0.0.1:0")
    assert refused.returncode != 0
    assert f"process {service.process.pid}" in refused.stderr
    assert service.ask("select 1").stdout == "1\n"


def test_two_services_stand_side_by_side(service, place):
    with Service(place / "other", place / "other.log") as other:
        assert other.ask("create table here (n int)").returncode == 0
        assert service.ask("select from here").returncode != 0


def test_postgresql_ends_with_a_killed_service(service):
    service.kill()
    until(lambda: processes_of(service.data) == [], "the end of PostgreSQL")


def test_a_start_right_after_a_kill_waits_and_works(service, place):
    service.ask("create table kept as select 42 as n")
    service.kill()
    with Service(place / "data", place / "log") as again:
        assert again.ask("select n from kept").stdout == "42\n"


def test_a_killed_postgresql_comes_back(service):
    before = service.postmaster()
    os.kill(before, signal.SIGKILL)
    until(lambda: service.ask("select 1").stdout == "1\n" and service.postmaster() != before, "another PostgreSQL")
    assert service.process.poll() is None


def test_a_start_after_everything_was_killed_works(service, place):
    service.ask("create table kept as select 42 as n")
    pids = processes_of(service.data)
    service.kill()
    kill_all(pids)
    with Service(place / "data", place / "log") as again:
        assert again.ask("select n from kept").stdout == "42\n"


def test_a_pid_file_that_names_another_process_is_no_hindrance(service, place):
    pids = processes_of(service.data)
    pid_file = service.data / "pg" / "postmaster.pid"
    lines = pid_file.read_text().split("\n")
    service.kill()
    kill_all(pids)
    until(lambda: processes_of(service.data) == [], "the end of PostgreSQL")
    pid_file.write_text("\n".join([str(os.getpid()), *lines[1:]]))
    with Service(place / "data", place / "log") as again:
        assert again.ask("select 1").stdout == "1\n"


def test_a_first_start_that_was_killed_leaves_nothing_half_made(place):
    data = place / "data"
    broken = Service(data, place / "log")
    until(lambda: (data / "pg.new" / "base").exists(), "initdb at work")
    broken.kill()
    assert not (data / "pg").exists()
    with Service(data, place / "log") as service:
        assert service.ask("select 1").stdout == "1\n"
        assert not (data / "pg.new").exists()


@pytest.mark.parametrize("umask", [0o000, 0o077, 0o777])
def test_any_umask_gives_folders_of_ones_own(place, umask):
    with Service(place / "data", place / "log", umask=umask) as service:
        assert [mode(service.data / name) for name in (".", "pg", "socket")] == [0o700] * 3
        assert mode(service.data / "pg.log") == 0o600


@pytest.mark.parametrize("name", ["维护" * 30, "a, b", "it's a \\ place"], ids=["long", "comma", "quotes"])
def test_a_path_that_is_odd_for_a_socket_works(place, name):
    with Service(place / name / "data", place / "log"):
        pass
    with Service(place / name / "data", place / "log"):
        pass


def test_a_moved_folder_works(service, place):
    service.ask("create table kept as select 42 as n")
    service.stop()
    service.data.rename(place / "moved")
    with Service(place / "moved", place / "log") as moved:
        assert moved.ask("select n from kept").stdout == "42\n"


def test_nothing_listens_but_the_socket(service):
    assert service.ask("show listen_addresses").stdout == "\n"
    assert service.ask("show unix_socket_permissions").stdout == "0700\n"


def test_the_folder_may_tune_but_not_endanger(service, place):
    service.stop()
    with open(service.data / "pg" / "postgresql.conf", "a") as conf:
        conf.write("fsync = off\nlisten_addresses = '*'\nwork_mem = 7MB\n")
    with Service(place / "data", place / "log") as again:
        assert again.ask("show fsync").stdout == "on\n"
        assert again.ask("show listen_addresses").stdout == "\n"
        assert again.ask("show work_mem").stdout == "7MB\n"


def test_rows_and_statements_stay_out_of_the_log(service):
    service.ask("create temporary table secret (name text primary key); insert into secret values ('geheim'), ('geheim')")
    log = (service.data / "pg.log").read_text()
    assert "duplicate key" in log
    assert "geheim" not in log


def test_postgresql_says_why_it_does_not_start(service):
    service.stop()
    with open(service.data / "pg" / "postgresql.conf", "a") as conf:
        conf.write("shared_buffers = 'plenty'\n")
    refused = weihud("run", "--set", f"data={service.data}")
    assert refused.returncode != 0
    assert "shared_buffers" in refused.stderr


def test_a_cluster_of_another_version_asks_for_its_programs(service):
    service.stop()
    (service.data / "pg" / "PG_VERSION").write_text("13\n")
    refused = weihud("run", "--set", f"data={service.data}")
    assert refused.returncode != 0
    assert "postgresql-13" in refused.stderr


def test_absent_programs_are_told(place):
    refused = weihud("run", "--set", f"data={place}/data", env={"WEIHU_PG_BIN": "/nowhere"})
    assert refused.returncode != 0
    assert "WEIHU_PG_BIN" in refused.stderr


if os.geteuid() == 0:

    def test_root_runs_postgresql_as_another_user_in_a_folder_that_only_root_enters(place):
        private = place / "private"
        private.mkdir(0o700)
        with Service(private / "data", place / "log") as service:
            assert mode(private) == 0o700 and private.stat().st_uid == 0
            owner = (service.data / "pg").stat().st_uid
            assert owner != 0 and os.stat(f"/proc/{service.postmaster()}").st_uid == owner
            assert service.ask("select 1").stdout == "1\n"

    def test_other_users_cannot_connect(service, place):
        place.chmod(0o755)
        service.data.chmod(0o755)
        (service.data / "socket").chmod(0o755)
        stranger = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"]
        for role in ("weihu_owner", "weihu_reader", "postgres"):
            refused = subprocess.run([*stranger, "psql", "-Xc", "select 1", f"host={service.data}/socket dbname=weihu "
                                      f"user={role}"], capture_output=True, text=True, timeout=PATIENCE, check=False)
            assert refused.returncode != 0

    def test_a_user_without_an_entry_is_told(place):
        place.chmod(0o755)
        program = shutil.copy(WEIHUD, place / "weihud")
        folders = {f"WEIHU_{name.upper()}_DIR": place / name for name in ("config", "docs", "schema")}
        for variable, copy in folders.items():
            shutil.copytree(ENVIRONMENT[variable], copy)
        data = place / "data"
        data.mkdir()
        os.chown(data, 54321, 54321)
        refused = subprocess.run(
            ["setpriv", "--reuid=54321", "--regid=54321", "--clear-groups", program, "run", "--set", f"data={data}"],
            env={**ENVIRONMENT, **folders}, capture_output=True, text=True, timeout=PATIENCE, check=False)
        assert refused.returncode != 0
        assert "54321" in refused.stderr
