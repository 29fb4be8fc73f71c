package document_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"entente/document"
)

// What was written out is found again, each character once.
func TestUnseensAreFoundInWhatIsVisible(t *testing.T) {
	for text, want := range map[string][]string{
		"plain":                         nil,
		"a\u200bb\u200b\U000e0041":      {"U+200B", "U+E0041"},
		"soft\u00adhyphen \u202Eback":   {"U+00AD", "U+202E"},
		"⟨U+20⟩ and ⟨U+200b⟩ are words": nil,
	} {
		if diff := cmp.Diff(want, document.Unseens(document.Visible(text))); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}
}
