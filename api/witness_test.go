package api_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"entente/files"
	"entente/ledger/seal"
	"entente/ledger/tree"
	"entente/witness"
)

// witness is the node as a witness that follows no log yet.
func (h *house) witness() *witness.Witness {
	k, err := seal.Generate(rand.Reader)
	must(h.t, err)
	return &witness.Witness{Name: "node.example/witness", Key: k, Memory: files.Witnessed{Dir: filepath.Join(h.dir, "witness")}, Now: h.clock}
}

// The node answers as tlog-witness has it: its statuses, its bodies, and no token.
func TestTheNodeIsAWitness(t *testing.T) {
	h := newHouse(t)
	k, err := seal.Generate(rand.Reader)
	must(t, err)
	log := seal.LogVKey("other.example/agr_1", k.Public())
	signed := func(size int64, leaves ...string) []byte {
		var all [][]byte
		for _, l := range leaves {
			all = append(all, []byte(l))
		}
		b, err := tree.SignCheckpoint(tree.Checkpoint{Origin: log.Origin, Size: size, Root: tree.RootOf(all)}, k)
		must(t, err)
		return b
	}
	ask := func(old string, checkpoint []byte) (int, string, string) {
		r, err := http.NewRequestWithContext(context.Background(), "POST", h.url+"/witness/add-checkpoint", bytes.NewReader(append([]byte(old+"\n\n"), checkpoint...)))
		must(t, err)
		a, err := http.DefaultTransport.RoundTrip(r)
		must(t, err)
		defer a.Body.Close()
		b, err := io.ReadAll(a.Body)
		must(t, err)
		return a.StatusCode, a.Header.Get("Content-Type"), string(b)
	}
	if status, _, body := ask("old 0", signed(1, "a")); status != 404 {
		t.Fatalf("a log that is not followed: %d %s", status, body)
	}
	h.api.Witness.Logs = []seal.VKey{log}
	status, _, line := ask("old 0", signed(1, "a"))
	if status != 200 {
		t.Fatalf("the first checkpoint: %d %s", status, line)
	}
	cosigned, err := tree.AddCosignatures(signed(1, "a"), []byte(line))
	must(t, err)
	opened, err := tree.OpenCheckpoint(cosigned, log, h.api.Witness.VKey())
	must(t, err)
	if at, ok := opened.CosignedBy(h.api.Witness.VKey()); !ok || at.Before(monday.Add(-time.Second)) {
		t.Errorf("cosigned %t at %s", ok, at)
	}
	if status, kind, body := ask("old 0", signed(2, "a", "b")); status != 409 || kind != "text/x.tlog.size" || body != "1\n" {
		t.Errorf("another old size: %d %s %q", status, kind, body)
	}
	if status, _, body := ask("old 1", signed(2, "x", "b")); status != 422 {
		t.Errorf("no proof: %d %s", status, body)
	}
	if status, _, body := ask("old 3", signed(2, "a", "b")); status != 400 {
		t.Errorf("an old size that is larger: %d %s", status, body)
	}
	forged := bytes.Replace(signed(1, "a"), []byte("\n1\n"), []byte("\n2\n"), 1)
	if status, _, body := ask("old 1", forged); status != 403 {
		t.Errorf("what the log did not sign: %d %s", status, body)
	}
	if status, _, _ := ask(strings.Repeat("x", tree.MaxAddCheckpoint+1), nil); status != 413 {
		t.Errorf("a request that is too long: %d", status)
	}
}
