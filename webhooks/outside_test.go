package webhooks_test

import (
	"bytes"
	"encoding/json"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"entente/access"
	"entente/events"
	"entente/tests/outside"
	"entente/webhooks"
)

// The official library of Standard Webhooks takes what is sent, with the new secret and the one before it, and
// refuses what was changed on the way.
func TestTheOfficialLibraryVerifies(t *testing.T) {
	node, missing := outside.Node()
	if outside.Lacking(t, slices.Concat(missing, outside.Packages("standardwebhooks"))...) {
		return
	}
	p := newPost(t)
	p.now = time.Now() // the library refuses what is old
	h, before := p.add()
	var after webhooks.Secrets
	p.must(p.Rotate(t.Context(), h, func(s webhooks.Secrets, _ time.Time) (access.Answer, error) {
		after = s
		return access.Answer{}, nil
	}))
	p.round()
	m := p.received[0]
	ask := func(m message, secret string) (events.Event, string) {
		input, err := json.Marshal(map[string]any{"secret": secret, "body": string(m.body), "headers": map[string]string{"webhook-id": m.id, "webhook-timestamp": m.at, "webhook-signature": m.signature}})
		p.must(err)
		run := exec.Command(node, filepath.Join(outside.Root(), "tests", "npm", "webhooks.mjs"))
		run.Stdin = bytes.NewReader(input)
		var said, complained strings.Builder
		run.Stdout, run.Stderr = &said, &complained
		if err := run.Run(); err != nil {
			return events.Event{}, complained.String()
		}
		var e events.Event
		p.must(json.Unmarshal([]byte(said.String()), &e))
		return e, ""
	}
	for _, s := range []webhooks.Secrets{before, after} {
		if e, why := ask(m, s.Shared.Reveal()); e.ID != m.id {
			t.Errorf("the library refuses it: %s", why)
		}
	}
	changed := m
	changed.body = bytes.Replace(m.body, []byte(`"position":1`), []byte(`"position":2`), 1)
	renamed := m
	renamed.id += "0"
	for _, forged := range []message{changed, renamed} {
		if _, why := ask(forged, after.Shared.Reveal()); !strings.Contains(why, "No matching signature") {
			t.Errorf("the library takes what was changed: %s", why)
		}
	}
}
