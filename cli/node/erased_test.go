package node_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"entente/access"
	"entente/access/account"
	"entente/agreement"
	"entente/articles"
	"entente/articles/draft"
	"entente/calendar"
	"entente/cli/example"
	"entente/cli/folder"
	"entente/cli/node"
	"entente/notary"
	"entente/register"

	"filippo.io/age"
)

// holders are the files of a folder in which some text stands, spelt in any way; documents are left out,
// which are contracts.
func holders(t testing.TB, dir string, texts ...string) (names []string) {
	t.Helper()
	ok(t, filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case e.IsDir() && e.Name() == "documents":
			return fs.SkipDir
		case e.IsDir():
			return nil
		}
		b, err := os.ReadFile(path)
		for _, text := range texts {
			for _, form := range spelt(text) {
				if bytes.Contains(b, form) {
					names = append(names, e.Name()+" has "+string(form))
				}
			}
		}
		return err
	}))
	return names
}

// After a person was erased no file has what said who they are, with the node running and after, nor has a
// backup that is made then, nor what an earlier one brings back; the ledger verifies, and nothing of theirs
// opens anything.
func TestAPersonIsErased(t *testing.T) {
	const person, label, device = "declan-moran", "the laptop under the stairs", "the key on the blue ribbon"
	dir := filepath.Join(t.TempDir(), "data")
	n := open(t, dir, 0)
	made, err := example.Seed(t.Context(), n, draft.Example(calendar.DateOf(n.Notary.Now())))
	ok(t, err)
	id := agreement.ID(made.Agreement)
	v, err := n.Register.View(id)
	ok(t, err)
	m, _ := v.Member(person)
	token, _, err := n.Door.Issue(t.Context(), access.API, id, m.ID, label, time.Hour)
	ok(t, err)
	ok(t, n.Store().KeepPasskey(t.Context(), account.Passkey{ID: "pk_1", Credential: []byte{1}, Agreement: id, Person: m.ID, Name: device, Key: []byte{2}, Created: time.Now()}))
	draft := "draft/" + string(id) + "/" + m.ID
	ok(t, n.Store().KeepSecret(t.Context(), draft, []byte("sealed")))
	ok(t, n.Accounts.KeepTrace(t.Context(), access.Caller{Agreement: id, Actor: articles.Actor{ID: m.ID}}, "a nonce", account.Trace{Address: "192.0.2.1", Agent: "a browser"}))
	trace := "trace/a nonce/" + string(id) + "/" + m.ID
	if _, err := n.Store().SealedSecret(t.Context(), trace); err != nil {
		t.Fatal(err)
	}
	if len(holders(t, dir, person)) == 0 || len(holders(t, dir, label)) == 0 || len(holders(t, dir, device)) == 0 {
		t.Fatal("what is to be erased cannot be found by looking for it")
	}
	key, err := age.GenerateX25519Identity()
	ok(t, err)
	early := backedUp(t, dir, key)

	post := func(bearer string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(http.MethodPost, "/api/v1/erasures", strings.NewReader(`{"agreement":"`+string(id)+`","person":"`+person+`"}`))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Authorization", "Bearer "+bearer)
		r.Header.Set("Idempotency-Key", "erase-him")
		w := httptest.NewRecorder()
		n.Inside().ServeHTTP(w, r)
		return w
	}
	operator, err := os.ReadFile(filepath.Join(dir, "operator.token"))
	ok(t, err)
	first := post(strings.TrimSpace(string(operator)))
	var receipt struct {
		Agreement, Person, Party string
		Entry                    int64
		Erased                   []string
		Kept                     []struct{ What, Why string }
	}
	ok(t, json.Unmarshal(first.Body.Bytes(), &receipt))
	if first.Code != http.StatusCreated || receipt.Person != m.ID || receipt.Party != "b" || receipt.Entry != v.Size || len(receipt.Erased) == 0 || len(receipt.Kept) == 0 {
		t.Fatalf("%d %s", first.Code, first.Body)
	}
	if again := post(strings.TrimSpace(string(operator))); again.Body.String() != first.Body.String() {
		t.Errorf("a retry: %d %s", again.Code, again.Body)
	}
	if w := post(token.Text().Reveal()); w.Code != http.StatusUnauthorized {
		t.Errorf("his token: %d %s", w.Code, w.Body)
	}
	if left := holders(t, dir, person, label, device); len(left) > 0 {
		t.Errorf("while the node runs: %v", left)
	}
	if _, err := n.Store().SealedSecret(t.Context(), draft); !errors.Is(err, access.ErrNoSecret) {
		t.Errorf("what he was writing is there: %v", err)
	}
	if _, err := n.Store().SealedSecret(t.Context(), trace); !errors.Is(err, access.ErrNoSecret) {
		t.Errorf("from where he signed is there: %v", err)
	}
	v, err = n.Register.View(id)
	ok(t, err)
	if _, known := v.Member(person); known || !v.State.Members[m.ID].Erased {
		t.Error("the register still knows who it is")
	}
	ok(t, n.Close(t.Context()))
	if left := holders(t, dir, person, label, device); len(left) > 0 {
		t.Errorf("after the node has ended: %v", left)
	}
	if said := run(t, 0, "ledger", "verify", "--deep", "--data", dir); !strings.Contains(said, "every hash and signature holds") {
		t.Error(said)
	}
	back, _ := restored(t, backedUp(t, dir, key), key)
	if left := holders(t, back, person, label, device); len(left) > 0 {
		t.Errorf("in a later backup: %v", left)
	}
	forgotten(t, dir, id, early, key, person, label, device)
}

// forgotten restores a backup from before an erasure, with the list of who was erased since.
func forgotten(t *testing.T, dir string, id agreement.ID, early []byte, key *age.X25519Identity, texts ...string) {
	t.Helper()
	list, err := os.ReadFile(filepath.Join(dir, "erased", string(id)))
	ok(t, err)
	if bare, _ := restored(t, early, key); len(holders(t, bare, texts...)) == 0 {
		t.Error("the earlier backup does not show anything: nothing is in it")
	}
	old := filepath.Join(t.TempDir(), "old")
	_, _, err = folder.Restore(t.Context(), old, folder.Restoration{From: bytes.NewReader(early), Identities: []age.Identity{key}, Erased: map[agreement.ID][]byte{id: list}, Now: time.Now})
	ok(t, err)
	if left := holders(t, old, texts...); len(left) > 0 {
		t.Errorf("in what an earlier backup brought back: %v", left)
	}
	n := open(t, old, 0)
	v, err := n.Register.View(id)
	ok(t, errors.Join(err, n.Close(context.Background())))
	if _, known := v.Member(texts[0]); known || v.Broken != nil {
		t.Errorf("known: %t, broken: %v", known, v.Broken)
	}
}

// A database that is put back has erased people in it; the next start erases them again.
func TestADatabaseThatIsPutBackForgetsAgain(t *testing.T) {
	dir, id := seeded(t, 40)
	path := filepath.Join(dir, "entente.db")
	old, err := os.ReadFile(path)
	ok(t, err)
	n := open(t, dir, 0)
	v, err := n.Register.View(id)
	ok(t, err)
	m, _ := v.Member("declan-moran")
	ok(t, erase(n, id, m.ID))
	ok(t, n.Close(t.Context()))
	ok(t, os.WriteFile(path, old, 0o600))
	if len(holders(t, dir, "declan-moran")) == 0 {
		t.Fatal("the old database does not have him")
	}
	n = open(t, dir, 0)
	v, err = n.Register.View(id)
	ok(t, err)
	if _, known := v.Member("declan-moran"); known || !errors.Is(v.Broken, register.ErrDamaged) {
		t.Errorf("known: %t, broken: %v", known, v.Broken)
	}
	ok(t, n.Close(t.Context()))
	if left := holders(t, dir, "declan-moran"); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
}

func erase(n *node.Node, id agreement.ID, pseudonym string) error {
	_, err := n.Notary.Do(context.Background(), notary.Order{Agreement: id, Actor: articles.Actor{Party: agreement.Host, ID: "operator"}, Command: agreement.Erase{Person: pseudonym}})
	return err
}
