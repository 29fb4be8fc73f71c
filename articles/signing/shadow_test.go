package signing_test

import (
	"bytes"
	"maps"
	"strings"
	"testing"

	"entente/agreement"
	"entente/articles/draft"
	"entente/articles/signing"
	"entente/document/pdf/object"
	"entente/ledger/canonical"
	"entente/ledger/seal"
)

// A shadow is what somebody adds to a signed PDF, so that it shows something else and every byte that was signed
// is still there.
type shadow struct {
	name string
	add  func(f *object.File, w *object.Writer, catalog object.Dict)
}

func shadows(t *testing.T) []shadow {
	entry := func(key object.Name, v func(w *object.Writer) object.Value) func(*object.File, *object.Writer, object.Dict) {
		return func(f *object.File, w *object.Writer, catalog object.Dict) {
			c := maps.Clone(catalog)
			c[key] = v(w)
			w.Set(f.Trailer["Root"].(object.Ref), c)
		}
	}
	return []shadow{
		{"a revision of nothing", func(*object.File, *object.Writer, object.Dict) {}},
		{"a page hidden", func(f *object.File, w *object.Writer, _ object.Dict) {
			ref, page := thirdPage(t, f)
			delete(page, "Contents")
			w.Set(ref, page)
		}},
		{"a page replaced", func(f *object.File, w *object.Writer, _ object.Dict) {
			_, page := thirdPage(t, f)
			w.Set(page["Contents"].(object.Ref), object.Pack(nil, []byte("BT ET")))
		}},
		{"all pages replaced", entry("Pages", func(w *object.Writer) object.Value {
			return w.Add(object.Dict{"Type": object.Name("Pages"), "Kids": object.Array{}, "Count": 0})
		})},
		{"pages that contain themselves", func(f *object.File, w *object.Writer, catalog object.Dict) {
			root := catalog["Pages"].(object.Ref)
			w.Set(root, object.Dict{"Type": object.Name("Pages"), "Kids": object.Array{root}, "Count": 1})
		}},
		{"a script that runs on opening", entry("OpenAction", func(w *object.Writer) object.Value {
			return object.Dict{"S": object.Name("JavaScript"), "JS": object.Text("app.alert(1)")}
		})},
		{"another agreement file", entry("AF", func(w *object.Writer) object.Value {
			terms := elsewhere(t).Terms
			held := w.Add(object.Pack(nil, bytes.Replace(terms, []byte("Calluna"), []byte("Kalluna"), 1)))
			return object.Array{w.Add(object.Dict{"AFRelationship": object.Name("Source"), "F": object.Text(signing.TermsFile), "EF": object.Dict{"F": held}})}
		})},
		{"no agreement file", entry("AF", func(*object.Writer) object.Value { return object.Array{} })},
		{"a form without its fields", entry("AcroForm", func(*object.Writer) object.Value { return object.Dict{"Fields": object.Array{}} })},
		{"the signatures of the parties swapped", func(f *object.File, w *object.Writer, catalog object.Dict) {
			refs, fields := formFields(t, f, catalog)
			fields[0]["V"], fields[1]["V"] = fields[1]["V"], fields[0]["V"]
			w.Set(refs[0], fields[0])
			w.Set(refs[1], fields[1])
		}},
		{"one signature twice", func(f *object.File, w *object.Writer, catalog object.Dict) {
			refs, fields := formFields(t, f, catalog)
			fields[0]["V"] = fields[1]["V"]
			w.Set(refs[0], fields[0])
		}},
		{"one signature taken out", func(f *object.File, w *object.Writer, catalog object.Dict) {
			refs, fields := formFields(t, f, catalog)
			delete(fields[1], "V")
			w.Set(refs[1], fields[1])
		}},
	}
}

func thirdPage(t *testing.T, f *object.File) (object.Ref, object.Dict) {
	t.Helper()
	catalog, err := f.Catalog()
	if err != nil {
		t.Fatal(err)
	}
	tree, err := f.Dict(catalog["Pages"])
	if err != nil {
		t.Fatal(err)
	}
	kids, err := f.Array(tree["Kids"])
	if err != nil || len(kids) < 3 {
		t.Fatal(kids, err)
	}
	page, err := f.Dict(kids[2])
	if err != nil {
		t.Fatal(err)
	}
	return kids[2].(object.Ref), maps.Clone(page)
}

func formFields(t *testing.T, f *object.File, catalog object.Dict) (refs []object.Ref, fields []object.Dict) {
	t.Helper()
	form, err := f.Dict(catalog["AcroForm"])
	if err != nil {
		t.Fatal(err)
	}
	all, err := f.Array(form["Fields"])
	if err != nil || len(all) != 2 {
		t.Fatal(all, err)
	}
	for _, v := range all {
		d, err := f.Dict(v)
		if err != nil {
			t.Fatal(err)
		}
		refs, fields = append(refs, v.(object.Ref)), append(fields, maps.Clone(d))
	}
	return refs, fields
}

func (s shadow) over(t *testing.T, file []byte) []byte {
	t.Helper()
	f, err := object.Read(file)
	if err != nil {
		t.Fatal(err)
	}
	catalog, err := f.Catalog()
	if err != nil {
		t.Fatal(err)
	}
	w, err := f.Update()
	if err != nil {
		t.Fatal(err)
	}
	s.add(f, w, catalog)
	return w.Bytes(nil)
}

// elsewhere is the example as a release with another template would have bound it, signed by both.
func elsewhere(t *testing.T) signing.Package {
	t.Helper()
	p, err := signing.Bind(draft.Example(date), nil)
	if err != nil {
		t.Fatal(err)
	}
	m, err := p.Read()
	if err != nil {
		t.Fatal(err)
	}
	m.Template = seal.Sum([]byte("the template of another release"))
	if p.Manifest, err = canonical.Marshal(m); err != nil {
		t.Fatal(err)
	}
	for _, party := range agreement.Both {
		p = p.With(statement(t, draft.Example(date), p, party))
	}
	return p
}

// Whatever is added to a signed PDF, it does not verify any more, also if another release wrote it.
func TestWhatIsAddedToASignedPDFIsFound(t *testing.T) {
	file, _, err := elsewhere(t).SignedPDF()
	if err != nil {
		t.Fatal(err)
	}
	if _, verdicts, err := signing.VerifyPDF(file); err != nil || failed(verdicts) != "" {
		t.Fatalf("as it was signed: failed %q (%v)", failed(verdicts), err)
	}
	for _, s := range shadows(t) {
		t.Run(s.name, func(t *testing.T) { refused(t, s.over(t, file)) })
	}
	t.Run("a shadow upon a shadow", func(t *testing.T) {
		refused(t, shadows(t)[1].over(t, shadows(t)[2].over(t, file)))
	})
	t.Run("what was made by this release", func(t *testing.T) {
		file, _, err := signed(t).SignedPDF()
		if err != nil {
			t.Fatal(err)
		}
		refused(t, shadows(t)[2].over(t, file))
	})
}

// refused holds that a file does not verify, and that what is said of it is lines.
func refused(t *testing.T, file []byte) {
	t.Helper()
	_, verdicts, err := signing.VerifyPDF(file)
	if err == nil && failed(verdicts) == "" {
		t.Error("it verifies")
	}
	if err != nil && (strings.ContainsAny(err.Error(), "\n\r") || len(err.Error()) > 300) {
		t.Errorf("it is refused with more than a line: %v", err)
	}
	for _, v := range verdicts {
		if strings.ContainsAny(v.Why, "\n\r") || !strings.HasSuffix(v.Why, ".") {
			t.Errorf("%s: %q is no sentence", v.Subject, v.Why)
		}
	}
}

// Wherever a signed PDF is cut off, it is refused, or what is left is one that lacks signatures.
func TestASignedPDFThatIsCutOffIsRefused(t *testing.T) {
	file, _, err := elsewhere(t).SignedPDF()
	if err != nil {
		t.Fatal(err)
	}
	f, err := object.Read(file)
	if err != nil {
		t.Fatal(err)
	}
	for at := 0; at < len(file); at += 1 << 10 {
		refused(t, file[:at])
	}
	for _, at := range f.Ends[:len(f.Ends)-1] {
		refused(t, file[:at])
	}
}
