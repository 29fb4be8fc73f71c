package main

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// A sample is one measurement of one peer.
type sample struct {
	each     time.Duration // processor time of the proxy for each request or stream
	perSec   float64
	p50, p99 time.Duration // of single calls; zero where that is not measured
}

// A scenario is a load; its ratio to nginx has a budget.
type scenario struct {
	name    string
	words   string
	must    float64
	takes   func(p *peer) bool
	measure func(b *bench, p *peer) (sample, error)
}

const (
	connections = 64
	streams     = 128
)

func standard(p *peer) bool { return !strings.HasPrefix(p.name, "entente-") }

var scenarios = []scenario{
	{"json", "617 bytes of JSON, 64 connections", 1.75, standard, func(b *bench, p *peer) (sample, error) { return b.flood(p, "http://"+p.addr) }},
	{"strict", "the same, usage on disk before the first byte", 2.25, func(p *peer) bool { return p.name == "nginx" || p.name == "entente-strict" },
		func(b *bench, p *peer) (sample, error) { return b.flood(p, "http://"+p.addr) }},
	{"steady", "the JSON at 3,840 calls a second, which leaves every proxy time", 1.75, standard, (*bench).steady},
	{"sse", "streams of 20 chunks, 5 ms apart, 128 at a time", 1.6, standard, (*bench).stream},
	{"tls", "the JSON with TLS to the caller", 1.6, func(p *peer) bool { return p.secure != "" },
		func(b *bench, p *peer) (sample, error) { return b.flood(p, "https://"+p.secure) }},
	{"latency", "one call at a time: what is added to a direct call", 2.5, standard, (*bench).single},
}

func askBody(stream bool, content string) string {
	return fmt.Sprintf(`{"model":"calluna-extract-1","stream":%v,"messages":[{"role":"user","content":%q}]}`, stream, content)
}

func requestText(key, body string) string {
	return fmt.Sprintf("POST %s HTTP/1.1\r\nHost: gateway.example\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", path, key, len(body), body)
}

// check makes sure that every peer does what is measured: passes the body whole, refuses a wrong
// key, and lets the chunks of a stream through as they come.
func (b *bench) check() error {
	for _, p := range b.peers {
		status, body, _, err := once(p, requestText(p.key, askBody(false, "Tide tables.")))
		if err != nil || status != 200 || len(body) != completionBytes {
			return fmt.Errorf("%s answers with status %d and %d bytes: %w", p.name, status, len(body), orNone(err))
		}
		if status, _, _, err = once(p, requestText(strings.Repeat("x", len(p.key)), askBody(false, "x"))); status != 401 {
			return fmt.Errorf("%s answers a wrong key with %d: %w", p.name, status, orNone(err))
		}
		status, body, spread, err := once(p, requestText(p.key, askBody(true, "Tide tables.")))
		if err != nil || status != 200 || bytes.Count(body, []byte("data: {")) < chunkCount-1 || spread < 8 {
			return fmt.Errorf("%s streams with status %d, %d bytes in %d pieces: %w", p.name, status, len(body), spread, orNone(err))
		}
	}
	return nil
}

var errNone = errors.New("no error")

func orNone(err error) error {
	if err == nil {
		return errNone
	}
	return err
}

// once makes one call and counts in how many pieces, a millisecond apart, its answer came.
func once(p *peer, request string) (status int, body []byte, pieces int, err error) {
	conn, err := net.Dial("tcp", p.addr)
	if err != nil {
		return 0, nil, 0, err
	}
	if p.secure == p.addr {
		conn = tls.Client(conn, &tls.Config{InsecureSkipVerify: true}) // it is our own, made for this run
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
		return 0, nil, 0, err
	}
	if _, err := conn.Write([]byte(request)); err != nil {
		return 0, nil, 0, err
	}
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		return 0, nil, 0, err
	}
	defer resp.Body.Close()
	buf, last := make([]byte, 32<<10), time.Time{}
	for {
		n, err := resp.Body.Read(buf)
		if n > 0 && time.Since(last) > time.Millisecond {
			pieces, last = pieces+1, time.Now()
		}
		body = append(body, buf[:n]...)
		if err != nil {
			return resp.StatusCode, body, pieces, ignoreEnd(err)
		}
	}
}

func ignoreEnd(err error) error {
	if err.Error() == "EOF" {
		return nil
	}
	return err
}

var (
	total    = regexp.MustCompile(`(\d+) requests in`)
	rate     = regexp.MustCompile(`Requests/sec:\s+([\d.]+)`)
	failures = regexp.MustCompile(`(?m)^\s*(Non-2xx.*|Socket errors.*)$`)
)

// flood sends plain calls from all connections as fast as they are answered.
func (b *bench) flood(p *peer, url string) (sample, error) {
	script := filepath.Join(b.dir, p.name+".lua")
	lua := fmt.Sprintf("wrk.method='POST'\nwrk.body=[[%s]]\nwrk.headers['Content-Type']='application/json'\nwrk.headers['Authorization']='Bearer %s'\n", askBody(false, "Tide tables."), p.key)
	if err := os.WriteFile(script, []byte(lua), 0o600); err != nil {
		return sample{}, err
	}
	wrk := func(span time.Duration) (string, error) {
		out, err := exec.Command("wrk", "-t1", "-c"+strconv.Itoa(connections), "-d"+strconv.FormatFloat(span.Seconds(), 'f', 0, 64)+"s", "-s", script, url+path).CombinedOutput()
		if bad := failures.Find(out); err == nil && bad != nil {
			err = errors.New(string(bad))
		}
		return string(out), err
	}
	before, err := processorTime(p.cmd.Process.Pid)
	if err != nil {
		return sample{}, err
	}
	out, err := wrk(max(b.span, time.Second))
	if err != nil {
		return sample{}, fmt.Errorf("wrk: %w: %s", err, out)
	}
	after, err := processorTime(p.cmd.Process.Pid)
	if err != nil {
		return sample{}, err
	}
	n, _ := strconv.Atoi(first(total, out))
	perSec, _ := strconv.ParseFloat(first(rate, out), 64)
	if n == 0 {
		return sample{}, fmt.Errorf("wrk counts no requests: %s", out)
	}
	return sample{each: (after - before) / time.Duration(n), perSec: perSec}, nil
}

var steadyTotal = regexp.MustCompile(`requests: (\d+) total, \d+ started, \d+ done, (\d+) succeeded`)

// steady sends plain calls at a rate that no proxy is saturated by: then a fast proxy and a slow one
// wake the others equally often.
func (b *bench) steady(p *peer) (sample, error) {
	body := filepath.Join(b.dir, "body.json")
	if err := os.WriteFile(body, []byte(askBody(false, "Tide tables.")), 0o600); err != nil {
		return sample{}, err
	}
	const each = 60 // calls a second on each connection
	n := int(b.span.Seconds() * connections * each)
	before, err := processorTime(p.cmd.Process.Pid)
	if err != nil {
		return sample{}, err
	}
	began := time.Now()
	out, err := exec.Command("h2load", "--h1", "-n", strconv.Itoa(n), "-c", strconv.Itoa(connections), "-t", "1", "--rps", strconv.Itoa(each), "-d", body,
		"-H", "Content-Type: application/json", "-H", "Authorization: Bearer "+p.key, "http://"+p.addr+path).CombinedOutput()
	took := time.Since(began)
	if err != nil {
		return sample{}, fmt.Errorf("h2load: %w: %s", err, out)
	}
	after, err := processorTime(p.cmd.Process.Pid)
	if err != nil {
		return sample{}, err
	}
	if m := steadyTotal.FindSubmatch(out); m == nil || string(m[1]) != string(m[2]) {
		return sample{}, fmt.Errorf("calls failed: %s", out)
	}
	return sample{each: (after - before) / time.Duration(n), perSec: float64(n) / took.Seconds()}, nil
}

func first(re *regexp.Regexp, text string) string {
	if m := re.FindStringSubmatch(text); m != nil {
		return m[1]
	}
	return ""
}

// stream reads paced streams on many connections, one after another on each.
func (b *bench) stream(p *peer) (sample, error) {
	before, err := processorTime(p.cmd.Process.Pid)
	if err != nil {
		return sample{}, err
	}
	var all sync.WaitGroup
	counts, errs := make([]int, streams), make([]error, streams)
	end := time.Now().Add(b.span)
	for i := range streams {
		all.Go(func() { counts[i], errs[i] = streamUntil(end, p) })
	}
	all.Wait()
	after, err := processorTime(p.cmd.Process.Pid)
	if err := errors.Join(append(errs, err)...); err != nil {
		return sample{}, err
	}
	n := 0
	for _, c := range counts {
		n += c
	}
	return sample{each: (after - before) / time.Duration(max(n, 1)), perSec: float64(n) / b.span.Seconds()}, nil
}

var streamEnd = []byte("data: [DONE]\n\n")

// streamEnded reports whether an answer is whole. A stream that came all at once, because somebody was
// not let run for that long, may be sent on with its length.
func streamEnded(answer []byte) bool {
	return bytes.HasSuffix(answer, []byte("\r\n0\r\n\r\n")) || bytes.HasSuffix(answer, streamEnd) && bytes.Contains(answer, []byte("Content-Length: "))
}

func streamUntil(end time.Time, p *peer) (n int, err error) {
	conn, err := net.Dial("tcp", p.addr)
	if err != nil {
		return 0, err
	}
	defer conn.Close()
	request := []byte(requestText(p.key, askBody(true, "Tide tables.")))
	buf, tail := make([]byte, 16<<10), []byte(nil)
	for time.Now().Before(end) {
		if _, err := conn.Write(request); err != nil {
			return n, err
		}
		for tail = tail[:0]; !streamEnded(tail); {
			_ = conn.SetReadDeadline(time.Now().Add(5 * time.Second))
			got, err := conn.Read(buf)
			if err != nil {
				return n, fmt.Errorf("in a stream: %w", err)
			}
			tail = append(tail, buf[:got]...)
		}
		if !bytes.Contains(tail, streamEnd) {
			return n, errors.New("a stream ended without its last event")
		}
		n++
	}
	return n, nil
}

// single makes one call at a time, by turns direct and through the proxy, and says what is added.
func (b *bench) single(p *peer) (sample, error) {
	direct, err := dialCaller(b.mock.addr, p.key)
	if err != nil {
		return sample{}, err
	}
	defer direct.conn.Close()
	through, err := dialCaller(p.addr, p.key)
	if err != nil {
		return sample{}, err
	}
	defer through.conn.Close()
	for end := time.Now().Add(b.span); time.Now().Before(end); {
		for _, c := range []*caller{direct, through} {
			if err := c.call(); err != nil {
				return sample{}, err
			}
		}
		time.Sleep(200 * time.Microsecond) // a low load
	}
	return sample{p50: through.at(0.50) - direct.at(0.50), p99: through.at(0.99) - direct.at(0.99)}, nil
}

type caller struct {
	conn    net.Conn
	request []byte
	buf     []byte
	took    []time.Duration
}

func dialCaller(addr, key string) (*caller, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	return &caller{conn: conn, request: []byte(requestText(key, askBody(false, "Tide tables."))), buf: make([]byte, 8<<10)}, nil
}

func (c *caller) call() error {
	began, got := time.Now(), 0
	_ = c.conn.SetDeadline(began.Add(5 * time.Second))
	if _, err := c.conn.Write(c.request); err != nil {
		return err
	}
	for head := -1; head < 0 || got < head+4+completionBytes; {
		n, err := c.conn.Read(c.buf[got:])
		if err != nil {
			return fmt.Errorf("in a single call: %w", err)
		}
		got += n
		head = bytes.Index(c.buf[:got], []byte("\r\n\r\n"))
	}
	c.took = append(c.took, time.Since(began))
	return nil
}

func (c *caller) at(q float64) time.Duration {
	slices.Sort(c.took)
	return c.took[int(q*float64(len(c.took)-1))]
}

// processorTime is what the processes under pid, itself included, have used, user and system.
func processorTime(pid int) (time.Duration, error) {
	ticks, err := ticksOf(pid)
	if err != nil {
		return 0, err
	}
	children, _ := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", pid, pid))
	for _, child := range strings.Fields(string(children)) {
		if id, err := strconv.Atoi(child); err == nil {
			n, _ := ticksOf(id)
			ticks += n
		}
	}
	return time.Duration(ticks) * (time.Second / 100), nil
}

// ticksOf reads utime and stime of a process: fields 14 and 15 of its stat, in hundredths of a second.
func ticksOf(pid int) (int64, error) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, err
	}
	fields := strings.Fields(string(b[bytes.LastIndexByte(b, ')')+1:]))
	user, err1 := strconv.ParseInt(fields[11], 10, 64)
	system, err2 := strconv.ParseInt(fields[12], 10, 64)
	return user + system, errors.Join(err1, err2)
}
