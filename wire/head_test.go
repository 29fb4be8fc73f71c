package wire

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

// headAlone is what a head says that nothing came before.
func headAlone(text string) (Head, error) {
	return (&Reader{From: strings.NewReader(text)}).Head(small, func() {})
}

// Whatever was read before on a connection, a head says what it says alone, and lasts until the next.
func TestAHeadSaysWhatItSaysAlone(t *testing.T) {
	line := rapid.SampledFrom([]string{"X-A: 1", "x-a: 1", "X-A: 12", "X-B:", "Content-Length: 5", "X-C: " + strings.Repeat("c", 5000), "X-A: 1\r", "X-A : 1", "X-A: 1\nX-B: 2", "\x00: 1"})
	rapid.Check(t, func(t *rapid.T) {
		var all strings.Builder
		var heads []string
		for range rapid.IntRange(1, 6).Draw(t, "heads") {
			lines := rapid.SliceOfN(line, 0, 5).Draw(t, "lines")
			head := strings.Join(slices.Concat([]string{rapid.SampledFrom([]string{"GET / HTTP/1.1", "GET /a HTTP/1.1", "a\rb", ""}).Draw(t, "first")}, lines), "\r\n") + "\r\n\r\n"
			if len(heads) > 0 && rapid.Bool().Draw(t, "again") {
				head = heads[len(heads)-1]
			}
			heads = append(heads, head)
			all.WriteString(head)
		}
		from := strings.NewReader(all.String())
		r := &Reader{From: from}
		if rapid.Bool().Draw(t, "singly") {
			r.From = iotest.OneByteReader(from)
		}
		for i := 0; all.Len() > 0; i++ {
			left := all.String()[all.Len()-from.Len()-r.Buffered():]
			want, wrong := headAlone(left)
			got, err := r.Head(small, func() {})
			if errors.Is(err, ErrMalformed) != errors.Is(wrong, ErrMalformed) || errors.Is(err, ErrTooLarge) != errors.Is(wrong, ErrTooLarge) || (err == nil) != (wrong == nil) {
				t.Fatalf("%q: %v, and %v alone", left, err, wrong)
			}
			if err != nil {
				return
			}
			if diff := cmp.Diff(want, Head{got.Line, got.Fields, want.Again}, cmpopts.EquateEmpty()); diff != "" {
				t.Fatalf("%q: %s", left, diff)
			}
			if again := i > 0 && heads[i] == heads[i-1]; got.Again != again {
				t.Fatalf("%q is said to be the one before: %v", left, got.Again)
			}
			if from.Len()+r.Buffered() == 0 {
				return
			}
		}
	})
}

func TestAHeadComesAgain(t *testing.T) {
	const first = "GET / HTTP/1.1\r\nHost: x\r\nX-A: 1\r\n\r\n"
	for _, c := range []struct {
		name, then string
		again      bool
	}{
		{"the same", first, true},
		{"another first line", "PUT / HTTP/1.1\r\nHost: x\r\nX-A: 1\r\n\r\n", false},
		{"another value", "GET / HTTP/1.1\r\nHost: x\r\nX-A: 2\r\n\r\n", false},
		{"a line less", "GET / HTTP/1.1\r\nHost: x\r\n\r\n", false},
		{"a line more", "GET / HTTP/1.1\r\nHost: x\r\nX-A: 1\r\nX-B: 2\r\n\r\n", false},
		{"a longer line", "GET / HTTP/1.1\r\nHost: x\r\nX-A: 11\r\n\r\n", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := &Reader{From: iotest.HalfReader(strings.NewReader(first + c.then))}
			if head, err := r.Head(small, func() {}); err != nil || head.Again {
				t.Fatalf("%+v, %v", head, err)
			}
			want, _ := headAlone(c.then)
			got, err := r.Head(small, func() {})
			if diff := cmp.Diff(Head{want.Line, want.Fields, c.again}, got, cmpopts.EquateEmpty()); diff != "" || err != nil {
				t.Error(diff, err)
			}
		})
	}
}

// What a head said that is gone is not kept.
func TestNothingIsKeptOfALongerHead(t *testing.T) {
	r := &Reader{From: strings.NewReader("A\r\nX-A: 1\r\nAuthorization: Bearer s\r\n\r\nA\r\n\r\n")}
	for range 2 {
		if _, err := r.Head(small, func() {}); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff([]string{"A\r\n", "", ""}, r.lines[:3]); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(Header{{}, {}}, r.fields[:2]); diff != "" {
		t.Error(diff)
	}
}

// FuzzHeads holds the reader to reading a head the same whatever came before it.
func FuzzHeads(f *testing.F) {
	f.Add("A\r\nX: 1\r\n\r\n", "A\r\nX: 1\r\n\r\n")
	f.Add("A\r\nX: 1\r\nY: 2\r\n\r\n", "A\r\nX: 12\r\n\r\n")
	f.Add("A\r\n\r\n", "A\r\nX: 1\n\r\n")
	f.Fuzz(func(t *testing.T, before, text string) {
		r := &Reader{From: strings.NewReader(before)}
		if _, err := r.Head(small, func() {}); err != nil {
			return
		}
		r.r, r.w, r.From = 0, 0, strings.NewReader(text)
		want, wrong := headAlone(text)
		got, err := r.Head(small, func() {})
		if (err == nil) != (wrong == nil) || err != nil && err.Error() != wrong.Error() || err == nil && !slices.Equal(want.Fields, got.Fields) || want.Line != got.Line {
			t.Fatalf("%+v with %v behind %q, %+v with %v alone", got, err, before, want, wrong)
		}
	})
}
