package node_test

import (
	"bytes"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"entente/access"
	"entente/agreement"
	"entente/articles/draft"
	"entente/calendar"
	"entente/cli"
	"entente/cli/example"
	"entente/cli/terminal"
	"entente/meter"
)

// run runs a command and returns what it printed, both ways.
func run(t testing.TB, want int, args ...string) string {
	t.Helper()
	var out bytes.Buffer
	code := cli.Run(t.Context(), &terminal.Env{Args: args, Stdout: &out, Stderr: &out, Now: time.Now, Getenv: func(string) string { return "" }})
	if code != want {
		t.Fatalf("entente %s ended with %d:\n%s", strings.Join(args, " "), code, &out)
	}
	return out.String()
}

// A call is proved by a file that needs no node, and the store is held to what was sealed.
func TestACallIsProvedAndTheStoreIsHeldToIt(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	n := open(t, dir, 3*time.Hour)
	made, err := example.Seed(t.Context(), n, draft.Example(calendar.DateOf(n.Notary.Now())))
	ok(t, err)
	at := n.Notary.Now().UTC().Truncate(time.Microsecond)
	r := meter.Record{ID: meter.ID{7}, Agreement: made.Agreement, Version: 1, Key: "key_1", Party: "b", Component: "summarise", Environment: string(agreement.Production),
		Purpose: "service", Operation: "chat.completions", Opened: at, Closed: at.Add(time.Second), State: meter.Closed, Outcome: meter.OK, Status: 200}
	ok(t, n.Store().Save(t.Context(), []meter.Record{r}))
	ok(t, n.Close(t.Context()))

	token := filepath.Join(dir, "owner.token")
	n = open(t, dir, 0)
	v, err := n.Register.View(agreement.ID(made.Agreement))
	ok(t, err)
	m, _ := v.Member("declan-moran")
	key, _, err := n.Door.Issue(t.Context(), access.API, v.State.ID, m.ID, "a test", time.Hour)
	ok(t, err)
	ok(t, os.WriteFile(token, []byte(key.Text().Reveal()), 0o600))
	ok(t, n.Close(t.Context()))
	early := run(t, 1, "usage", "prove", r.ID.String(), "--data", dir, "--token-file", token)
	if !strings.Contains(early, "not stated yet") {
		t.Errorf("before the hour is stated: %s", early)
	}
	n = open(t, dir, 0)
	ok(t, n.State(t.Context()))
	ok(t, n.Close(t.Context()))
	file := filepath.Join(t.TempDir(), "call.receipt.json")
	run(t, 0, "usage", "prove", r.ID.String(), "-o", file, "--data", dir, "--token-file", token)
	if said := run(t, 0, "verify", file); !strings.Contains(said, r.ID.String()+", opened") || !strings.Contains(said, "Both parties cosigned") {
		t.Errorf("verifying the receipt: %s", said)
	}
	if said := run(t, 0, "ledger", "verify", "--deep", "--data", dir); !strings.Contains(said, "The records of 1 statement, 1 in all, are as they were sealed") {
		t.Errorf("the deep check: %s", said)
	}
	db, err := sql.Open("sqlite", filepath.Join(dir, "entente.db"))
	ok(t, err)
	r.Status = 500
	_, err = db.Exec("UPDATE usage_block SET records = $1", meter.AppendBlock(nil, []*meter.Record{&r}))
	ok(t, errors.Join(err, db.Close()))
	if said := run(t, 1, "ledger", "verify", "--deep", "--data", dir); !strings.Contains(said, "the record "+r.ID.String()+" is not as it was sealed") {
		t.Errorf("the deep check after a record was changed: %s", said)
	}
}
