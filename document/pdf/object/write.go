package object

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"maps"
	"slices"
	"sync"
)

// A Writer gathers objects for a new file, or to be added to one.
type Writer struct {
	base    []byte
	trailer Dict
	last    int // where the base has its cross references; 0 without a base
	next    Ref
	objects map[Ref]Value
}

// New begins a file.
func New() *Writer { return &Writer{trailer: Dict{}, next: 1, objects: map[Ref]Value{}} }

// Update begins an addition to a file: what is there stays byte for byte.
func (f *File) Update() (*Writer, error) {
	last, err := f.lastTable()
	size, ok := f.Trailer["Size"].(int)
	if err != nil || !ok || size < 1 || size > mostObjects {
		return nil, fmt.Errorf("%w: its trailer does not say how many objects there are", ErrBroken)
	}
	t := maps.Clone(f.Trailer)
	delete(t, "Prev")
	return &Writer{base: f.Bytes, trailer: t, last: last, next: Ref(size), objects: map[Ref]Value{}}, nil
}

// Add takes a new object.
func (w *Writer) Add(v Value) Ref {
	w.next++
	w.objects[w.next-1] = v
	return w.next - 1
}

// Set says what an object is, for one that is to be changed or whose number was taken with Add.
func (w *Writer) Set(r Ref, v Value) { w.objects[r] = v }

// packers are kept, because each takes a megabyte.
var packers = sync.Pool{New: func() any { return zlib.NewWriter(nil) }}

// Pack is a stream of bytes, packed.
func Pack(d Dict, b []byte) *Stream {
	var out bytes.Buffer
	z := packers.Get().(*zlib.Writer)
	defer packers.Put(z)
	z.Reset(&out)
	z.Write(b)
	z.Close()
	d = maps.Clone(d)
	if d == nil {
		d = Dict{}
	}
	d["Filter"] = Name("FlateDecode")
	return &Stream{d, out.Bytes()}
}

// header says that the file is not text in its second line.
const header = "%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"

// Bytes is the whole file. Entries go into its trailer beside those that the base has.
func (w *Writer) Bytes(trailer Dict) []byte {
	out := slices.Clone(w.base)
	if w.base == nil {
		out = []byte(header)
	}
	order := slices.Sorted(maps.Keys(w.objects))
	offsets := map[Ref]int{}
	for _, r := range order {
		offsets[r] = len(out)
		out = fmt.Appendf(out, "%d 0 obj\n", r)
		out = append(Append(out, w.objects[r]), "\nendobj\n"...)
	}
	table := len(out)
	out = append(out, "xref\n"...)
	if w.base == nil {
		out = append(out, "0 1\n0000000000 65535 f \n"...)
	}
	for i := 0; i < len(order); {
		n := 1
		for i+n < len(order) && order[i+n] == order[i]+Ref(n) {
			n++
		}
		out = fmt.Appendf(out, "%d %d\n", order[i], n)
		for _, r := range order[i : i+n] {
			out = fmt.Appendf(out, "%010d 00000 n \n", offsets[r])
		}
		i += n
	}
	t := maps.Clone(w.trailer)
	maps.Copy(t, trailer)
	t["Size"] = int(w.next)
	if w.base != nil {
		t["Prev"] = w.last
	}
	out = append(Append(append(out, "trailer\n"...), t), "\nstartxref\n"...)
	return fmt.Appendf(out, "%d\n%%%%EOF\n", table)
}

// Carry copies a value and all that it refers to from a file, under new numbers, and packs streams
// that are not. The map holds what
// was carried, by its old number; give the same map to carry what is shared once.
func (w *Writer) Carry(f *File, v Value, carried map[Ref]Ref) (Value, error) {
	switch v := v.(type) {
	case Ref:
		if to, done := carried[v]; done {
			return to, nil
		}
		to := w.Add(nil)
		carried[v] = to
		target, err := f.Resolve(v)
		if err == nil {
			target, err = w.Carry(f, target, carried)
		}
		w.Set(to, target)
		return to, err
	case Array:
		out := make(Array, len(v))
		for i, one := range v {
			var err error
			if out[i], err = w.Carry(f, one, carried); err != nil {
				return nil, err
			}
		}
		return out, nil
	case Dict:
		out := Dict{}
		for _, k := range slices.Sorted(maps.Keys(v)) {
			var err error
			if out[k], err = w.Carry(f, v[k], carried); err != nil {
				return nil, err
			}
		}
		return out, nil
	case *Stream:
		d, err := w.Carry(f, v.Dict, carried)
		if err != nil {
			return nil, err
		}
		if v.Dict["Filter"] == nil {
			return Pack(d.(Dict), v.Data), nil
		}
		return &Stream{d.(Dict), v.Data}, nil
	}
	return v, nil
}
