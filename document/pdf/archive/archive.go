// Package archive makes a PDF one that can be kept for decades: it says what it is (XMP metadata), what
// its colours mean (an output intent with a profile), and carries what it was made from as an
// associated file, so that people and machines read one file.
//
// It follows what PDF/A-3 (ISO 19005-3) asks for in these points and carries no label of conformance:
// no validator has examined the files.
package archive

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"entente/document/pdf/object"
)

// A Record is what is kept about a file, and within it.
type Record struct {
	Title    string
	Language string // BCP 47
	Producer string
	At       time.Time // of creation; the only time in the file
	Source   Source
	Places   []Place
}

// A Source is the file that a document was made from. Without a name there is none.
type Source struct {
	Name      string
	MediaType string // "application/yaml"
	About     string // what it is, in words
	Data      []byte
}

// A Place is where a signature will be shown: on a page counted from 1, in points from its lower left
// corner.
type Place struct {
	Field                    string // the name of the form field: "party-a"
	Label                    string // what a screen reader says of it
	Page                     int
	Left, Bottom, Wide, High float64
}

// Make is a file with its record. The same file and record give the same bytes.
func Make(file []byte, r Record) ([]byte, error) {
	f, err := object.Read(file)
	if err != nil {
		return nil, err
	}
	before, err := f.Catalog()
	if err != nil {
		return nil, err
	}
	w := object.New()
	carried := map[object.Ref]object.Ref{}
	pages, err := w.Carry(f, before["Pages"], carried)
	if err != nil {
		return nil, err
	}
	catalog := object.Dict{"Type": object.Name("Catalog"), "Pages": pages, "Lang": object.Text(r.Language),
		"ViewerPreferences": object.Dict{"DisplayDocTitle": true}, "Metadata": w.Add(r.metadata()), "OutputIntents": object.Array{intent(w)}}
	if before["Outlines"] != nil {
		if catalog["Outlines"], err = w.Carry(f, before["Outlines"], carried); err != nil {
			return nil, err
		}
		catalog["PageMode"] = object.Name("UseOutlines")
	}
	if r.Source.Name != "" {
		file := w.Add(r.Source.specification(w, r.At))
		catalog["AF"] = object.Array{file}
		catalog["Names"] = object.Dict{"EmbeddedFiles": object.Dict{"Names": object.Array{object.Text(r.Source.Name), file}}}
	}
	if err := r.finishPages(f, w, carried, catalog); err != nil {
		return nil, err
	}
	trailer := object.Dict{"Root": w.Add(catalog), "Info": w.Add(r.info())}
	once := sha256.Sum256(w.Bytes(trailer))
	id := object.String(once[:16])
	trailer["ID"] = object.Array{id, id}
	return w.Bytes(trailer), nil
}

func (r Record) info() object.Dict {
	return object.Dict{"Title": object.Text(r.Title), "Producer": object.Text(r.Producer),
		"CreationDate": object.Date(r.At), "ModDate": object.Date(r.At)}
}

// metadata says what info says, as XMP (ISO 16684-1). It is not packed, so that any program finds it.
func (r Record) metadata() *object.Stream {
	at := r.At.UTC().Format("2006-01-02T15:04:05Z")
	safe := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;").Replace
	return &object.Stream{Dict: object.Dict{"Type": object.Name("Metadata"), "Subtype": object.Name("XML")}, Data: fmt.Appendf(nil, `<?xpacket begin="%s" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:xmp="http://ns.adobe.com/xap/1.0/">
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">%s</rdf:li></rdf:Alt></dc:title>
<dc:language><rdf:Bag><rdf:li>%s</rdf:li></rdf:Bag></dc:language>
<pdf:Producer>%s</pdf:Producer>
<xmp:CreateDate>%s</xmp:CreateDate>
<xmp:ModifyDate>%s</xmp:ModifyDate>
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>
`, "\ufeff", safe(r.Title), safe(r.Language), safe(r.Producer), at, at)}
}

// intent says that colours are sRGB.
func intent(w *object.Writer) object.Dict {
	profile := w.Add(object.Pack(object.Dict{"N": 3}, SRGB()))
	return object.Dict{"Type": object.Name("OutputIntent"), "S": object.Name("GTS_PDFA1"),
		"OutputConditionIdentifier": object.Text("sRGB"), "Info": object.Text("sRGB IEC 61966-2-1"), "DestOutputProfile": profile}
}

func (s Source) specification(w *object.Writer, at time.Time) object.Dict {
	data := w.Add(object.Pack(object.Dict{"Type": object.Name("EmbeddedFile"), "Subtype": object.Name(s.MediaType),
		"Params": object.Dict{"Size": len(s.Data), "ModDate": object.Date(at)}}, s.Data))
	return object.Dict{"Type": object.Name("Filespec"), "F": object.Text(s.Name), "UF": object.Text(s.Name), "Desc": object.Text(s.About),
		"AFRelationship": object.Name("Source"), "EF": object.Dict{"F": data, "UF": data}}
}

// finishPages makes links such as print, and opens the fields for signatures.
func (r Record) finishPages(f *object.File, w *object.Writer, carried map[object.Ref]object.Ref, catalog object.Dict) error {
	before, err := f.Catalog()
	if err != nil {
		return err
	}
	tree, err := f.Dict(before["Pages"])
	if err != nil {
		return err
	}
	kids, err := f.Array(tree["Kids"])
	if err != nil {
		return err
	}
	var fields object.Array
	for n, kid := range kids {
		page, err := f.Dict(kid)
		if err != nil {
			return err
		}
		copied, err := w.Carry(f, page, carried)
		if err != nil {
			return err
		}
		page = copied.(object.Dict)
		ref := carried[kid.(object.Ref)]
		notes, _ := page["Annots"].(object.Array)
		for i := range notes {
			notes[i].(object.Dict)["F"] = 4 // shown and printed
		}
		for _, place := range r.Places {
			if place.Page == n+1 {
				field := w.Add(place.field(ref))
				notes, fields = append(notes, field), append(fields, field)
			}
		}
		if len(notes) > 0 {
			page["Annots"] = notes
		}
		delete(page, "Group") // nothing is transparent
		w.Set(ref, page)
	}
	if len(fields) > 0 {
		catalog["AcroForm"] = object.Dict{"Fields": fields, "SigFlags": 3} // signatures exist; only add to the file
	}
	return nil
}

func (p Place) field(page object.Ref) object.Dict {
	return object.Dict{"Type": object.Name("Annot"), "Subtype": object.Name("Widget"), "FT": object.Name("Sig"), "T": object.Text(p.Field), "TU": object.Text(p.Label),
		"F": 132, "P": page, "Rect": object.Array{object.Number(p.Left), object.Number(p.Bottom), object.Number(p.Left + p.Wide), object.Number(p.Bottom + p.High)}}
}

// Title is what the file calls itself; empty if it does not.
func Title(f *object.File) (string, error) {
	info, err := f.Dict(f.Trailer["Info"])
	if err != nil {
		return "", err
	}
	title, _ := info["Title"].(object.String)
	return title.Words(), nil
}

// Attached is the file that a document was made from, if the PDF carries one.
func Attached(f *object.File) (Source, bool, error) {
	catalog, err := f.Catalog()
	if err != nil {
		return Source{}, false, err
	}
	files, err := f.Array(catalog["AF"])
	if err != nil || len(files) == 0 {
		return Source{}, false, err
	}
	at := slices.IndexFunc(files, func(v object.Value) bool {
		d, err := f.Dict(v)
		return err == nil && d["AFRelationship"] == object.Name("Source")
	})
	if at < 0 {
		return Source{}, false, nil
	}
	spec, err := f.Dict(files[at])
	if err != nil {
		return Source{}, false, err
	}
	held, err := f.Dict(spec["EF"])
	if err != nil {
		return Source{}, false, err
	}
	data, err := f.Content(held["F"])
	if err != nil {
		return Source{}, false, err
	}
	about, err := f.Dict(held["F"])
	if err != nil {
		return Source{}, false, err
	}
	name, _ := spec["F"].(object.String)
	media, _ := about["Subtype"].(object.Name)
	words, _ := spec["Desc"].(object.String)
	return Source{string(name), string(media), string(words), data}, true, nil
}

// SamePages reports whether two files show the same: object by object, whatever packed their streams. A file that
// is not written as ours are shows nothing for certain: another program could find other objects in it.
func SamePages(a, b []byte) (bool, error) {
	for _, file := range [][]byte{a, b} {
		f, err := object.Read(file)
		if err != nil {
			return false, err
		}
		if plain, err := f.Plain(); err != nil || !plain {
			return false, err
		}
	}
	one, err := Unpacked(a)
	if err != nil {
		return false, err
	}
	other, err := Unpacked(b)
	return one == other, err
}

// Unpacked is a digest of a file's objects with their streams unpacked, without the file's number, which
// follows from how they are packed.
func Unpacked(file []byte) (digest [sha256.Size]byte, err error) {
	f, err := object.Read(file)
	if err != nil {
		return digest, err
	}
	sum := sha256.New()
	size, _ := f.Trailer["Size"].(int)
	for n := 1; n < size; n++ {
		v, err := f.Resolve(object.Ref(n))
		if err != nil {
			return digest, err
		}
		if s, ok := v.(*object.Stream); ok {
			data, err := f.Content(s)
			if err != nil {
				return digest, err
			}
			d := maps.Clone(s.Dict)
			delete(d, "Filter")
			v = &object.Stream{Dict: d, Data: data}
		}
		sum.Write(fmt.Appendf(nil, "%d ", n))
		sum.Write(object.Append(nil, v))
	}
	trailer := maps.Clone(f.Trailer)
	delete(trailer, "ID")
	sum.Write(object.Append(nil, trailer))
	return [sha256.Size]byte(sum.Sum(nil)), nil
}
