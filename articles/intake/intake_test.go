package intake_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"entente/articles/draft"
	"entente/articles/intake"
	"entente/articles/source"
	"entente/calendar"
)

var day = calendar.Date{Year: 2026, Month: 11, Day: 23}

// An agreement file gives the agreement that was written into it, sound or not.
func TestAnAgreementFile(t *testing.T) {
	file := draft.Write(draft.Example(day))
	want, _ := source.Read("x", file)
	found, err := intake.Read(file)
	if err != nil || found.Kind != "an agreement file" {
		t.Fatalf("%+v, %v", found.Kind, err)
	}
	if diff := cmp.Diff(string(draft.Write(want.Agreement)), string(draft.Write(found.Terms))); diff != "" {
		t.Error(diff)
	}
	if found, err = intake.Read([]byte("edition: entente/2026-11\nagreement:\n  number: P-1\n")); err != nil || found.Terms.Agreement.Number != "P-1" {
		t.Errorf("a file that is not whole: %q, %v", found.Terms.Agreement.Number, err)
	}
}

func FuzzRead(f *testing.F) {
	f.Add(draft.Write(draft.Example(day)))
	for _, one := range [][]byte{nil, []byte("x"), []byte("a: b"), []byte("%PDF-1.7\n"), []byte("PK\x03\x04"), zipped(f, "agreement.yaml", zip.Deflate), zipped(f, "contents.json", zip.Store), zipped(f, "[Content_Types].xml", zip.Deflate)} {
		f.Add(one)
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		found, err := intake.Read(content)
		if err == nil && found.Kind == "" {
			t.Error("something was found, and it is not said what")
		}
	})
}

// What is no agreement is said to be none.
func TestWhatIsNone(t *testing.T) {
	for name, content := range map[string][]byte{"nothing": nil, "a word": []byte("x"), "other YAML": []byte("a: b\n"), "half an archive": []byte("PK\x03\x04"), "a compressed archive": zipped(t, "agreement.yaml", zip.Deflate)} {
		if _, err := intake.Read(content); !errors.Is(err, intake.ErrNothing) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, content := range map[string][]byte{"half a PDF": []byte("%PDF-1.7\n"), "no bundle": zipped(t, "x", zip.Store), "no document": zipped(t, "[Content_Types].xml", zip.Deflate)} {
		if _, err := intake.Read(content); err == nil {
			t.Errorf("%s has an agreement", name)
		}
	}
}

func zipped(t testing.TB, name string, method uint16) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: method})
	if err != nil {
		t.Fatal(err)
	}
	w.Write([]byte("x"))
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
