// SPDX-License-Identifier: Apache-2.0
// witness ADDRESS-FILE LOG-KEY-FILE WITNESS-KEY-FILE: a witness of the C2SP tlog-witness protocol for one log, on a port of
// its own; it writes its address and its verifier key to the files and keeps what it saw in memory.
package main

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const name = "witness.example/w1"

type witness struct {
	mutex sync.Mutex
	log   note.Verifier
	last  tlog.Tree
	id    []byte
	key   ed25519.PrivateKey
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func newWitness(key string) (*witness, string) {
	verifier, err := note.NewVerifier(key)
	must(err)
	public, private, err := ed25519.GenerateKey(rand.Reader)
	must(err)
	material := append([]byte{4}, public...)
	sum := sha256.Sum256(append([]byte(name+"\n"), material...))
	text := fmt.Sprintf("%s+%08x+%s", name, binary.BigEndian.Uint32(sum[:4]), base64.StdEncoding.EncodeToString(material))
	return &witness{log: verifier, id: sum[:4], key: private}, text
}

func parse(body string) (old int64, proof tlog.TreeProof, text string, err error) {
	head, text, found := strings.Cut(body, "\n\n")
	lines := strings.Split(head, "\n")
	if !found || !strings.HasPrefix(lines[0], "old ") {
		return 0, nil, "", fmt.Errorf("malformed")
	}
	if old, err = strconv.ParseInt(lines[0][4:], 10, 64); err != nil {
		return
	}
	for _, line := range lines[1:] {
		hash, err := tlog.ParseHash(line)
		if err != nil {
			return 0, nil, "", err
		}
		proof = append(proof, hash)
	}
	return
}

func (w *witness) cosign(text string) string {
	now := uint64(time.Now().Unix())
	message := fmt.Sprintf("cosignature/v1\ntime %d\n%s", now, text)
	signature := append(append([]byte{}, w.id...), make([]byte, 8)...)
	binary.BigEndian.PutUint64(signature[4:], now)
	signature = append(signature, ed25519.Sign(w.key, []byte(message))...)
	return fmt.Sprintf("— %s %s\n", name, base64.StdEncoding.EncodeToString(signature))
}

func (w *witness) ServeHTTP(out http.ResponseWriter, request *http.Request) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	body, err := io.ReadAll(request.Body)
	if err != nil || request.URL.Path != "/add-checkpoint" {
		http.Error(out, "no such thing", http.StatusNotFound)
		return
	}
	old, proof, text, err := parse(string(body))
	if err != nil {
		http.Error(out, err.Error(), http.StatusBadRequest)
		return
	}
	opened, err := note.Open([]byte(text), note.VerifierList(w.log))
	if err != nil {
		http.Error(out, err.Error(), http.StatusForbidden)
		return
	}
	lines := strings.Split(opened.Text, "\n")
	size, _ := strconv.ParseInt(lines[1], 10, 64)
	root, _ := tlog.ParseHash(lines[2])
	if old != w.last.N {
		out.Header().Set("Content-Type", "text/x.tlog.size")
		out.WriteHeader(http.StatusConflict)
		fmt.Fprintln(out, w.last.N)
		return
	}
	if old > 0 && tlog.CheckTree(proof, size, root, old, w.last.Hash) != nil {
		http.Error(out, "no consistency", http.StatusUnprocessableEntity)
		return
	}
	w.last = tlog.Tree{N: size, Hash: root}
	fmt.Fprint(out, w.cosign(opened.Text))
}

func main() {
	text, err := os.ReadFile(os.Args[2])
	must(err)
	witness, key := newWitness(strings.TrimSpace(string(text)))
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(err)
	must(os.WriteFile(os.Args[3], []byte(key+"\n"), 0o644))
	must(os.WriteFile(os.Args[1], []byte("http://"+listener.Addr().String()), 0o644))
	must(http.Serve(listener, witness))
}
