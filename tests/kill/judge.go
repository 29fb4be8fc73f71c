package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"time"
)

// judge compares what the clients saw with what the node recorded.
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
	seen, states, ended := map[string]int{}, map[string]int{}, map[string]bool{}
	for _, r := range records {
		seen[fmt.Sprint(r["id"])]++
		ended[fmt.Sprint(r["id"])] = r["state"] == "closed"
		states[fmt.Sprint(r["state"])]++
	}
	lost, twice, kinds := 0, t.doubled, map[string]int{}
	for id := range t.begun {
		switch seen[id] {
		case 0:
			lost++
		case 1:
		default:
			twice++
		}
	}
	unclosed := 0
	for id, kind := range t.completed {
		kinds[kind]++
		if !ended[id] {
			unclosed++
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
	fmt.Printf("kills %d; calls started %d, begun at clients %d, completed %d %v; recorded %d (closed %d, interrupted %d, open %d)\n",
		rounds, t.started, len(t.begun), len(t.completed), kinds, len(records), states["closed"], states["interrupted"], states["open"])
	fmt.Printf("begun but not recorded %d; completed but not closed %d; recorded twice %d; keys issued %d, of these not exactly once %d; slowest start %s\n",
		lost, unclosed, twice, len(t.issued), wrong, max(slowest, ready).Round(time.Millisecond))
	fmt.Printf("ledger verify --deep: %s", lastLine(out))
	switch {
	case bad != nil:
		return fmt.Errorf("the ledger does not verify:\n%s", out)
	case lost+unclosed+twice+wrong > 0 || states["open"] > 0:
		return fmt.Errorf("the promise is broken")
	case len(kinds) < 3 || len(t.issued) == 0:
		return fmt.Errorf("something was never completed, so nothing was shown of it")
	case rounds > 1 && states["interrupted"] == 0:
		return fmt.Errorf("no kill came in the middle of an answer, so nothing was shown of that")
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
