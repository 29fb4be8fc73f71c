package mcp

import (
	"errors"
	"strings"
	"testing"
)

// A client drops the byte order mark before the first line that it is given: so none may pass, or what stands
// behind one would be read by it and by nobody before it.
func TestNoMarkHidesAMessage(t *testing.T) {
	const mark, secret = "\xef\xbb\xbf", `data: {"jsonrpc":"2.0","id":1,"result":{"tools":[{"name":"secret"}]}}` + "\n\n"
	for name, stream := range map[string]string{
		"one":                         mark + secret,
		"two":                         mark + mark + secret,
		"behind an event that is not": "event: other\ndata: x\n\n" + mark + secret,
		"within an event":             "id: 7\n" + mark + secret,
	} {
		got, err := passing([]byte(stream), 5)
		if strings.Contains(string(got), "secret") || err != nil && !errors.Is(err, ErrMessage) {
			t.Errorf("%s: %q passed, %v", name, got, err)
		}
	}
}
