// Package logline writes the node's log: a line of key=value text for each record, in the form of
// slog.TextHandler. A busy gateway writes a line for each call, so lines are put together without
// reflection and go out together: a warning at once, everything else within a tenth of a second.
//
// The log is for the operator. What is owed to anybody is in the usage journal, which loses nothing.
package logline

import (
	"context"
	"encoding"
	"fmt"
	"io"
	"log/slog"
	"strconv"
	"sync"
	"time"
	"unicode/utf8"
)

// How long a line may wait, and how many bytes of lines.
const (
	patience = 100 * time.Millisecond
	enough   = 32 << 10
)

// A Handler is a slog.Handler; To makes one. Its methods may be called by many goroutines.
type Handler struct {
	out    *output
	level  slog.Level
	prefix []byte // of attributes that every record has
	group  string // "a.b."
}

type output struct {
	mu    sync.Mutex
	w     io.Writer
	lines []byte
	timer *time.Timer
}

// To writes records of at least the level to w. Flush must be called before the process ends.
func To(w io.Writer, level slog.Level) *Handler {
	o := &output{w: w}
	o.timer = time.AfterFunc(time.Hour, o.flush)
	o.timer.Stop()
	return &Handler{out: o, level: level}
}

// Flush writes the lines that wait.
func (h *Handler) Flush() { h.out.flush() }

func (o *output) flush() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.write()
}

func (o *output) write() {
	if len(o.lines) > 0 {
		_, _ = o.w.Write(o.lines) // a log that cannot be written has nobody to tell
		o.lines = o.lines[:0]
	}
}

// Enabled reports whether records of this level are written.
func (h *Handler) Enabled(_ context.Context, level slog.Level) bool { return level >= h.level }

// Handle writes a record.
func (h *Handler) Handle(_ context.Context, r slog.Record) error {
	o := h.out
	o.mu.Lock()
	defer o.mu.Unlock()
	first := len(o.lines) == 0
	b, begin := o.lines, len(o.lines)
	if !r.Time.IsZero() {
		b = r.Time.Round(0).AppendFormat(append(b, "time="...), "2006-01-02T15:04:05.000Z07:00")
		b = append(b, ' ')
	}
	b = append(append(b, "level="...), r.Level.String()...)
	b = appendText(append(b, " msg="...), r.Message)
	b = append(b, h.prefix...)
	r.Attrs(func(a slog.Attr) bool {
		b = appendAttr(b, h.group, a)
		return true
	})
	o.lines = scrub(append(b, '\n'), begin)
	switch {
	case r.Level >= slog.LevelWarn || len(o.lines) >= enough:
		o.write()
	case first:
		o.timer.Reset(patience)
	}
	return nil
}

// WithAttrs returns a handler whose records all have these attributes.
func (h *Handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	next := *h
	next.prefix = append([]byte(nil), h.prefix...)
	for _, a := range attrs {
		next.prefix = appendAttr(next.prefix, h.group, a)
	}
	return &next
}

// WithGroup returns a handler that puts a name before those of later attributes.
func (h *Handler) WithGroup(name string) slog.Handler {
	next := *h
	if name != "" {
		next.group += name + "."
	}
	return &next
}

func appendAttr(b []byte, group string, a slog.Attr) []byte {
	v := a.Value.Resolve()
	if v.Kind() == slog.KindGroup {
		if a.Key != "" {
			group += a.Key + "."
		}
		for _, inner := range v.Group() {
			b = appendAttr(b, group, inner)
		}
		return b
	}
	if a.Key == "" && v.Equal(slog.Value{}) {
		return b
	}
	b = append(b, ' ')
	if group == "" {
		b = appendText(b, a.Key)
	} else {
		b = appendText(b, group+a.Key)
	}
	return appendValue(append(b, '='), v)
}

func appendValue(b []byte, v slog.Value) []byte {
	switch v.Kind() {
	case slog.KindString:
		return appendText(b, v.String())
	case slog.KindInt64:
		return strconv.AppendInt(b, v.Int64(), 10)
	case slog.KindUint64:
		return strconv.AppendUint(b, v.Uint64(), 10)
	case slog.KindBool:
		return strconv.AppendBool(b, v.Bool())
	case slog.KindTime:
		return v.Time().AppendFormat(b, "2006-01-02T15:04:05.000Z07:00")
	case slog.KindAny:
		switch x := v.Any().(type) {
		case error:
			return appendText(b, x.Error())
		case encoding.TextMarshaler:
			if text, err := x.MarshalText(); err == nil {
				return appendText(b, string(text))
			}
		}
		return appendText(b, fmt.Sprintf("%+v", v.Any()))
	}
	return appendText(b, v.String())
}

// appendText quotes what would not stand for itself: nobody who sends a text begins a line of ours.
func appendText(b []byte, s string) []byte {
	if plain(s) {
		return append(b, s...)
	}
	return strconv.AppendQuote(b, s)
}

func plain(s string) bool {
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c >= utf8.RuneSelf || c == '"' || c == '=' || c == 0x7f {
			return false
		}
	}
	return s != ""
}
