package main

import (
	"archive/zip"
	"bytes"
	"io"
	"os"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// wordProcess changes the text of a .docx as a word processor's user does: processor FILE OLD NEW, where both are
// XML as it stands in the document, or processor FILE +PART CONTENT, which puts a part into it.
func wordProcess(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: processor FILE OLD NEW, or processor FILE +PART CONTENT")
	}
	file := []byte(ts.ReadFile(args[0]))
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	ts.Check(err)
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	write := func(name, content string) {
		f, err := w.Create(name)
		ts.Check(err)
		_, err = io.WriteString(f, content)
		ts.Check(err)
	}
	added, adds := strings.CutPrefix(args[1], "+")
	for _, part := range z.File {
		r, err := part.Open()
		ts.Check(err)
		b, err := io.ReadAll(r)
		ts.Check(err)
		text := string(b)
		if part.Name == "word/document.xml" && !adds {
			if !strings.Contains(text, args[1]) {
				ts.Fatalf("%s does not say %q", args[0], args[1])
			}
			text = strings.Replace(text, args[1], args[2], 1)
		}
		write(part.Name, text)
	}
	if adds {
		write(added, args[2])
	}
	ts.Check(w.Close())
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), out.Bytes(), 0o600))
}
