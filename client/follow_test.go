package client_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"entente/client"

	"github.com/google/go-cmp/cmp"
)

// A stream that breaks goes on behind the event that was seen last; half an event is none; a refusal ends it.
func TestFollowingGoesOnBehindWhatWasSeen(t *testing.T) {
	var asked []string
	node := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.Header.Get("Last-Event-ID"))
		switch len(asked) {
		case 1:
			fmt.Fprint(w, "retry: 2000\n\nid: 1\nevent: a\ndata: {\"n\":1}\n\n: still here\n\nid: 2\ndata: {\"n\":2}\n\nid: 3\ndata: {\"n\"")
		case 2:
			fmt.Fprint(w, "id: 3\ndata: {\"n\":3}\n\n")
		default:
			w.Header().Set("Content-Type", "application/problem+json")
			w.WriteHeader(http.StatusUnauthorized)
			fmt.Fprint(w, `{"title":"No token","status":401}`)
		}
	}))
	defer node.Close()
	c, err := client.New(node.URL, "token")
	if err != nil {
		t.Fatal(err)
	}
	var seen []string
	err = c.Follow(t.Context(), "/events", "", func(data []byte) error {
		seen = append(seen, string(data))
		return nil
	})
	var refused *client.Problem
	if !errors.As(err, &refused) || refused.Status != http.StatusUnauthorized {
		t.Errorf("got %v", err)
	}
	if diff := cmp.Diff([]string{`{"n":1}`, `{"n":2}`, `{"n":3}`}, seen); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"", "2", "3"}, asked); diff != "" {
		t.Error(diff)
	}
	enough := errors.New("enough")
	asked = nil
	if err := c.Follow(t.Context(), "/events", "", func([]byte) error { return enough }); err != enough || len(asked) != 1 {
		t.Errorf("got %v after %d requests", err, len(asked))
	}
}
