package console_test

import (
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"entente/agreement"
	"entente/articles/draft"
)

// The form of a section as it stands on a page.
func (b *browser) section(t testing.TB, home, name string) (form, string) {
	t.Helper()
	res, body := b.get(home + "/draft/" + name)
	if res.StatusCode != 200 {
		t.Fatalf("%s: %d: %s", name, res.StatusCode, text(t, body))
	}
	accessible(t, name, body)
	f, ok := formOf(t, body, "/draft/"+name, "", "")
	if !ok {
		t.Fatalf("%s has no form", name)
	}
	for _, one := range tags(t, body) { // an unticked box is not sent
		if _, ticked := one.attrs["checked"]; one.attrs["type"] == "checkbox" && !ticked {
			delete(f.values, one.attrs["name"])
		}
	}
	return f, body
}

// A person writes the next version in a browser: sees what it changes, is told what is wrong where it is to
// be mended, and proposes it.
func TestAVersionIsWrittenInTheBrowser(t *testing.T) {
	h := newHouse(t)
	id := h.signed(draft.Example(today))
	home := "/agreements/" + string(id)
	b := h.as(id, agreement.B, agreement.Legal)
	if _, body := b.get(home + "/draft"); !strings.Contains(text(t, body), "It begins as version 1 says") {
		t.Errorf("the editor does not say how it begins: %s", text(t, body))
	}
	f, _ := b.section(t, home, "commerce")
	if res, body := b.post(f.action, f.filled("commerce.payment.net_days", "forty-five (45)")); res.StatusCode != 303 {
		t.Fatalf("saving: %d: %s", res.StatusCode, text(t, body))
	}
	f, body := b.section(t, home, "commerce")
	if f.values["commerce.payment.net_days"] != "45" || !strings.Contains(text(t, body), "forty-five (45)") || !strings.Contains(body, "<del>") {
		t.Errorf("the saved term is %q, and the clause beside it does not change", f.values["commerce.payment.net_days"])
	}
	res, body := b.post(f.action, f.filled("commerce.payment.net_days", "soon", "commerce.payment.late_interest", "lots"))
	if said := text(t, body); res.StatusCode != 422 || !strings.Contains(said, "write a whole number, for example 30") || !strings.Contains(body, `value="soon"`) {
		t.Errorf("what is no number: %d: %s", res.StatusCode, said)
	}
	if !strings.Contains(body, `href="#f-commerce-payment-net_days">2 to be mended`) {
		t.Error("beside the button nothing leads to the first of two fields that are to be mended")
	}
	accessible(t, "wrong", body)
	if f, _ = b.section(t, home, "commerce"); f.values["commerce.payment.net_days"] != "45" {
		t.Error("what is no number displaced what was saved")
	}

	f, _ = b.section(t, home, "scope")
	if res, _ := b.post(f.action, f.filled("add", "scope.components["+countOf(f, "scope.components[", "].name")+"]")); res.StatusCode != 303 || !strings.Contains(res.Header.Get("Location"), "#f-scope-components-") {
		t.Fatalf("adding a component: %d to %q", res.StatusCode, res.Header.Get("Location"))
	}
	_, body = b.get(home + "/draft")
	if said := text(t, body); !strings.Contains(said, "To be mended before it can be proposed") || strings.Contains(said, "Propose version 2") {
		t.Errorf("a row that is empty is no error: %s", said)
	}
	f, body = b.section(t, home, "scope")
	if !strings.Contains(body, "finding-error") {
		t.Error("the error does not stand in its section")
	}
	last := countOf(f, "scope.components[", "].name")
	if res, _ := b.post(f.action, f.filled("remove", "scope.components["+less(t, last)+"]")); res.StatusCode != 303 {
		t.Fatalf("taking it out: %d", res.StatusCode)
	}

	_, body = b.get(home + "/draft")
	accessible(t, "draft", body)
	propose, ok := formOf(t, body, "/draft", "version", "1")
	if said := text(t, body); !ok || !strings.Contains(said, "commerce.payment.net_days") || !strings.Contains(said, "1 change") {
		t.Fatalf("the draft cannot be proposed: %s", said)
	}
	if res, body := b.post(propose.action, propose.filled("until", "1999-01-01")); res.StatusCode != 422 || !strings.Contains(text(t, body), "one that comes") {
		t.Errorf("a day of the past: %d", res.StatusCode)
	}
	if res, body := b.post(propose.action, propose.filled("remark", "we need time")); res.StatusCode != 303 {
		t.Fatalf("proposing: %d: %s", res.StatusCode, text(t, body))
	}
	if res, _ := b.post(propose.action, propose.filled("remark", "we need time")); res.StatusCode != 303 {
		t.Errorf("the impatient second click: %d", res.StatusCode)
	}
	v, err := h.register.View(id)
	must(t, err)
	latest, _ := v.State.Life.Latest()
	if latest.Number != 2 || latest.Party != agreement.B || latest.Answers != 1 || latest.Remark != "we need time" || v.State.Texts[1].Commerce.Payment.NetDays != 45 {
		t.Errorf("proposed is %+v", latest)
	}
	if _, body := b.get(home + "/draft"); !strings.Contains(text(t, body), "It begins as version 2 says") {
		t.Error("the draft is still there")
	}
}

// countOf is how many rows of a table a form has.
func countOf(f form, before, after string) string {
	n := 0
	for {
		if _, ok := f.values[before+strconv.Itoa(n)+after]; !ok {
			return strconv.Itoa(n)
		}
		n++
	}
}

// less is the number before another.
func less(t testing.TB, n string) string {
	t.Helper()
	whole, err := strconv.Atoi(n)
	must(t, err)
	return strconv.Itoa(whole - 1)
}

// A draft is for its author's eyes until it is proposed, and for those who may propose.
func TestADraftIsItsAuthorsAlone(t *testing.T) {
	h := newHouse(t)
	id := h.signed(draft.Example(today))
	other := h.signed(draft.Example(today))
	home := "/agreements/" + string(id)
	b := h.as(id, agreement.B, agreement.Legal)
	f, _ := b.section(t, home, "commerce")
	b.post(f.action, f.filled("commerce.payment.net_days", "46"))
	for name, who := range map[string]*browser{"A legal": h.as(id, agreement.A, agreement.Legal), "B signatory": h.as(id, agreement.B, agreement.Signatory)} {
		if g, _ := who.section(t, home, "commerce"); g.values["commerce.payment.net_days"] == "46" {
			t.Errorf("%s sees the draft", name)
		}
	}
	for name, c := range map[string]struct {
		who  *browser
		want int
	}{
		"B finance": {h.as(id, agreement.B, agreement.Finance), 403}, "B technical": {h.as(id, agreement.B, agreement.Technical), 403},
		"another's": {h.as(other, agreement.B, agreement.Legal), 404}, "nobody": {h.stranger(), 403},
	} {
		for _, path := range []string{"/draft", "/draft/commerce", "/draft/attachments", "/draft/attachments/sha256:x"} {
			if res, _ := c.who.get(home + path); res.StatusCode != c.want {
				t.Errorf("%s at %s: %d", name, path, res.StatusCode)
			}
		}
		for _, path := range []string{"/draft", "/draft/commerce", "/draft/disposal", "/draft/attachments", "/draft/attachments/removal"} {
			if res, _ := c.who.post(home+path, f.filled("version", "1", "commerce.payment.net_days", "99")); res.StatusCode != c.want {
				t.Errorf("%s sent %s: %d", name, path, res.StatusCode)
			}
		}
	}
	if g, _ := b.section(t, home, "commerce"); g.values["commerce.payment.net_days"] != "46" {
		t.Error("the draft was changed by somebody else")
	}
	_, body := b.get(home + "/draft")
	away, _ := formOf(t, body, "/draft/disposal", "", "")
	b.post(away.action, away.filled())
	if g, _ := b.section(t, home, "commerce"); g.values["commerce.payment.net_days"] == "46" {
		t.Error("the draft was not thrown away")
	}
	for _, wrong := range []url.Values{f.filled("add", "governance.people[0]"), f.filled("add", "commerce"), f.filled("remove", "commerce.payment.net_days"), f.filled("remove", "commerce.revenue.shares[99]"), f.filled("add", "commerce.revenue.shares[99]")} {
		if res, _ := b.post(f.action, wrong); res.StatusCode != 400 {
			t.Errorf("add %q, remove %q: %d", wrong.Get("add"), wrong.Get("remove"), res.StatusCode)
		}
	}
}

// Every section of the agreement can be opened, and saving it as it is changes nothing.
func TestSavingASectionAsItIsChangesNothing(t *testing.T) {
	h := newHouse(t)
	id := h.signed(draft.Example(today))
	home := "/agreements/" + string(id)
	b := h.as(id, agreement.A, agreement.Legal)
	for _, name := range strings.Fields("agreement parties scope integration sharing property branding commerce governance compliance warranty liability confidentiality term general schedule_a schedule_b schedule_c schedule_d schedule_e schedule_f schedule_g") {
		f, _ := b.section(t, home, name)
		if res, body := b.post(f.action, f.filled()); res.StatusCode != 303 {
			t.Errorf("%s: %d: %s", name, res.StatusCode, text(t, body)[:300])
		}
	}
	_, body := b.get(home + "/draft")
	if said := text(t, body); strings.Contains(said, "What changes") || strings.Contains(said, "To be mended") {
		t.Errorf("saving changed something: %s", said)
	}
}

// Rows that begin alike are told apart by what follows, and words of the file are shown as people read them.
func TestRowsOfAFormAreToldApart(t *testing.T) {
	h := newHouse(t)
	id := h.signed(draft.Example(today))
	b := h.as(id, agreement.A, agreement.Signatory)
	_, page := b.get("/agreements/" + string(id) + "/draft/schedule_c")
	names := map[string]bool{}
	for _, row := range regexp.MustCompile(`<summary><bdi>Levels \d+: (.*?)</bdi></summary>|<summary>Levels \d+: (.*?)</summary>`).FindAllStringSubmatch(page, -1) {
		names[row[1]+row[2]] = true
	}
	if !names["summarise, production"] || !names["summarise, test"] || len(names) != 4 {
		t.Errorf("the rows are known as %v", slices.Sorted(maps.Keys(names)))
	}
	if !strings.Contains(page, `<option value="calendar_month" selected>calendar month</option>`) {
		t.Error("a choice is not shown in words")
	}
}

// A new agreement replaces none: its clauses are shown without changes.
func TestANewAgreementIsNoRedline(t *testing.T) {
	h := newHouse(t)
	b := h.founder("somebody@example.example")
	_, page := b.get("/begin")
	f, _ := formOf(t, page, "/begin/example", "", "")
	if res, page := b.post(f.action, f.filled()); res.StatusCode != 303 {
		t.Fatalf("%d: %s", res.StatusCode, text(t, page))
	}
	_, page = b.get("/begin/commerce")
	if strings.Contains(page, "<ins") || strings.Contains(page, "<del") || !strings.Contains(text(t, page), "Revenue share.") {
		t.Errorf("a new agreement is a redline, or has no clauses: %s", text(t, page)[:500])
	}
}

// A row bears the name that people call it by, not its id; what takes one value a line says so once.
func TestRowsBearTheirNames(t *testing.T) {
	h := newHouse(t)
	id := h.signed(draft.Example(today))
	b := h.as(id, agreement.A, agreement.Signatory)
	for path, want := range map[string]string{"governance": "People 1: Mara Voss", "integration": "Requirements 1: Both APIs run in the test environment"} {
		_, page := b.get("/agreements/" + string(id) + "/draft/" + path)
		if says := text(t, page); !strings.Contains(says, want) || strings.Contains(says, "in each line. One a line.") {
			t.Errorf("%s does not say %q, or says twice how to write: %s", path, want, says)
		}
	}
}
