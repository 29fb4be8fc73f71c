package articles_test

import (
	"bytes"
	"testing"

	"entente/articles"
	"entente/document/markdown"
	"entente/ledger/canonical"
	"entente/ledger/seal"
)

// What a template makes of an agreement does not change while it keeps its name: each side of each
// choice is worded, as a model and as Markdown.
func TestTheTemplateKeepsItsWords(t *testing.T) {
	var all bytes.Buffer
	for _, v := range append(choices(), housed()) {
		d := v.Text.Complete().Wording()
		model, err := canonical.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(model)
		all.Write(markdown.Of(d))
	}
	current := articles.CurrentTemplate()
	if got := seal.Sum(all.Bytes()).String(); got != current.Digest {
		t.Errorf("The words that template %s makes of the example and its choices have changed: their digest is now\n%s\n"+
			"If anybody may have signed under %[1]s, add a row with a new name and this digest to templates in articles/template.go and keep the old rows.\n"+
			"If %[1]s was never released, or only the example's own terms have changed, put this digest in the last row.", current.Name, got)
	}
}

// Each release has a name and a digest of its own, and is found by its digest.
func TestTemplatesAreToldApart(t *testing.T) {
	current := articles.CurrentTemplate()
	if found, ok := articles.TemplateOf(current.Digest); !ok || found != current {
		t.Errorf("the current template is found as %v, %v", found, ok)
	}
	if _, err := seal.ParseDigest(current.Digest); err != nil {
		t.Errorf("template %s: %v", current.Name, err)
	}
	if _, ok := articles.TemplateOf(seal.Sum(nil).String()); ok {
		t.Error("a template is found that never was")
	}
}
