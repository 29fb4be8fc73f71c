package pdf

import (
	"bytes"
	"encoding/hex"
	"strings"
	"testing"

	"entente/document/documenttest"
	"entente/document/pdf/archive"
	"entente/document/pdf/object"
)

var facts = []Fact{{"Title", "Διευθύνουσα Σύμβουλος"}, {"Nothing", ""}, {"Long", strings.Repeat("sha256:0123456789abcdef ", 30)}, {"Hostile", "\u202e<b>(x) \\ 欧"}}

// The file that is signed has a field for each party on its last page, and a page more than a draft.
func TestTheLastPageIsForSignatures(t *testing.T) {
	signers := []Signer{{"party-a", "Party A: Łódź"}, {"party-b", strings.Repeat("Party B and more ", 20)}}
	var b bytes.Buffer
	if err := Write(&b, documenttest.Sample(), Setting{At: made, Signers: signers}); err != nil {
		t.Fatal(err)
	}
	f, err := object.Read(b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	catalog, _ := f.Catalog()
	form, err := f.Dict(catalog["AcroForm"])
	if err != nil {
		t.Fatal(err)
	}
	fields, _ := f.Array(form["Fields"])
	tree, _ := f.Dict(catalog["Pages"])
	kids, _ := f.Array(tree["Kids"])
	if len(fields) != 2 || len(kids) != bytes.Count(pdfOf(t, documenttest.Sample()), []byte("/Type /Page>>"))+1 {
		t.Fatalf("%d fields, %d pages", len(fields), len(kids))
	}
	for i, v := range fields {
		field, err := f.Dict(v)
		if err != nil || field["T"] != object.String(signers[i].Field) || field["P"] != kids[len(kids)-1] {
			t.Errorf("field %d is %v (%v)", i, field, err)
		}
	}
}

// A mark is one page whatever it shows, the same each time, and its fonts have names of its own.
func TestMarks(t *testing.T) {
	one, err := Mark("Signed by Μάρα", facts)
	if err != nil {
		t.Fatal(err)
	}
	again, err := Mark("Signed by Μάρα", facts)
	if err != nil || !bytes.Equal(one, again) {
		t.Error("it is another the second time", err)
	}
	other, err := Mark("Signed by Mara", facts)
	if err != nil || markTag("Signed by Μάρα", facts) == markTag("Signed by Mara", facts) {
		t.Error("two marks have fonts of one name", err)
	}
	for _, mark := range [][]byte{one, other} {
		if bytes.Contains(mark, []byte(subsetTag)) || bytes.Count(mark, []byte("/Type /Page\n")) != 1 {
			t.Error("it has the document's fonts, or more than one page")
		}
	}
}

// Who signs a PDF signs these bytes: a release that sets the same document otherwise must say so with
// another name of its press, and keep nothing of the old one but its name.
func TestThePressSetsTheSameForEver(t *testing.T) {
	mark, err := Mark("Signed", facts)
	if err != nil {
		t.Fatal(err)
	}
	var whole bytes.Buffer
	if err := Write(&whole, documenttest.Sample(), Setting{At: made, Signers: []Signer{{"party-a", "Party A"}}}); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		file []byte
		want string
	}{
		"the sample": {whole.Bytes(), "84860d81ece307de6eda2fdd10f2bc86134948545e53c928b317cad015031077"},
		"a mark":     {mark, "1f6919985161c64f223a533d20e709c17f60376e3b53acde132be6b391aac67b"},
	} {
		sum, err := archive.Unpacked(test.file)
		if got := hex.EncodeToString(sum[:]); err != nil || got != test.want {
			t.Errorf("%s is %s under %s; if documenttest.Sample did not change, the press did: name it anew (%v)", name, got, Press, err)
		}
	}
}
