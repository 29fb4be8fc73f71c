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
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

// How long a line may wait, and how many bytes of lines.
const (
	patience = 100 * time.Millisecond
	enough   = 256 << 10
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
	last  stamp
}

// A stamp is a time as lines begin with it, to the second: the next line mostly has the same.
type stamp struct {
	second int64
	zone   *time.Location
	date   string // up to the fraction of the second
	offset string // behind it
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
	h.out.mu.Lock()
	defer h.out.mu.Unlock()
	b := h.begin(r.Time, r.Level, r.Message)
	r.Attrs(func(a slog.Attr) bool {
		b = appendAttr(b, h.group, &a)
		return true
	})
	h.out.end(b, r.Level)
	return nil
}

// Line writes what Handle writes of a record with these attributes, at less cost.
func (h *Handler) Line(at time.Time, level slog.Level, message string, attrs []slog.Attr) {
	h.out.mu.Lock()
	defer h.out.mu.Unlock()
	b := h.begin(at, level, message)
	for i := range attrs {
		b = appendAttr(b, h.group, &attrs[i])
	}
	h.out.end(b, level)
}

// begin is all lines with the begin of one more. It holds the output's lock.
func (h *Handler) begin(at time.Time, level slog.Level, message string) []byte {
	b := h.out.lines
	if !at.IsZero() {
		b = append(h.out.appendTime(append(b, "time="...), at), ' ')
	}
	b = append(append(b, "level="...), level.String()...)
	return append(appendText(append(b, " msg="...), message), h.prefix...)
}

// end ends the line. It holds the output's lock.
func (o *output) end(b []byte, level slog.Level) {
	first := len(o.lines) == 0
	o.lines = append(b, '\n')
	switch {
	case level >= slog.LevelWarn || len(o.lines) >= enough:
		o.write()
	case first:
		o.timer.Reset(patience)
	}
}

func (o *output) appendTime(b []byte, t time.Time) []byte {
	if t.Unix() != o.last.second || t.Location() != o.last.zone {
		o.last = stamp{t.Unix(), t.Location(), t.Format("2006-01-02T15:04:05."), t.Format("Z07:00")}
	}
	ms := t.Nanosecond() / 1e6
	b = append(append(b, o.last.date...), byte('0'+ms/100), byte('0'+ms/10%10), byte('0'+ms%10))
	return append(b, o.last.offset...)
}

// WithAttrs returns a handler whose records all have these attributes.
func (h *Handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	next := *h
	next.prefix = append([]byte(nil), h.prefix...)
	for _, a := range attrs {
		next.prefix = appendAttr(next.prefix, h.group, &a)
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

func appendAttr(b []byte, group string, a *slog.Attr) []byte {
	key, v := a.Key, a.Value
	kind := v.Kind()
	if kind == slog.KindLogValuer {
		v = v.Resolve()
		kind = v.Kind()
	}
	switch {
	case kind == slog.KindGroup:
		if key != "" {
			group += key + "."
		}
		for _, inner := range v.Group() {
			b = appendAttr(b, group, &inner)
		}
		return b
	case key == "" && v.Equal(slog.Value{}):
		return b
	case group != "":
		key = group + key
	}
	return appendValue(append(appendText(append(b, ' '), key), '='), kind, v)
}

func appendValue(b []byte, kind slog.Kind, v slog.Value) []byte {
	switch kind {
	case slog.KindString:
		return appendText(b, v.String())
	case slog.KindInt64:
		return strconv.AppendInt(b, v.Int64(), 10)
	case slog.KindUint64:
		return strconv.AppendUint(b, v.Uint64(), 10)
	case slog.KindBool:
		return strconv.AppendBool(b, v.Bool())
	case slog.KindDuration:
		return append(b, v.Duration().String()...)
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
	at := len(b)
	plain, suspect := look(s)
	if plain {
		b = append(b, s...)
	} else {
		b = strconv.AppendQuote(b, s)
	}
	if !suspect || len(s) < shortest {
		return b
	}
	return scrub(b, at)
}

// look reports whether a text stands for itself, and whether there may be a secret in it: in one that
// stands for itself there is one only if the first bytes of some shape without a space are.
func look(s string) (plain, suspect bool) {
	var seen byte
	for i := range len(s) {
		seen |= class[s[i]]
	}
	switch {
	case seen == 0:
		return s != "", false
	case seen&quoted != 0:
		return false, true
	}
	return true, seen&jay != 0 && strings.Contains(s, "yJ") || seen&line != 0 && begins(s)
}

// begins reports whether the line that ends a shape's first bytes comes behind a letter that does.
func begins(s string) bool {
	for at := 0; ; {
		i := strings.IndexByte(s[at:], '_')
		if i < 0 {
			return false
		}
		if at += i; at > 0 && (s[at-1] == 't' || s[at-1] == 'c') {
			return true
		}
		at++
	}
}

// What a byte says of the text that has it: that it is quoted, or that a shape may begin with it.
const (
	quoted = 1 << iota
	line
	jay
)

var class = func() (of [256]byte) {
	for c := range of {
		if c <= ' ' || c >= utf8.RuneSelf || c == '"' || c == '=' || c == 0x7f {
			of[c] = quoted
		}
	}
	of['_'], of['J'] = line, jay
	return of
}()
