package carried_test

import (
	"bytes"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"entente/articles/carried"
	"entente/ledger"
	"entente/ledger/bundle"
	"entente/ledger/ledgertest"
	"entente/ledger/seal"
)

func sample(t *testing.T) bundle.Bundle {
	t.Helper()
	b, err := bundle.Collect(ledgertest.Agreement, ledgertest.Sample(t, 2), []bundle.Document{
		{Digest: seal.Sum(ledgertest.Contract), MediaType: "text/markdown", Data: ledgertest.Contract},
		{Digest: seal.Sum(ledgertest.Minutes), MediaType: "text/plain", Data: ledgertest.Minutes}})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// written is a bundle that was written with its page and read again.
func written(t *testing.T, b bundle.Bundle) bundle.Bundle {
	t.Helper()
	var out bytes.Buffer
	if err := carried.Write(&out, b); err != nil {
		t.Fatal(err)
	}
	back, err := bundle.Read(bytes.NewReader(out.Bytes()), int64(out.Len()))
	if err != nil {
		t.Fatal(err)
	}
	return back
}

func TestTheSameBundleHasTheSamePage(t *testing.T) {
	b := sample(t)
	back := written(t, b)
	slices.Reverse(b.Documents)
	again, err := carried.Page(b)
	if err != nil || !bytes.Equal(back.Page, again) {
		t.Error("the page follows the order of the documents", err)
	}
	for _, v := range bundle.Verify(back, ledger.Anchors{}) {
		if !v.OK {
			t.Error(v)
		}
	}
}

func TestThePageIsJudged(t *testing.T) {
	b := written(t, sample(t))
	other := "sha256-" + strings.Repeat("A", 43) + "="
	for _, test := range []struct {
		name   string
		change func(page []byte) []byte
		ok     bool
		says   string
	}{
		{"untouched", func(p []byte) []byte { return p }, true, "It is what this release makes of the bundle"},
		{"a changed word", func(p []byte) []byte { return bytes.Replace(p, []byte("Verifying"), []byte("Verified."), 1) }, false, "Somebody changed it"},
		{"other data", func(p []byte) []byte { return bytes.Replace(p, []byte(`"entries":[`), []byte(`"entries":["",`), 1) }, false, "Somebody changed it"},
		{"without its policy", func(p []byte) []byte {
			return bytes.Replace(p, []byte("<meta http-equiv"), []byte("<meta  http-equiv"), 1)
		}, false, "Somebody changed it"},
		{"empty", func([]byte) []byte { return []byte{} }, false, "Somebody changed it"},
		{"of another release", func(p []byte) []byte { return bytes.Replace(p, []byte(carried.Code()), []byte(other), 1) }, true, "it has the digest " + other},
	} {
		t.Run(test.name, func(t *testing.T) {
			changed := b
			changed.Page = test.change(b.Page)
			got := carried.Judge(changed)
			if len(got) != 1 || got[0].OK != test.ok || !strings.Contains(got[0].Why, test.says) {
				t.Errorf("got %+v", got)
			}
		})
	}
	b.Page = nil
	if got := carried.Judge(b); len(got) > 0 {
		t.Errorf("of a bundle without a page it says %v", got)
	}
}

// Data ends no script, whatever is in it.
func TestThePageHasTheScriptsThatItHas(t *testing.T) {
	b := sample(t)
	b.Agreement = "</script><script>alert(1)</script><!--"
	b.Documents[0].MediaType = "<script>"
	page, err := carried.Page(b)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(regexp.MustCompile(`(?i)</?script|<!--`).FindAll(page, -1)); n != 4 {
		t.Errorf("it has %d tags of scripts", n)
	}
}

// What is too large for the page is named there.
func TestALargeDocumentIsNamed(t *testing.T) {
	b := sample(t)
	large := make([]byte, carried.MostWithin)
	b.Documents = append(b.Documents, bundle.Document{Digest: seal.Sum(large), MediaType: "application/octet-stream", Data: large})
	page, err := carried.Page(b)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(page, []byte(`"data":null`)) || !bytes.Contains(page, []byte(seal.Sum(large).String())) {
		t.Error("it is not named, or it is within")
	}
	if len(page) > 2*carried.MostWithin {
		t.Errorf("the page has %d bytes", len(page))
	}
}

// The digest that people compare is the one that is published.
func TestTheDigestOfTheCodeIsPublished(t *testing.T) {
	guide, err := os.ReadFile("../../docs/signing.md")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(guide), carried.Code()) {
		t.Errorf("docs/signing.md must name %s", carried.Code())
	}
}
