package proposal_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"entente/articles/proposal"
	"entente/document/docx"
	"entente/document/incoming"
	"entente/tests/outside"
)

// What somebody edits in LibreOffice is read, from a .docx that it writes and from one that it writes after
// the document went through .odt, which has other styles, boxes and numbers.
func TestWhatLibreOfficeEditsIsRead(t *testing.T) {
	if outside.Lacking(t, outside.Office()...) {
		return
	}
	var b bytes.Buffer
	if err := docx.Write(&b, example().Draft(), time.Time{}, []byte("source")); err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	in := func(name string) string { return filepath.Join(folder, name) }
	if err := os.WriteFile(in("sent.docx"), b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	edits := strings.Join([]string{
		"track thirty (30) days of the date => forty-five (45) days of the date",
		"replace hosting of the summarisation models => hosting of the models",
		"tick Joint research.",
		"track Silence is not approval. => Silence is approval.",
		"drop Corrib Cloud Ltd",
	}, "\n")
	outside.Settle(t,
		outside.Settling{Source: in("sent.docx"), Command: "keep", Target: in("kept.docx")},
		outside.Settling{Source: in("sent.docx"), Command: "keep", Target: in("kept.odt")}, outside.Settling{Source: in("kept.odt"), Command: "keep", Target: in("kept-odt.docx")},
		outside.Settling{Source: in("sent.docx"), Command: edits, Target: in("edited.docx")},
		outside.Settling{Source: in("sent.docx"), Command: edits, Target: in("edited.odt")}, outside.Settling{Source: in("edited.odt"), Command: "keep", Target: in("edited-odt.docx")},
	)
	for _, name := range []string{"kept.docx", "kept-odt.docx"} {
		if p := proposal.Read(example(), opened(t, in(name))); len(p.Terms)+len(p.Open) > 0 {
			t.Errorf("%s asks for %+v, %+v", name, p.Terms, p.Open)
		}
	}
	for name, author := range map[string]bool{"edited.docx": true, "edited-odt.docx": true} {
		p := proposal.Read(example(), opened(t, in(name)))
		var found []string
		for _, c := range p.Terms {
			found = append(found, c.Path+": "+c.Old+" -> "+c.New)
			if tracked := c.Path == "commerce.payment.net_days"; tracked != (len(c.By) > 0) && author {
				t.Errorf("%s: %s was changed by %v", name, c.Path, c.By)
			}
		}
		for _, o := range p.Open {
			found = append(found, string(o.Clause)+" "+o.What)
		}
		want := []string{
			"scope.purpose.joint_research: no -> yes",
			"sharing.forbidden.sub_processors[b]: party: b; name: Corrib Cloud Ltd; service: hosting of the search index; location: IE -> ",
			"sharing.forbidden.sub_processors[a].service: hosting of the summarisation models -> hosting of the models",
			"commerce.payment.net_days: 30 -> 45",
			"5.1 the words of a paragraph differ", "5.2 the words of a paragraph differ",
		}
		if diff := cmp.Diff(want, found); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func opened(t *testing.T, name string) *incoming.Copy {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	c, err := incoming.Read(b)
	if err != nil {
		t.Fatal(err)
	}
	return c
}
