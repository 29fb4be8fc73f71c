// Kill proves a promise: a response that reached the client is metered exactly once, whenever the
// node is killed. It runs the real binary with a real upstream, loads it with plain and streamed
// calls and calls of tools by MCP, kills it with SIGKILL again and again, starts it again, and compares
// what the clients saw with what the node recorded. Every other kill comes at the worst instant: when
// clients have read the first bytes of answers that are not at their ends. A writer issues keys under
// idempotency keys meanwhile, retrying after each kill: each must exist once. Everything is on loopback
// and bounded.
//
//	go run ./tests/kill -rounds 20
package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

func main() {
	rounds := flag.Int("rounds", 20, "how often the node is killed")
	callers := flag.Int("callers", 16, "concurrent callers")
	binary := flag.String("binary", "", "the entente binary; built if not given")
	flag.Parse()
	if err := run(*rounds, *callers, *binary); err != nil {
		fmt.Fprintln(os.Stderr, "kill:", err)
		os.Exit(1)
	}
}

type trial struct {
	dir, binary string
	host        string
	token       string
	keys        map[string]string // by component
	node        *exec.Cmd
	gateway     string
	api         string

	first chan struct{} // a client has read the first bytes of an answer

	mu        sync.Mutex
	started   int
	begun     map[string]bool   // usage ids of answers whose first bytes a client read
	completed map[string]string // those of answers that a client read to the end, with the kind of call
	doubled   int
	issued    map[string]string // key id by idempotency key
}

func run(rounds, callers int, binary string) error {
	dir, err := os.MkdirTemp("", "entente-kill")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	upstream := httptest.NewServer(http.HandlerFunc(answer))
	defer upstream.Close()
	t := &trial{dir: filepath.Join(dir, "data"), binary: binary, host: strings.TrimPrefix(upstream.URL, "http://"), begun: map[string]bool{}, completed: map[string]string{}, first: make(chan struct{}, 1), issued: map[string]string{}}
	if t.binary == "" {
		t.binary = filepath.Join(dir, "entente")
		if out, err := exec.Command("go", "build", "-o", t.binary, ".").CombinedOutput(); err != nil {
			return fmt.Errorf("building: %w\n%s", err, out)
		}
	}
	if err := t.seed(upstream.URL + "/v1"); err != nil {
		return err
	}
	slowest := time.Duration(0)
	for i := range rounds {
		ready, err := t.start()
		if err != nil {
			return fmt.Errorf("round %d: %w", i, err)
		}
		slowest = max(slowest, ready)
		t.load(callers, i%2 == 1)
	}
	return t.judge(rounds, slowest)
}

func (t *trial) seed(upstream string) error {
	secret := filepath.Join(filepath.Dir(t.dir), "secret")
	if err := os.WriteFile(secret, []byte("Bearer kill"), 0o600); err != nil {
		return err
	}
	file, err := t.agreement()
	if err != nil {
		return err
	}
	out, err := exec.Command(t.binary, "seed", "--data", t.dir, "--file", file, "--upstream", upstream, "--upstream-secret-file", secret).Output()
	if err != nil {
		return fmt.Errorf("seeding: %w", err)
	}
	var made struct {
		Agreement string
		B         map[string]string
		Keys      map[string]map[string]string
		IDs       map[string]string
	}
	if err := json.Unmarshal(out, &made); err != nil {
		return err
	}
	t.keys = map[string]string{"summarise": made.Keys["summarise"]["production/service"], "tides": made.Keys["tides"]["production/service"]}
	t.token = made.B["technical"]
	if t.keys["summarise"] == "" || t.keys["tides"] == "" || t.token == "" {
		return fmt.Errorf("the seed has no key or token")
	}
	// Production has wider limits; its last milestone opens it.
	open := exec.Command(t.binary, "milestone", "complete", made.IDs["milestone"], "--evidence", "https://tidewater.example/kill", "--data", t.dir)
	open.Env = append(os.Environ(), "ENTENTE_TOKEN="+t.token)
	if out, err := open.CombinedOutput(); err != nil {
		return fmt.Errorf("opening production: %w\n%s", err, out)
	}
	return nil
}

// agreement is the example with a component by MCP.
func (t *trial) agreement() (file string, err error) {
	file = filepath.Join(filepath.Dir(t.dir), "agreement.yaml")
	if out, err := exec.Command(t.binary, "init", "--example", "-o", file).CombinedOutput(); err != nil {
		return "", fmt.Errorf("writing the example: %w\n%s", err, out)
	}
	b, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	scope, rest, found := strings.Cut(string(b), "    - name: reader-kit\n")
	middle, schedule, also := strings.Cut(rest, "    - component: embed\n      protocol:")
	if !found || !also {
		return "", fmt.Errorf("the example has other components than it had")
	}
	text := scope + "    - name: tides\n      title: Calluna Tides, tools by MCP\n      provider: a\n      methods: [api]\n    - name: reader-kit\n" +
		middle + "    - component: tides\n      protocol: mcp\n      base_urls: {test: https://sandbox.calluna.example/mcp, production: https://api.calluna.example/mcp}\n      tools: [search]\n" +
		"    - component: embed\n      protocol:" + schedule
	return file, os.WriteFile(file, []byte(text), 0o600)
}

// start runs the node and waits until it is ready.
func (t *trial) start() (time.Duration, error) {
	ports := filepath.Join(filepath.Dir(t.dir), "ports.json")
	os.Remove(ports)
	begun := time.Now()
	t.node = exec.Command(t.binary, "serve", "--data", t.dir, "--listen", "127.0.0.1:0", "--gateway", "127.0.0.1:0", "--ports-file", ports, "--egress-allow", t.host)
	var log bytes.Buffer
	t.node.Stderr = &log
	if err := t.node.Start(); err != nil {
		return 0, err
	}
	for time.Since(begun) < 20*time.Second {
		var p struct{ Listen, Gateway string }
		if b, err := os.ReadFile(ports); err == nil && json.Unmarshal(b, &p) == nil {
			t.api, t.gateway = "http://"+p.Listen, "http://"+p.Gateway
			if answer, err := http.Get(t.api + "/readyz"); err == nil {
				answer.Body.Close()
				if answer.StatusCode == http.StatusOK {
					return time.Since(begun), nil
				}
			}
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.node.Process.Kill()
	t.node.Wait()
	return 0, fmt.Errorf("the node was not ready within 20 seconds:\n%s", log.String())
}
