package doors_test

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"entente/cli/doors"
)

func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// Until a door is opened, whoever comes hears that the node lives and is not ready.
func TestADoorThatIsNotOpenYet(t *testing.T) {
	var d doors.ADoor
	ask := func(path string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		d.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		return w
	}
	if w := ask("/livez"); w.Code != http.StatusOK {
		t.Errorf("/livez: %d %s", w.Code, w.Body)
	}
	for _, path := range []string{"/readyz", "/", "/api/v1/me", "/summarise/v1/chat/completions"} {
		w := ask(path)
		if w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") == "" || !strings.Contains(w.Body.String(), "starting") || !json.Valid(w.Body.Bytes()) {
			t.Errorf("%s: %d %v %s", path, w.Code, w.Header(), w.Body)
		}
	}
	d.Open(http.NotFoundHandler())
	if w := ask("/readyz"); w.Code != http.StatusNotFound {
		t.Errorf("after it was opened: %d", w.Code)
	}
}

// Both addresses are taken before anything else, or none.
func TestListening(t *testing.T) {
	d, err := doors.Listen(doors.Listening{Inside: "127.0.0.1:0", Outside: "127.0.0.1:0"})
	ok(t, err)
	defer d.Close()
	resp, err := http.Get("http://" + d.Ports().Gateway + "/readyz")
	ok(t, err)
	body, err := io.ReadAll(resp.Body)
	ok(t, errors.Join(err, resp.Body.Close()))
	if status := resp.StatusCode; status != http.StatusServiceUnavailable {
		t.Errorf("a node that is starting: %d %s", status, body)
	}
	for name, at := range map[string][2]string{"console and API": {d.Ports().Listen, "127.0.0.1:0"}, "the gateway": {"127.0.0.1:0", d.Ports().Listen}} {
		if _, err := doors.Listen(doors.Listening{Inside: at[0], Outside: at[1]}); err == nil || !strings.Contains(err.Error(), "listening for "+name) {
			t.Errorf("an address that is taken: got %v, want %s", err, name)
		}
	}
}
