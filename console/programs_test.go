package console_test

import (
	"net/url"
	"regexp"
	"strings"
	"testing"

	"entente/agreement"
	"entente/articles/draft"
)

// A party makes accounts for its programs, sees a secret once, and ends them; the other party sees none of it.
func TestAPartysPrograms(t *testing.T) {
	h := newHouse(t)
	letter := h.writes()
	id := h.signed(draft.Example(today))
	path := "/agreements/" + string(id) + "/programs"
	mara := h.as(id, agreement.A, agreement.Signatory)
	form := url.Values{"key": {anyKey(1)}, "label": {"billing <b>"}, "access": {"read"}}
	for name, b := range map[string]*browser{"who has no such role": h.as(id, agreement.A, agreement.Finance), "a stranger": h.stranger()} {
		if res, _ := b.post(path, form); res.StatusCode != 403 {
			t.Errorf("%s: %d", name, res.StatusCode)
		}
	}
	res, body := mara.post(path, form)
	secret := regexp.MustCompile(`ent_svc_[\w-]+`).FindString(body)
	if res.StatusCode != 200 || secret == "" || res.Header.Get("Cache-Control") != "no-store, no-transform" {
		t.Fatalf("making one: %d %s", res.StatusCode, text(t, body))
	}
	accessible(t, "made", body)
	if _, again := mara.post(path, form); regexp.MustCompile(`ent_svc_[\w-]+`).FindString(again) != secret {
		t.Error("the form sent again makes another")
	}
	account := regexp.MustCompile(`cred_\w+`).FindString(body)
	if l := letter(1); !strings.Contains(l.Body, account) {
		t.Errorf("its person is told %q", l.Body)
	}
	_, body = mara.get(path)
	accessible(t, "programs", body)
	if strings.Count(body, account+"</code>") != 1 || strings.Contains(body, secret) || strings.Contains(body, "<b>") || !strings.Contains(body, "https://node.example/oauth/token") {
		t.Errorf("the page is %s", text(t, body))
	}
	other := h.as(id, agreement.B, agreement.Signatory)
	if _, body := other.get(path); strings.Contains(body, account) {
		t.Error("the other party sees it")
	}
	if res, _ := other.post(path+"/end", url.Values{"key": {anyKey(2)}, "id": {account}}); res.StatusCode != 404 {
		t.Errorf("the other party ends it: %d", res.StatusCode)
	}
	for name, wrong := range map[string]url.Values{
		"no label":       {"key": {anyKey(3)}, "label": {""}, "access": {"read"}},
		"keys that none": {"key": {anyKey(4)}, "label": {"x"}, "access": {"read"}, "jwks": {"{}"}},
		"two ways":       {"key": {anyKey(5)}, "label": {"x"}, "access": {"read"}, "jwks": {"{}"}, "jwks_uri": {"https://a.example"}},
	} {
		if res, _ := mara.post(path, wrong); res.StatusCode != 422 {
			t.Errorf("%s: %d", name, res.StatusCode)
		}
	}
	if res, _ := mara.post(path+"/end", url.Values{"key": {anyKey(6)}, "id": {account}}); res.StatusCode != 303 {
		t.Errorf("ending it: %d", res.StatusCode)
	}
	if _, body := mara.get(path); strings.Contains(body, account) {
		t.Error("it is there still")
	}
}
