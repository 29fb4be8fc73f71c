package console_test

import (
	"bytes"
	"net/url"
	"strings"
	"testing"

	"entente/agreement"
	"entente/articles/draft"
	"entente/ledger/seal"
)

// A person attaches files to a draft, replaces and takes them out, and proposes the version with them.
func TestAttachments(t *testing.T) {
	h := newHouse(t)
	id := h.signed(draft.Example(today))
	home := "/agreements/" + string(id) + "/draft"
	b := h.as(id, agreement.B, agreement.Legal)
	page := func() string {
		t.Helper()
		res, body := b.get(home + "/attachments")
		if res.StatusCode != 200 {
			t.Fatalf("%d: %s", res.StatusCode, text(t, body))
		}
		accessible(t, "attachments", body)
		return body
	}
	was := draft.Example(today).Agreement.Attachments[0]
	if said := text(t, page()); !strings.Contains(said, was.Name) || strings.Contains(said, "not here yet") {
		t.Errorf("the attachment of the version before: %s", said)
	}
	sla, second := []byte("%PDF-1.7 how fast we answer"), []byte("%PDF-1.7 how fast we answer now")
	for _, content := range [][]byte{sla, sla, second} { // the same again, then another under its name
		if res, body := b.sends(home+"/attachments", `C:\papers\Levels é.pdf`, content, "name", "Service levels"); res.StatusCode != 303 {
			t.Fatalf("attaching: %d: %s", res.StatusCode, text(t, body))
		}
	}
	digest := seal.Sum(second).String()
	if body := page(); strings.Count(body, "<bdi>Service levels</bdi>") != 1 || !strings.Contains(body, digest) || strings.Contains(body, seal.Sum(sla).String()) {
		t.Errorf("the page is %s", text(t, body))
	}
	res, body := b.get(home + "/attachments/" + digest)
	if body != string(second) || res.Header.Get("Content-Type") != "application/octet-stream" || !strings.HasPrefix(res.Header.Get("Content-Disposition"), "attachment; filename") ||
		!strings.Contains(res.Header.Get("Content-Security-Policy"), "sandbox") || res.Header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("%d: %q %v", res.StatusCode, body, res.Header)
	}
	for who, other := range map[string]*browser{"a colleague": h.as(id, agreement.B, agreement.Signatory), "the other party": h.as(id, agreement.A, agreement.Legal)} {
		if res, _ := other.get(home + "/attachments/" + digest); res.StatusCode != 404 {
			t.Errorf("%s gets what is only a draft: %d", who, res.StatusCode)
		}
	}
	if res, _ := b.post(home+"/attachments/removal", url.Values{"name": {"nothing"}}); res.StatusCode != 404 {
		t.Errorf("taking out what is not there: %d", res.StatusCode)
	}
	if res, _ := b.post(home+"/attachments/removal", url.Values{"name": {was.Name}}); res.StatusCode != 303 {
		t.Errorf("taking out: %d", res.StatusCode)
	}
	if strings.Contains(page(), was.Name) {
		t.Error("it was taken out and is there")
	}
	b.sends(home+"/attachments", was.File, draft.Attachments()[was.File], "name", was.Name) // other clauses refer to it
	_, body = b.get(home)
	propose, ok := formOf(t, body, "/draft", "version", "1")
	if !ok {
		t.Fatalf("the draft is %s", text(t, body))
	}
	if res, body := b.post(propose.action, propose.filled()); res.StatusCode != 303 {
		t.Fatalf("proposing: %d: %s", res.StatusCode, text(t, body))
	}
	if content, err := h.documents.Document(digest); err != nil || !bytes.Equal(content, second) {
		t.Errorf("proposed is %q, %v", content, err)
	}
}

// What is not for reading is not attached, nor what is too large or too much; and a digest that somebody writes
// into a draft gives them no document of another agreement.
func TestWhatIsNoAttachment(t *testing.T) {
	h := newHouse(t)
	id := h.signed(draft.Example(today))
	home := "/agreements/" + string(id) + "/draft"
	b := h.as(id, agreement.A, agreement.Legal)
	for name, one := range map[string]struct {
		file, called, content string
		status                int
	}{
		"a program":        {"setup.exe", "Setup", "MZ", 422},
		"a script":         {"run.js", "Run", "alert(1)", 422},
		"a picture of SVG": {"a.svg", "A", "<svg onload=alert(1)>", 422},
		"a disguised page": {"terms.txt", "Terms", "<!DOCTYPE html><script>alert(1)</script>", 422},
		"no end":           {"terms", "Terms", "terms", 422},
		"nothing in it":    {"terms.txt", "Terms", "", 422},
		"no name":          {"terms.txt", " ", "terms", 422},
		"a long name":      {strings.Repeat("x", 300) + ".txt", "Terms", "terms", 422},
		"too large":        {"terms.txt", "Terms", strings.Repeat("x", 7<<20), 413},
	} {
		res, body := b.sends(home+"/attachments", one.file, []byte(one.content), "name", one.called)
		if res.StatusCode != one.status {
			t.Errorf("%s: %d, want %d", name, res.StatusCode, one.status)
		}
		accessible(t, name, body)
	}
	large := strings.Repeat("x", 6<<20)
	for i, want := range []int{303, 303, 303, 303, 422} {
		if res, _ := b.sends(home+"/attachments", "l.txt", []byte(large[:len(large)-i]), "name", strings.Repeat("L", i+1)); res.StatusCode != want {
			t.Errorf("large file %d: %d, want %d", i+1, res.StatusCode, want)
		}
	}
	secret := []byte("what another partnership attached")
	digest, err := h.documents.Keep(t.Context(), secret)
	must(t, err)
	f, _ := b.section(t, "/agreements/"+string(id), "agreement")
	if res, _ := b.post(f.action, f.filled("agreement.attachments[0].digest", digest.String())); res.StatusCode != 303 {
		t.Fatalf("writing a digest: %d", res.StatusCode)
	}
	if res, body := b.get(home + "/attachments/" + digest.String()); res.StatusCode != 404 || strings.Contains(body, string(secret)) {
		t.Errorf("a digest opens what is another's: %d", res.StatusCode)
	}
	_, body := b.get(home)
	propose, ok := formOf(t, body, "/draft", "version", "1")
	if !ok {
		t.Fatalf("the draft is %s", text(t, body))
	}
	if res, body := b.post(propose.action, propose.filled()); res.StatusCode != 422 || !strings.Contains(text(t, body), "does not have the attachment") {
		t.Errorf("proposing what is not at hand: %d", res.StatusCode)
	}
}
