# SPDX-License-Identifier: Apache-2.0
"""An LDAP directory of our own: slapd on loopback, with people and groups, with TLS by an authority of our own."""

import os
import shutil
import socket
import subprocess

from store.running import until

SLAPD, SLAPADD = "/usr/sbin/slapd", "/usr/sbin/slapadd"
BASE = "dc=example,dc=org"
SEARCHER, SEARCHER_PASSWORD = f"cn=searcher,{BASE}", "only looks"
LIFE_SECONDS = 30

CONFIG = """
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
pidfile {folder}/pid
modulepath /usr/lib/ldap
moduleload back_mdb
TLSCACertificateFile {folder}/ca.pem
TLSCertificateFile {folder}/server.pem
TLSCertificateKeyFile {folder}/server.key
access to attrs=userPassword by anonymous auth by * none
access to * by dn.exact="{searcher}" read by * auth
database mdb
directory {folder}/db
suffix "{base}"
"""

TREE = """
dn: {base}
objectClass: dcObject
objectClass: organization
o: Example
dc: example

dn: ou=people,{base}
objectClass: organizationalUnit
ou: people

dn: ou=groups,{base}
objectClass: organizationalUnit
ou: groups

dn: {searcher}
objectClass: organizationalRole
objectClass: simpleSecurityObject
cn: searcher
userPassword: {searcher_password}
"""

PERSON = """
dn: uid={uid},ou=people,{base}
objectClass: inetOrgPerson
uid: {uid}
cn: {name}
sn: {name}
mail: {uid}@example.org
userPassword: {password}
"""

GROUP = """
dn: cn={name},ou=groups,{base}
objectClass: groupOfNames
cn: {name}
"""


def openssl(folder, *arguments):
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True, timeout=LIFE_SECONDS)


def certificates(folder):
    """ca.pem, and server.pem with server.key for 127.0.0.1 and localhost."""
    openssl(folder, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "ca.key", "-out",
            "ca.pem", "-subj", "/CN=An authority of tests", "-days", "2")
    openssl(folder, "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "server.key", "-out",
            "server.csr", "-subj", "/CN=localhost")
    (folder / "names").write_text("subjectAltName=DNS:localhost,IP:127.0.0.1\n", encoding="ascii")
    openssl(folder, "x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-out", "server.pem",
            "-days", "2", "-extfile", "names")


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Directory:
    """people: {uid: (name, password)}, groups: {name: [uid, …]}. Started at once."""

    def __init__(self, folder, people, groups):
        self.folder, self.process = folder, None
        (folder / "db").mkdir(parents=True)
        certificates(folder)
        names = {"folder": folder, "base": BASE, "searcher": SEARCHER, "searcher_password": SEARCHER_PASSWORD}
        tree = TREE.format(**names) + "".join(PERSON.format(uid=uid, name=name, password=password, base=BASE)
                                              for uid, (name, password) in people.items())
        for name, members in groups.items():
            tree += GROUP.format(name=name, base=BASE) + "".join(f"member: uid={uid},ou=people,{BASE}\n" for uid in members)
        (folder / "slapd.conf").write_text(CONFIG.format(**names), encoding="utf-8")
        subprocess.run([SLAPADD, "-f", folder / "slapd.conf"], input=tree, text=True, check=True, capture_output=True,
                       timeout=LIFE_SECONDS)
        (folder / "searcher-password").write_text(SEARCHER_PASSWORD + "\n", encoding="utf-8")
        (folder / "searcher-password").chmod(0o600)
        self.port, self.tls_port = free_port(), free_port()
        self.start()

    def start(self):
        urls = f"ldap://127.0.0.1:{self.port} ldaps://127.0.0.1:{self.tls_port}"
        self.process = subprocess.Popen([SLAPD, "-h", urls, "-f", self.folder / "slapd.conf", "-d", "0"], stderr=subprocess.DEVNULL,
                                        env={**os.environ, "LDAPNOINIT": "1"})
        until(self._listens, "the directory")

    def _listens(self):
        assert self.process.poll() is None, "slapd has ended"
        for port in (self.port, self.tls_port):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) != 0:
                    return False
        return True

    def stop(self):
        if self.process is not None:
            self.process.terminate()
            self.process.wait(LIFE_SECONDS)
            self.process = None

    def remove(self):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def settings(self, **more):
        """Those with which weihud asks it, by TLS."""
        return {"ldap_url": f"ldaps://127.0.0.1:{self.tls_port}", "ldap_ca": self.folder / "ca.pem", "ldap_bind_dn": SEARCHER,
                "ldap_bind_password": self.folder / "searcher-password", "ldap_people": f"ou=people,{BASE}",
                "ldap_groups": f"ou=groups,{BASE}", **more}
