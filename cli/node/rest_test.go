package node_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"io"
	"io/fs"
	"log"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"entente/access"
	"entente/agreement"
	"entente/articles/draft"
	"entente/calendar"
	"entente/cli/example"
	"entente/cli/logline"
	"entente/cli/node"
	"entente/egress"

	"filippo.io/age"
)

// spelt are the ways in which a secret could lie in a file: as its text and as its bytes, each plain, in base64
// and in hexadecimal.
func spelt(secret string) (all [][]byte) {
	forms := [][]byte{[]byte(secret)}
	if parts := strings.Split(secret, "_"); len(parts) >= 5 && parts[0] == "ent" { // the 32 random bytes may have "_" among their letters
		middle := strings.Join(parts[3:len(parts)-1], "_")
		raw, err := base64.RawURLEncoding.DecodeString(middle)
		if err == nil {
			forms = append(forms, []byte(middle), raw)
		}
	}
	if raw, err := hex.DecodeString(secret); err == nil {
		forms = append(forms, raw)
	}
	for _, f := range forms {
		all = append(all, f, []byte(hex.EncodeToString(f)), []byte(strings.ToUpper(hex.EncodeToString(f))),
			[]byte(base64.RawStdEncoding.EncodeToString(f)), []byte(base64.RawURLEncoding.EncodeToString(f)))
	}
	return all
}

// After a node has worked, no file of its folder holds a secret, and no line of its log: not the database, not
// what SQLite keeps beside it, not the journal, not a backup, neither while it runs nor afterwards. The two files that are
// there to hold one hold no other.
func TestNoSecretIsAtRest(t *testing.T) {
	const upstreams = "Bearer sk-upstream-0123456789abcdefghij"
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		if r.Header.Get("Authorization") != upstreams {
			t.Error("the service was not shown its secret")
		}
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, someAnswer)
	}))
	defer service.Close()
	dir, said := filepath.Join(t.TempDir(), "data"), &diary{}
	lines := logline.To(said, slog.LevelDebug)
	n, err := node.Open(t.Context(), node.Settings{Dir: dir, Name: "tests.example", Now: time.Now, Log: slog.New(lines),
		Upstream: egress.Policy{Allow: []string{strings.TrimPrefix(service.URL, "http://")}}})
	ok(t, err)
	made, err := example.Seed(t.Context(), n, draft.Example(calendar.DateOf(n.Notary.Now())))
	ok(t, err)
	ok(t, made.Serve(t.Context(), n, service.URL+"/v1", upstreams))
	secrets := map[string]string{"upstream": strings.TrimPrefix(upstreams, "Bearer ")}
	for name, from := range map[string]map[string]string{"a's ": made.A, "b's ": made.B, "summarise ": made.Keys["summarise"], "embed ": made.Keys["embed"]} {
		for kind, secret := range from {
			secrets[name+kind] = secret
		}
	}
	for _, kind := range []access.Kind{access.Link, access.Session} {
		key, _, err := n.Door.Issue(t.Context(), kind, agreement.ID(made.Agreement), "declan-moran", "a test", time.Hour)
		ok(t, err)
		secrets[string(kind)] = key.Text().Reveal()
	}
	for _, name := range []string{"kek", "operator.token"} {
		b, err := os.ReadFile(filepath.Join(dir, name))
		ok(t, err)
		secrets[name] = strings.TrimSpace(string(b))
	}
	outside, inside := n.Outside(), n.Inside()
	for _, secret := range secrets {
		if !strings.HasPrefix(secret, "ent_") {
			continue // nobody shows it
		}
		for path, door := range map[string]http.Handler{"/summarise/v1/chat/completions": outside, "/api/v1/agreements/" + secret: inside} {
			r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(someCall))
			r.Header.Set("Authorization", "Bearer "+secret)
			r.Header.Set("Content-Type", "application/json")
			door.ServeHTTP(httptest.NewRecorder(), r)
		}
	}
	ok(t, n.State(t.Context()))
	searched := searchFor(t, dir, secrets)
	ok(t, n.Close(context.Background()))
	searched += searchFor(t, dir, secrets)
	key, err := age.GenerateX25519Identity()
	ok(t, err)
	copied := t.TempDir()
	ok(t, os.WriteFile(filepath.Join(copied, "backup.age"), backedUp(t, dir, key), 0o600))
	searched += searchFor(t, copied, secrets)
	if b, err := os.ReadFile(filepath.Join(dir, "entente.db")); err != nil || !bytes.Contains(b, []byte(made.Agreement)) {
		t.Errorf("what is in the database cannot be found by looking at it (%v)", err)
	}
	lines.Flush()
	if !strings.Contains(said.String(), "msg=call") {
		t.Error("the log has no calls")
	}
	for name, secret := range secrets {
		for _, form := range spelt(secret) {
			if strings.Contains(said.String(), string(form)) {
				t.Errorf("the log has the secret %s", name)
			}
		}
	}
	t.Logf("%d secrets in %d files: none", len(secrets), searched)
	if len(secrets) < 12 || searched < 10 {
		t.Error("that is too little to show anything")
	}
}

// What libraries write to the log of the process is in the node's, without secrets.
func TestLibrariesLogAsTheNodeDoes(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	ok(t, open(t, dir, 0).Close(context.Background()))
	s := start(t, dir)
	log.Print("Unsolicited response: Bearer sk-upstream-0123456789abcdefghij")
	s.stop()
	if said := s.log.String(); !strings.Contains(said, "Unsolicited response: [redacted]") || strings.Contains(said, "sk-upstream") {
		t.Errorf("the node's log says:\n%s", said)
	}
}

// searchFor looks for secrets in each file of a folder, and returns how many files there are.
func searchFor(t *testing.T, dir string, secrets map[string]string) (files int) {
	t.Helper()
	ok(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		files++
		b = bytes.TrimRight(b, "\x00") // the room that is laid out for usage
		for name, secret := range secrets {
			if d.Name() == name {
				continue // it is there to hold it
			}
			for _, form := range spelt(secret) {
				if bytes.Contains(b, form) {
					t.Errorf("%s has the secret %s", d.Name(), name)
					break
				}
			}
		}
		return nil
	}))
	return files
}
