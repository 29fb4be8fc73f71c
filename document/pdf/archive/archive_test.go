package archive

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"encoding/xml"
	"io"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"entente/document/pdf/object"
)

// page is a file of one page, as a library writes it.
func page() []byte {
	w := object.New()
	pages := w.Add(nil)
	only := w.Add(object.Dict{"Type": object.Name("Page"), "Parent": pages, "Contents": w.Add(object.Pack(nil, []byte("BT ET"))),
		"Annots": object.Array{object.Dict{"Type": object.Name("Annot"), "Subtype": object.Name("Link")}}})
	w.Set(pages, object.Dict{"Type": object.Name("Pages"), "Kids": object.Array{only}, "Count": 1})
	return w.Bytes(object.Dict{"Root": w.Add(object.Dict{"Type": object.Name("Catalog"), "Pages": pages})})
}

var record = Record{Title: "Łódź & <b>", Language: "pl", Producer: "Entente", At: time.Date(2026, 12, 1, 9, 0, 0, 0, time.FixedZone("", 3600)),
	Source: Source{"agreement.yaml", "application/yaml", "The source", []byte("edition: entente/2026-11\n")},
	Places: []Place{{Field: "party-a", Page: 1, Left: 10, Bottom: 20, Wide: 30, High: 40}}}

func made(t *testing.T, r Record) ([]byte, *object.File) {
	t.Helper()
	b, err := Make(page(), r)
	if err != nil {
		t.Fatal(err)
	}
	f, err := object.Read(b)
	if err != nil {
		t.Fatal(err)
	}
	return b, f
}

func TestTheSourceIsFoundAgain(t *testing.T) {
	_, f := made(t, record)
	got, ok, err := Attached(f)
	if diff := cmp.Diff(record.Source, got); diff != "" || !ok || err != nil {
		t.Error(ok, err, diff)
	}
	bare := record
	bare.Source = Source{}
	_, f = made(t, bare)
	if _, ok, err := Attached(f); ok || err != nil {
		t.Error("a source is found where none is", err)
	}
}

// The metadata is well-formed XML whatever the title holds, and says what the file's information says.
func TestMetadataSaysWhatTheInformationSays(t *testing.T) {
	_, f := made(t, record)
	catalog, err := f.Catalog()
	if err != nil {
		t.Fatal(err)
	}
	packet, err := f.Content(catalog["Metadata"])
	if err != nil {
		t.Fatal(err)
	}
	said := map[string]string{}
	d, name := xml.NewDecoder(bytes.NewReader(packet)), ""
	for {
		token, err := d.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			name = token.Name.Local
			if name == "li" {
				name = "title"
			}
		case xml.CharData:
			if text := strings.TrimSpace(string(token)); text != "" && said[name] == "" {
				said[name] = text
			}
		}
	}
	want := map[string]string{"format": "application/pdf", "title": "Łódź & <b>", "Producer": "Entente", "CreateDate": "2026-12-01T08:00:00Z", "ModifyDate": "2026-12-01T08:00:00Z"}
	if diff := cmp.Diff(want, said); diff != "" {
		t.Error(diff)
	}
	info, err := f.Dict(f.Trailer["Info"])
	if err != nil || info["CreationDate"] != object.String("D:20261201080000Z") || info["Title"] != object.Text("Łódź & <b>") {
		t.Errorf("the information is %v (%v)", info, err)
	}
}

func TestAnnotationsPrintAndFieldsAreOpen(t *testing.T) {
	_, f := made(t, record)
	catalog, _ := f.Catalog()
	form, err := f.Dict(catalog["AcroForm"])
	if err != nil {
		t.Fatal(err)
	}
	fields, err := f.Array(form["Fields"])
	if err != nil || len(fields) != 1 {
		t.Fatal(fields, err)
	}
	field, err := f.Dict(fields[0])
	if err != nil || field["T"] != object.String("party-a") || field["V"] != nil {
		t.Error(field, err)
	}
	only, err := f.Dict(field["P"])
	if err != nil {
		t.Fatal(err)
	}
	notes, err := f.Array(only["Annots"])
	if err != nil || len(notes) != 2 || notes[0].(object.Dict)["F"] != 4 || notes[1] != fields[0] {
		t.Error(notes, err)
	}
}

func TestSamePagesWhateverPackedThem(t *testing.T) {
	a, _ := made(t, record)
	repacked := bytes.Clone(page())
	f, err := object.Read(repacked)
	if err != nil {
		t.Fatal(err)
	}
	w := object.New()
	for n := 1; n < f.Trailer["Size"].(int); n++ {
		v, _ := f.Resolve(object.Ref(n))
		if s, ok := v.(*object.Stream); ok {
			content, _ := f.Content(s)
			var packed bytes.Buffer
			z, _ := zlib.NewWriterLevel(&packed, zlib.NoCompression)
			z.Write(content)
			z.Close()
			v = &object.Stream{Dict: object.Dict{"Filter": object.Name("FlateDecode")}, Data: packed.Bytes()}
		}
		w.Add(v)
	}
	b, err := Make(w.Bytes(object.Dict{"Root": f.Trailer["Root"]}), record)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Equal(a, b) {
		t.Fatal("the files do not differ, so nothing is tested")
	}
	if same, err := SamePages(a, b); err != nil || !same {
		t.Error("they show the same", err)
	}
	other := record
	other.Title = "another"
	c, _ := made(t, other)
	if same, err := SamePages(a, c); err != nil || same {
		t.Error("they do not show the same", err)
	}
}

// The columns of the profile are those that the colour industry publishes for sRGB under D50, and the
// parts of white add up to white.
func TestTheProfileIsSRGB(t *testing.T) {
	p := SRGB()
	be := binary.BigEndian
	if int(be.Uint32(p)) != len(p) || string(p[36:40]) != "acsp" {
		t.Fatal("the header is wrong")
	}
	element := func(tag string) []byte {
		for i := range int(be.Uint32(p[128:])) {
			if e := p[132+12*i:]; string(e[:4]) == tag {
				at, size := be.Uint32(e[4:]), be.Uint32(e[8:])
				return p[at : at+size]
			}
		}
		t.Fatalf("no %s", tag)
		return nil
	}
	sum := [3]float64{}
	for tag, want := range map[string][3]float64{"rXYZ": {0.4360, 0.2225, 0.0139}, "gXYZ": {0.3851, 0.7169, 0.0971}, "bXYZ": {0.1431, 0.0606, 0.7141}} {
		for i := range 3 {
			got := float64(int32(be.Uint32(element(tag)[8+4*i:]))) / 65536
			if math.Abs(got-want[i]) > 0.0003 {
				t.Errorf("%s has %.4f, want %.4f", tag, got, want[i])
			}
			sum[i] += got
		}
	}
	for i, want := range pcsWhite {
		if math.Abs(sum[i]-want) > 0.0001 {
			t.Errorf("white has %.4f, want %.4f", sum[i], want)
		}
	}
}
