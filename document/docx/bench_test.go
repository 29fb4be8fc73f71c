package docx_test

import (
	"io"
	"testing"

	"pgregory.net/rapid"

	"entente/document"
	"entente/document/documenttest"
	"entente/document/docx"
	"entente/document/incoming"
	"entente/document/redline"
)

func BenchmarkDOCX(b *testing.B) {
	d := example()
	for b.Loop() {
		if err := docx.Write(io.Discard, d, author.At, nil); err != nil {
			b.Fatal(err)
		}
	}
}

// A redline of a whole agreement, compared and written.
func BenchmarkRedline(b *testing.B) {
	d := example()
	edited := rapid.Custom(func(t *rapid.T) document.Document { return documenttest.Edited(t, d) }).Example(3)
	for b.Loop() {
		if err := docx.WriteRedline(io.Discard, redline.Compare(d, edited), author, nil); err != nil {
			b.Fatal(err)
		}
	}
}

// A document that came back, read into its lines; what they say of terms is the work of articles/proposal.
func BenchmarkRead(b *testing.B) {
	file := docxOf(b, example(), nil)
	for b.Loop() {
		if _, err := incoming.Read(file); err != nil {
			b.Fatal(err)
		}
	}
}
