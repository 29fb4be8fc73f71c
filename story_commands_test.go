package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"database/sql"
	"encoding/json"
	"encoding/pem"
	"io"
	"io/fs"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	services "entente/demo"
)

// startNode runs `entente serve` in the background until the story ends and sets $NODE and
// $GATEWAY: node DATA [flags].
func startNode(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: node DATA [flags]")
	}
	ports := ts.MkAbs("ports-" + args[0] + ".json")
	cmd := exec.Command(entente(ts), append([]string{"serve", "--data", ts.MkAbs(args[0]), "--listen", "127.0.0.1:0", "--gateway", "127.0.0.1:0", "--ports-file", ports}, args[1:]...)...)
	cmd.Env = append(os.Environ(), "PATH="+ts.Getenv("PATH"))
	cmd.Stderr = io.Discard
	ts.Check(cmd.Start())
	ts.Defer(func() {
		cmd.Process.Signal(syscall.SIGTERM)
		cmd.Wait()
	})
	for range 200 {
		b, err := os.ReadFile(ports)
		var p struct{ Listen, Gateway string }
		if err == nil && json.Unmarshal(b, &p) == nil {
			scheme := map[bool]string{false: "http://", true: "https://"}
			ts.Setenv("NODE", scheme[slices.Contains(args, "--listen-tls")]+p.Listen)
			ts.Setenv("GATEWAY", scheme[slices.Contains(args, "--tls-cert")]+p.Gateway)
			return
		}
		time.Sleep(25 * time.Millisecond)
	}
	ts.Fatalf("the node was not ready within five seconds")
}

func entente(ts *testscript.TestScript) string {
	for _, dir := range strings.Split(ts.Getenv("PATH"), string(os.PathListSeparator)) {
		if info, err := os.Stat(dir + "/entente"); err == nil && !info.IsDir() {
			return dir + "/entente"
		}
	}
	ts.Fatalf("the entente command is not on the story's PATH")
	return ""
}

// pickJSON sets a variable from a JSON file: json VAR FILE MEMBER...
func pickJSON(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 3 {
		ts.Fatalf("usage: json VAR FILE MEMBER...")
	}
	var v any
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[1])), &v))
	for _, member := range args[2:] {
		object, ok := v.(map[string]any)
		if !ok || object[member] == nil {
			ts.Fatalf("%s has no member %q", args[1], member)
		}
		v = object[member]
	}
	text, ok := v.(string)
	if !ok {
		ts.Fatalf("%v is not a string", args[2:])
	}
	ts.Setenv(args[0], text)
}

// firstWord sets a variable to the first word of a file: word VAR FILE.
func firstWord(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: word VAR FILE")
	}
	words := strings.Fields(ts.ReadFile(args[1]))
	if len(words) == 0 {
		ts.Fatalf("%s is empty", args[1])
	}
	ts.Setenv(args[0], words[0])
}

// replaceInFile replaces the first occurrence of a text in a file; it must be there.
func replaceInFile(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: replace FILE OLD NEW, where \\n is a line break")
	}
	before := ts.ReadFile(args[0])
	lines := strings.NewReplacer(`\n`, "\n")
	after := strings.Replace(before, lines.Replace(args[1]), lines.Replace(args[2]), 1)
	if before == after {
		ts.Fatalf("%s does not say %q", args[0], args[1])
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(after), 0o600))
}

// request sends a request and prints status, headers and body; it fails unless the status is the
// expected one: http STATUS METHOD URL [Header:value...] [@body] [%NAME], where Header:<FILE is the content of a file, and %NAME connects with the
// certificate of that name. It sets $REQUEST_ID and $USAGE_ID.
func request(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 3 {
		ts.Fatalf("usage: http STATUS METHOD URL [Header:value...] [@body]")
	}
	var body io.Reader
	header := http.Header{}
	secure := &tls.Config{InsecureSkipVerify: true} // the node's certificate is the story's own
	for _, arg := range args[3:] {
		if content, ok := strings.CutPrefix(arg, "@"); ok {
			body = strings.NewReader(content)
			header.Set("Content-Type", "application/json")
			continue
		}
		if name, ok := strings.CutPrefix(arg, "%"); ok {
			pair, err := tls.LoadX509KeyPair(ts.MkAbs(name+".pem"), ts.MkAbs(name+"-key.pem"))
			ts.Check(err)
			secure.Certificates = []tls.Certificate{pair}
			continue
		}
		name, value, _ := strings.Cut(arg, ":")
		if file, ok := strings.CutPrefix(value, "<"); ok {
			value = ts.ReadFile(file)
		}
		header.Set(name, strings.TrimSpace(value))
	}
	r, err := http.NewRequest(args[1], args[2], body)
	ts.Check(err)
	r.Header = header
	transport := &http.Transport{TLSClientConfig: secure}
	defer transport.CloseIdleConnections()
	answer, err := (&http.Client{Timeout: 20 * time.Second, Transport: transport}).Do(r)
	ts.Check(err)
	defer answer.Body.Close()
	b, err := io.ReadAll(answer.Body)
	ts.Check(err)
	var out strings.Builder
	out.WriteString(answer.Status + "\n")
	for name, values := range answer.Header {
		out.WriteString(name + ": " + strings.Join(values, ", ") + "\n")
	}
	ts.Check(os.WriteFile(ts.MkAbs("response"), []byte(out.String()+"\n"+string(b)), 0o600))
	ts.Setenv("REQUEST_ID", answer.Header.Get("Entente-Request-Id"))
	ts.Setenv("USAGE_ID", answer.Header.Get("Entente-Usage-Id"))
	if !strings.HasPrefix(answer.Status, args[0]) {
		ts.Fatalf("got %s, want %s:\n%s", answer.Status, args[0], b)
	}
}

// certify makes a key pair and a certificate by itself, in NAME-key.pem and NAME.pem: certificate NAME.
func certify(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: certificate NAME")
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	ts.Check(err)
	leaf := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
	der, err := x509.CreateCertificate(rand.Reader, leaf, leaf, key.Public(), key)
	ts.Check(err)
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]+".pem"), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600))
	ts.Check(os.WriteFile(ts.MkAbs(args[0]+"-key.pem"), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret}), 0o600))
}

// credential finds the credential with a label in a list of them, and sets a variable to its id:
// credential VAR LABEL COMMAND [args].
func credential(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 3 {
		ts.Fatalf("usage: credential VAR LABEL COMMAND [args]")
	}
	ts.Check(ts.Exec("entente", args[2:]...))
	for line := range strings.Lines(ts.ReadFile("stdout")) {
		if fields := strings.Fields(line); len(fields) > 0 && fields[len(fields)-1] == args[1] {
			ts.Setenv(args[0], fields[0])
			return
		}
	}
	ts.Fatalf("there is no credential %q", args[1])
}

// startService runs the demo's summariser and sets $UPSTREAM and $UPSTREAM_HOST: service.
func startService(ts *testscript.TestScript, neg bool, args []string) {
	server := httptest.NewServer(services.Summariser("secret-of-the-upstream"))
	ts.Defer(server.Close)
	ts.Setenv("UPSTREAM", server.URL)
	ts.Setenv("UPSTREAM_HOST", strings.TrimPrefix(server.URL, "http://"))
}

// tamper changes a data folder by hand, as someone with the disk would: tamper DATA SQL.
func tamper(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: tamper DATA SQL")
	}
	db, err := sql.Open("sqlite", ts.MkAbs(args[0])+"/entente.db")
	ts.Check(err)
	defer db.Close()
	done, err := db.Exec(args[1])
	ts.Check(err)
	if n, err := done.RowsAffected(); err != nil || n == 0 {
		ts.Fatalf("nothing was changed (%v)", err)
	}
}

// spoil changes one byte in the middle of a file, or of the largest file in a folder: spoil PATH.
func spoil(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: spoil PATH")
	}
	name, size := "", int64(-1)
	ts.Check(filepath.WalkDir(ts.MkAbs(args[0]), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		if info, err := d.Info(); err == nil && info.Size() > size {
			name, size = path, info.Size()
		}
		return nil
	}))
	b, err := os.ReadFile(name)
	ts.Check(err)
	b[len(b)/2] ^= 1
	ts.Check(os.WriteFile(name, b, 0o600))
}
