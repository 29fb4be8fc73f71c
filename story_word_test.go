package main

import (
	"os"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"entente/document/documenttest"
)

// wordProcess changes the text of a .docx as a word processor's user does: processor FILE OLD NEW, where both are
// XML as it stands in the document, or processor FILE +PART CONTENT, which puts a part into it.
func wordProcess(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: processor FILE OLD NEW, or processor FILE +PART CONTENT")
	}
	var added [][2]string
	if name, ok := strings.CutPrefix(args[1], "+"); ok {
		added = append(added, [2]string{name, args[2]})
	}
	file, err := documenttest.Repacked([]byte(ts.ReadFile(args[0])), func(name, content string) string {
		if name != "word/document.xml" || added != nil {
			return content
		}
		if !strings.Contains(content, args[1]) {
			ts.Fatalf("%s does not say %q", args[0], args[1])
		}
		return strings.Replace(content, args[1], args[2], 1)
	}, added...)
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), file, 0o600))
}
