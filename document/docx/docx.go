// Package docx writes a document for a word processor, as Office Open XML: with styles, numbering, contents,
// links, tick boxes that can be ticked, and page numbers. A redline becomes a document with tracked changes
// that a reader accepts or rejects one by one.
//
// The same document gives the same bytes. The agreement file that a document was made from can be put into
// it as a part of its own, where word processors keep it and nobody sees it.
package docx

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"fmt"
	"io"
	"strings"
	"time"

	"entente/document"
	"entente/document/redline"
)

// An Author is who made the changes of a redline, and when; word processors show both beside each change.
type Author struct {
	Name string
	At   time.Time
}

// Write writes a document. It says that it was made at the given time, in UTC; the zero time stands for
// 1 January 1970. The source is the agreement file that it was made from, kept byte for byte; nil for none.
func Write(w io.Writer, d document.Document, at time.Time, source []byte) error {
	return write(w, redline.Of(d), Author{At: at}, false, source)
}

// WriteRedline writes a document with the changes of a redline tracked: accepting all of them gives the new
// document, rejecting all the old one. It has no table of contents, which would be part of neither.
// The source is the file of the new document.
func WriteRedline(w io.Writer, r redline.Redline, by Author, source []byte) error {
	return write(w, r, by, true, source)
}

//go:embed styles.xml
var styles string

// A part is one file of the package.
type part struct {
	name    string
	content string
}

// Fingerprint stands for all the words of a document: two documents of one fingerprint read the same.
func Fingerprint(d document.Document) string {
	sum := sha256.Sum256([]byte(strings.Join(redline.Of(d).New(), "\n")))
	return "sha256:" + hex.EncodeToString(sum[:])
}

func write(w io.Writer, r redline.Redline, by Author, tracked bool, source []byte) error {
	if by.At.IsZero() {
		by.At = time.Unix(0, 0)
	}
	p := press{author: by, document: r.Document, tracked: tracked}
	body := p.set(r)
	parts := []part{
		{"[Content_Types].xml", contentTypes(source != nil)},
		{"_rels/.rels", packageRelations},
		{"docProps/core.xml", core(r.Document, by.At)},
		{"docProps/app.xml", application},
		{"word/document.xml", body},
		{"word/_rels/document.xml.rels", documentRelations(source != nil)},
		{"word/styles.xml", fmt.Sprintf(styles, escape(r.Document.Tag()))},
		{"word/numbering.xml", p.numbering.xml()},
		{"word/settings.xml", settings},
		{"word/header.xml", header(r.Document)},
		{"word/footer.xml", footer(r.Document)},
	}
	if source != nil {
		parts = append(parts, attached(r.Document, source)...)
	}
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, part := range parts {
		f, err := z.CreateHeader(&zip.FileHeader{Name: part.name, Method: zip.Deflate}) // without a time, which nobody reads
		if err == nil {
			_, err = io.WriteString(f, part.content)
		}
		if err != nil {
			return fmt.Errorf("writing %s as DOCX: %w", r.Document.Number, err)
		}
	}
	if err := z.Close(); err != nil {
		return fmt.Errorf("writing %s as DOCX: %w", r.Document.Number, err)
	}
	if _, err := w.Write(b.Bytes()); err != nil {
		return fmt.Errorf("writing %s as DOCX: %w", r.Document.Number, err)
	}
	return nil
}
