package gateway_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"entente/access"
	"entente/agreement"
	"entente/articles/technical"
	"entente/egress"
	"entente/meter"
	"entente/tests/outside"
)

// Programs that are not ours call a plain HTTP API and its WebSocket through the gateway: the npm
// package ws, Chromium and curl.
func TestPlainProgramsFromOutside(t *testing.T) {
	node, missing := outside.Node()
	missing = append(missing, append(outside.Packages("ws", "playwright-core"), outside.Programs("chromium", "curl")...)...)
	if outside.Lacking(t, missing...) {
		return
	}
	chromium, err := exec.LookPath("chromium")
	must(t, err)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	address := l.Addr().String()
	l.Close()
	h := newHouse(t, egress.Policy{Allow: []string{address}})
	h.openHarbour(technical.Specification{OpenAPI: "Harbour API", Operations: []string{"listBerths", "followTides"}}, map[string]string{"sha256:harbour": harbour})
	must(t, h.upstreams.Set(context.Background(), egress.Upstream{Agreement: string(theAgreement), Component: "harbour", Environment: string(agreement.Production), Address: "http://" + address}, access.Secret{}))
	key := h.keys["harbour"].Text().Reveal()

	script := exec.CommandContext(t.Context(), node, filepath.Join(npm, "plain.mjs"))
	script.Env = append(os.Environ(), "URL="+h.url, "KEY="+key, "PORT="+address[strings.LastIndex(address, ":")+1:], "CHROMIUM="+chromium, "STAY=1")
	script.Stderr = os.Stderr
	done, err := script.StdinPipe()
	must(t, err)
	said, err := script.StdoutPipe()
	must(t, err)
	must(t, script.Start())
	line, err := bufio.NewReader(said).ReadBytes('\n')
	var report struct {
		Results []struct {
			Name, Error string
			OK          bool
		}
	}
	if json.Unmarshal(line, &report) != nil || len(report.Results) != 5 {
		t.Fatalf("%v: %s", err, line)
	}
	for _, r := range report.Results {
		if !r.OK {
			t.Errorf("%s: %s", r.Name, r.Error)
		}
	}
	for _, args := range []string{"--http1.1", "--http1.1 --compressed", "--http2-prior-knowledge", "--http2-prior-knowledge --compressed"} {
		out, err := exec.Command("curl", append(strings.Fields(args), "-sS", "-w", " %{http_code} %{http_version}", "-H", "Authorization: Bearer "+key, h.url+"/harbour/berths")...).CombinedOutput()
		version := map[bool]string{true: "2", false: "1.1"}[strings.HasPrefix(args, "--http2")]
		if want := strings.Repeat("berth ", 1000) + " 200 " + version; err != nil || string(out) != want {
			t.Errorf("curl %s: %v, %.200s", args, err, out)
		}
	}
	fmt.Fprintln(done)
	must(t, script.Wait())
	outcomes := map[meter.Outcome]int{}
	for _, r := range h.records() {
		outcomes[r.Outcome]++
	}
	if outcomes[meter.OK] != 7 || outcomes[meter.CallerGone] != 1 || len(outcomes) != 2 {
		t.Errorf("%v are on record: three sockets and four calls to their end, and a stream that the page left", outcomes)
	}
}
