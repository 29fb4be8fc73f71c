package object

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// small is a file of one page with every kind of value.
func small() []byte {
	w := New()
	text := w.Add(Pack(nil, []byte("BT ET")))
	page := w.Add(nil)
	pages := w.Add(Dict{"Type": Name("Pages"), "Kids": Array{page}, "Count": 1})
	w.Set(page, Dict{"Type": Name("Page"), "Parent": pages, "Contents": text, "MediaBox": Array{0, 0, Number(595.276), 842}})
	odd := w.Add(Dict{"A name/with #signs": Text("Łódź (1) \\ \n"), "B": String("(\\)\x00\xff"), "C": nil, "D": true, "E": Array{}, "F": Text("plain (text)")})
	return w.Bytes(Dict{"Root": w.Add(Dict{"Type": Name("Catalog"), "Pages": pages, "Odd": odd})})
}

func TestWhatIsWrittenReadsTheSame(t *testing.T) {
	f, err := Read(small())
	if err != nil {
		t.Fatal(err)
	}
	catalog, err := f.Catalog()
	if err != nil {
		t.Fatal(err)
	}
	got, err := f.Dict(catalog["Odd"])
	if err != nil {
		t.Fatal(err)
	}
	want := Dict{"A name/with #signs": Text("Łódź (1) \\ \n"), "B": String("(\\)\x00\xff"), "C": nil, "D": true, "E": Array{}, "F": String("plain (text)")}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// Any value reads back as it was written.
func TestValuesRoundTrip(t *testing.T) {
	var value *rapid.Generator[Value]
	value = rapid.Custom(func(t *rapid.T) Value {
		switch rapid.IntRange(0, 7).Draw(t, "kind") {
		case 0:
			return rapid.Int().Draw(t, "int")
		case 1:
			return String(rapid.SliceOf(rapid.Byte()).Draw(t, "string"))
		case 2:
			return Name("N" + rapid.String().Draw(t, "name"))
		case 3:
			return Ref(rapid.IntRange(0, 99).Draw(t, "ref"))
		case 4:
			return Number(rapid.Float64Range(-1e6, 1e6).Draw(t, "real"))
		case 5:
			return rapid.Bool().Draw(t, "bool")
		case 6:
			return append(Array{}, rapid.SliceOfN(value, 0, 3).Draw(t, "array")...)
		}
		d := Dict{}
		for _, v := range rapid.SliceOfN(value, 0, 3).Draw(t, "dict") {
			d[Name(fmt.Sprint("K", len(d)))] = v
		}
		return d
	})
	rapid.Check(t, func(t *rapid.T) {
		want := value.Draw(t, "value")
		s := &scanner{src: append(Append(nil, want), ' ')}
		got := s.value(0)
		if diff := cmp.Diff(want, got); diff != "" || s.err != nil {
			t.Fatal(s.err, diff)
		}
	})
}

// An addition leaves every byte before it, and what it sets goes before what was there.
func TestAnUpdateAddsOnly(t *testing.T) {
	base := small()
	f, err := Read(base)
	if err != nil {
		t.Fatal(err)
	}
	w, err := f.Update()
	if err != nil {
		t.Fatal(err)
	}
	added := w.Add(String("new"))
	w.Set(2, Dict{"Type": Name("Page"), "Changed": added})
	file := w.Bytes(nil)
	if !bytes.HasPrefix(file, base) {
		t.Fatal("the base has changed")
	}
	g, err := Read(file)
	if err != nil {
		t.Fatal(err)
	}
	page, err := g.Dict(Ref(2))
	if err != nil {
		t.Fatal(err)
	}
	got, err := g.Resolve(page["Changed"])
	if err != nil || got != String("new") {
		t.Errorf("got %v, %v", got, err)
	}
	if diff := cmp.Diff([]int{len(base), len(file)}, g.Ends); diff != "" {
		t.Error(diff)
	}
}

func TestFilesThatAreRefused(t *testing.T) {
	good := string(small())
	bomb := New()
	packed := bomb.Add(Pack(nil, make([]byte, mostInflated+1)))
	bombed := bomb.Bytes(Dict{"Root": packed})
	encrypted := New()
	encrypted.Add(Dict{})
	for _, test := range []struct {
		name string
		file string
		want error
	}{
		{"nothing", "", ErrNotPDF},
		{"a text", "edition: entente/2026-11\n", ErrNotPDF},
		{"cut off", good[:len(good)/2], ErrBroken},
		{"something after the end", good + "more", ErrBroken},
		{"cross references elsewhere", strings.Replace(good, "startxref\n", "startxref\n1", 1), ErrBroken},
		{"cross references that are a stream", strings.Replace(good, "\nxref\n", "\nxrfe\n", 1), ErrForeign},
		{"an object elsewhere", strings.Replace(good, "2 0 obj", "3 0 obj", 1), ErrBroken},
		{"a stream of another length", strings.Replace(good, "/Length ", "/Length 1", 1), ErrBroken},
		{"encrypted", string(encrypted.Bytes(Dict{"Encrypt": Dict{}, "Root": Ref(1)})), ErrEncrypted},
		{"a stream that unpacks to a flood", string(bombed), ErrLarge},
		{"too large", "%PDF-1.7\n" + strings.Repeat("x", MostBytes), ErrLarge},
		{"nested without end", nestedDeep(), ErrBroken},
		{"more objects than a file may have", strings.Replace(good, "/Size ", "/Size 9000000000000000", 1), ErrBroken},
		{"no number of objects", strings.Replace(good, "/Size ", "/Sise ", 1), ErrBroken},
		{"an object that one table has twice", strings.Replace(good, "\n1 5\n", "\n1 1\n0000000015 00000 n \n1 5\n", 1), ErrBroken},
		{"an object that is withdrawn", strings.Replace(good, " 00000 n ", " 00000 f ", 1), ErrForeign},
		{"an object of a later generation", strings.Replace(good, " 00000 n ", " 00001 n ", 1), ErrForeign},
		{"objects within each other", nestedObjects(), ErrBroken},
		{"many streams that unpack to a flood together", flood(), ErrLarge},
		{"values without number", crowd(), ErrBroken},
		{"its only revision before itself", strings.Replace(good, "trailer\n<<", "trailer\n<</Prev "+good[strings.LastIndex(good, "startxref\n")+10:len(good)-7]+" ", 1), ErrBroken},
		{"revisions in a circle", strings.Replace(good, "trailer\n<<", "trailer\n<</Prev 900000 ", 1), ErrBroken},
	} {
		t.Run(test.name, func(t *testing.T) {
			err := readAll([]byte(test.file))
			if !errors.Is(err, test.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("got %v, want %v in one line", err, test.want)
			}
		})
	}
}

func nestedDeep() string {
	w := New()
	var v Value = 1
	for range mostDepth + 2 {
		v = Array{v}
	}
	return string(w.Bytes(Dict{"Root": w.Add(v)}))
}

// nestedObjects are strings of a megabyte, each within the one before.
func nestedObjects() string {
	const n = 40
	file, offsets := "%PDF-1.7\n", ""
	for i := 1; i <= n; i++ {
		offsets += fmt.Sprintf("%010d 00000 n \n", len(file))
		file += fmt.Sprintf("%d 0 obj\n(", i)
	}
	file += strings.Repeat("x", 1<<20) + strings.Repeat(") endobj\n", n)
	return fmt.Sprintf("%sxref\n1 %d\n%strailer\n<</Size %d>>\nstartxref\n%d\n%%%%EOF\n", file, n, offsets, n+1, len(file))
}

// flood is streams that each unpack to what one may.
func flood() string {
	w := New()
	one := Pack(nil, make([]byte, mostInflated))
	for range mostUnpacked/mostInflated + 1 {
		w.Add(one)
	}
	return string(w.Bytes(nil))
}

func crowd() string {
	w := New()
	w.Add(slices.Repeat(Array{0}, mostValues))
	return string(w.Bytes(nil))
}

// What other readers could take for something else is not written as ours are.
func TestOnlyWhatAWriterWritesIsPlain(t *testing.T) {
	good := string(small())
	before := func(more string) string {
		return moved(strings.Replace(good, "\nxref\n", "\n"+more+"xref\n", 1), len(more))
	}
	for _, test := range []struct {
		name string
		file string
		want bool
	}{
		{"as it was written", good, true},
		{"an object that no table names", before("9 0 obj\n<</Linearized 1>>\nendobj\n"), false},
		{"an object that stands there again", before("2 0 obj\n<</Type /Page>>\nendobj\n"), false},
		{"a space", before(" "), false},
		{"a comment", before("%x\n"), false},
		{"a word of the trailer written otherwise", strings.Replace(good, "/Size ", "/Siz#65 ", 1), false},
	} {
		f, err := Read([]byte(test.file))
		if err != nil {
			t.Fatalf("%s: %v", test.name, err)
		}
		if got, err := f.Plain(); got != test.want || err != nil {
			t.Errorf("%s: %v, %v", test.name, got, err)
		}
	}
}

// moved is a file whose last table lies so many bytes further on.
func moved(file string, by int) string {
	at := strings.LastIndex(file, "startxref\n") + len("startxref\n")
	table, _ := strconv.Atoi(strings.TrimSuffix(file[at:], "\n%%EOF\n"))
	return fmt.Sprintf("%s%d\n%%%%EOF\n", file[:at], table+by)
}

// readAll reads every object of a file and unpacks every stream.
func readAll(b []byte) error {
	f, err := Read(b)
	if err != nil {
		return err
	}
	for ref := range f.offsets {
		v, err := f.Resolve(ref)
		if err != nil {
			return err
		}
		if s, ok := v.(*Stream); ok {
			if _, err := f.Content(s); err != nil {
				return err
			}
		}
	}
	_, err = f.Catalog()
	return err
}

// Whatever a file holds, reading it ends in an answer soon, and what is read can be added to.
func FuzzRead(f *testing.F) {
	f.Add(small())
	f.Add([]byte("%PDF-1.7\nxref\n0 1\n0000000000 65535 f \ntrailer\n<</Size 1>>\nstartxref\n9\n%%EOF\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		began := time.Now()
		if readAll(b) == nil {
			file, err := Read(b)
			if err != nil {
				t.Fatal("it was read before:", err)
			}
			if w, err := file.Update(); err == nil {
				w.Add(Dict{})
				if _, err := Read(w.Bytes(nil)); err != nil {
					t.Fatal("what was added to it is not read:", err)
				}
			}
		}
		if took := time.Since(began); took > 5*time.Second {
			t.Fatalf("%d bytes took %v", len(b), took)
		}
	})
}
