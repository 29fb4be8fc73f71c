package mail_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime/multipart"
	"mime/quotedprintable"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"entente/access"
	"entente/mail"
	"entente/mail/mailtest"
	"entente/sqlite"
)

// An office is a queue over a real store, with a relay and a clock of its own.
type office struct {
	t      *testing.T
	dir    string
	store  *sqlite.Store
	relay  *mailtest.Server
	sealer *access.Sealer
	log    bytes.Buffer

	mu  sync.Mutex
	now time.Time
}

func newOffice(t *testing.T) *office {
	o := &office{t: t, dir: t.TempDir(), relay: mailtest.Start(t, &mailtest.Server{}), now: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)}
	var err error
	o.store, err = sqlite.Open(filepath.Join(o.dir, "entente.db"))
	must(t, err)
	t.Cleanup(func() { must(t, o.store.Close()) })
	o.sealer, err = access.NewSealer(bytes.Repeat([]byte{3}, access.KEKBytes), rand.Reader)
	must(t, err)
	return o
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (o *office) Now() time.Time {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.now
}

func (o *office) pass(d time.Duration) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.now = o.now.Add(d)
}

func (o *office) queue(store mail.Store) *mail.Queue {
	return &mail.Queue{Store: store, Relay: &mail.Relay{Address: o.relay.Address, From: "Entente <entente@node.example>"},
		Sealer: o.sealer, Now: o.Now, Rand: rand.Reader, Log: slog.New(slog.NewTextHandler(&o.log, nil))}
}

func letter(key string) mail.Letter {
	return mail.Letter{Key: key, To: "mara@calluna.example", Subject: "Frist läuft ab", Text: "Café: the secret word is porcupine.\n"}
}

func (o *office) in(s mail.State) int {
	o.t.Helper()
	all, err := o.store.Letters(o.t.Context(), s, o.Now().Add(100*24*time.Hour), 100)
	must(o.t, err)
	return len(all)
}

func TestALetterArrivesAsItWasWritten(t *testing.T) {
	o := newOffice(t)
	q := o.queue(o.store)
	l := letter("deadline/1")
	l.HTML = "<p>Café: the secret word is <b>porcupine</b>.</p>"
	must(t, q.Post(t.Context(), l))
	must(t, q.Deliver(t.Context()))
	got := o.relay.Wait(t, 1)
	subject, err := (&mimeWord{}).DecodeHeader(got.Header.Get("Subject"))
	must(t, err)
	if got.To != "mara@calluna.example" || got.From != "entente@node.example" || subject != l.Subject || got.Header.Get("Auto-Submitted") != "auto-generated" ||
		!strings.HasSuffix(got.Header.Get("Message-Id"), "@node.example>") || got.Header.Get("Date") != "Mon, 23 Nov 2026 09:00:00 +0000" {
		t.Errorf("it came as %+v", got)
	}
	_, boundary, _ := strings.Cut(got.Header.Get("Content-Type"), "boundary=")
	parts := multipart.NewReader(strings.NewReader(got.Body), strings.TrimSpace(strings.Trim(boundary, `"`)))
	for _, want := range []string{l.Text, l.HTML} {
		part, err := parts.NextRawPart()
		must(t, err)
		body, err := io.ReadAll(quotedprintable.NewReader(part))
		must(t, err)
		if strings.TrimSpace(string(body)) != strings.TrimSpace(want) {
			t.Errorf("a part is %q, not %q", body, want)
		}
	}
}

func TestALetterIsPostedOnceByItsKey(t *testing.T) {
	o := newOffice(t)
	q := o.queue(o.store)
	for range 3 {
		must(t, q.Post(t.Context(), letter("deadline/1")))
		must(t, q.Deliver(t.Context()))
	}
	must(t, q.Post(t.Context(), letter("deadline/2")))
	must(t, q.Deliver(t.Context()))
	if n := len(o.relay.Letters()); n != 2 {
		t.Errorf("%d letters were sent", n)
	}
}

// What a letter says is neither in the database nor in its journal, while it waits and when it has gone.
func TestALetterIsSealed(t *testing.T) {
	o := newOffice(t)
	q := o.queue(o.store)
	must(t, q.Post(t.Context(), letter("one")))
	check := func(when string) {
		names, err := filepath.Glob(filepath.Join(o.dir, "*"))
		must(t, err)
		for _, name := range names {
			b, err := os.ReadFile(name)
			must(t, err)
			for _, word := range []string{"porcupine", "calluna"} {
				if bytes.Contains(b, []byte(word)) {
					t.Errorf("%s holds %q %s", filepath.Base(name), word, when)
				}
			}
		}
	}
	check("while it waits")
	must(t, q.Deliver(t.Context()))
	check("when it has gone")
	if all, err := o.store.Letters(t.Context(), mail.Sent, o.Now().Add(time.Hour), 10); err != nil || len(all) != 1 || all[0].Sealed != "" {
		t.Errorf("what was sent is kept: %v, %v", all, err)
	}
	if said := fmt.Sprintf("%v %+v %s", letter("k"), letter("k"), o.log.String()); strings.Contains(said, "porcupine") || strings.Contains(said, "mara") {
		t.Errorf("a letter prints as %s", said)
	}
}

func TestWhatARelaySaysDecides(t *testing.T) {
	for _, c := range []struct {
		name     string
		rule     func(string, int) error
		pass     time.Duration // before each of three further attempts
		attempts int
		taken    int
		state    mail.State
	}{
		{"taken at once", nil, time.Hour, 1, 1, mail.Sent},
		{"put off twice, then taken", func(_ string, n int) error {
			if n < 3 {
				return mailtest.Refuse(451)
			}
			return nil
		}, time.Hour, 3, 1, mail.Sent},
		{"put off, and not asked again too soon", func(string, int) error { return mailtest.Refuse(451) }, time.Second, 1, 0, mail.Waiting},
		{"refused for good", func(string, int) error { return mailtest.Refuse(550) }, time.Hour, 1, 0, mail.Failed},
		{"taken, and the connection breaks before it says so", func(string, int) error { return mailtest.ErrCut }, time.Hour, 1, 1, mail.Unsure},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := newOffice(t)
			q := o.queue(o.store)
			attempts := 0
			o.relay.On(func(to string, n int) error {
				attempts = n
				if c.rule == nil {
					return nil
				}
				return c.rule(to, n)
			})
			must(t, q.Post(t.Context(), letter("one")))
			for range 4 {
				must(t, q.Deliver(t.Context()))
				o.pass(c.pass)
			}
			if attempts != c.attempts || len(o.relay.Letters()) != c.taken || o.in(c.state) != 1 {
				t.Errorf("%d attempts, %d taken, in %s %d; log: %s", attempts, len(o.relay.Letters()), c.state, o.in(c.state), o.log.String())
			}
			if strings.Contains(o.log.String(), "mara") {
				t.Errorf("the log names the addressee: %s", o.log.String())
			}
		})
	}
}

func TestALetterExpires(t *testing.T) {
	o := newOffice(t)
	q := o.queue(o.store)
	l := letter("code")
	l.Expires = o.Now().Add(10 * time.Minute)
	must(t, q.Post(t.Context(), l))
	o.pass(10 * time.Minute)
	must(t, q.Deliver(t.Context()))
	if len(o.relay.Letters()) != 0 || o.in(mail.Failed) != 1 {
		t.Errorf("it was sent after its time")
	}
}

// A relay that is away takes nothing from a letter: it waits without attempts until the relay is back.
func TestLettersWaitForTheRelay(t *testing.T) {
	o := newOffice(t)
	q := o.queue(o.store)
	address := q.Relay.Address
	q.Relay.Address = "127.0.0.1:1"
	for i := range 3 {
		must(t, q.Post(t.Context(), letter(fmt.Sprint(i))))
		must(t, q.Deliver(t.Context()))
	}
	if o.in(mail.Waiting) != 3 || strings.Count(o.log.String(), "cannot be used") != 1 {
		t.Errorf("%d wait; log: %s", o.in(mail.Waiting), o.log.String())
	}
	q.Relay.Address = address
	must(t, q.Deliver(t.Context()))
	if len(o.relay.Letters()) != 3 {
		t.Errorf("%d came", len(o.relay.Letters()))
	}
	none := o.queue(o.store)
	none.Relay = nil
	must(t, none.Post(t.Context(), letter("without")))
	must(t, none.Deliver(t.Context()))
	if o.in(mail.Waiting) != 1 {
		t.Error("without a relay the letter did not wait")
	}
}

// A failing store stands for a node that is killed at this write.
type failing struct {
	mail.Store
	moves, at int
}

var errKilled = errors.New("killed")

func (f *failing) MoveLetter(ctx context.Context, e mail.Envelope) error {
	f.moves++
	if f.moves >= f.at {
		return errKilled
	}
	return f.Store.MoveLetter(ctx, e)
}

// Whatever write of the queue is the last before a crash, the next start sends nothing a second time
// and loses nothing silently.
func TestNothingIsSentTwiceAfterACrash(t *testing.T) {
	const letters = 3
	for at := 1; at <= 2*letters+1; at++ {
		o := newOffice(t)
		for i := range letters {
			must(t, o.queue(o.store).Post(t.Context(), letter(fmt.Sprint(i))))
		}
		if err := o.queue(&failing{Store: o.store, at: at}).Deliver(t.Context()); at <= 2*letters && !errors.Is(err, errKilled) {
			t.Fatalf("write %d: %v", at, err)
		}
		again := o.queue(o.store)
		must(t, again.Recover(t.Context()))
		must(t, again.Deliver(t.Context()))
		unsure := o.in(mail.Unsure)
		if came := len(o.relay.Letters()); came > letters || came+unsure < letters || o.in(mail.Waiting)+o.in(mail.Sending) != 0 {
			t.Errorf("killed at write %d: %d of %d came, %d are unsure", at, came, letters, unsure)
		}
		if got := strings.Count(o.log.String(), "whether it arrived is not known"); got != unsure {
			t.Errorf("killed at write %d: the log tells of %d that are unsure, there are %d", at, got, unsure)
		}
	}
}

func TestWhatCannotBeALetter(t *testing.T) {
	o := newOffice(t)
	q := o.queue(o.store)
	for name, change := range map[string]func(*mail.Letter){
		"no key":                  func(l *mail.Letter) { l.Key = "" },
		"two addresses":           func(l *mail.Letter) { l.To = "a@x.example, b@x.example" },
		"a name in the address":   func(l *mail.Letter) { l.To = "Mara <a@x.example>" },
		"a line in the address":   func(l *mail.Letter) { l.To = "a@x.example\r\nBcc: b@x.example" },
		"a line in the subject":   func(l *mail.Letter) { l.Subject = "x\r\nBcc: b@x.example" },
		"no text":                 func(l *mail.Letter) { l.Text = "" },
		"text that is not UTF-8":  func(l *mail.Letter) { l.Text = "\xff" },
		"more text than a letter": func(l *mail.Letter) { l.Text = strings.Repeat("x", 100_001) },
	} {
		l := letter("k")
		change(&l)
		if err := q.Post(t.Context(), l); !errors.Is(err, mail.ErrLetter) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if o.in(mail.Waiting) != 0 {
		t.Error("one of them waits")
	}
}
