package ledger

import (
	"os"
	"strings"
	"testing"
)

func TestFormatDocumentStatesTheForms(t *testing.T) {
	b, err := os.ReadFile("../docs/ledger-format.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, form := range []string{agreementForm.String(), typeForm.String(), mediaForm.String()} {
		if !strings.Contains(string(b), form) {
			t.Errorf("the documentation does not say %q", form)
		}
	}
}
