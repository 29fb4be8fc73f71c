// Kill proves a promise: a response that reached the client is metered exactly once, whenever the
// node is killed. It runs the real binary with a real upstream, loads it with plain and streamed
// calls, kills it with SIGKILL again and again, starts it again, and compares what the clients
// completed with what the node recorded. A writer issues keys under idempotency keys meanwhile,
// retrying after each kill: each must exist once. Everything is on loopback and bounded.
//
//	go run ./tests/kill -rounds 20
package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	services "entente/demo"
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
	key, token  string
	node        *exec.Cmd
	gateway     string
	api         string

	mu        sync.Mutex
	completed map[string]bool // usage ids of answers that a client read to the end
	doubled   int
	started   int
	issued    map[string]string // key id by idempotency key
}

func run(rounds, callers int, binary string) error {
	dir, err := os.MkdirTemp("", "entente-kill")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	upstream := httptest.NewServer(services.Summariser("kill"))
	defer upstream.Close()
	t := &trial{dir: filepath.Join(dir, "data"), binary: binary, host: strings.TrimPrefix(upstream.URL, "http://"), completed: map[string]bool{}, issued: map[string]string{}}
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
		t.load(callers, time.Duration(200+rand.IntN(500))*time.Millisecond)
	}
	return t.judge(rounds, slowest)
}

func (t *trial) seed(upstream string) error {
	secret := filepath.Join(filepath.Dir(t.dir), "secret")
	if err := os.WriteFile(secret, []byte("Bearer kill"), 0o600); err != nil {
		return err
	}
	out, err := exec.Command(t.binary, "seed", "--data", t.dir, "--upstream", upstream, "--upstream-secret-file", secret).Output()
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
	t.key, t.token = made.Keys["summarise"]["production/service"], made.B["technical"]
	if t.key == "" || t.token == "" {
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

// load calls until the node has been killed in the middle.
func (t *trial) load(callers int, life time.Duration) {
	stop := make(chan struct{})
	var all sync.WaitGroup
	for c := range callers {
		all.Go(func() {
			client := &http.Client{Transport: &http.Transport{}, Timeout: 5 * time.Second}
			for {
				select {
				case <-stop:
					return
				default:
					t.call(client, c%2 == 0)
				}
			}
		})
	}
	all.Go(func() { t.issue(stop) })
	time.Sleep(life)
	t.node.Process.Kill()
	t.node.Wait()
	close(stop)
	all.Wait()
}

func (t *trial) call(client *http.Client, stream bool) {
	body := fmt.Sprintf(`{"model":"calluna-extract-1","stream":%v,"messages":[{"role":"user","content":"The pier was damaged. Ships waited outside. It will be repaired."}]}`, stream)
	r, err := http.NewRequest(http.MethodPost, t.gateway+"/summarise/v1/chat/completions", strings.NewReader(body))
	if err != nil {
		return
	}
	r.Header.Set("Authorization", "Bearer "+t.key)
	r.Header.Set("Content-Type", "application/json")
	t.mu.Lock()
	t.started++
	t.mu.Unlock()
	answer, err := client.Do(r)
	if err != nil {
		time.Sleep(5 * time.Millisecond)
		return
	}
	defer answer.Body.Close()
	b, err := io.ReadAll(answer.Body)
	whole := err == nil && answer.StatusCode == http.StatusOK
	if stream {
		whole = whole && bytes.Contains(b, []byte("data: [DONE]"))
	}
	if answer.StatusCode == http.StatusTooManyRequests {
		time.Sleep(20 * time.Millisecond)
	}
	if !whole {
		return
	}
	id := answer.Header.Get("Entente-Usage-Id")
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.completed[id] {
		t.doubled++
	}
	t.completed[id] = true
}

// issue asks for keys, each under one idempotency key until it is answered.
func (t *trial) issue(stop chan struct{}) {
	client := &http.Client{Transport: &http.Transport{}, Timeout: 3 * time.Second}
	for {
		select {
		case <-stop:
			return
		default:
		}
		t.mu.Lock()
		name := fmt.Sprintf("kill-%d", len(t.issued))
		t.mu.Unlock()
		r, err := http.NewRequest(http.MethodPost, t.api+"/api/v1/keys", strings.NewReader(`{"component":"summarise","environment":"test","purpose":"service","label":"`+name+`"}`))
		if err != nil {
			return
		}
		r.Header.Set("Authorization", "Bearer "+t.token)
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Idempotency-Key", name)
		answer, err := client.Do(r)
		if err != nil {
			time.Sleep(5 * time.Millisecond)
			continue
		}
		var made struct{ ID string }
		err = json.NewDecoder(answer.Body).Decode(&made)
		answer.Body.Close()
		if err == nil && made.ID != "" {
			t.mu.Lock()
			t.issued[name] = made.ID
			t.mu.Unlock()
		}
		time.Sleep(10 * time.Millisecond)
	}
}

func (t *trial) judge(rounds int, slowest time.Duration) error {
	ready, err := t.start()
	if err != nil {
		return err
	}
	records, err := t.list("/api/v1/usage?limit=1000&")
	if err != nil {
		return err
	}
	keys, err := t.list("/api/v1/keys?limit=1000&")
	if err != nil {
		return err
	}
	t.node.Process.Signal(os.Interrupt)
	t.node.Wait()
	seen, states := map[string]int{}, map[string]int{}
	for _, r := range records {
		seen[fmt.Sprint(r["id"])]++
		states[fmt.Sprint(r["state"])]++
	}
	lost, twice := 0, t.doubled
	for id := range t.completed {
		switch seen[id] {
		case 0:
			lost++
		case 1:
		default:
			twice++
		}
	}
	labels := map[string]int{}
	for _, k := range keys {
		labels[fmt.Sprint(k["label"])]++
	}
	wrong := 0
	for name := range t.issued {
		if labels[name] != 1 {
			wrong++
		}
	}
	verified := exec.Command(t.binary, "ledger", "verify", "--deep", "--data", t.dir)
	out, bad := verified.CombinedOutput()
	fmt.Printf("kills %d; calls started %d, completed by clients %d; recorded %d (closed %d, interrupted %d, open %d)\n",
		rounds, t.started, len(t.completed), len(records), states["closed"], states["interrupted"], states["open"])
	fmt.Printf("completed but not recorded %d; recorded twice %d; keys issued %d, of these not exactly once %d; slowest start %s\n",
		lost, twice, len(t.issued), wrong, max(slowest, ready).Round(time.Millisecond))
	fmt.Printf("ledger verify --deep: %s", lastLine(out))
	switch {
	case bad != nil:
		return fmt.Errorf("the ledger does not verify:\n%s", out)
	case lost+twice+wrong > 0 || states["open"] > 0:
		return fmt.Errorf("the promise is broken")
	case len(t.completed) == 0 || len(t.issued) == 0:
		return fmt.Errorf("nothing was completed, so nothing was shown")
	}
	return nil
}

func lastLine(b []byte) string {
	lines := strings.Split(strings.TrimSpace(string(b)), "\n")
	return lines[len(lines)-1] + "\n"
}

// list reads a listing of the API page by page.
func (t *trial) list(path string) ([]map[string]any, error) {
	var all []map[string]any
	after := ""
	for {
		r, err := http.NewRequest(http.MethodGet, t.api+path+"after="+after, nil)
		if err != nil {
			return nil, err
		}
		r.Header.Set("Authorization", "Bearer "+t.token)
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			return nil, err
		}
		var page struct {
			Items []map[string]any
			Next  string
		}
		err = json.NewDecoder(answer.Body).Decode(&page)
		answer.Body.Close()
		if err != nil || answer.StatusCode != http.StatusOK {
			return nil, fmt.Errorf("%s: %s %w", path, answer.Status, err)
		}
		all = append(all, page.Items...)
		if page.Next == "" || len(page.Items) == 0 {
			return all, nil
		}
		after = page.Next
	}
}
