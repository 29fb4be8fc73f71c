package console_test

import (
	"fmt"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"entente/agreement"
	"entente/articles"
	"entente/articles/draft"
	"entente/articles/integration"
	"entente/ledger/seal"
	"entente/notary"
)

// poison would like to be markup in any place: text, an attribute, a style sheet, a script, a URL.
const poison = `"'><script>alert(1)</script><img src=x onerror=alert(2)><a href="javascript:alert(3)" onmouseover='alert(4)' style="x:y">&lt;b&gt;` +
	"`--></style></title></textarea></select></option>{{.}}]]>\u202egnp.\u2066\u200b"

// poisoned is the agreement with something added to each text that the parties write.
func poisoned(a articles.Agreement, with string) articles.Agreement {
	poisonValue(reflect.ValueOf(&a).Elem(), with)
	return a
}

func poisonValue(v reflect.Value, with string) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			switch name := v.Type().Field(i).Name; {
			case !v.Type().Field(i).IsExported(), name == "SigningKey", name == "Digest", name == "Edition":
			default:
				poisonValue(v.Field(i), with)
			}
		}
	case reflect.Slice:
		fresh := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		reflect.Copy(fresh, v)
		if v.Len() > 0 && v.CanSet() {
			v.Set(fresh)
		}
		for i := range v.Len() {
			poisonValue(v.Index(i), with)
		}
	case reflect.Pointer:
		if !v.IsNil() {
			poisonValue(v.Elem(), with)
		}
	case reflect.String:
		if v.Type() == reflect.TypeFor[string]() && v.CanSet() && v.String() != "" {
			v.SetString(v.String() + with)
		}
	}
}

// life has things happen under an agreement in which people write more.
func life(h *house, id agreement.ID, with string) {
	h.t.Helper()
	ctx := h.t.Context()
	b := h.holder(id, agreement.B, agreement.Technical)
	v, err := h.register.View(id)
	must(h.t, err)
	text := v.State.Text()
	_, err = h.notary.Do(ctx, notary.Order{Agreement: id, Actor: b, Command: integration.CompleteMilestone{Milestone: text.Integration.Requirements[0].ID, Party: agreement.B, By: b.ID,
		Evidence: []integration.Evidence{{Kind: "link" + with, Ref: "javascript:alert(5)" + with, Remark: "seen" + with}, {Kind: "link", Ref: "https://ci.example/?" + with}}}})
	must(h.t, err)
	_, err = h.notary.Do(ctx, notary.Order{Agreement: id, Actor: b, Command: integration.ReopenMilestone{Milestone: text.Integration.Requirements[0].ID, Party: agreement.B, By: b.ID, Reason: "why" + with}})
	must(h.t, err)
	_, err = h.notary.Do(ctx, notary.Order{Agreement: id, Actor: b, Command: integration.CompleteMilestone{Milestone: text.Integration.Requirements[0].ID, Party: agreement.B, By: b.ID,
		Evidence: []integration.Evidence{{Kind: "report" + with, Ref: "sha256:" + with}}}})
	must(h.t, err)
	_, _, err = h.notary.IssueKey(ctx, notary.Order{Agreement: id, Actor: b}, notary.KeyRequest{Component: text.Scope.Components[0].Name, Environment: agreement.Test,
		Purpose: agreement.Service, Label: "label" + with}, nil)
	must(h.t, err)
}

// talk has the parties say more of another version, which is not signed.
func talk(h *house, id agreement.ID, with string) {
	h.t.Helper()
	v, err := h.register.View(id)
	must(h.t, err)
	a := *v.State.Text()
	a.Parties.B.Address += " and more" + with
	a.Commerce.Payment.NetDays++
	h.propose(id, a, h.previous(id))
	legal := h.holder(id, agreement.A, agreement.Legal)
	for _, command := range []any{
		agreement.AnswerClauses{Version: 2, Clauses: []agreement.Clause{"6.3"}, Party: agreement.A, By: legal.ID, Reason: "no" + with},
		agreement.Comment{Thread: "cmt_1", Clause: "6.3", Party: agreement.A, By: legal.ID, Text: "said" + with},
	} {
		_, err := h.notary.Do(h.t.Context(), notary.Order{Agreement: id, Actor: legal, Command: command})
		must(h.t, err)
	}
}

// previous is the digest of what both have signed last.
func (h *house) previous(id agreement.ID) *seal.Digest {
	h.t.Helper()
	v, err := h.register.View(id)
	must(h.t, err)
	signed, err := h.notary.Package(v.State.Life.Versions[v.State.Life.InForce-1])
	must(h.t, err)
	digest := signed.Digest()
	return &digest
}

// everyPage is what each page says, to a person who can do most there is to do.
func everyPage(h *house, id agreement.ID) map[string]string {
	h.t.Helper()
	home := "/agreements/" + string(id)
	v, err := h.register.View(id)
	must(h.t, err)
	paths := []string{"", "?show=open", "?q=calls", "/clauses/2.1", "/clauses/2.2", "/clauses/7.1", "/clauses/C", "/timeline", "/negotiation", "/negotiation/redline?old=1&new=2", "/ledger", "/ledger?clause=2.2",
		"/components", "/components/" + url.PathEscape(v.State.Text().Scope.Components[0].Name), "/notifications", "/notifications/preferences", "/feeds", "/webhooks"}
	for n := range v.Size {
		paths = append(paths, fmt.Sprintf("/ledger/%d", n))
	}
	pages := map[string]string{}
	for role, paths := range map[agreement.Role][]string{agreement.Technical: paths, agreement.Signatory: {"/versions/1", "/clauses/signatures", "/clauses/front", "/people", "/sign"}} {
		b := h.as(id, agreement.B, role)
		for _, path := range paths {
			res, body := b.get(home + path)
			if res.StatusCode != 200 {
				h.t.Fatalf("%s: %d: %s\n%s", path, res.StatusCode, body, h.log)
			}
			pages["page "+strings.ReplaceAll(path, url.PathEscape(v.State.Text().Scope.Components[0].Name), "COMPONENT")] = body
		}
	}
	legal := h.as(id, agreement.B, agreement.Legal)
	for name, path := range map[string]string{"erasure": home + "/people/" + h.holder(id, agreement.B, agreement.Finance).ID + "/erasure", "portfolio": "/portfolio", "me": "/me"} {
		res, body := legal.get(path)
		if res.StatusCode != 200 {
			h.t.Fatalf("%s: %d: %s\n%s", path, res.StatusCode, body, h.log)
		}
		pages[name] = body
	}
	return pages
}

// Whatever the parties write, the tags and attributes of every page are those of harmless text.
func TestTextNeverBecomesMarkup(t *testing.T) {
	with := func(s string) map[string]string {
		h := newHouse(t)
		id := h.signed(poisoned(draft.Example(today), s))
		life(h, id, s)
		talk(h, id, s)
		pages := everyPage(h, id)
		link := h.link(id, h.holder(id, agreement.A, agreement.Signatory))
		_, pages["enter"] = h.stranger().get("/enter/" + link)
		b := h.as(id, agreement.B, agreement.Technical)
		_, pages["refused"] = b.post("/agreements/"+string(id)+"/keys", url.Values{"key": {anyKey(1)}, "component": {"summarise" + s}, "environment": {"test"},
			"purpose": {"training"}, "class": {"customer"}, "label": {"label" + s}})
		_, pages["incomplete"] = b.post("/agreements/"+string(id)+"/milestones/completion", url.Values{"key": {anyKey(2)}, "milestone": {"launch" + s}, "kind": {"link"},
			"ref": {"javascript:alert(6)" + s}, "remark": {"remark" + s}})
		return pages
	}
	want := with("x")
	for name, page := range with(poison) {
		if diff := cmp.Diff(shape(t, want[name]), shape(t, page)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		accessible(t, name, page)
		for _, one := range tags(t, page) {
			for _, attr := range []string{"href", "action", "src"} {
				if to := strings.ToLower(one.attrs[attr]); strings.HasPrefix(to, "javascript:") || strings.HasPrefix(to, "//") {
					t.Errorf("%s: a %s leads to %q", name, one.name, to)
				}
			}
		}
		for _, one := range tags(t, page) {
			// What someone types stands in their own field as they typed it.
			if one.name != "textarea" && strings.ContainsAny(one.text+one.attrs["aria-label"], "\u202e\u2066\u200b") {
				t.Errorf("%s shows a character that reorders or hides, after a %s: %+q", name, one.name, one.text)
			}
		}
	}
}

// In the editor hostile text stands in its fields, as whoever mends it needs it, and is no markup either.
func TestHostileTextIsEditedAsText(t *testing.T) {
	h := newHouse(t)
	id := h.signed(poisoned(draft.Example(today), poison))
	b := h.as(id, agreement.B, agreement.Signatory)
	for _, path := range []string{"/draft", "/draft/parties", "/draft/governance", "/draft/commerce", "/draft/schedule_a"} {
		res, body := b.get("/agreements/" + string(id) + path)
		if res.StatusCode != 200 {
			t.Fatalf("%s: %d: %s", path, res.StatusCode, h.log)
		}
		accessible(t, path, body)
		if strings.Contains(body, "<img") || strings.Contains(body, "<script>") {
			t.Errorf("%s became markup", path)
		}
	}
}

// Whatever is sent to a form is answered with a page, never with a fault, and nothing of it is markup.
func TestFormsNeverFail(t *testing.T) {
	h := newHouse(t)
	id := h.signed(draft.Example(today))
	b := h.as(id, agreement.A, agreement.Technical)
	value := rapid.OneOf(rapid.SampledFrom([]string{"", "link", "file", "test", "production", "service", "customer", "embed", "summarise", "yes", "api-development", poison, "\x00", "\xff", "%"}),
		rapid.StringN(0, 40, 200))
	rapid.Check(t, func(t *rapid.T) {
		values := url.Values{"key": {anyKey(rapid.IntRange(0, 1<<30).Draw(t, "key"))}}
		for _, name := range []string{"milestone", "kind", "ref", "remark", "reason", "component", "environment", "purpose", "class", "label", "id", "manifest", "authority", "version"} {
			if rapid.Bool().Draw(t, name+" is there") {
				values.Set(name, value.Draw(t, name))
			}
		}
		path := rapid.SampledFrom([]string{"/signatures", "/milestones/completion", "/milestones/reopening", "/keys", "/keys/revocation"}).Draw(t, "path")
		res, body := b.post("/agreements/"+string(id)+path, values)
		if res.StatusCode >= 500 || res.StatusCode < 200 {
			t.Fatalf("%s %v: %d: %s", path, values, res.StatusCode, h.log)
		}
		if strings.Contains(body, "<script>") || strings.Contains(body, "<img") {
			t.Fatalf("%s %v became markup", path, values)
		}
	})
}
