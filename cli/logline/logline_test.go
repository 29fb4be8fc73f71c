package logline

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

type hidden struct{}

func (hidden) LogValue() slog.Value { return slog.StringValue("[redacted]") }

// log is one record of every kind.
func log(l *slog.Logger) {
	l = l.With("node", "a b", slog.Group("at", "line", 7)).WithGroup("call")
	l.Warn("a call", "request", "req_1", "status", 200, "took", 1500*time.Microsecond, "ok", true, "count", uint64(3), "ratio", 0.5,
		"err", errors.New("no \"route\"\nlevel=INFO"), "empty", "", "secret", hidden{}, "when", time.Date(2026, 11, 23, 12, 0, 0, 5e6, time.UTC), slog.Group("to", slog.String("host", "x=y")))
}

func TestLinesAreThoseOfTheTextHandler(t *testing.T) {
	var ours, theirs bytes.Buffer
	log(slog.New(To(&ours, slog.LevelInfo)))
	log(slog.New(slog.NewTextHandler(&theirs, nil)))
	cut := func(b *bytes.Buffer) string { _, rest, _ := strings.Cut(b.String(), " "); return rest }
	if diff := cmp.Diff(cut(&theirs), cut(&ours)); diff != "" || strings.Count(ours.String(), "\n") != 1 || !strings.HasPrefix(ours.String(), "time=20") {
		t.Errorf("want- got+\n%s\n%s", diff, ours.String())
	}
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func TestALineWaitsButNotLong(t *testing.T) {
	var b lockedBuffer
	l := slog.New(To(&b, slog.LevelInfo))
	l.Debug("never")
	l.Info("later")
	if b.String() != "" {
		t.Error("the line went out alone")
	}
	for range 100 {
		if strings.Contains(b.String(), "msg=later") {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	if !strings.Contains(b.String(), "msg=later") || strings.Contains(b.String(), "never") {
		t.Errorf("the log is %q", b.String())
	}
	l.Info("with it")
	l.Error("at once")
	if !strings.HasSuffix(strings.TrimSpace(b.String()), `msg="at once"`) || !strings.Contains(b.String(), `msg="with it"`) {
		t.Errorf("the log is %q", b.String())
	}
}

func BenchmarkLine(b *testing.B) {
	h := To(&bytes.Buffer{}, slog.LevelInfo)
	h.out.w = nothing{}
	attrs := []slog.Attr{slog.String("request", "req_abcdefghijklmnopqrstuvwxyz"), slog.Int("status", 200), slog.Duration("took", time.Millisecond), slog.String("agreement", "agr_abcdefghijklmnop")}
	b.ReportAllocs()
	for b.Loop() {
		r := slog.NewRecord(time.Now(), slog.LevelInfo, "call", 0)
		r.AddAttrs(attrs...)
		_ = h.Handle(context.Background(), r)
	}
}

type nothing struct{}

func (nothing) Write(p []byte) (int, error) { return len(p), nil }
