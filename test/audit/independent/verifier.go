// SPDX-License-Identifier: Apache-2.0
// verifier DIR [PIN...]: verifies an exported log by code that is none of ours: Go's sumdb/note and sumdb/tlog. It prints
// "verified N leaves", or what is wrong and exits with 1.
package main

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height = 8

func fail(err error, what ...interface{}) {
	if err != nil {
		fmt.Fprintln(os.Stderr, append(what, err)...)
		os.Exit(1)
	}
}

func verifiers(dir string) note.Verifiers {
	var list []note.Verifier
	text, err := os.ReadFile(filepath.Join(dir, "key"))
	fail(err)
	for _, line := range strings.Split(string(text), "\n") {
		if line == "" || line[0] == '#' {
			continue
		}
		verifier, err := note.NewVerifier(line)
		fail(err, "key:")
		list = append(list, verifier)
	}
	return note.VerifierList(list...)
}

// The size and root of a checkpoint that one of the keys signed.
func checkpoint(file string, known note.Verifiers) tlog.Tree {
	text, err := os.ReadFile(file)
	fail(err)
	return open(text, known, file)
}

func open(text []byte, known note.Verifiers, what string) tlog.Tree {
	opened, err := note.Open(text, known)
	fail(err, what+":")
	lines := strings.Split(opened.Text, "\n")
	size, err := strconv.ParseInt(lines[1], 10, 64)
	fail(err, what+":")
	root, err := tlog.ParseHash(lines[2])
	fail(err, what+":")
	return tlog.Tree{N: size, Hash: root}
}

// Index 1234067 is x001/x234/067.
func path(dir, level string, index, width int64) string {
	name := fmt.Sprintf("%03d", index%1000)
	for index >= 1000 {
		index /= 1000
		name = fmt.Sprintf("x%03d/%s", index%1000, name)
	}
	if width < 1<<height {
		name += fmt.Sprintf(".p/%d", width)
	}
	return filepath.Join(dir, "tile", level, name)
}

func entries(dir string, size int64) [][]byte {
	var list [][]byte
	for from := int64(0); from < size; from += 1 << height {
		width := size - from
		if width > 1<<height {
			width = 1 << height
		}
		bundle, err := os.ReadFile(path(dir, "entries", from>>height, width))
		fail(err)
		for len(bundle) > 0 {
			if len(bundle) < 2 || len(bundle)-2 < int(binary.BigEndian.Uint16(bundle)) {
				fail(errors.New("a bundle ends within an entry"))
			}
			length := int(binary.BigEndian.Uint16(bundle))
			list = append(list, bundle[2:2+length])
			bundle = bundle[2+length:]
		}
	}
	return list
}

type tiles struct {
	dir  string
	size int64
}

func (t tiles) Height() int { return height }

func (t tiles) SaveTiles([]tlog.Tile, [][]byte) {}

func (t tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	var list [][]byte
	for _, tile := range wanted {
		width := t.size>>(height*tile.L) - tile.N<<height
		if width > 1<<height {
			width = 1 << height
		}
		data, err := os.ReadFile(path(t.dir, strconv.Itoa(tile.L), tile.N, width))
		if err != nil {
			return nil, err
		}
		if len(data) < tile.W*tlog.HashSize {
			return nil, errors.New("a tile is too short")
		}
		list = append(list, data[:tile.W*tlog.HashSize])
	}
	return list, nil
}

// The tree that the entries make.
type stored []tlog.Hash

func (s stored) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	var list []tlog.Hash
	for _, index := range indexes {
		list = append(list, s[index])
	}
	return list, nil
}

func grow(list [][]byte) stored {
	var hashes stored
	for i, entry := range list {
		more, err := tlog.StoredHashes(int64(i), entry, hashes)
		fail(err)
		hashes = append(hashes, more...)
	}
	return hashes
}

func checkTiles(dir string, tree tlog.Tree, list [][]byte) {
	reader := tlog.TileHashReader(tree, tiles{dir, tree.N})
	for i, entry := range list {
		hashes, err := reader.ReadHashes([]int64{tlog.StoredHashIndex(0, int64(i))})
		fail(err, "tiles:")
		if hashes[0] != tlog.RecordHash(entry) {
			fail(fmt.Errorf("leaf %d is not the one in its tile", i))
		}
	}
}

func checkPin(file string, known note.Verifiers, tree tlog.Tree, hashes stored) {
	old := checkpoint(file, known)
	if old.N > tree.N {
		fail(fmt.Errorf("%s: the log is shorter now", file))
	}
	proof, err := tlog.ProveTree(tree.N, old.N, hashes)
	fail(err, file+":")
	fail(tlog.CheckTree(proof, tree.N, tree.Hash, old.N, old.Hash), file+":")
}

// The object that a leaf is of.
func object(entry []byte) string {
	var told struct{ Object string }
	fail(json.Unmarshal(entry, &told))
	return told.Object
}

// How many of the first entries are of it.
func count(list [][]byte, name string) int {
	n := 0
	for _, entry := range list {
		if object(entry) == name {
			n++
		}
	}
	return n
}

func checkProofs(dir string, known note.Verifiers, list [][]byte) {
	files, err := filepath.Glob(filepath.Join(dir, "proofs", "*.json"))
	fail(err)
	for _, file := range files {
		var told struct {
			Object     string
			Checkpoint string
			Leaves     []struct {
				Leaf   int64
				Entry  string
				Hashes []string
			}
		}
		text, err := os.ReadFile(file)
		fail(err)
		fail(json.Unmarshal(text, &told), file+":")
		tree := open([]byte(told.Checkpoint), known, file)
		for _, leaf := range told.Leaves {
			var proof tlog.RecordProof
			for _, hash := range leaf.Hashes {
				bytes, err := base64.StdEncoding.DecodeString(hash)
				fail(err, file+":")
				var one tlog.Hash
				copy(one[:], bytes)
				proof = append(proof, one)
			}
			if object([]byte(leaf.Entry)) != told.Object {
				fail(fmt.Errorf("leaf %d is not of %s", leaf.Leaf, told.Object), file+":")
			}
			fail(tlog.CheckRecord(proof, tree.N, tree.Hash, leaf.Leaf, tlog.RecordHash([]byte(leaf.Entry))), file+":")
		}
		if tree.N > int64(len(list)) || count(list[:tree.N], told.Object) != len(told.Leaves) {
			fail(fmt.Errorf("leaves of %s are missing", told.Object), file+":")
		}
		fmt.Println("proved", len(told.Leaves), "leaves of", filepath.Base(file))
	}
}

func main() {
	dir := os.Args[1]
	known := verifiers(dir)
	tree := checkpoint(filepath.Join(dir, "checkpoint"), known)
	list := entries(dir, tree.N)
	if int64(len(list)) != tree.N {
		fail(fmt.Errorf("%d entries, not %d", len(list), tree.N))
	}
	hashes := grow(list)
	root, err := tlog.TreeHash(tree.N, hashes)
	fail(err)
	if root != tree.Hash {
		fail(errors.New("the entries make another tree than the one that was signed"))
	}
	checkTiles(dir, tree, list)
	for _, pin := range os.Args[2:] {
		checkPin(pin, known, tree, hashes)
	}
	checkProofs(dir, known, list)
	fmt.Println("verified", tree.N, "leaves")
}
