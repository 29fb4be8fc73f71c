package proxy

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestWhoIsBelieved(t *testing.T) {
	trusted, err := Parse([]string{"10.1.2.0/24", "2001:db8::7"})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, peer, proto string
		forwarded         []string
		want, wantProto   string
	}{
		{"nobody in between", "198.51.100.7:4000", "", nil, "198.51.100.7:4000", ""},
		{"who is no proxy says so", "198.51.100.7:4000", "https", []string{"203.0.113.9"}, "198.51.100.7:4000", ""},
		{"a proxy on this machine", "127.0.0.1:4000", "https", []string{"203.0.113.9"}, "203.0.113.9:0", "https"},
		{"on this machine, by IPv6", "[::1]:4000", "https", []string{"2001:db8::9"}, "[2001:db8::9]:0", "https"},
		{"a trusted proxy elsewhere", "10.1.2.3:4000", "https", []string{"203.0.113.9"}, "203.0.113.9:0", "https"},
		{"a single address", "[2001:db8::7]:4000", "", []string{"203.0.113.9"}, "203.0.113.9:0", ""},
		{"its neighbour", "[2001:db8::8]:4000", "", []string{"203.0.113.9"}, "[2001:db8::8]:4000", ""},
		{"mapped to IPv6", "[::ffff:10.1.2.3]:4000", "", []string{"::ffff:203.0.113.9"}, "203.0.113.9:0", ""},
		{"the caller writes one before it", "10.1.2.3:4000", "", []string{"127.0.0.1, 203.0.113.9"}, "203.0.113.9:0", ""},
		{"in a line of its own", "10.1.2.3:4000", "", []string{"127.0.0.1", "203.0.113.9"}, "203.0.113.9:0", ""},
		{"two trusted proxies", "10.1.2.3:4000", "", []string{"198.51.100.1, 203.0.113.9, 10.1.2.9"}, "203.0.113.9:0", ""},
		{"trusted all the way", "10.1.2.3:4000", "", []string{"10.1.2.4, 10.1.2.5"}, "10.1.2.4:0", ""},
		{"no address", "10.1.2.3:4000", "", []string{"203.0.113.9, unknown"}, "10.1.2.3:0", ""},
		{"more than can be", "10.1.2.3:4000", "", []string{"203.0.113.9" + strings.Repeat(", 10.1.2.9", 20)}, "10.1.2.9:0", ""},
		{"no peer", "@", "https", []string{"203.0.113.9"}, "@", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := httptest.NewRequest("GET", "/", nil)
			r.RemoteAddr = tt.peer
			r.Header["X-Forwarded-For"] = tt.forwarded
			if tt.proto != "" {
				r.Header.Set("X-Forwarded-Proto", tt.proto)
			}
			var got, proto string
			trusted.Before(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				got, proto = r.RemoteAddr, r.Header.Get("X-Forwarded-Proto")
			})).ServeHTTP(nil, r)
			if got != tt.want || proto != tt.wantProto {
				t.Errorf("it came from %s by %q, want %s by %q", got, proto, tt.want, tt.wantProto)
			}
		})
	}
}

func TestWhatCannotBeTrusted(t *testing.T) {
	for text, want := range map[string]string{"0.0.0.0/0": "every address", "::/0": "every address", "10.1.2.3/24": "write 10.1.2.0/24", "proxy.example": "no address", "": "no address", "::ffff:10.1.2.3": "no address", "fe80::1%eth0": "no address"} {
		if all, err := Parse([]string{text}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, %v", text, all, err)
		}
	}
}
