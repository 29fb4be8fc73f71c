package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"time"
)

// A peer is a proxy in front of the mock that checks a key and limits its rate.
type peer struct {
	name    string
	version string
	addr    string
	secure  string // the address with TLS; empty if it is not measured
	key     string
	cmd     *exec.Cmd
	log     *os.File
}

const path = "/summarise/v1/chat/completions"

// newBench starts every peer that is installed, each on core 0.
func newBench(ctx context.Context, o options, dir string, up *mock) (*bench, error) {
	b := &bench{options: o, dir: dir, mock: up, samples: map[string][]sample{}}
	if err := writeCertificate(dir); err != nil {
		return nil, err
	}
	for _, kind := range kinds {
		if len(o.peers) > 0 && !contains(o.peers, kind.name) {
			continue
		}
		p := &peer{name: kind.name}
		err := kind.start(ctx, b, p)
		var absent *exec.Error
		if errors.As(err, &absent) {
			b.missing = append(b.missing, kind.name)
			continue
		}
		if err == nil {
			b.peers = append(b.peers, p)
			err = p.await()
		}
		if err != nil {
			return nil, errors.Join(fmt.Errorf("starting %s: %w", kind.name, err), b.close())
		}
	}
	return b, nil
}

func contains(all []string, one string) bool {
	for _, a := range all {
		if a == one {
			return true
		}
	}
	return false
}

var kinds = []struct {
	name  string
	start func(ctx context.Context, b *bench, p *peer) error
}{
	{"nginx", startNginx}, {"haproxy", startHAProxy}, {"caddy", startCaddy}, {"entente", startNode()}, {"entente-strict", startNode("--durability", "strict")},
	{"entente-tls", startNodeTLS},
}

func startNodeTLS(ctx context.Context, b *bench, p *peer) error {
	err := startNode("--tls-cert", filepath.Join(b.dir, "cert.pem"), "--tls-key", filepath.Join(b.dir, "key.pem"))(ctx, b, p)
	p.secure = p.addr
	return err
}

// startNode seeds the example partnership, with limits that the load does not reach, and serves it.
func startNode(more ...string) func(ctx context.Context, b *bench, p *peer) error {
	return func(ctx context.Context, b *bench, p *peer) error {
		data := filepath.Join(b.dir, p.name)
		terms := filepath.Join(b.dir, p.name+".terms", "agreement.yaml")
		if err := os.Mkdir(filepath.Dir(terms), 0o700); err != nil {
			return err
		}
		if _, err := exec.CommandContext(ctx, b.binary, "init", "--example", "-o", terms).Output(); err != nil {
			return fmt.Errorf("writing the example: %w%s", err, said(err))
		}
		text, err := os.ReadFile(terms)
		if err != nil {
			return err
		}
		if err := os.WriteFile(terms, generous(text), 0o600); err != nil {
			return err
		}
		out, err := exec.CommandContext(ctx, b.binary, "seed", "--data", data, "--file", terms, "--upstream", "http://"+b.mock.addr+"/v1").Output()
		if err != nil {
			return fmt.Errorf("seeding: %w%s", err, said(err))
		}
		var seeded struct {
			Keys map[string]map[string]string
		}
		if err := json.Unmarshal(out, &seeded); err != nil {
			return err
		}
		p.key = seeded.Keys["summarise"]["test/service"]
		ports := filepath.Join(b.dir, p.name+".ports")
		args := []string{"serve", "--data", data, "--listen", "127.0.0.1:0", "--gateway", "127.0.0.1:0", "--ports-file", ports, "--egress-allow", b.mock.addr}
		if err := p.run(b, b.binary, append(args, more...)...); err != nil {
			return err
		}
		p.addr, err = gatewayOf(ports)
		p.version = "this tree"
		return err
	}
}

// said is what a program wrote to its standard error before it failed.
func said(err error) string {
	var failed *exec.ExitError
	if !errors.As(err, &failed) {
		return ""
	}
	return ": " + strings.TrimSpace(string(failed.Stderr))
}

var figures = regexp.MustCompile(`(?m)^(      (?:requests|concurrent|tokens): )\d+$`)

// generous raises the figures of Schedule C's limits, so that they are counted and never reached.
func generous(terms []byte) []byte {
	return figures.ReplaceAll(terms, []byte("${1}1000000000"))
}

func gatewayOf(ports string) (string, error) {
	for range 200 {
		var bound struct{ Gateway string }
		if b, err := os.ReadFile(ports); err == nil && json.Unmarshal(b, &bound) == nil {
			return bound.Gateway, nil
		}
		time.Sleep(20 * time.Millisecond)
	}
	return "", errors.New("the node did not say where it listens")
}

func startNginx(_ context.Context, b *bench, p *peer) error {
	p.key, p.addr, p.secure = peerKey, freeAddress(), freeAddress()
	p.version = firstLine("nginx", "-v")
	return p.runConfigured(b, nginxConf(b, p), "nginx", "-c")
}

func startHAProxy(_ context.Context, b *bench, p *peer) error {
	p.key, p.addr, p.secure = peerKey, freeAddress(), freeAddress()
	p.version = firstLine("haproxy", "-v")
	return p.runConfigured(b, haproxyConf(b, p), "haproxy", "-db", "-f")
}

func startCaddy(_ context.Context, b *bench, p *peer) error {
	p.key, p.addr = peerKey, freeAddress()
	p.version = firstLine("caddy", "version")
	return p.runConfigured(b, caddyConf(b, p), "caddy", "run", "--adapter", "caddyfile", "--config")
}

func (p *peer) runConfigured(b *bench, conf, name string, args ...string) error {
	file := filepath.Join(b.dir, p.name+".conf")
	if err := os.WriteFile(file, []byte(conf), 0o600); err != nil {
		return err
	}
	return p.run(b, name, append(args, file)...)
}

// run starts the proxy on core 0.
func (p *peer) run(b *bench, name string, args ...string) (err error) {
	if name, err = exec.LookPath(name); err != nil {
		return err
	}
	if p.log, err = os.Create(filepath.Join(b.dir, p.name+".log")); err != nil {
		return err
	}
	p.cmd = exec.Command("taskset", append([]string{"-c", "0", name}, args...)...)
	if b.idle > 0 {
		p.cmd = exec.Command(name, args...)
	}
	p.cmd.Stdout, p.cmd.Stderr = p.log, p.log
	p.cmd.Env = append(os.Environ(), "HOME="+b.dir)
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM}
	return p.cmd.Start()
}

// await waits until the proxy takes connections.
func (p *peer) await() error {
	for range 250 {
		if conn, err := net.Dial("tcp", p.addr); err == nil {
			return conn.Close()
		}
		time.Sleep(20 * time.Millisecond)
	}
	text, _ := os.ReadFile(p.log.Name())
	return fmt.Errorf("it does not listen: %s", text)
}

func (p *peer) stop() error {
	if p.cmd == nil || p.cmd.Process == nil {
		return nil
	}
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	timer := time.AfterFunc(20*time.Second, func() { _ = p.cmd.Process.Kill() })
	defer timer.Stop()
	_ = p.cmd.Wait() // how a peer ends is its own affair
	return p.log.Close()
}

func freeAddress() string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return ""
	}
	defer l.Close()
	return l.Addr().String()
}

func firstLine(name string, args ...string) string {
	out, _ := exec.Command(name, args...).CombinedOutput()
	line, _, _ := strings.Cut(string(out), "\n")
	return line
}
