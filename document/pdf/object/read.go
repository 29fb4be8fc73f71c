package object

import (
	"bytes"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"strconv"
)

// What is wrong with a file that is not read.
var (
	ErrNotPDF    = errors.New("this is not a PDF")
	ErrBroken    = errors.New("the PDF is damaged")
	ErrForeign   = errors.New("the PDF was not made by Entente")
	ErrEncrypted = errors.New("the PDF is encrypted; take the file as Entente wrote it")
	ErrLarge     = errors.New("the PDF is too large")
)

// The most that is read.
const (
	MostBytes     = 32 << 20 // of a file
	mostObjects   = 100_000
	mostRevisions = 100
	mostInflated  = 16 << 20 // of one stream
	mostUnpacked  = 64 << 20 // of all streams
	mostValues    = 1 << 20  // of all objects
)

// A File is a PDF that was read.
type File struct {
	Bytes   []byte
	Trailer Dict  // of the last revision
	Ends    []int // where each revision ends, oldest first; what follows one was added to it later

	offsets map[Ref]int
	read    map[Ref]Value

	passed, values, unpacked int // what reading has taken so far: bytes of objects, values, bytes of streams
}

// Read reads the cross references of a file. Its objects are read when they are asked for.
func Read(b []byte) (*File, error) {
	switch {
	case !bytes.HasPrefix(b, []byte("%PDF-")):
		return nil, ErrNotPDF
	case len(b) > MostBytes:
		return nil, fmt.Errorf("%w: more than %d MiB", ErrLarge, MostBytes>>20)
	}
	f := &File{Bytes: b, offsets: map[Ref]int{}, read: map[Ref]Value{}}
	at, err := f.lastTable()
	if err != nil {
		return nil, err
	}
	for end := len(b); ; {
		if len(f.Ends) == mostRevisions {
			return nil, fmt.Errorf("%w: more than %d revisions", ErrLarge, mostRevisions)
		}
		f.Ends = append([]int{end}, f.Ends...)
		trailer, err := f.table(at, end)
		if err != nil {
			return nil, err
		}
		if f.Trailer == nil {
			f.Trailer = trailer
		}
		previous, more := trailer["Prev"].(int)
		if !more {
			return f, nil
		}
		if previous >= at {
			return nil, fmt.Errorf("%w: its revisions are out of order", ErrBroken)
		}
		at = previous
		if end, err = f.endAfter(at); err != nil {
			return nil, err
		}
	}
}

// lastTable is where the last cross references are, as the end of the file says.
func (f *File) lastTable() (int, error) {
	const most = 64 // bytes that "startxref" with its number takes
	tail := f.Bytes[max(0, len(f.Bytes)-most):]
	i := bytes.LastIndex(tail, []byte("startxref\n"))
	digits, ended := bytes.CutSuffix(tail[max(i, 0):], []byte("\n%%EOF\n"))
	if i < 0 || !ended {
		return 0, fmt.Errorf("%w or was not made by Entente: it does not end as one of ours does", ErrBroken)
	}
	at, err := strconv.Atoi(string(bytes.TrimPrefix(digits, []byte("startxref\n"))))
	if err != nil || at < 0 || at >= len(f.Bytes) {
		return 0, fmt.Errorf("%w: its cross references are nowhere", ErrBroken)
	}
	return at, nil
}

// endAfter is where the revision ends whose cross references begin at a place.
func (f *File) endAfter(at int) (int, error) {
	if at < 0 || at >= len(f.Bytes) {
		return 0, fmt.Errorf("%w: the cross references of a revision are nowhere", ErrBroken)
	}
	closing := []byte("\n%%EOF\n")
	i := bytes.Index(f.Bytes[at:], closing)
	if i < 0 {
		return 0, fmt.Errorf("%w: a revision does not end", ErrBroken)
	}
	return at + i + len(closing), nil
}

// table reads one table of cross references and the trailer after it. Later revisions go before
// earlier ones, and every object lies in the revision that names it.
func (f *File) table(at, end int) (Dict, error) {
	s := &scanner{src: f.Bytes[:end], at: at}
	if s.word() != "xref" {
		return nil, fmt.Errorf("%w: its cross references are not the kind that Entente writes", ErrForeign)
	}
	named := map[Ref]bool{} // where readers disagree which of two counts, the second could be shown and the first judged
	for {
		word := s.word()
		if word == "trailer" {
			break
		}
		first, err := strconv.Atoi(word)
		count, err2 := strconv.Atoi(s.word())
		if err != nil || err2 != nil || first < 0 || count < 0 || count > mostObjects || first > mostObjects {
			return nil, fmt.Errorf("%w: its cross references cannot be read", ErrBroken)
		}
		for n := range count {
			offset, err := strconv.Atoi(s.word())
			generation, kind := s.word(), s.word()
			if err != nil || offset < 0 || offset >= end || kind != "n" && kind != "f" {
				return nil, fmt.Errorf("%w: the cross reference of object %d cannot be read", ErrBroken, first+n)
			}
			if first+n == 0 {
				continue // it heads the list of those that are free
			}
			if kind == "f" || generation != "00000" {
				return nil, fmt.Errorf("%w: object %d is withdrawn or of a later generation", ErrForeign, first+n)
			}
			if named[Ref(first+n)] {
				return nil, fmt.Errorf("%w: one table of cross references has object %d twice", ErrBroken, first+n)
			}
			named[Ref(first+n)] = true
			if _, later := f.offsets[Ref(first+n)]; !later {
				f.offsets[Ref(first+n)] = offset
			}
		}
	}
	trailer, ok := s.value(0).(Dict)
	size, counted := trailer["Size"].(int)
	switch {
	case s.err != nil || !ok:
		return nil, fmt.Errorf("%w: its trailer cannot be read", ErrBroken)
	case !counted || size < 1 || size > mostObjects:
		return nil, fmt.Errorf("%w: its trailer does not say how many objects there are, or more than %d", ErrBroken, mostObjects)
	case trailer["Encrypt"] != nil:
		return nil, ErrEncrypted
	case trailer["XRefStm"] != nil:
		return nil, fmt.Errorf("%w: its cross references are not the kind that Entente writes", ErrForeign)
	}
	return trailer, nil
}

// Resolve is the value that a reference leads to; any other value is itself, and a reference to
// nothing is nil.
func (f *File) Resolve(v Value) (Value, error) {
	for range 8 { // a reference to a reference is not ours, and a circle has no end
		ref, ok := v.(Ref)
		if !ok {
			return v, nil
		}
		var err error
		if v, err = f.object(ref); err != nil {
			return nil, err
		}
	}
	return nil, fmt.Errorf("%w: references lead in a circle", ErrBroken)
}

func (f *File) object(ref Ref) (Value, error) {
	if v, done := f.read[ref]; done {
		return v, nil
	}
	at, there := f.offsets[ref]
	if !there {
		return nil, nil
	}
	s := &scanner{src: f.Bytes, at: at, values: f.values}
	if n, err := strconv.Atoi(s.word()); err != nil || Ref(n) != ref || s.word() != "0" || s.word() != "obj" {
		return nil, fmt.Errorf("%w: object %d is not where its cross references say", ErrBroken, ref)
	}
	v := s.value(0)
	if d, ok := v.(Dict); ok && s.err == nil && s.stream() {
		v = &Stream{d, s.data(d)}
	}
	if s.err == nil && s.word() != "endobj" {
		s.fail("it does not end")
	}
	if s.err != nil {
		return nil, fmt.Errorf("%w: object %d: %w", ErrBroken, ref, s.err)
	}
	f.values, f.passed = s.values, f.passed+s.at-at
	if f.passed > len(f.Bytes) {
		return nil, fmt.Errorf("%w: its objects lie within each other", ErrBroken)
	}
	f.read[ref] = v
	return v, nil
}

// Plain reports whether a file is of one revision and written as a Writer writes its objects, to the byte: then
// there is nothing in it that other readers of PDFs could take for something else than this one does.
func (f *File) Plain() (bool, error) {
	w := New()
	size, _ := f.Trailer["Size"].(int)
	w.next = Ref(size)
	for ref := range f.offsets {
		v, err := f.object(ref)
		if err != nil {
			return false, err
		}
		w.objects[ref] = v
	}
	return bytes.Equal(w.Bytes(f.Trailer), f.Bytes), nil
}

// Dict is the dictionary that a value is or leads to; of a stream it is the stream's own.
func (f *File) Dict(v Value) (Dict, error) {
	v, err := f.Resolve(v)
	if err != nil {
		return nil, err
	}
	switch v := v.(type) {
	case Dict:
		return v, nil
	case *Stream:
		return v.Dict, nil
	}
	return nil, fmt.Errorf("%w: a dictionary is missing", ErrBroken)
}

// Array is the array that a value is or leads to; empty if it is none.
func (f *File) Array(v Value) (Array, error) {
	v, err := f.Resolve(v)
	a, _ := v.(Array)
	return a, err
}

// Catalog is the file's first dictionary.
func (f *File) Catalog() (Dict, error) { return f.Dict(f.Trailer["Root"]) }

// Content is what a stream holds, unpacked.
func (f *File) Content(v Value) ([]byte, error) {
	v, err := f.Resolve(v)
	if err != nil {
		return nil, err
	}
	s, ok := v.(*Stream)
	if !ok {
		return nil, fmt.Errorf("%w: a stream is missing", ErrBroken)
	}
	switch s.Dict["Filter"] {
	case nil:
		return s.Data, nil
	case Name("FlateDecode"):
		out, err := inflate(s.Data)
		if f.unpacked += len(out); f.unpacked > mostUnpacked {
			return nil, fmt.Errorf("%w: its streams unpack to more than %d MiB", ErrLarge, mostUnpacked>>20)
		}
		return out, err
	}
	return nil, fmt.Errorf("%w: a stream is packed in a way that Entente does not use", ErrForeign)
}

func inflate(b []byte) ([]byte, error) {
	r, err := zlib.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, fmt.Errorf("%w: a stream cannot be unpacked", ErrBroken)
	}
	out, err := io.ReadAll(io.LimitReader(r, mostInflated+1))
	switch {
	case len(out) > mostInflated:
		return nil, fmt.Errorf("%w: a stream in it unpacks to more than %d MiB", ErrLarge, mostInflated>>20)
	case err != nil:
		return nil, fmt.Errorf("%w: a stream cannot be unpacked", ErrBroken)
	}
	return out, nil
}
