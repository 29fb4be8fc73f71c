package node_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"entente/articles/signing"
	"entente/cli/node"
	"entente/egress"
	"entente/tests/outside"
	"entente/timestamp"
)

// What is signed on a node with a time-stamp authority carries its stamp; while the authority is down it is signed all the
// same, the log says so, and so does the verdict on the signature.
func TestSignaturesAreStamped(t *testing.T) {
	if outside.Lacking(t, outside.Programs("openssl")...) {
		return
	}
	answer, down := outside.Authority(t), false
	authority := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if down {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		request, err := io.ReadAll(r.Body)
		ok(t, err)
		w.Write(answer(request))
	}))
	defer authority.Close()
	stamps, err := timestamp.At(authority.URL, egress.Policy{Allow: []string{strings.TrimPrefix(authority.URL, "http://")}})
	ok(t, err)
	var log strings.Builder
	n, err := node.Open(t.Context(), node.Settings{Dir: t.TempDir(), Name: "tests.example", Stamps: stamps, Now: time.Now, Log: slog.New(slog.NewTextHandler(&log, nil))})
	ok(t, err)
	for _, c := range []struct {
		down bool
		says string
	}{{false, "says CN=Test time"}, {true, "It has no time stamp"}} {
		down = c.down
		id, _ := signedByPasskey(t, n.Notary, "a nonce")
		v, err := n.Register.View(id)
		ok(t, err)
		p, err := n.Notary.Package(v.State.Life.Versions[0])
		ok(t, err)
		if said := verdicts(p); !strings.Contains(said, c.says) || strings.Contains(log.String(), "a signature has no time stamp") != c.down {
			t.Errorf("down: %t: %s\n%s", c.down, said, log.String())
		}
	}
	ok(t, n.Close(t.Context()))
}

// verdicts are all that is said of a package.
func verdicts(p signing.Package) string {
	var all []string
	for _, v := range p.Verify() {
		all = append(all, v.Subject+": "+v.Why)
	}
	return strings.Join(all, "\n")
}
