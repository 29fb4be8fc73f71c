package demo

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"entente/demo/prose"
)

// A door is a strict fake of the gateway: it knows keys, refuses what the example agreement forbids with
// the clause, and passes the rest on to the services.
type door struct {
	keys map[string]Target
	open bool // production

	summarise, embed http.Handler

	mu       sync.Mutex
	running  int
	most     int // that ran at once
	calls    map[string][]time.Time
	broken   []string // what a caller must not do at all
	answered map[string]int
}

func newDoor(targets []Target) *door {
	d := &door{keys: map[string]Target{}, summarise: Summariser("up"), embed: Embedder("up"), calls: map[string][]time.Time{}, answered: map[string]int{}}
	for _, t := range targets {
		d.keys[t.Key] = t
	}
	return d
}

func (d *door) enter(key string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.running++
	d.most = max(d.most, d.running)
	d.calls[key] = append(d.calls[key], time.Now())
}

func (d *door) leave(status int, kind string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.running--
	if d.answered[kind]++; status == http.StatusBadRequest {
		d.broken = append(d.broken, kind)
	}
}

func (d *door) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	key := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	d.enter(key)
	component, path, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	body, _ := io.ReadAll(r.Body)
	status, clause := d.judge(d.keys[key], component, path, r.Header.Get("Entente-Purpose"), string(body))
	defer func() { d.leave(status, path+" "+clause) }()
	if clause != "" {
		w.Header().Set("Content-Type", "application/problem+json")
		w.WriteHeader(status)
		json.NewEncoder(w).Encode(map[string]any{"status": status, "clause": clause})
		return
	}
	next := map[string]http.Handler{"summarise": d.summarise, "embed": d.embed}[component]
	up := httptest.NewRequestWithContext(r.Context(), r.Method, "/"+path, strings.NewReader(string(body)))
	up.Header.Set("Authorization", "Bearer up")
	seen := &statusWriter{w, &status}
	next.ServeHTTP(seen, up)
}

func (d *door) judge(t Target, component, path, purpose, body string) (int, string) {
	switch {
	case t.Key == "" || t.Revoked:
		return 401, "B"
	case t.Component != component:
		return 403, "1.2"
	case t.Environment == "production" && !d.open:
		return 403, "2.2"
	case purpose == "training":
		return 403, "3.4"
	case path == "v1/responses", strings.Contains(body, "preview"):
		return 403, "A"
	}
	return 200, ""
}

type statusWriter struct {
	http.ResponseWriter
	status *int
}

func (s *statusWriter) WriteHeader(status int) {
	*s.status = status
	s.ResponseWriter.WriteHeader(status)
}

func (s *statusWriter) Unwrap() http.ResponseWriter { return s.ResponseWriter }

// inside sends requests to a handler without a network, so that time can be made up.
type inside struct{ http.Handler }

func (i inside) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	i.ServeHTTP(w, r)
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	return w.Result(), nil
}

func targets() []Target {
	var all []Target
	for _, component := range []string{"summarise", "embed"} {
		for _, environment := range []string{"test", "production"} {
			for _, purpose := range []string{"service", "improvement"} {
				all = append(all, Target{component, environment, purpose, component + environment + purpose, false})
			}
		}
	}
	return append(all, Target{"summarise", "test", "service", "forgotten", true})
}

func TestTrafficAtTheStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDoor(targets())
		c := Caller{Client: &http.Client{Transport: inside{d}}, Gateway: "http://gateway.example", Targets: targets(), Rand: rand.New(rand.NewPCG(1, 2))}
		begin := time.Now()
		got := c.Traffic(t.Context(), 60, 35*time.Millisecond)
		if took := time.Since(begin); took >= 3*time.Second {
			t.Errorf("it took %v", took)
		}
		if got.Calls != 60 || got.Status[200] < 35 || got.Status[0]+got.Status[400]+got.Status[404] > 0 || got.Status[200]+got.Status[401]+got.Status[403] != 60 {
			t.Errorf("got %+v", got)
		}
		for _, clause := range []string{"2.2", "3.4", "A", "B"} {
			if got.Clause[clause] < 1 {
				t.Errorf("no call was refused under %s: %+v", clause, got)
			}
		}
		if d.most > 8 || d.running != 0 || len(d.broken) > 0 {
			t.Errorf("%d at once, %d still running, bad requests: %v", d.most, d.running, d.broken)
		}
		for key, at := range d.calls { // Schedule C of the example allows 20 a second
			for i := 20; i < len(at); i++ {
				if at[i].Sub(at[i-20]) < time.Second {
					t.Errorf("more than 20 calls in a second with %s", key)
				}
			}
		}
		for _, kind := range []string{"v1/chat/completions ", "v1/embeddings ", "v1/models ", "v1/responses A"} {
			if d.answered[kind] == 0 {
				t.Errorf("there was no %q: %v", kind, d.answered)
			}
		}
	})
}

func TestProductionIsUsedOnceItIsOpen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDoor(targets())
		d.open = true
		c := Caller{Client: &http.Client{Transport: inside{d}}, Targets: targets(), Rand: rand.New(rand.NewPCG(3, 4))}
		got := c.Traffic(t.Context(), 60, 4*time.Second)
		if got.Clause["2.2"] != 0 || len(d.calls["summariseproductionservice"]) == 0 || len(d.calls["embedproductionservice"]) == 0 {
			t.Errorf("got %+v", got)
		}
	})
}

func TestTheSameChanceMakesTheSameCalls(t *testing.T) {
	draw := func() []*call {
		c := Caller{Targets: targets(), Rand: rand.New(rand.NewPCG(5, 6))}
		var all []*call
		for range 100 {
			all = append(all, c.next())
		}
		return all
	}
	if d := cmp.Diff(draw(), draw(), cmp.AllowUnexported(call{})); d != "" {
		t.Error(d)
	}
}

func TestTrafficEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		c := Caller{Client: &http.Client{Transport: inside{newDoor(targets())}}, Targets: targets(), Rand: rand.New(rand.NewPCG(7, 8))}
		begin := time.Now()
		got := c.Traffic(ctx, 1000, 3*time.Second)
		if took := time.Since(begin); took > 11*time.Second || got.Calls != 4 || got.Status[0] != 0 {
			t.Errorf("%v, %+v", took, got)
		}
	})
}

func TestTrafficWithoutWholeAnswers(t *testing.T) {
	problem := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/problem+json")
		w.WriteHeader(http.StatusServiceUnavailable)
		io.WriteString(w, "no JSON")
	})
	halfStream := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream; charset=utf-8")
		io.WriteString(w, "data: {}\n\n")
	})
	tests := []struct {
		name string
		next http.RoundTripper
		want Counts
	}{
		{"nothing answers", refusing{}, Counts{5, map[int]int{0: 5}, map[string]int{}}},
		{"streams that break off", inside{halfStream}, Counts{5, map[int]int{0: 5}, map[string]int{}}},
		{"a problem that cannot be read", inside{problem}, Counts{5, map[int]int{503: 5}, map[string]int{}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := Caller{Client: &http.Client{Transport: tt.next}, Targets: targets(), Rand: rand.New(rand.NewPCG(9, 9))}
			if d := cmp.Diff(tt.want, c.Traffic(t.Context(), 5, time.Millisecond)); d != "" {
				t.Error(d)
			}
		})
	}
}

type refusing struct{}

func (refusing) RoundTrip(*http.Request) (*http.Response, error) {
	return nil, errors.New("connection refused")
}

func TestNoTargetsNoCalls(t *testing.T) {
	c := Caller{Client: &http.Client{Transport: refusing{}}, Rand: rand.New(rand.NewPCG(1, 1))}
	if got := c.Traffic(t.Context(), 5, time.Millisecond); got.Calls != 0 {
		t.Errorf("got %+v", got)
	}
}

func TestTrafficOverTheNetwork(t *testing.T) {
	s := httptest.NewServer(newDoor(targets()))
	defer s.Close()
	c := Caller{Client: s.Client(), Gateway: s.URL, Targets: targets(), Rand: rand.New(rand.NewPCG(2, 1))}
	if got := c.Traffic(t.Context(), 30, 2*time.Millisecond); got.Calls != 30 || got.Status[0] != 0 || got.Status[200] < 15 {
		t.Errorf("got %+v", got)
	}
}

func TestTextsAreWhatTheyShouldBe(t *testing.T) {
	if len(englishArticles) < 20 || len(germanArticles) < 5 || len(queries) < 10 {
		t.Errorf("%d English, %d German articles, %d queries", len(englishArticles), len(germanArticles), len(queries))
	}
	german := regexp.MustCompile(`\b(und|der|das|ein)\b`)
	for i, a := range slices.Concat(englishArticles, germanArticles) {
		if german.MatchString(a) != (i >= len(englishArticles)) || len(prose.Sentences(a)) < 4 {
			t.Errorf("%.40q… is of the other language or too short", a)
		}
	}
	if all := slices.Concat(englishArticles, germanArticles); len(slices.Compact(slices.Sorted(slices.Values(all)))) != len(all) {
		t.Error("a text comes twice")
	}
	if n := newPrompt([]message{{Role: "system", Content: content{guide, true}}}).tokens; n < prefixLeast {
		t.Errorf("the guide has %d tokens, too few to be cached", n)
	}
}
