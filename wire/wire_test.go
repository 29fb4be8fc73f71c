package wire

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var small = Limits{Bytes: 8 << 10, Fields: 32}

// message is a head with its body, read as one answer or request.
type message struct {
	Line   string
	Header http.Header
	Body   string
	Rest   string // what follows
}

func read(from io.Reader) (m message, err error) {
	r := &Reader{From: from}
	head, err := r.Head(small, func() {})
	if err != nil {
		return m, err
	}
	m.Line, m.Header = head.Line, http.Header{}
	h := head.Fields
	h.AddTo(m.Header)
	f, err := FramingOf(h, 1)
	if err != nil {
		return m, err
	}
	var b Body
	b.Reset(r, f)
	body, err := io.ReadAll(&b)
	m.Body, m.Rest = string(body), string(r.Peek())
	return m, err
}

func TestMessagesAreReadWhole(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       message
	}{
		{"a length", "A\r\nContent-Length: 3\r\n\r\nabcNEXT", message{"A", http.Header{"Content-Length": {"3"}}, "abc", "NEXT"}},
		{"no body", "A\r\ncontent-length:0\r\n\r\nNEXT", message{"A", http.Header{"Content-Length": {"0"}}, "", "NEXT"}},
		{"chunks", "A\r\nTransfer-Encoding: Chunked\r\n\r\n3\r\nabc\r\n02;x=y\r\nde\r\n0\r\n\r\nNEXT", message{"A", http.Header{"Transfer-Encoding": {"Chunked"}}, "abcde", "NEXT"}},
		{"chunks with trailing fields", "A\r\nTransfer-Encoding: chunked\r\n\r\nA\r\n0123456789\r\n0\r\nX-Sum: 1\r\n\r\n", message{"A", http.Header{"Transfer-Encoding": {"chunked"}}, "0123456789", ""}},
		{"until the end", "A\r\n\r\nabc", message{"A", http.Header{}, "abc", ""}},
		{"a field twice", "A\r\nX-A: 1\r\nx-a:\t2 \r\nX-B:\r\nContent-Length: 0\r\n\r\n", message{"A", http.Header{"X-A": {"1", "2"}, "X-B": {""}, "Content-Length": {"0"}}, "", ""}},
		{"the same length twice", "A\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na", message{"A", http.Header{"Content-Length": {"1", "1"}}, "a", ""}},
		{"text beyond ASCII", "A\r\nX: \xfc\r\nContent-Length: 0\r\n\r\n", message{"A", http.Header{"X": {"\xfc"}, "Content-Length": {"0"}}, "", ""}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := read(strings.NewReader(c.text))
			if diff := cmp.Diff(c.want, got); err != nil || diff != "" {
				t.Errorf("%v, want- got+\n%s", err, diff)
			}
			slow, err := read(iotest.OneByteReader(strings.NewReader(c.text)))
			slow.Rest = got.Rest
			if diff := cmp.Diff(got, slow); err != nil || diff != "" {
				t.Errorf("byte by byte: %v\n%s", err, diff)
			}
		})
	}
}

func TestMessagesThatAreRefused(t *testing.T) {
	const chunked = "A\r\nTransfer-Encoding: chunked\r\n\r\n"
	for _, c := range []struct {
		name, text string
		want       error
	}{
		{"both framings", "A\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", ErrMalformed},
		{"two lengths", "A\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", ErrMalformed},
		{"a list of lengths", "A\r\nContent-Length: 3, 3\r\n\r\nabc", ErrMalformed},
		{"a signed length", "A\r\nContent-Length: +3\r\n\r\nabc", ErrMalformed},
		{"a negative length", "A\r\nContent-Length: -3\r\n\r\nabc", ErrMalformed},
		{"a hexadecimal length", "A\r\nContent-Length: 0x3\r\n\r\nabc", ErrMalformed},
		{"an empty length", "A\r\nContent-Length:\r\n\r\n", ErrMalformed},
		{"a huge length", "A\r\nContent-Length: 99999999999999999999\r\n\r\n", ErrMalformed},
		{"two codings", "A\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", ErrCoding},
		{"two lines of codings", "A\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n", ErrCoding},
		{"a disguised coding", "A\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", ErrCoding},
		{"a coding after a tab", "A\r\nTransfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n", ErrMalformed},
		{"space before the colon", "A\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n", ErrMalformed},
		{"a folded line", "A\r\nX: a\r\n b\r\n\r\n", ErrMalformed},
		{"a line without a colon", "A\r\nX\r\n\r\n", ErrMalformed},
		{"an empty name", "A\r\n: x\r\n\r\n", ErrMalformed},
		{"a NUL", "A\r\nX: a\x00b\r\n\r\n", ErrMalformed},
		{"a bare CR", "A\r\nX: a\rY: b\r\n\r\n", ErrMalformed},
		{"a bare LF in a whole head", "A\r\nX: a\nY: b\r\n\r\n", ErrMalformed},
		{"bare LFs", "A\nX: a\n\n", ErrMalformed},
		{"a chunk without a size", chunked + "\r\nabc\r\n", ErrMalformed},
		{"a chunk with a sign", chunked + "+3\r\nabc\r\n0\r\n\r\n", ErrMalformed},
		{"a chunk with 0x", chunked + "0x3\r\nabc\r\n0\r\n\r\n", ErrMalformed},
		{"a chunk with space before", chunked + " 3\r\nabc\r\n0\r\n\r\n", ErrMalformed},
		{"a huge chunk", chunked + "ffffffffffffffff\r\nabc\r\n", ErrMalformed},
		{"a long chunk", chunked + "3\r\nabcd\r\n0\r\n\r\n", ErrMalformed},
		{"a short chunk", chunked + "3\r\nab\r\n0\r\n\r\n", ErrMalformed},
		{"a chunk with a bare LF", chunked + "3\nabc\r\n0\r\n\r\n", ErrMalformed},
		{"a chunk's end with a bare LF", chunked + "3\r\nabc\n0\r\n\r\n", ErrMalformed},
		{"a CR in an extension", chunked + "3;a\rb\r\nabc\r\n0\r\n\r\n", ErrMalformed},
		{"an endless extension", chunked + "3;" + strings.Repeat("a", 1000) + "\r\nabc\r\n0\r\n\r\n", ErrTooLarge},
		{"a trailing field that is none", chunked + "0\r\nX : y\r\n\r\n", ErrMalformed},
		{"endless trailing fields", chunked + "0\r\n" + strings.Repeat("X: y\r\n", 2000) + "\r\n", ErrTooLarge},
		{"too many fields", "A\r\n" + strings.Repeat("X: y\r\n", 33) + "\r\n", ErrTooLarge},
		{"a head that is too large", "A\r\nX: " + strings.Repeat("y", 8<<10) + "\r\n\r\n", ErrTooLarge},
		{"an endless line", strings.Repeat("y", 9<<10), ErrTooLarge},
		{"an end in the head", "A\r\nX: a", io.ErrUnexpectedEOF},
		{"an end in the body", "A\r\nContent-Length: 3\r\n\r\nab", io.ErrUnexpectedEOF},
		{"an end in a chunk", chunked + "3\r\nab", io.ErrUnexpectedEOF},
		{"an end behind a chunk", chunked + "3\r\nabc", io.ErrUnexpectedEOF},
		{"an end before the last chunk", chunked + "3\r\nabc\r\n", io.ErrUnexpectedEOF},
		{"an end in the trailer", chunked + "0\r\n", io.ErrUnexpectedEOF},
		{"nothing", "", io.EOF},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, from := range []io.Reader{strings.NewReader(c.text), iotest.OneByteReader(strings.NewReader(c.text))} {
				if m, err := read(from); !errors.Is(err, c.want) {
					t.Errorf("got %v with %+v, want %v", err, m, c.want)
				}
			}
		})
	}
}

// Whatever is sent in chunks of any size, and read in pieces of any size, arrives as it was.
func TestChunksArriveAsTheyWere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var sent, text strings.Builder
		text.WriteString("A\r\nTransfer-Encoding: chunked\r\n\r\n")
		for _, piece := range rapid.SliceOfN(rapid.StringN(1, 3000, 9000), 0, 8).Draw(t, "pieces") {
			sent.WriteString(piece)
			fmt.Fprintf(&text, "%x\r\n%s\r\n", len(piece), piece)
		}
		text.WriteString("0\r\n\r\nNEXT")
		r := &Reader{From: iotest.HalfReader(strings.NewReader(text.String()))}
		head, err := r.Head(small, func() {})
		if err != nil {
			t.Fatal(err)
		}
		h := head.Fields
		f, _ := FramingOf(h, 1)
		var b Body
		b.Reset(r, f)
		var got strings.Builder
		buf := make([]byte, rapid.IntRange(1, 8192).Draw(t, "size"))
		if _, err := io.CopyBuffer(struct{ io.Writer }{&got}, struct{ io.Reader }{&b}, buf); err != nil {
			t.Fatal(err)
		}
		if got.String() != sent.String() || !b.Ended() {
			t.Fatalf("%d bytes came, %d were sent", got.Len(), sent.Len())
		}
	})
}

// FuzzMessage holds the reader to its bounds, and to reading the same whether the bytes come at once or singly.
func FuzzMessage(f *testing.F) {
	f.Add([]byte("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc"))
	f.Add([]byte("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3;x\r\nabc\r\n0\r\nX: y\r\n\r\n"))
	f.Add([]byte("A\r\nX: \xff\r\n\r\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		at, err := read(strings.NewReader(string(text)))
		single, err2 := read(iotest.OneByteReader(strings.NewReader(string(text))))
		if (err == nil) != (err2 == nil) || err == nil && !cmp.Equal(at.Header, single.Header) || at.Body != single.Body && err == nil {
			t.Fatalf("%v with %+v at once, %v with %+v singly", err, at, err2, single)
		}
		if len(at.Body) > len(text) {
			t.Fatal("the body is longer than what came")
		}
		for name, values := range at.Header {
			if !IsToken(name) {
				t.Fatalf("the name %q", name)
			}
			for _, v := range values {
				if strings.ContainsAny(v, "\r\n\x00") {
					t.Fatalf("the value %q", v)
				}
			}
		}
	})
}

// A body that says that it is ready gives something, or its end, without asking for more.
func TestReadyBodiesDoNotWait(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var text strings.Builder
		for _, piece := range rapid.SliceOfN(rapid.StringN(1, 30, 90), 0, 6).Draw(t, "pieces") {
			fmt.Fprintf(&text, "%x\r\n%s\r\n", len(piece), piece)
		}
		text.WriteString("0\r\n\r\n")
		left, cuts := text.String(), 0
		r := &Reader{From: readerFunc(func(p []byte) (int, error) {
			cuts++
			n := copy(p, left[:rapid.IntRange(1, len(left)).Draw(t, "cut")])
			left = left[n:]
			return n, nil
		})}
		var b Body
		b.Reset(r, Framing{Length: -1, Chunked: true})
		buf := make([]byte, rapid.IntRange(1, 64).Draw(t, "size"))
		for {
			ready, before := b.Ready(), cuts
			n, err := b.Read(buf)
			if ready && cuts != before {
				t.Fatalf("it was ready, and waited (%d bytes came, %v)", n, err)
			}
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if !b.Ready() || left != "" {
			t.Fatal("a body that has ended waits")
		}
	})
}

type readerFunc func(p []byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

func TestLists(t *testing.T) {
	for _, c := range []struct {
		lines []string
		want  bool
	}{
		{nil, false}, {[]string{"close"}, true}, {[]string{"keep-alive", "upgrade,\tClose "}, true}, {[]string{"closed", "not close"}, false}, {[]string{`close;q=1`, ""}, false},
	} {
		h := Header{{"Other", "close"}}
		for _, line := range c.lines {
			h.Add("Connection", line)
		}
		if got := h.Lists("Connection", "close"); got != c.want {
			t.Errorf("%q: %v", c.lines, got)
		}
	}
}

// A Header does what that of net/http does.
func TestAHeaderIsLikeThatOfNetHTTP(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.SampledFrom([]string{"A", "B", "Content-Type"})
		ours, theirs := Header{}, http.Header{}
		for range rapid.IntRange(0, 12).Draw(t, "steps") {
			n, v := name.Draw(t, "name"), rapid.StringMatching("[a-c]{0,2}").Draw(t, "value")
			switch rapid.IntRange(0, 2).Draw(t, "what") {
			case 0:
				ours.Add(n, v)
				theirs.Add(n, v)
			case 1:
				ours.Set(n, v)
				theirs.Set(n, v)
			default:
				ours.Del(n)
				theirs.Del(n)
			}
			first, count := ours.Find(n)
			if first != theirs.Get(n) || count != len(theirs[n]) || ours.Has(n) != (count > 0) || ours.Get(n) != first {
				t.Fatalf("%s: %q, %d in %v, against %v", n, first, count, ours, theirs)
			}
		}
		back, again := http.Header{}, http.Header{}
		ours.AddTo(back)
		HeaderOf(theirs).AddTo(again)
		if diff := cmp.Diff(theirs, back) + cmp.Diff(theirs, again); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestAValueBeginsNoLine(t *testing.T) {
	if got := string(Header{{"A", "x\r\nB: y"}, {"C", ""}}.Append(nil)); got != "A: x  B: y\r\nC: \r\n" {
		t.Errorf("%q", got)
	}
}

// Names become canonical as net/http writes them.
func TestNamesAreCanonical(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.StringMatching("[a-cA-C0-9!-]{1,12}").Draw(t, "name")
		got, _, err := field(name + ": x")
		if want := http.CanonicalHeaderKey(name); err != nil || got != want {
			t.Fatalf("%q: %q, want %q (%v)", name, got, want, err)
		}
	})
}
