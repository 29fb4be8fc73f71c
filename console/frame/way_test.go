package frame

import (
	"strings"
	"testing"
)

// A way is a plain path of a page of an agreement, and nothing that a browser could take for anything else.
func TestWays(t *testing.T) {
	const home = "/agreements/agr_abc234"
	for path, want := range map[string]string{
		home: "agr_abc234", home + "/clauses/6.1": "agr_abc234", home + "/components/search-panel": "agr_abc234", home + "/ledger/3/proof": "agr_abc234",
		"": "", "/": "", "/leave": "", "/agreements/": "", "/agreements/x": "", home + "/": "", home + "/../..": "", home + "/.": "", home + "//evil.example": "",
		"//evil.example": "", `/\evil.example`: "", "https://evil.example" + home: "", home + "?a=b": "", home + "#a": "", home + "/%2e%2e": "", home + "/a\r\nb": "", home + "\n": "",
		home + "/" + strings.Repeat("a", 200): "", " " + home: "", strings.ToUpper(home): "",
	} {
		if got := string(WayOf(path).Agreement()); got != want {
			t.Errorf("%q leads to %q, want %q", path, got, want)
		}
	}
	if got := WayOf(home + "/ledger").Door(); got != "/?to=%2Fagreements%2Fagr_abc234%2Fledger" {
		t.Errorf("the door is %s", got)
	}
	if got := WayOf("//x").Door(); got != "/" {
		t.Errorf("the door is %s", got)
	}
}
